import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lifecycle import Products
from bot.lifecycle.answers import MOST_RELEASES, as_kept, from_answer, from_releases, merged

DAY = "2026-11-22"


def answer(*releases, made="2026-11-20T08:00:00+00:00"):
    return {"generated_at": made, "result": {"releases": list(releases)}}


def test_an_answer_says_when_it_was_made():
    assert from_answer(answer({"name": "1"}), DAY) == {"1": {"as_of": "2026-11-20"}}


@pytest.mark.parametrize("made", [None, "", "yesterday", 5, [], "2026-13-01", "9999-01-01"])
def test_an_answer_that_does_not_is_of_today(made):
    assert from_answer(answer({"name": "1"}, made=made), DAY) == {"1": {"as_of": DAY}}


@pytest.mark.parametrize(
    "odd",
    [None, 5, "x", {}, {"result": []}, {"result": {"releases": {}}}, [], [5], [{"cycle": None}]],
)
def test_what_is_no_answer_is_refused(odd):
    with pytest.raises(ValueError, match=r"^it "):
        from_answer({"result": {"releases": []}} if odd == [{"cycle": None}] else odd, DAY)


def test_more_releases_than_any_product_has_are_refused():
    with pytest.raises(ValueError, match="1000"):
        from_releases([{"cycle": "1"}] * (MOST_RELEASES + 1), "cycle", DAY)


@pytest.mark.parametrize("odd", ["../x", "", "a b", "x" * 40, "\n", "<b>", None, True, []])
def test_a_release_with_a_number_that_is_none_is_left_out(odd):
    assert from_releases([{"cycle": odd}, {}, {"cycle": "1"}], "cycle", DAY) == {
        "1": {"as_of": DAY}
    }


@pytest.mark.parametrize("odd", ["<script>", "a\nb", "x" * 100, 5, ["x"]])
def test_a_codename_that_no_release_has_is_left_out(odd):
    assert from_releases([{"cycle": "1", "codename": odd}], "cycle", DAY) == {"1": {"as_of": DAY}}


@pytest.mark.parametrize("odd", ["2026-02-30", "1066-10-14", "20260101", 20260101, [], {}, "soon"])
def test_a_day_that_is_none_is_left_out(odd):
    assert from_releases([{"cycle": "1", "eol": odd}], "cycle", DAY) == {"1": {"as_of": DAY}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just("2026-01-01"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["result", "releases", "name", "cycle", "eol", "lts", "codename", "as_of", "1"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_answer_is_read_or_refused_and_what_is_read_can_be_kept(said):
    try:
        rows = from_answer(said, DAY)
    except ValueError:
        return
    assert as_kept({"x": rows}) == {"x": rows}


@given(JSON)
def test_anything_that_was_kept_is_believed_or_refused(said):
    try:
        products = as_kept(said)
    except ValueError:
        return
    assert as_kept(products) == products


@pytest.mark.parametrize(
    "odd", [None, [], {"x": []}, {"x": {"1": {}}}, {"x": {"../": {"as_of": DAY}}}, {"x": {"1": 5}}]
)
def test_what_no_refresh_has_written_is_refused(odd):
    with pytest.raises(ValueError, match=r"."):
        as_kept(odd)


def test_of_what_was_kept_only_what_is_known_is_believed():
    row = {"as_of": DAY, "lts": True, "security": "soon", "codename": "<b>", "more": "x"}
    assert as_kept({"x": {"1": row}}) == {"x": {"1": {"as_of": DAY, "lts": True}}}


def test_of_two_the_later_knowledge_of_each_release_counts():
    older = {"1": {"as_of": "2026-01-01"}, "2": {"as_of": "2026-06-01", "lts": True}}
    newer = {"2": {"as_of": "2026-03-01"}, "1": {"as_of": "2026-01-01", "lts": True}}
    assert merged(older, newer) == {
        "2": {"as_of": "2026-06-01", "lts": True},
        "1": {"as_of": "2026-01-01", "lts": True},
    }


def test_releases_are_told_the_newest_first():
    rows = {number: {"as_of": DAY} for number in ("3.9", "3.10", "2", "10.0")}
    assert list(merged(rows, {"3.11": {"as_of": DAY}})) == ["10.0", "3.11", "3.10", "3.9", "2"]


IMAGES = {
    "products": {"x": {"name": "X", "kind": "runtime", "words": ["x"]}},
    "tagged": {},
    "nicknames": {},
    "named": [],
}
DATES = {"date": "2026-01-01", "products": {"x": {"1": {"as_of": "2026-01-01"}}}}


def test_what_was_learned_since_joins_what_is_bundled():
    fresh = {"x": {"2": {"as_of": DAY, "security": "2028-01-01"}}, "unknown": {}}
    found = Products.read(IMAGES, DATES, fresh)
    (product,) = found.products
    assert [cycle.subject for cycle in product.cycles.values()] == ["X 2", "X 1"]
    assert found.date.isoformat() == DAY

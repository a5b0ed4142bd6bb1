"""Lines for the runner of GitHub Actions, whatever is put into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import workflow
from tests.fakes.runner import Runner

HOSTILE = st.text(alphabet=st.sampled_from("a:,%=\r\n\u2028\x00\x1b#[]/ ;é\udcff")) | st.text()


def read(line):
    runner = Runner()
    runner.read(line)
    return runner.commands


def test_an_annotation_marks_a_place_in_a_file():
    line = workflow.annotation("error", "It failed.", "app/Dockerfile", 3, 6)
    assert line == "::error file=app/Dockerfile,line=3,col=6,title=basewatch::It failed."


def test_without_a_file_an_annotation_is_about_the_whole_run():
    assert workflow.annotation("notice", "Done.") == "::notice title=basewatch::Done."


def test_a_line_without_a_file_is_not_said():
    assert workflow.annotation("notice", "Done.", "", 3, 6) == "::notice title=basewatch::Done."


def test_names_with_the_signs_of_commands_are_escaped_so_that_a_runner_reads_them_back():
    path = "a,b:c%d\ne/Dockerfile"
    line = workflow.annotation("error", "50 % failed", path, 1, 1)
    assert read(line) == [
        ("error", {"file": path, "line": "1", "col": "1", "title": "basewatch"}, "50 % failed")
    ]


def test_a_long_text_is_cut():
    ((_, _, text),) = read(workflow.annotation("error", "x" * 5000))
    assert len(text) == 1000
    assert text.endswith("…")


@given(HOSTILE, HOSTILE)
def test_whatever_is_said_stays_one_command(text, path):
    line = workflow.annotation("warning", text, path, 1, 1)
    assert line.encode("utf-8", "surrogateescape").decode("utf-8", "replace").splitlines() == [line]
    ((name, properties, _),) = read(line)
    assert name == "warning"
    assert set(properties) <= {"file", "line", "col", "title"}
    assert properties["title"] == "basewatch"


@given(HOSTILE)
def test_an_output_is_one_line(value):
    line = workflow.output("counts", value)
    assert len(line.splitlines()) == 1
    assert line.startswith("counts=")


@pytest.mark.parametrize(("lines", "shown"), [(0, 0), (1, 1), (10, 10), (11, 10), (500, 10)])
def test_no_more_annotations_are_made_than_are_shown(lines, shown):
    made = workflow.shown("error", [workflow.annotation("error", f"{i}") for i in range(lines)])
    assert len(made) == shown
    if lines > shown:
        assert f"There are {lines - 9} more" in made[-1]


def test_between_stop_and_resume_nothing_is_a_command():
    runner = Runner()
    for line in (
        workflow.stopped("abc123"),
        "::error::no",
        "  ::set-output name=a::b",
        "x ##[add-mask]e",
        workflow.resumed("abc123"),
        "::error::yes",
    ):
        runner.read(line)
    assert runner.commands == [("error", {}, "yes")]

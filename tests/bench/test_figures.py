"""How a program is measured, and how what was measured is told."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bench import page, promises
from bench.measure import Program, Runs, Took, figures, python, run, side_by_side, times
from bench.plot import svg

SVG = "{http://www.w3.org/2000/svg}"
CURVES = {
    "files": {
        "1": {"cpu_seconds": 1.0, "megabytes": 50},
        "10": {"cpu_seconds": 4.0, "megabytes": 90},
    },
    "images": {
        "1": {"cpu_seconds": 1.0, "megabytes": 50},
        "10": {"cpu_seconds": 2.0, "megabytes": 60},
    },
}


def test_a_program_is_measured_from_its_start_to_its_end(tmp_path):
    words = "import os, sys; print(os.environ['WORD'], os.getcwd())"
    program = replace(python("it", "-c", words), environment={"WORD": "yes"}, folder=tmp_path)
    took = run(program)
    assert took.output.split() == ["yes", str(tmp_path)]
    assert took.cpu > 0
    assert took.wall > 0
    assert 1 < took.memory < 1000


def test_a_program_that_fails_is_said_with_its_complaint():
    with pytest.raises(SystemExit, match=r"it failed \(3\): no such thing"):
        run(python("it", "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"))


def test_an_exit_code_that_is_accepted_is_no_failure():
    assert run(Program("false", ("/bin/false",), frozenset({1}))).output == ""


def test_programs_run_in_turn_and_the_first_round_does_not_count():
    order = []
    programs = [
        Program(name, ("/bin/true",), before=lambda name=name: order.append(name)) for name in "ab"
    ]
    took = side_by_side(programs, 2, lambda: {"tags": len(order)})
    assert order == ["a", "b"] * 3
    assert [sum(each.requests.values()) for each in took["a"].each] == [3, 5]


def test_a_figure_is_the_median_and_memory_the_most():
    runs = Runs([Took(wall, wall / 2, 10 * wall, "", {"tags": 7}) for wall in (4.0, 1.0, 2.0)])
    assert figures(runs) == {
        "seconds": 2.0,
        "least_seconds": 1.0,
        "cpu_seconds": 1.0,
        "megabytes": 40.0,
        "requests": 7,
    }
    assert times({"one": runs, "other": Runs([Took(4.0, 1, 1, "")])}, "one", "other") == 0.5


def test_a_promise_is_kept_within_its_bound():
    most = promises.Promise("seconds", "check", "ratio", most=2)
    least = promises.Promise("times faster", "check", "ratio", least=25)
    assert (most.kept(2), most.kept(2.01)) == (True, False)
    assert (least.kept(25), least.kept(24.9)) == (True, False)
    assert (most.bound, least.bound) == ("at most 2", "at least 25")


def test_a_promise_of_what_was_not_measured_is_neither_kept_nor_broken():
    assert {value for _, value in promises.measured({})} == {None}
    assert list(promises.told({})) == []


def test_a_promise_names_a_section_that_there_is():
    from bench.__main__ import SECTIONS

    assert {promise.section for promise in promises.PROMISES} <= SECTIONS.keys()


def test_the_plot_has_a_line_for_each_thing_that_grows_in_each_panel():
    plot = ET.fromstring(svg(CURVES))
    lines = plot.findall(f".//{SVG}polyline")
    assert len(lines) == 2 * len(CURVES)
    assert [len(line.get("points").split()) for line in lines] == [2] * 4
    said = [text.text for text in plot.iter(f"{SVG}text")]
    assert "more files" in said
    assert "×10" in said


def test_the_page_tells_every_figure():
    sections = {
        "check of 200 Dockerfiles": {
            "programs": {"check": {"seconds": 1.5, "least_seconds": 1.25}},
            "outcomes": {"pin": 3, "update": 4},
            "cold, times pindock": 0.9,
        },
        "growing": {"curves": CURVES},
    }
    text = page.made({"machine": {"cores": 2}, "sections": sections})
    assert "Measured on: cores 2." in text
    assert "| 200 files, times pindock's seconds | at most 1 | 0.9 | kept |" in text
    assert "| check | 1.5 | 1.25 |  |  |  |" in text
    assert "* outcomes: pin 3, update 4" in text
    assert "| files | 10 | 4.0 | 90 |" in text


def test_the_page_in_docs_is_that_of_its_data():
    figures = json.loads(page.DATA.read_text("utf-8"))
    text = page.PAGE.read_text("utf-8")
    assert text.partition(page.MARK)[2] == page.made(figures)
    for result in figures["sections"].values():
        if "curves" in result:
            assert page.PLOT.read_text("utf-8") == svg(result["curves"])

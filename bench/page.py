"""
The figures as a page: `python -m bench.page` takes those of the last run into docs/benchmarks.md.

What is measured is told there by hand; what comes after the mark is made here, from
docs/benchmarks.json, which is the last run's bench/out/figures.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.measure import ROOT
from bench.plot import svg
from bench.promises import measured

OUT = ROOT / "bench" / "out" / "figures.json"
PAGE = ROOT / "docs" / "benchmarks.md"
DATA, PLOT = PAGE.with_suffix(".json"), PAGE.with_suffix(".svg")
MARK = "<!-- Made by `python -m bench.page` from benchmarks.json; do not edit below. -->\n"

Sections = Mapping[str, Mapping[str, Any]]


def made(figures: Mapping[str, Any]) -> str:
    """Everything below the mark."""
    sections: Sections = figures["sections"]
    machine = ", ".join(f"{name} {value}" for name, value in figures["machine"].items())
    lines = [f"\nMeasured on: {machine}.\n", *_promises(sections)]
    for name, result in sections.items():
        lines += ["", f"### {name[0].upper()}{name[1:]}", "", *_section(result)]
    return "\n".join([*lines, ""])


def _promises(sections: Sections) -> Iterator[str]:
    yield "| promised of `check` | bound | measured | |"
    yield "|---|---|---|---|"
    for promise, value in measured(sections):
        said = "not measured | " if value is None else f"{value:g} | {_kept(promise.kept(value))}"
        yield f"| {promise.what} | {promise.bound} | {said} |"


def _kept(kept: bool) -> str:  # noqa: FBT001 - it is what is put in words
    return "kept" if kept else "**not kept**"


def _section(result: Mapping[str, Any]) -> Iterator[str]:
    if "programs" in result:
        yield "| | seconds | least | processor seconds | megabytes | requests |"
        yield "|---|---|---|---|---|---|"
        for name, took in result["programs"].items():
            cells = [*took.values(), *[""] * (5 - len(took))]
            yield f"| {name} | " + " | ".join(map(str, cells)) + " |"
        yield ""
    if "curves" in result:
        yield from _curves(result["curves"])
    told = {name: each for name, each in result.items() if name not in {"programs", "curves"}}
    yield from (f"* {name}: {words(each)}" for name, each in told.items())


def _curves(curves: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    names = list(next(iter(next(iter(curves.values())).values())))
    yield f"![What check costs as each of them grows]({PLOT.name})"
    yield ""
    yield "| more | times | " + " | ".join(name.replace("_", " ") for name in names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for what, points in curves.items():
        for times, point in points.items():
            yield f"| {what} | {times} | " + " | ".join(str(point[name]) for name in names) + " |"
    yield ""


def words(value: object) -> str:
    """A figure, or several with their names, as a person reads them."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {words(each)}" for name, each in value.items())
    return str(value)


def main(source: Path) -> None:
    """Take the figures of a run into the page, its data and its plot."""
    figures = json.loads(source.read_text("utf-8"))
    DATA.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    told, _, _ = PAGE.read_text("utf-8").partition(MARK)
    PAGE.write_text(told + MARK + made(figures), "utf-8")
    for result in figures["sections"].values():
        if "curves" in result:
            PLOT.write_text(svg(result["curves"]), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)

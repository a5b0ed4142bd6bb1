"""`make bench`: every figure, printed side by side, and as JSON in bench/out/figures.json."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    asking,
    distribution,
    forges,
    growing,
    looking,
    promises,
    reading,
    reliability,
    renovating,
)
from bench.measure import ROOT
from bench.page import OUT, words

SECTIONS: dict[str, Callable[[Path], dict[str, object]]] = {
    "start-up": reading.start_up,
    "scan of 22,000 files": reading.scan,
    "scan of one file of each format": reading.one_of_each,
    **asking.sections(),
    **distribution.sections(),
    **growing.sections(),
    **renovating.sections(),
    "run at a forge, nothing having changed": forges.forges,
    "diff of two images of 50 MB, invented files": looking.invented,
    "diff of two images of 50 MB, real files": looking.real,
    "faithfulness over the corpus": reliability.corpus,
}


def main(chosen: list[str]) -> None:
    """
    Measure the sections whose names contain one of the words, or all.

    What an earlier run measured stays in the file until it is measured again: a figure is compared
    with those of its own section only.
    """
    wanted = [name for name in SECTIONS if not chosen or any(word in name for word in chosen)]
    if not wanted:
        raise SystemExit("no section is called so; there are:\n  " + "\n  ".join(SECTIONS))
    sections = _measured_before() if chosen else {}
    for name in wanted:
        print(f"\n{name}", flush=True)
        sections[name] = _measured(SECTIONS[name])
        _show(sections[name])
        _write({each: sections[each] for each in SECTIONS if each in sections})
    print("\npromised", *promises.told(sections), sep="\n  ")
    print(f"\nwritten to {OUT.relative_to(ROOT)}")


def _measured(section: Callable[[Path], dict[str, object]]) -> dict[str, object]:
    load, start = os.getloadavg()[0], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="basewatch-bench-") as scratch:
        result = section(Path(scratch))
    took = f"in {time.monotonic() - start:.0f} s, from a load of {load:.1f}"
    return {**result, "measured": f"{time.strftime('%Y-%m-%d', time.gmtime())}, {took}"}


def _measured_before() -> dict[str, dict[str, object]]:
    try:
        sections: dict[str, dict[str, object]] = json.loads(OUT.read_text("utf-8"))["sections"]
    except (OSError, ValueError, KeyError):
        return {}
    return sections


def _write(sections: dict[str, dict[str, object]]) -> None:
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"machine": _machine(), "sections": sections}, indent=2) + "\n")


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "kernel": platform.release(),
        "Python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _show(result: dict[str, object]) -> None:
    programs = result.get("programs")
    if isinstance(programs, dict):
        print(f"  {'':<32}{'seconds':>9}{'least':>9}{'cpu':>9}{'MB':>9}{'asked':>9}")
        for name, took in programs.items():
            print(f"  {name:<32}" + "".join(f"{value:>9}" for value in took.values()))
    curves = result.get("curves")
    if isinstance(curves, dict):
        for what, points in curves.items():
            print(
                *(f"  more {what}, ×{at}: {words(each)}" for at, each in points.items()), sep="\n"
            )
    for name, value in result.items():
        if name not in {"programs", "curves"}:
            print(f"  {name}: {words(value)}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""`make bench`: every figure, printed side by side, and as JSON in bench/out/figures.json."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import asking, forges, growing, looking, reading, reliability, renovating
from bench.measure import ROOT

OUT = ROOT / "bench" / "out" / "figures.json"
SECTIONS: dict[str, Callable[[Path], dict[str, object]]] = {
    "start-up": reading.start_up,
    "scan of 20,000 files": reading.scan,
    "scan of one file of each format": reading.one_of_each,
    **asking.sections(),
    **growing.sections(),
    **renovating.sections(),
    "run at a forge, nothing having changed": forges.forges,
    "diff of two images of 50 MB, invented files": looking.invented,
    "diff of two images of 50 MB, real files": looking.real,
    "faithfulness over the corpus": reliability.corpus,
}


def main(chosen: list[str]) -> None:
    """Measure the sections whose names contain one of the words, or all."""
    results: dict[str, object] = {"python": platform.python_version()}
    for name, section in SECTIONS.items():
        if chosen and not any(word in name for word in chosen):
            continue
        print(f"\n{name}")
        with tempfile.TemporaryDirectory(prefix="basewatch-bench-") as scratch:
            results[name] = result = section(Path(scratch))
        _show(result)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    print(f"\nwritten to {OUT.relative_to(ROOT)}")


def _show(result: dict[str, object]) -> None:
    programs = result.get("programs")
    if isinstance(programs, dict):
        print(f"  {'':<32}{'seconds':>9}{'least':>9}{'cpu':>9}{'MB':>9}{'asked':>9}")
        for name, took in programs.items():
            print(f"  {name:<32}" + "".join(f"{value:>9}" for value in took.values()))
    for name, value in result.items():
        if name != "programs":
            print(f"  {name}: {_words(value)}")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1:])

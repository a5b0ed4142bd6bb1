"""Run programs and say what they took: seconds, processor seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Took:
    """One run: wall and processor seconds, peak resident megabytes, what it printed."""

    wall: float
    cpu: float
    memory: float
    output: str


@dataclass(frozen=True, slots=True)
class Program:
    """A program to measure; `accepts` are the exit codes that count as done."""

    name: str
    words: Sequence[str]
    accepts: frozenset[int] = frozenset({0})


def python(name: str, *words: str) -> Program:
    """This very Python with these words."""
    return Program(name, (sys.executable, *words))


def run(program: Program) -> Took:
    """
    Run a program to its end; raises `SystemExit` with its complaint where it failed.

    The peak is the kernel's own figure for that process. The kernel starts counting at the size of
    the process that starts it, so this one must stay small: keep big data out of `bench`.
    """
    read, write = os.pipe()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    start = time.perf_counter()
    child = subprocess.Popen(program.words, stdout=write, stderr=subprocess.PIPE, env=environment)
    os.close(write)
    with os.fdopen(read, encoding="utf-8", errors="replace") as pipe:
        output = pipe.read()
    complaint = child.stderr.read().decode(errors="replace") if child.stderr else ""
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.stderr:
        child.stderr.close()
    if child.returncode not in program.accepts:
        raise SystemExit(f"{program.name} failed ({child.returncode}): {complaint.strip()[-800:]}")
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def side_by_side(
    programs: Sequence[Program], rounds: int, before: Callable[[], None] = lambda: None
) -> Mapping[str, Took]:
    """
    Medians of programs run in turn, so that a busy moment of the machine strikes each alike.

    The first round only warms the caches of files and byte code; `before` runs before every run.
    """
    taken: dict[str, list[Took]] = {program.name: [] for program in programs}
    for number in range(rounds + 1):
        for program in programs:
            before()
            took = run(program)
            if number:
                taken[program.name].append(took)
    return {name: _middle(runs) for name, runs in taken.items()}


def _middle(runs: Sequence[Took]) -> Took:
    return Took(
        median(took.wall for took in runs),
        median(took.cpu for took in runs),
        max(took.memory for took in runs),
        runs[-1].output,
    )


def figures(took: Took) -> dict[str, float]:
    """The figures of a run, rounded for a report."""
    return {
        "seconds": round(took.wall, 3),
        "cpu_seconds": round(took.cpu, 3),
        "megabytes": round(took.memory, 1),
    }

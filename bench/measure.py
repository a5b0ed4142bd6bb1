"""Run programs and say what they took: seconds, processor seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
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


# The kernel counts the peak of a process from the size of the one that started it, so a process as
# small as Python can be does the starting; it also keeps the clock, and hands on what was printed.
_STARTER = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
with open(int(sys.argv[1]), "w") as said:
    print(os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime,
          usage.ru_maxrss / 1024, file=said)
"""


def run(program: Program) -> Took:
    """Run a program to its end; raises `SystemExit` with its complaint where it failed."""
    read, write = os.pipe()
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, str(write)]
    ran = subprocess.run(
        [*starter, *program.words],
        check=False,
        capture_output=True,
        text=True,
        env=_environment(),
        pass_fds=[write],
    )
    os.close(write)
    with os.fdopen(read) as said:
        code, wall, cpu, memory = map(float, said.read().split())
    if int(code) not in program.accepts:
        raise SystemExit(f"{program.name} failed ({code:.0f}): {ran.stderr.strip()[-800:]}")
    return Took(wall, cpu, memory, ran.stdout)


def _environment() -> dict[str, str]:
    """As an installed program has it: byte code is kept, whatever this shell says."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**inherited, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


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

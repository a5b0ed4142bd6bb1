"""Run programs and say what they took: seconds, processor seconds, peak memory, requests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent

Counted = Callable[[], Mapping[str, int]]
"""The requests since it was last called, by kind."""


@dataclass(frozen=True, slots=True)
class Took:
    """One run: wall and processor seconds, peak resident megabytes, requests, what it printed."""

    wall: float
    cpu: float
    memory: float
    output: str
    requests: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Runs:
    """What a program took, each time."""

    each: Sequence[Took]

    @property
    def wall(self) -> float:
        """The median, in seconds."""
        return median(took.wall for took in self.each)

    @property
    def cpu(self) -> float:
        """The median, in seconds."""
        return median(took.cpu for took in self.each)

    @property
    def memory(self) -> float:
        """The most, in megabytes."""
        return max(took.memory for took in self.each)

    @property
    def requests(self) -> int:
        """The median of how many there were."""
        return round(median(sum(took.requests.values()) for took in self.each))

    @property
    def last(self) -> Took:
        return self.each[-1]


@dataclass(frozen=True, slots=True)
class Program:
    """
    A program to measure; `accepts` are the exit codes that count as done.

    `environment` is given to it beside what all have; `before` is done before each run, which is
    in `folder`.
    """

    name: str
    words: Sequence[str]
    accepts: frozenset[int] = frozenset({0})
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    folder: Path = ROOT


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


def run(program: Program, counted: Counted = dict) -> Took:
    """Run a program to its end; raises `SystemExit` with its complaint where it failed."""
    program.before()
    counted()
    read, write = os.pipe()
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, str(write)]
    ran = subprocess.run(
        [*starter, *program.words],
        check=False,
        capture_output=True,
        text=True,
        env={**_environment(), **program.environment},
        pass_fds=[write],
        cwd=program.folder,
    )
    os.close(write)
    with os.fdopen(read) as said:
        code, wall, cpu, memory = map(float, said.read().split())
    if int(code) not in program.accepts:
        raise SystemExit(f"{program.name} failed ({code:.0f}): {_complaint(ran)}")
    return Took(wall, cpu, memory, ran.stdout, counted())


def _complaint(ran: subprocess.CompletedProcess[str]) -> str:
    return (ran.stderr.strip() or ran.stdout.strip())[-800:]


def _environment() -> dict[str, str]:
    """As an installed program has it: byte code is kept, whatever this shell says."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**inherited, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def side_by_side(
    programs: Sequence[Program], rounds: int, counted: Counted = dict, unmeasured: int = 1
) -> dict[str, Runs]:
    """
    Runs of programs in turn, so that a busy moment of the machine strikes each alike.

    The first round only warms the caches of files and byte code.
    """
    taken: dict[str, list[Took]] = {program.name: [] for program in programs}
    for number in range(unmeasured + rounds):
        for program in programs:
            took = run(program, counted)
            if number >= unmeasured:
                taken[program.name].append(took)
    return {name: Runs(runs) for name, runs in taken.items()}


def forget(*folders: Path) -> None:
    """What was remembered in folders; they themselves stay."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)


def figures(runs: Runs) -> dict[str, float]:
    """The figures of a program, rounded for a report."""
    told: dict[str, float] = {
        "seconds": round(runs.wall, 3),
        "least_seconds": round(min(took.wall for took in runs.each), 3),
        "cpu_seconds": round(runs.cpu, 3),
        "megabytes": round(runs.memory, 1),
    }
    return {**told, "requests": runs.requests} if runs.requests else told


def programs(taken: Mapping[str, Runs]) -> dict[str, dict[str, float]]:
    """The figures of each program, as a section hands them on."""
    return {name: figures(runs) for name, runs in taken.items()}


def times(taken: Mapping[str, Runs], one: str, other: str) -> float:
    """How many times the seconds of another program one took."""
    return round(taken[one].wall / taken[other].wall, 2)

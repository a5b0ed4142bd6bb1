"""Runs of the bot on a stand: many at once, each in a thread, and what each said and left behind."""

import contextlib
import datetime as dt
import io
import json
import re
import shutil
import sqlite3
import sys
import time
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from threading import Thread

from bot import clock
from bot.cli import main
from tests.faults.world import git
from tests.servers import faults

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SEEN = "SELECT repository, tag, at, digest FROM reference JOIN point ON reference = id"
NAMES = {"old": "faults/app:1.0.0-slim", "new": "faults/app:1.1.0-slim"}
RUN = ["run", "{repo}", "--platform", "local", "--out", "{out}"]
COMMANDS = {
    "check": ["check", "{repo}"],
    "fix": ["fix", "{repo}"],
    "diff": ["diff", "{old}", "{new}"],
    "run": RUN,
    "run again": RUN,  # where all was well once, so that there is something to lose
}

# ---------------------------------------------------------------- one run


class Spoken(io.TextIOBase):
    """A standard stream of its own for each thread that wants one."""

    def __init__(self, before):
        self.before, self.own = before, ContextVar("own", default=None)

    def write(self, text):
        return (self.own.get() or self.before).write(text)

    def flush(self):
        (self.own.get() or self.before).flush()

    def isatty(self):
        return False


@contextlib.contextmanager
def heard():
    """While it is held, what runs print is theirs alone."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Spoken(before[0]), Spoken(before[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


@dataclass
class Told:
    """What a run came to: exit code, the JSON it printed (None where that is none), what it noted."""

    code: object
    document: dict | None
    err: str
    seconds: float

    @property
    def uses(self):
        """Each use with what becomes of it."""
        plans = self.document.get("repositories", [self.document]) if self.document else []
        uses = (use for plan in plans for use in plan.get("uses", ()))
        return {f"{use['file']}:{use['line']}": use for use in uses}

    @property
    def outcomes(self):
        return {at: (use["outcome"], use["new"]) for at, use in self.uses.items()}


def told_by(stand, place, command):
    """Run a command of the bot to its end."""
    return copy_context().run(_told_by, stand, place, command)


def _told_by(stand, place, command):
    out, err = io.StringIO(), io.StringIO()
    sys.stdout.own.set(out)
    sys.stderr.own.set(err)
    images = {name: f"{stand.registry.host}/{image}" for name, image in NAMES.items()}
    words = [
        each.format(repo=place / "repo", out=place / "out", **images) for each in COMMANDS[command]
    ]
    began = time.monotonic()
    with clock.stopped(NOW):
        code = main([*words, "--config", str(place / "operator.yaml"), "--json"])
    seconds = time.monotonic() - began
    neutral = neutral_to(stand, place)
    said = neutral(out.getvalue())
    return Told(code, json.loads(said) if said else None, neutral(err.getvalue()), seconds)


def neutral_to(stand, place):
    """Texts without what stands and places have each otherwise: ports, folders, what is made of them."""
    ports = [proxy.host.rpartition(":")[2] for proxy in stand.proxies]
    port = re.compile(rf"(?<=127\.0\.0\.1[:-])(?:{'|'.join(ports)})\b")
    return lambda text: re.sub(
        r"evidence=[0-9a-f]+", "evidence=…", port.sub("PORT", text).replace(str(place), "PLACE")
    )


# ---------------------------------------------------------------- what it leaves behind


@dataclass
class State:
    """Files of the working tree, of each branch, titles and bodies, and what the ledger knows."""

    files: dict
    branches: dict
    proposals: dict
    ledger: list = field(repr=False)


def state_of(stand, place):
    neutral, repo = neutral_to(stand, place), place / "repo"
    names = git(repo, "for-each-ref", "--format=%(refname:short)", "refs/heads/").split()
    branches = {neutral(name): neutral(branch_of(repo, name)) for name in names if name != "main"}
    return State(
        {path.name: neutral(path.read_text()) for path in repo.iterdir() if path.is_file()},
        branches,
        {
            neutral(str(path.relative_to(place))): neutral(path.read_text())
            for path in sorted(place.glob("out/*/*"))
        },
        [tuple(map(neutral, map(str, row))) for row in ledger_of(place / "ledger.sqlite")],
    )


def branch_of(repo, name):
    """What a branch says and changes, commit by commit."""
    told = git(repo, "log", "--format=commit %s%n%b", "-p", "--no-color", f"main..{name}")
    return "".join(line for line in told.splitlines(True) if not line.startswith("index "))


def ledger_of(path):
    """Where each tag was seen to point."""
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        return sorted(ledger.execute(SEEN))


# ---------------------------------------------------------------- many runs

_NUMBERS = count()
SECONDS = 60  # that no run takes, on however busy a machine: it has been told to be impatient


@dataclass
class Case:
    """A command, and a plan of what goes wrong, and `passing` where that is made good; `name` tells all."""

    name: str
    command: str
    plan: object
    passing: bool = False


@dataclass
class Tried:
    """What came of a case: of the run with faults, and of the one after it without."""

    case: Case
    before: State = None
    told: Told = None
    state: State = None
    asked: list = ()
    drained: list = ()
    after: Told = None
    state_after: State = None
    error: BaseException | None = None

    @property
    def faults(self):
        return [each for each in self.asked if each.fault]


def tried(stand, case):
    """Two runs of the command in a new place; what ends them otherwise than it should is told."""
    came = Tried(case)
    place = stand.place(f"run-{next(_NUMBERS)}")
    try:
        if case.command == "run again":
            stand.plan(faults.healthy)
            told_by(stand, place, "run")
        came.before = state_of(stand, place)
        stand.plan(case.plan)
        came.told = told_by(stand, place, case.command)
        came.asked, came.drained = stand.asked(), stand.drained()
        came.state = state_of(stand, place)
        stand.plan(faults.healthy)
        came.after = told_by(stand, place, case.command)
        came.state_after = state_of(stand, place)
    except BaseException as error:  # noqa: BLE001 -- what ends a run is what is looked for
        came.error = error
    shutil.rmtree(place)
    return came


def all_tried(stands, cases):
    """Each case on some stand, as many at once as there are stands; in the order that they end."""
    waiting, done = SimpleQueue(), SimpleQueue()
    for case in cases:
        waiting.put(case)

    def work(stand):
        with contextlib.suppress(Empty):
            while True:
                done.put(tried(stand, waiting.get_nowait()))

    with heard():
        for stand in stands:
            Thread(target=work, args=(stand,), daemon=True).start()
        return [done.get(timeout=SECONDS) for _ in cases]

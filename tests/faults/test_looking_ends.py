"""
`check` and `diff` that are told to end, are killed, or meet: what they remember stays whole.

Both write nothing but the ledger and the cache, and say the same whatever became of those before.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from tests.faults import world
from tests.faults.runs import NAMES, neutral_to
from tests.servers.faults import delayed

pytestmark = pytest.mark.registry

ROOT = Path(__file__).resolve().parents[2]
TOLD = "basewatch: told to end (SIGTERM): run it again, and what was begun is completed\n"
COMMANDS = {"check": ("check", "{repo}"), "diff": ("diff", "{old}", "{new}")}
_ENDED = {signal.SIGTERM: (143, -signal.SIGTERM), signal.SIGKILL: (-signal.SIGKILL,)}
"""How each ends it; by itself before anything of ours is loaded that could tell."""

_NUMBERS = count()
MANY = pytest.mark.parametrize("command", COMMANDS)


@pytest.fixture(scope="module")
def stand(open_registry, tmp_path_factory):
    with world.stands(tmp_path_factory.mktemp("looking"), open_registry, 1) as (made,):
        yield made


@pytest.fixture
def there(stand):
    """The stand, each of whose answers takes a moment, so that there is something to interrupt."""
    stand.plan(lambda *_: delayed(0.03))
    yield stand
    stand.plan(lambda *_: None)


def started(stand, place, command):
    images = {name: f"{stand.registry.host}/{image}" for name, image in NAMES.items()}
    words = [word.format(repo=place / "repo", **images) for word in COMMANDS[command]]
    environment = {name: said for name, said in os.environ.items() if name != "BASEWATCH_LEDGER"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "bot", *words, "--config", str(place / "operator.yaml")],
        env={**environment, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def said(stand, place, process):
    out, err = process.communicate(timeout=100)
    neutral = neutral_to(stand, place)
    return process.returncode, neutral(out), neutral(err)


def remembered(place):
    """The files that a run keeps, of which those that were to become one are told as such."""
    kept = (path for path in place.rglob("*") if path.is_file() and "repo" not in path.parts)
    return sorted(path.relative_to(place) for path in kept)


def is_whole(place):
    """Whether SQLite finds nothing wrong in what is there, and nothing is locked any more."""
    for path in place.rglob("*.sqlite"):
        with closing(sqlite3.connect(path, timeout=0)) as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return False
            database.execute("BEGIN EXCLUSIVE")
    return True


def place_of(stand):
    """A new place on the stand."""
    return stand.place(f"{next(_NUMBERS)}")


def alone(stand, command):
    """What a command says by itself, and the place that it was started at."""
    place = place_of(stand)
    told = said(stand, place, started(stand, place, command))
    assert told[0] == 0, told
    return told, place


def survives(stand, command, rounds):
    """Strike a command at each moment; then run it to its end, twice."""
    told, there = alone(stand, command)
    files = remembered(there)
    for sign, after in rounds:
        place = place_of(stand)
        process = started(stand, place, command)
        time.sleep(after)
        process.send_signal(sign)
        found = said(stand, place, process)
        assert found == told or (found[0] in _ENDED[sign] and found[2] in ("", TOLD)), found
        assert is_whole(place)
        for _ in range(2):
            assert said(stand, place, started(stand, place, command)) == told
        left = [path for path in remembered(place) if path not in files]
        assert len(left) <= (sign == signal.SIGKILL), left


def drawn(seed, times):
    chance = random.Random(seed)
    return [((signal.SIGTERM, signal.SIGKILL)[each % 2], chance.uniform(0.15, 1.2))
            for each in range(times)]  # fmt: skip


def test_a_check_that_is_killed_leaves_what_the_next_one_can_use(there):
    survives(there, "check", [(signal.SIGKILL, 0.5)])


@pytest.mark.slow
@pytest.mark.timeout(300)
@MANY
def test_whenever_it_ends_the_next_one_says_the_same(there, command):
    survives(there, command, drawn(7, 8))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("pair", [("check", "check"), ("diff", "diff"), ("check", "diff")])
def test_two_at_a_time_say_what_each_says_alone(there, pair):
    told = {command: alone(there, command)[0] for command in pair}
    chance = random.Random(3)
    for _ in range(4):
        place = place_of(there)
        first = started(there, place, pair[0])
        time.sleep(chance.uniform(0, 0.3))
        second = started(there, place, pair[1])
        assert said(there, place, first) == told[pair[0]]
        assert said(there, place, second) == told[pair[1]]
        assert is_whole(place)

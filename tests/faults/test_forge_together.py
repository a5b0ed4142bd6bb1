"""Two runs at the same time, at one repository and with one ledger: they end as one would."""

import random
import time
from contextlib import ExitStack

import pytest

from tests.faults.forge_fixtures import (
    based,
    elsewhere,
    emulator,
    github,
    gitlab,
    told,
)
from tests.faults.test_forge_sweeps import different

__all__ = ["based", "elsewhere", "emulator", "github", "gitlab", "told"]

pytestmark = pytest.mark.registry


@pytest.fixture
def impatient():
    """The machine may be busy with the other one."""


def together(world, slug, later):
    """Two processes, the second started so many seconds after the first; what each said."""
    world.proxy.forget()
    with ExitStack() as stack:
        first = stack.enter_context(world.process(slug))
        time.sleep(later)
        second = stack.enter_context(world.process(slug))
        for process in (first, second):
            out, err = process.communicate(timeout=100)
            assert process.returncode in (0, 2), err
            assert "Traceback" not in err
            assert all(line.startswith("basewatch: ") for line in err.splitlines()), err
            assert world.token not in out + err


def lasting(seen):
    """What there is, but for numbers, and for second ones that were closed at once."""
    return {
        "branches": seen["branches"],
        "pulls": [pull[1:] for pull in seen["pulls"]],
        "said": seen["said"],
        "issues": [issue[1:] for issue in seen["issues"] if issue[2] in ("open", "opened")],
    }


def meet(world, jitters):
    """Rounds, each at a repository of its own; then all is as after one run, and stays so."""
    alone = world.repository()
    world.run(alone)
    end = lasting(world.seen(alone))
    slugs = []
    for later in jitters:
        slugs.append(world.repository())
        together(world, slugs[-1], later)
        now = lasting(world.seen(slugs[-1]))
        assert now == end, different(now, end)
    ran = world.run(*slugs)
    assert (ran.code, ran.err) == (0, "")
    for slug in slugs:
        assert lasting(world.seen(slug)) == end
    before = len(world.writes())
    ran = world.run(*slugs)
    assert (ran.code, ran.err, len(world.writes())) == (0, "", before)


def drawn(seed, times):
    """Seconds between the starts; most meet within one request of each other."""
    chance = random.Random(seed)
    return [chance.choice([0.0, chance.uniform(0, 0.05), chance.uniform(0, 0.4)])
            for _ in range(times)]  # fmt: skip


def test_two_runs_at_the_same_time_end_as_one(gitlab):
    meet(gitlab, [0.0])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_gitlab(gitlab):
    meet(gitlab, drawn(3, 5))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_github(github):
    meet(github, drawn(4, 4))

"""Runs at a forge that are told to end, or are killed, at any request: the next one completes them."""

import random
import signal

import pytest

from tests.faults.forge_fixtures import (
    based,
    elsewhere,
    emulator,
    github,
    gitlab,
    told,
)
from tests.faults.test_forge_sweeps import different, healed
from tests.servers import faults as f

__all__ = ["based", "elsewhere", "emulator", "github", "gitlab", "told"]

pytestmark = pytest.mark.registry

TOLD = "basewatch: told to end (SIGTERM): run it again, and what was begun is completed\n"
BEFORE, AFTER = f.reset, f.reset_when_done


@pytest.fixture
def impatient():
    """Nobody has to be: they are ended."""


def struck(world, slug, number, sign, fault):
    """A run that is sent a signal at that request, before it is done or after; how it ended."""
    with world.process(slug) as process:

        def plan(each, _method, _path):
            if each != number:
                return None
            process.send_signal(sign)
            return fault

        world.proxy.forget()
        world.proxy.plan = plan
        out, err = process.communicate(timeout=60)
        world.proxy.plan = lambda *_: None
    return process.returncode, out, err


def ends_well(ended, sign):
    """`ended` is code, output and complaints of a run that was sent the signal."""
    if sign == signal.SIGKILL:
        assert ended[0] == -9
        assert "Traceback" not in ended[2]
    else:
        assert ended == (143, "", TOLD)


def whole(world):
    """What an undisturbed run comes to, and how many requests that takes."""
    slug = world.repository()
    ran = world.run(slug)
    assert (ran.code, ran.err) == (0, "")
    return world.seen(slug), len(world.proxy.asked)


def all_are_completed(world, points):
    """Of each a repository of its own; all of them are completed by one run."""
    end, _ = whole(world)
    slugs = []
    for number, sign, fault in points:
        slugs.append(world.repository())
        ends_well(struck(world, slugs[-1], number, sign, fault), sign)
        now = world.seen(slugs[-1])
        assert len(now["pulls"]) <= 1, different(now, end)
        assert len(now["issues"]) <= 1, different(now, end)
    healed(world, slugs, end)


def drawn(seed, last, times):
    """Points of a run, the same for the same seed: each signal, at any request, both moments."""
    chance = random.Random(seed)
    signs = [signal.SIGTERM, signal.SIGKILL]
    return [
        (chance.randrange(last), signs[each % 2], chance.choice([BEFORE, AFTER]))
        for each in range(times)
    ]


def test_a_run_that_is_told_to_end_within_its_writes_is_completed(gitlab):
    all_are_completed(gitlab, [(12, signal.SIGTERM, AFTER)])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_gitlab(gitlab):
    _, requests = whole(gitlab)
    all_are_completed(gitlab, drawn(7, requests, 8))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_github(github):
    _, requests = whole(github)
    all_are_completed(github, drawn(8, requests, 6))

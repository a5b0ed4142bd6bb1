"""Each request to a forge goes wrong in each way: what must hold then, and what comes of it later."""

import difflib
import pprint

import pytest

from tests.faults.forge_fixtures import (
    based,
    elsewhere,
    emulator,
    github,
    gitlab,
    impatient,
    told,
)
from tests.faults.forge_worlds import NOTHING_KNOWN, WRONG_TYPES, Sticky, leads, limited
from tests.servers import faults as f
from tests.servers.faults import answered

__all__ = ["based", "elsewhere", "emulator", "github", "gitlab", "impatient", "told"]

pytestmark = pytest.mark.registry

SILENT = (f.reset, f.closed, f.stalled, f.truncated, f.drips, f.rubbish, f.head_without_end)
LENGTHS = (f.length_too_long, f.length_too_short, f.length_absurd, f.length_negative)
STATUSES = tuple(answered(each) for each in (403, 404, 408, 409, 422, 500, 502, 503, 504))
OTHERS = (f.html, f.html_as_told, f.empty, f.null, f.nested, WRONG_TYPES, NOTHING_KNOWN)
FLOODS = (f.gigabyte, f.gigabyte_in_chunks)
LEADING = (f.redirect_loop, f.redirect_chain)
DONE = (f.reset_when_done, f.stalled_when_done, f.reset_in_body,
        *(answered(each, done=True) for each in (408, 500, 502, 504)))  # fmt: skip
ALL = (*SILENT, *LENGTHS, *STATUSES, limited(429), limited(403), *OTHERS, *FLOODS, *LEADING, *DONE)


def swept(world, nth, faults):
    """Have that request of one repository after the other go wrong, each in another way."""
    faults = [*faults, leads(world.elsewhere.url)]
    wrong = {world.repository(): fault for fault in faults}
    spared = world.repository()
    plan = Sticky({slug: (nth, fault) for slug, fault in wrong.items()})
    ran = world.run(*wrong, spared, plan=plan)
    end = world.seen(spared)
    assert plan.hit.keys() == wrong.keys(), (ran.err[:3000], world.asked_of(spared))
    for slug, fault in wrong.items():
        holds(world, ran, slug, end, fault)
    assert ran.of(spared) == []
    healed(world, [*wrong, spared], end)


def different(one, other):
    lines = (pprint.pformat(each, width=150).splitlines() for each in (one, other))
    return "\n".join(difflib.unified_diff(*lines, lineterm="", n=0))


def holds(world, ran, slug, end, fault):
    """What is so whatever went wrong."""
    said = ran.out + ran.err
    assert "Traceback" not in said
    assert world.token not in said
    assert world.elsewhere.url.removeprefix("http://") not in ran.out
    assert ran.code in (0, 2)
    lines = ran.of(slug)
    assert len(lines) <= 2, (fault, lines)
    assert all(line.startswith("basewatch: ") and len(line) < 700 for line in lines), lines
    now = world.seen(slug)
    assert bool(lines) or now == end, (fault, different(now, end))
    assert not lines or ran.code == 2
    for what in ("pulls", "issues"):
        assert len(now[what]) <= 1, (fault, now[what])
    ours = [files for name, files in now["branches"].items() if name.startswith("basewatch/")]
    assert ours in ([], [{"Dockerfile": world.dockerfile()}]), fault


def healed(world, slugs, end):
    """The next run makes it as if nothing had happened, and the one after writes nothing."""
    ran = world.run(*slugs)
    assert (ran.code, ran.err) == (0, "")
    for slug in slugs:
        assert world.seen(slug) == end, different(world.seen(slug), end)
    before = len(world.writes())
    ran = world.run(*slugs)
    assert (ran.code, ran.err, len(world.writes())) == (0, "", before)


def few(faults, nth, share):
    """Every so many of them, others for the next request: each is tried at several."""
    return faults[nth % share :: share]


# What an undisturbed run asks about a repository; git asks for refs, and for what they lead to.
GIT = ["GET .git/info/refs", "POST .git/git-upload-pack"] * 3
AT_GITLAB = [
    "GET repository",
    *GIT,
    "GET merge_requests",  # all of late
    "GET merge_requests",  # from the branch
    "GET issues",
    "POST repository/commits",
    "POST merge_requests",
    "GET issues",  # that are closed
    "POST issues",
    "GET issues",  # whether another run opened one
]
AT_GITHUB = [
    "GET repository",
    *GIT,
    "GET pulls",
    "GET issues",
    "POST git/trees",
    "POST git/commits",
    "POST git/refs",
    "POST pulls",
    "POST issues/N/labels",
    "GET issues",
    "POST issues",
    "GET issues",
]


def positions(asked):
    return [
        pytest.param(nth, id=f"{nth}-{name.replace('/', '-')}") for nth, name in enumerate(asked)
    ]


def at(asked, nth):
    """The faults to try at a request: all of them where something is written."""
    name = asked[nth]
    return few(ALL, nth, 4 if name in GIT else 3 if name.startswith("GET") else 1)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("nth", positions(AT_GITLAB))
def test_gitlab(gitlab, nth):
    swept(gitlab, nth, at(AT_GITLAB, nth))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("nth", positions(AT_GITHUB))
def test_github(github, nth):
    swept(github, nth, few(at(AT_GITHUB, nth), nth, 2))


def test_what_is_swept_is_all_that_a_run_asks(gitlab):
    slug = gitlab.repository()
    gitlab.run(slug)
    assert gitlab.asked_of(slug) == AT_GITLAB


def test_what_is_swept_is_all_that_a_run_asks_of_a_github(github):
    slug = github.repository()
    github.run(slug)
    assert github.asked_of(slug) == AT_GITHUB


FEW = (f.reset_when_done, f.truncated, answered(502, done=True), answered(409), WRONG_TYPES)


def test_the_pull_request_is_opened_once_whatever_becomes_of_the_answer(gitlab):
    swept(gitlab, AT_GITLAB.index("POST merge_requests"), FEW)


def test_the_dashboard_is_opened_once_whatever_becomes_of_the_answer(gitlab):
    swept(gitlab, AT_GITLAB.index("POST issues"), FEW)

"""Each request to a forge goes wrong in each way: what must hold then, and what comes of it later."""

import difflib
import os
import pprint
import re

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

ADVICE = re.compile(
    "try again|run again|the next run looks|look at|check the address|is this the address|is this its API|is no path of a project, as |give |name it"
    "|the token may not|there is no such thing|it takes at least|there is none at this address"
)
# Each fault at each request takes a quarter of an hour, and is for who works on this.
WHOLE = os.environ.get("BASEWATCH_TEST_SWEEP") == "whole"
SILENT = (f.reset, f.closed, f.stalled, f.truncated, f.drips, f.rubbish, f.head_without_end)
LENGTHS = (f.length_too_long, f.length_too_short, f.length_absurd, f.length_negative)
STATUSES = tuple(answered(each) for each in (403, 404, 408, 409, 422, 500, 502, 503, 504))
OTHERS = (f.html, f.html_as_told, f.empty, f.null, f.nested, WRONG_TYPES, NOTHING_KNOWN)
FLOODS = (f.gigabyte, f.gigabyte_in_chunks)
LEADING = (f.redirect_loop, f.redirect_chain)
DONE = (f.reset_when_done, f.stalled_when_done, f.reset_in_body,
        *(answered(each, done=True) for each in (408, 500, 502, 504)))  # fmt: skip
ALL = (*SILENT, *LENGTHS, *STATUSES, limited(429), limited(403), *OTHERS, *FLOODS, *LEADING, *DONE)


def swept(world, pairs):
    """For each number of a request and fault have that go wrong, in a repository of its own."""
    wrong = {world.repository(): pair for pair in pairs}
    spared = world.repository()
    plan = Sticky(wrong)
    ran = world.run(*wrong, spared, plan=plan)
    end = world.seen(spared)
    assert plan.hit.keys() == wrong.keys(), (ran.err[:3000], world.asked_of(spared))
    for slug, fault in wrong.items():
        holds(world, ran, slug, end, fault)
    assert ran.of(spared) == []
    healed(world, [*wrong, spared], end)


def without_issues(ran, slug):
    """What a run tells of the dashboard of a repository where it finds that there are no issues."""
    pages = ran.report["dashboards"]
    return [each["detail"] for each in pages if each["repository"] == slug and each["detail"]]


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
    lines, gone = ran.of(slug), without_issues(ran, slug)
    assert len(lines) <= 3, (fault, lines)  # a proposal, what is taken back, the dashboard
    assert all(line.startswith("basewatch: ") and len(line) < 700 for line in lines), lines
    assert all(ADVICE.search(line) for line in lines), lines
    now = world.seen(slug)
    assert lines or gone or now == end, (fault, different(now, end))
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


def each_at(world, nth, faults):
    """Each of the faults at one request, and that it leads to another host."""
    return [(nth, fault) for fault in (*faults, leads(world.elsewhere.url))]


def few(faults, nth, share):
    """Every so many of them, others for the next request: each is tried at several."""
    return faults if WHOLE else faults[nth % share :: share]


def swept_apart(world, pairs):
    """All of them: one run tells once what is the same of many, and heeds who limits three times."""
    runs = 5 if WHOLE else 1
    for number in range(runs):
        swept(world, pairs[number::runs])


# What an undisturbed run asks about a repository; git asks for refs, and for what they lead to.
GIT = ["GET .git/info/refs", "POST .git/git-upload-pack"] * 3
AT_GITLAB = [
    "GET repository",
    *GIT,
    "GET merge_requests",  # what became of all branches
    "GET issues",
    "POST repository/commits",
    "POST merge_requests",
    "GET issues",  # that are closed
    "POST issues",
    "GET issues",  # whether another run opened one
]
AT_GITHUB = [
    "GET repository",
    *GIT,  # as it goes wrong at a GitLab
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
    """The faults to try at a request: most where something is written."""
    name = asked[nth]
    if name.endswith("labels"):  # what is refused of them is told once, and not tried again
        return [each for each in ALL if each.name not in ("403", "404", "422")]
    return few(ALL, nth, 8 if name in GIT else 6 if name.startswith("GET") else 4)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("nth", positions(AT_GITLAB))
def test_gitlab(gitlab, nth):
    swept_apart(gitlab, each_at(gitlab, nth, at(AT_GITLAB, nth)))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("nth", [each for each in positions(AT_GITHUB) if ".git" not in each.id])
def test_github(github, nth):
    swept_apart(github, each_at(github, nth, few(at(AT_GITHUB, nth), nth, 3)))


def test_what_is_swept_is_all_that_a_run_asks(gitlab):
    slug = gitlab.repository()
    gitlab.run(slug)
    assert gitlab.asked_of(slug) == AT_GITLAB


def test_what_is_swept_is_all_that_a_run_asks_of_a_github(github):
    slug = github.repository()
    github.run(slug)
    assert github.asked_of(slug) == AT_GITHUB


def test_what_is_written_is_written_once_whatever_becomes_of_the_answer(gitlab):
    commit, pull = (
        AT_GITLAB.index(f"POST {each}") for each in ("repository/commits", "merge_requests")
    )
    dashboard, closed = AT_GITLAB.index("POST issues"), AT_GITLAB.index("POST issues") - 1
    pairs = [
        (commit, f.reset_when_done),
        (pull, WRONG_TYPES),
        (pull, answered(502, done=True)),
        (closed, answered(503)),
        (dashboard, answered(500, done=True)),
    ]
    swept(gitlab, pairs)


# ---------------------------------------------------------------- a token that is refused


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_token_that_is_refused_at_any_request_is_one_line(gitlab):
    clean = gitlab.repository()
    gitlab.run(clean)
    slugs = []
    for nth, name in enumerate(AT_GITLAB):
        slugs.append(gitlab.repository())
        ran = gitlab.run(slugs[-1], plan=Sticky({slugs[-1]: (nth, answered(401))}))
        assert "Traceback" not in ran.err
        if "issues" not in name:  # as of a job's token, which sees none
            assert (ran.code, len(ran.lines)) in ((2, 1), (2, 2)), (name, ran.err)
    healed(gitlab, slugs, gitlab.seen(clean))


# ---------------------------------------------------------------- at random


RATES = [(seed, rate) for seed, rate in enumerate((0.05, 0.15, 0.3))]
RANDOM = [each for each in ALL if each not in (f.drips, f.stalled, *FLOODS)]


def shaken(world, seed, rate, repositories):
    """Runs whose requests go wrong at that rate, then what comes of them."""
    clean = world.repository()
    world.run(clean)
    end = world.seen(clean)
    slugs = [world.repository() for _ in range(repositories)]
    for again in range(2):
        plan = f.at_random(rate, f"{seed} {again}", RANDOM)
        ran = world.run(*slugs, plan=plan)
        for slug in slugs:
            holds(world, ran, slug, end, (seed, rate))
    healed(world, slugs, end)


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(("seed", "rate"), RATES)
def test_gitlab_at_random(gitlab, seed, rate):
    shaken(gitlab, seed, rate, 4)


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(("seed", "rate"), RATES[1:])
def test_github_at_random(github, seed, rate):
    shaken(github, seed, rate, 2)

"""What a run hands to each dashboard."""

import datetime as dt
from dataclasses import dataclass, field

from bot.batch import Batch
from bot.errors import PlatformError
from bot.flow.planning import Survey
from bot.flow.telling import shown
from bot.image import ImageRef
from bot.model import (
    Bump,
    Case,
    Cycle,
    Evidence,
    Failure,
    LifeCycle,
    Outcome,
    Policy,
    Repo,
    Snapshot,
    TagFacts,
    Unavailable,
    Update,
    Wishes,
)
from bot.ports import NoLifeCycles
from tests.altered import replace
from tests.wording.test_dashboard import plan, use, verdict

DAY = dt.date(2026, 11, 22)
FACTS = TagFacts("unknown", None, "", "")
WISHES = Wishes(dashboard=True)


@dataclass
class Board:
    """A platform, as far as it shows pages."""

    pages: list = field(default_factory=list)
    broken: str = ""

    def show(self, snapshot, page):
        if snapshot.repo.slug == self.broken:
            raise PlatformError("the forge answers 500")
        self.pages.append((snapshot.repo.slug, page))
        return [Outcome(snapshot.repo.slug, "", "Page", "created", "x")]


def looked_at(slug="team/app", *verdicts, wishes=WISHES, lives=None, branch="main"):
    made = plan(*(verdicts or [verdict()]))
    findings = replace(made.findings, snapshot=Snapshot(Repo(slug, "x", branch), "c0"))
    survey = Survey(findings, Policy(), None, lives or NoLifeCycles(), wishes)
    return replace(made, findings=findings), survey


def batch(*done, failed=()):
    return Batch(tuple(done), tuple(failed))


def outcome(slug, branch="b"):
    return Outcome(slug, branch, "Bump", "created", "x")


def test_each_repository_has_one_page_of_all_its_branches_and_its_own_news():
    board = Board()
    here, there = outcome("team/app"), outcome("team/web")
    failed = (
        Failure("team/app basewatch/x", "why"),
        Failure("team/app", "all"),
        Failure("team/a", "no"),
    )
    told = shown(
        [looked_at(), looked_at(branch="next"), looked_at("team/web")],
        (batch(here, there), batch(failed=failed)), board, DAY,
    )  # fmt: skip
    (slug, page), (other, web) = board.pages
    assert (slug, other) == ("team/app", "team/web")
    assert [each.findings.snapshot.repo.branch for each in page.plans] == ["main", "next"]
    assert (page.outcomes, web.outcomes) == ((here,), (there,))
    assert page.failures == (Failure("basewatch/x", "why"), Failure("proposals", "all"))
    assert [each.repo for some in told.done for each in some] == ["team/app", "team/web"]


def test_who_wants_none_or_is_asked_first_has_none():
    board = Board()
    asked = replace(WISHES, starter="evidence: {enabled: false}\n")
    told = shown([looked_at(wishes=Wishes()), looked_at(wishes=asked)], (), board, DAY)
    assert (told, board.pages) == (batch(), [])


def test_one_that_fails_leaves_the_others_and_is_named():
    board = Board(broken="team/app")
    told = shown([looked_at(), looked_at("team/web")], (), board, DAY)
    assert told.failed == (Failure("team/app dashboard", "the forge answers 500"),)
    assert [slug for slug, _ in board.pages] == ["team/web"]


def test_it_says_until_when_what_is_in_an_image_is_supported_where_that_is_near():
    board = Board()
    old, new = verdict(of=use(image="alpine:3.12")), verdict(of=use(image="busybox:1"))
    shown([looked_at("team/app", old, new, lives=Ending())], (), board, DAY)
    assert [str(image) for image in board.pages[0][1].lives] == ["alpine:3.12"]


def test_what_is_found_in_an_image_is_told_as_what_its_name_says():
    board = Board()
    debian = Cycle("Debian 12", "system", security_until=dt.date(2026, 6, 10))
    node = Cycle("Node.js 20", "runtime", security_until=dt.date(2026, 4, 30))
    lives = LifeCycle((debian,), DAY), LifeCycle((debian, node), DAY)
    bump = Bump(ImageRef.parse("base:1"), ImageRef.parse("base:2"), "major")
    evidence = Evidence(
        bump, Unavailable(""), Unavailable(""), FACTS, FACTS, old_life=lives[0], new_life=lives[1]
    )
    mine, other = looked_at(), looked_at("team/web")
    case = Case(Update(mine[0].findings, "b", "1.*", ()), (evidence,))
    shown([mine, other], (), board, DAY, [case, case])
    (_, page), (_, web) = board.pages
    assert web.lives == {}
    assert page.lives == {bump.old: lives[0], bump.new: LifeCycle((node,), DAY)}


class Ending:
    def of(self, image):
        ended = Cycle("Alpine 3.12", "system", security_until=dt.date(2022, 5, 1))
        return (ended,) if image.name == "alpine" else ()

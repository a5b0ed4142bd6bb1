"""The issue that tells of a repository, and the boxes that people tick in it, at a forge in memory."""

import pytest

from bot.errors import PlatformError
from bot.forges import NoIssuesError
from bot.forges.discovery import Wanted
from bot.forges.platform import Hosted
from bot.image import ImageRef
from bot.model import Findings, Page, Plan, Position, Repo, Snapshot, Span, Use, Verdict, Wishes
from bot.platforms.dry import DryRun
from bot.wording.dashboard import TITLE, ticked
from tests.altered import replace
from tests.forges.memory import forge
from tests.forges.test_platform import NOW, OTHER, THIRD, proposal, verbs
from tests.pulls.forge import BRANCH

SLUG = "team/app"
WISHES = Wishes(dashboard=True)
ONE_AT_A_TIME = replace(WISHES, open_at_most=1)


def plan(*paths):
    image = ImageRef.parse("node:20")
    uses = [
        Use(path, "dockerfile", Span(5, 12), Position(1, 6), "node:20", image, (), "from")
        for path in paths
    ]
    findings = Findings(Snapshot(Repo(SLUG, "x", "main"), "c0"), len(uses), tuple(uses), ())
    found = (Verdict(use, "current", "It is the newest.", "20") for use in uses)
    return Plan(findings, tuple(found))


HERE, NOWHERE = plan("Dockerfile"), plan()


def run(there, *proposals, dry=False, wishes=WISHES, heads=None, plans=(HERE,)):
    """One run as flow has it; gives what became of proposals, and of the dashboard."""
    hosted = Hosted(there, lambda _repo, _shown: None, Wanted(), lambda: NOW)
    works = DryRun(hosted) if dry else hosted
    snapshot = Snapshot(Repo(SLUG, "x", "main"), "c0", heads=heads)
    mine = [replace(each, wishes=wishes, snapshot=snapshot) for each in proposals]
    found = [works.ensure(each) for each in works.arranged(mine)]
    found += works.retire(snapshot, {each.branch for each in mine})
    return found, works.show(snapshot, Page(plans, tuple(found)))


def tick(there, branch, number=1):
    page = there.pages[SLUG][number]
    mark = f"- [ ] <!-- basewatch-box ask={branch} -->"
    assert mark in page.body
    body = page.body.replace(mark, mark.replace("[ ]", "[x]"))
    there.pages[SLUG][number] = replace(page, body=body)


def heads_of(there):
    return {name: state.tip for name, state in there.repos[SLUG].branches.items()}


def test_the_first_run_opens_one_and_the_second_leaves_it():
    there = forge()
    _, (shown,) = run(there, proposal())
    assert (shown.verb, shown.where, shown.title) == (
        "created", "https://forge.test/issue/1", TITLE,
    )  # fmt: skip
    assert shown.writes == ()
    before = there.written
    outcomes, (shown,) = run(there, proposal())
    assert (verbs(outcomes), shown.verb, there.written) == (["unchanged"], "unchanged", before)
    assert len(there.pages[SLUG]) == 1


def test_an_edit_follows_a_change_and_nothing_else():
    there = forge()
    run(there, proposal())
    _, (shown,) = run(there, proposal(), proposal(OTHER))
    assert shown.verb == "updated"
    assert run(there, proposal(), proposal(OTHER))[1][0].verb == "unchanged"


def test_an_unchanged_repository_with_three_open_ones_is_asked_three_things():
    there, three = forge(), (proposal(), proposal(OTHER), proposal(THIRD))
    run(there, *three)
    there.asked.clear()
    outcomes, (shown,) = run(there, *three, heads=heads_of(there))
    assert verbs([*outcomes, shown]) == ["unchanged"] * 4
    assert dict(there.asked) == {"pulls": 1, "comments": 1, "issues": 1}


def test_what_git_tells_of_branches_is_not_believed_against_a_pull_request():
    there = forge()
    run(there, proposal())
    stale = heads_of(there)
    there.repos[SLUG].push()
    (outcome,), _ = run(there, proposal(target="b"), heads=stale)
    assert outcome.verb == "left"
    assert there.asked["branches"] > 0


def test_a_branch_that_was_made_since_git_was_asked_is_found_at_the_second_look():
    there = forge()
    run(there, proposal())
    there.repos[SLUG].pulls.clear()
    (outcome,), _ = run(there, proposal(), heads={})
    assert outcome.verb == "created"
    assert len(there.repos[SLUG].branches) == 1


def test_a_leftover_that_git_tells_of_is_looked_at_before_it_is_deleted():
    there = forge()
    run(there, proposal())
    heads = heads_of(there)
    there.repos[SLUG].delete_branch()
    assert run(there, heads=heads)[0] == []
    run(there, proposal(OTHER))
    there.repos[SLUG].pulls.clear()
    (gone,), _ = run(there, heads=heads_of(there))
    assert (gone.verb, there.repos[SLUG].branches) == ("retired", {})


def test_a_box_has_what_waits_opened_and_is_clear_afterwards():
    there = forge()
    outcomes, _ = run(there, proposal(), proposal(OTHER), wishes=ONE_AT_A_TIME)
    assert sorted(verbs(outcomes)) == ["created", "left"]
    waits = next(each.branch for each in outcomes if each.verb == "left")
    tick(there, waits)
    outcomes, (shown,) = run(there, proposal(), proposal(OTHER), wishes=ONE_AT_A_TIME)
    assert sorted(verbs(outcomes)) == ["created", "unchanged"]
    assert shown.verb == "updated"
    assert "basewatch-box" not in there.pages[SLUG][1].body
    before = there.written
    run(there, proposal(), proposal(OTHER), wishes=ONE_AT_A_TIME)
    assert there.written == before


def test_a_declined_one_comes_back_when_its_box_is_ticked():
    there = forge()
    run(there, proposal())
    there.repos[SLUG].close(1)
    (outcome,), _ = run(there, proposal())
    assert outcome.waits == "declined by a person, who closed #1"
    tick(there, BRANCH)
    (outcome,), _ = run(there, proposal())
    assert outcome.verb == "created"
    assert there.repos[SLUG].opened()


def test_what_a_person_holds_is_told_the_same_in_both_runs():
    there = forge()
    run(there, proposal())
    there.repos[SLUG].say(1, "/basewatch hold until 2027-01-31")
    run(there, proposal())
    body = there.pages[SLUG][1].body
    assert "held until 2027-01-31 by a person" in body
    before = there.written
    run(there, proposal())
    assert there.written == before


def test_boxes_mean_nothing_to_who_keeps_no_dashboard():
    there = forge()
    run(there, proposal())
    there.repos[SLUG].close(1)
    run(there, proposal())
    tick(there, BRANCH)
    (outcome,), _ = run(there, proposal(), wishes=Wishes())
    assert outcome.verb == "left"


def test_a_box_stays_ticked_where_what_it_asks_for_fails():
    there = forge()
    run(there, proposal())
    there.repos[SLUG].close(1)
    run(there, proposal())
    tick(there, BRANCH)
    there.dies_at, there.dies, there.error = there.written + 1, "before", PlatformError
    (outcome,), (shown,) = run(there, proposal())
    assert (outcome.verb, shown.verb) == ("failed", "updated")
    assert ticked(there.pages[SLUG][1].body) == {BRANCH}
    (outcome,), _ = run(there, proposal())
    assert outcome.verb == "created"
    assert ticked(there.pages[SLUG][1].body) == frozenset()


def test_no_box_is_ticked_but_by_people():
    there = forge()
    run(there, proposal())
    there.repos[SLUG].close(1)
    run(there, proposal())
    there.dies_at, there.dies, there.error = there.written + 1, "before", PlatformError
    outcomes, _ = run(there, proposal(OTHER), proposal())
    assert "failed" in verbs(outcomes)
    assert ticked(there.pages[SLUG][1].body) == frozenset()


def test_a_box_that_is_ticked_in_the_midst_of_a_run_is_not_lost(monkeypatch):
    there = forge()
    run(there, proposal(), proposal(OTHER), wishes=ONE_AT_A_TIME)
    waits = next(iter(ticked(there.pages[SLUG][1].body.replace("[ ]", "[x]"))))
    read = there.issue

    def meanwhile(slug, number):
        tick(there, waits)
        return read(slug, number)

    monkeypatch.setattr(there, "issue", meanwhile)
    third = proposal(THIRD)
    _, (shown,) = run(there, proposal(), proposal(OTHER), third, wishes=ONE_AT_A_TIME)
    assert (shown.verb, shown.detail) == (
        "left", "somebody changed it just now: the next run looks again",
    )  # fmt: skip
    assert ticked(there.pages[SLUG][1].body) == {waits}


def test_without_a_use_there_is_none_and_the_one_that_was_there_is_closed():
    there = forge()
    assert run(there, plans=(NOWHERE,)) == ([], [])
    run(there)
    told = there.pages[SLUG][1].body
    _, (shown,) = run(there, plans=(NOWHERE,))
    assert (shown.verb, there.pages[SLUG][1].is_open) == ("retired", False)
    before = there.written
    assert run(there, plans=(NOWHERE,)) == ([], [])
    assert there.written == before
    _, (shown,) = run(there)
    assert (shown.verb, there.pages[SLUG][1].is_open, len(there.pages[SLUG])) == (
        "created", True, 1,
    )  # fmt: skip
    assert there.pages[SLUG][1].body == told


def test_one_that_a_person_closed_stays_closed_and_there_is_no_other():
    there = forge()
    run(there)
    there.pages[SLUG][1] = replace(there.pages[SLUG][1], is_open=False)
    before = there.written
    _, (shown,) = run(there, proposal(), wishes=WISHES)
    assert (shown.verb, len(there.pages[SLUG])) == ("left", 1)
    assert shown.detail.startswith("a person closed it")
    run(there, proposal())
    assert not there.pages[SLUG][1].is_open
    assert there.written == before + 2  # the branch and its pull request


def test_issues_that_only_look_like_one_are_none():
    there = forge()
    run(there)
    body = there.pages[SLUG][1].body.replace("hash=", "hash=not-")
    there.pages[SLUG][1] = replace(there.pages[SLUG][1], body=body)
    _, (shown,) = run(there)
    assert (shown.verb, len(there.pages[SLUG])) == ("created", 2)


def test_a_repository_without_issues_is_told_of_in_a_line_and_nothing_fails():
    there = forge(broken={f"{SLUG} no issues"})
    outcomes, (shown,) = run(there, proposal())
    assert verbs([*outcomes, shown]) == ["created", "left"]
    assert shown.detail == f"{SLUG}: there are no issues here"


def test_an_outage_of_issues_keeps_nothing_from_being_proposed_and_fails_the_dashboard():
    there = forge(broken={f"{SLUG} issues"})
    with pytest.raises(PlatformError, match="500"):
        run(there, proposal())
    assert there.repos[SLUG].opened()
    assert there.pages == {}


def test_a_dry_run_tells_and_writes_nothing():
    there = forge()
    _, (shown,) = run(there, proposal(), dry=True)
    assert (shown.verb, shown.detail, there.pages) == ("created", "dry run", {})
    assert shown.writes[0] == f"open the issue “{TITLE}”:"
    assert any("Every use" in line for line in shown.writes)
    run(there, proposal())
    there.repos[SLUG].close(1)
    run(there, proposal())
    _, (shown,) = run(there, proposal(), dry=True)
    assert (shown.verb, shown.detail, shown.writes) == ("unchanged", "dry run", ())
    _, (shown,) = run(there, proposal(title="Another"), dry=True)
    assert shown.writes[0] == "edit the issue #1:"
    assert [line for line in shown.writes if line[4] in "+-" and "Another" in line]


def test_the_page_leads_to_pull_requests_that_this_run_said_nothing_of():
    there = forge()
    run(there, proposal())
    hosted = Hosted(there, lambda _repo, _shown: None, Wanted(), lambda: NOW)
    snapshot, page = Snapshot(Repo(SLUG, "x", "main"), "c0"), Page((HERE,))
    hosted.show(snapshot, page)
    assert [shown.verb for shown in hosted.foresee_shown(snapshot, page)] == ["unchanged"]
    assert "Refresh node 20.1.0" in there.pages[SLUG][1].body


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_run_killed_at_any_write_is_completed_and_never_makes_two(dies):
    class KilledError(BaseException):
        pass

    whole = forge()
    three = (proposal(), proposal(OTHER), proposal(THIRD))
    run(whole, *three, wishes=replace(WISHES, open_at_most=2))
    for number in range(1, whole.written + 1):
        there = forge(dies_at=number, dies=dies, error=KilledError)
        with pytest.raises(KilledError):
            run(there, *three, wishes=replace(WISHES, open_at_most=2))
        run(there, *three, wishes=replace(WISHES, open_at_most=2))
        assert there.pages.keys() == {SLUG}
        assert [page.body for page in there.pages[SLUG].values()] == [whole.pages[SLUG][1].body]
        before = there.written
        run(there, *three, wishes=replace(WISHES, open_at_most=2))
        assert there.written == before


# ---------------------------------------------------------------- two runs at once


class Beside(type(forge())):
    """A forge where another run opens a dashboard right before ours."""

    def write_issue(self, slug, wanted, was=None):
        if was is None and not self.pages.get(slug):
            super().write_issue(slug, wanted)
        return super().write_issue(slug, wanted, was)


def test_of_two_that_are_opened_at_the_same_moment_the_later_is_closed():
    there = forge()
    there.__class__ = Beside
    _, (shown,) = run(there, proposal())
    assert (shown.verb, shown.where) == ("left", "https://forge.test/issue/1")
    assert "another run opened #1" in shown.detail
    first, second = there.pages[SLUG].values()
    assert (first.is_open, second.is_open) == (True, False)
    assert "#1 is the dashboard" in second.body
    before = there.written
    assert [page.verb for page in run(there, proposal())[1]] == ["unchanged"]
    assert there.written == before


def two(there):
    """As two runs leave them that were stopped right after they opened one each."""
    run(there, proposal())
    there.pages[SLUG][2] = replace(there.pages[SLUG][1], number=2, url="https://forge.test/issue/2")
    return there


def test_a_second_one_that_is_there_is_closed_by_the_next_run_and_never_opened_again():
    there = two(forge())
    _, shown = run(there, proposal(), dry=True)
    assert [(page.verb, bool(page.writes)) for page in shown] == [
        ("unchanged", False),
        ("retired", True),
    ]
    assert there.pages[SLUG][2].is_open
    _, shown = run(there, proposal())
    assert [(page.verb, page.where[-1]) for page in shown] == [("unchanged", "1"), ("retired", "2")]
    run(there, plans=(NOWHERE,))
    _, (shown,) = run(there, proposal())
    assert (shown.verb, shown.where[-1]) == ("created", "1")
    assert [page.is_open for page in there.pages[SLUG].values()] == [True, False]


def test_a_box_that_was_ticked_in_the_second_one_counts():
    there = forge()
    run(there, proposal(), proposal(OTHER), wishes=ONE_AT_A_TIME)
    first = there.pages[SLUG][1]
    there.pages[SLUG][2] = replace(first, number=2)
    branch = BRANCH if f"ask={BRANCH}" in first.body else OTHER
    tick(there, branch, 2)
    outcomes, _ = run(there, proposal(), proposal(OTHER), wishes=ONE_AT_A_TIME)
    assert sorted(verbs(outcomes)) == ["created", "unchanged"]


def test_where_there_is_no_end_of_issues_the_one_that_was_found_is_kept(monkeypatch):
    there = forge()
    run(there, proposal())
    ends = type(there).issues

    def endless(self, slug, *, closed=False):
        yield from ends(self, slug, closed=closed)
        raise NoIssuesError("too many")

    monkeypatch.setattr(type(there), "issues", endless)
    assert [page.verb for page in run(there, proposal())[1]] == ["unchanged"]
    there.pages.clear()
    (shown,) = run(there, proposal())[1]
    assert (shown.verb, shown.detail) == ("left", "too many")

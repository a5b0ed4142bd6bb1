"""The life of pull requests of several repositories, at a forge in memory."""

import contextlib
import datetime as dt

import pytest

from bot.errors import PlatformError
from bot.forges import Usage
from bot.forges.bases import Bases
from bot.forges.counting import Counted, numbers
from bot.forges.discovery import Wanted
from bot.forges.fates import Fate, Fates
from bot.forges.platform import Hosted
from bot.forges.there import There
from bot.model import Issue, Repo, Snapshot, Wishes
from bot.platforms.dry import DryRun
from bot.pulls.groups import DIGESTS
from bot.pulls.marker import marker_in, with_marker
from tests.altered import replace
from tests.forges.memory import MemoryForge, forge
from tests.pulls.forge import BRANCH, Forge, RefusedError, wanted

NOW = dt.datetime(2026, 11, 22, 7, 30, tzinfo=dt.UTC)
OTHER = "basewatch/docker.io-library-python-3.x"
THIRD = "basewatch/quay.io-team-base-1.x"


def proposal(branch=BRANCH, slug="team/app", base="main", commit="c0", **more):
    line = f"docker.io/library/{branch.rpartition('-')[0].rpartition('-')[2]}:1.*"
    made = wanted(branch=branch, line=line, base=commit, **more)
    return replace(made, snapshot=Snapshot(Repo(slug, "x", base), commit))


def platform(there, **more):
    return Hosted(there, lambda _repo, _shown: None, Wanted(**more), lambda: NOW)


def run(there, *proposals, dry=False, keep=(), **more):
    """One run: a new platform, as a new process has it."""
    hosted = platform(there, **more)
    works = DryRun(hosted) if dry else hosted
    found = [works.ensure(each) for each in works.arranged(list(proposals))]
    snapshots = {p.snapshot.repo: p.snapshot for p in proposals or [proposal()]}
    for snapshot in snapshots.values():
        mine = {p.branch for p in proposals if p.snapshot.repo == snapshot.repo}
        found += works.retire(snapshot, mine | set(keep))
    return found


def verbs(outcomes):
    return [outcome.verb for outcome in outcomes]


THREE = (proposal(), proposal(OTHER), proposal(THIRD))


def test_what_is_wanted_is_opened_and_a_second_run_writes_nothing():
    there = forge()
    assert verbs(run(there, *THREE)) == ["created"] * 3
    assert [pull.state for pull in there.repos["team/app"].pulls.values()] == ["open"] * 3
    before, written = there.seen(), there.written
    assert verbs(run(there, *THREE)) == ["unchanged"] * 3
    assert (there.seen(), there.written) == (before, written)


def test_a_dry_run_tells_each_write_and_writes_nothing():
    there = forge()
    made, _ = run(there, proposal(), proposal(OTHER))
    assert made.writes == ()
    before, written = there.seen(), there.written
    updated, retired = run(there, proposal(target="b"), dry=True)
    assert any("Dockerfile" in line for line in updated.writes)
    assert (retired.verb, bool(retired.writes)) == ("retired", True)
    assert (there.seen(), there.written) == (before, written)


def test_an_unchanged_repository_is_asked_three_things():
    there = forge()
    run(there, *THREE)
    there.asked.clear()
    run(there, *THREE)
    assert dict(there.asked) == {"pulls": 1, "branches": 1, "comments": 1}


def test_the_address_of_each_is_told_and_the_requests_are_counted():
    there = forge()
    hosted = platform(there)
    (made,) = [hosted.ensure(p) for p in hosted.arranged([proposal()])]
    assert made.where == "https://forge.test/pull/1"
    assert hosted.calls == {"reads": sum(there.asked.values()), "writes": 2}


def test_what_was_asked_about_each_repository_is_told():
    there = forge("team/app", "team/api")
    hosted = platform(there, repos=("team/app", "team/api"))
    assert len(list(hosted.repos())) == 2
    assert (hosted.calls["reads"], hosted.calls_by_repo) == (2, {})
    app, api = proposal(), proposal(slug="team/api")
    hosted.arranged([app, api])
    hosted.ensure(app)
    at_app = {"reads": hosted.calls["reads"] - 2, "writes": 2}
    assert hosted.calls_by_repo == {"team/app": at_app}
    there.broken.add("team/api pulls")
    with pytest.raises(PlatformError):
        hosted.ensure(api)
    assert hosted.calls_by_repo == {"team/app": at_app, "team/api": {"reads": 1, "writes": 0}}


def test_pages_of_issues_count_as_they_are_looked_at():
    there = forge(pages={"team/app": {1: Issue("T", "x", 1), 2: Issue("T", "x", 2)}})
    counted = Counted(there)
    assert [issue.number for issue in counted.issues("team/app")] == [1, 2]
    assert counted.used_by == {"team/app": counted.used} == {"team/app": Usage(1, 0)}
    assert numbers(Usage(3, 1, 2)) == {"reads": 3, "writes": 1, "unchanged": 2}
    assert (counted.NAME, counted.DRESSED) == ("memory", False)
    there.credential = lambda slug: f"what opens {slug}"
    assert counted.credential("team/app") == "what opens team/app"
    assert [each.slug for each in counted.owned_by("team")] == ["team/app"]
    assert [each.slug for each in counted.reachable()] == ["team/app"]


def test_another_target_updates_in_place():
    there = forge()
    run(there, proposal())
    (outcome,) = run(there, proposal(target="b"))
    assert outcome.verb == "updated"
    assert len(there.repos["team/app"].pulls) == 1


def test_what_nothing_asks_for_is_closed_with_a_comment():
    there = forge()
    run(there, *THREE)
    assert verbs(run(there, proposal(), keep={OTHER})) == ["unchanged", "retired"]
    app = there.repos["team/app"]
    assert [pull.state for pull in app.pulls.values()] == ["open", "open", "closed"]
    assert "nothing in the repository asks for it" in app.comments[-1].text


def test_what_another_takes_the_place_of_is_closed_with_its_title():
    there = forge()
    old = replace(proposal(), branch="basewatch/image-node")
    run(there, old)
    assert verbs(run(there, proposal(target="b"))) == ["created", "retired"]
    said = there.repos["team/app"].comments[-1].text
    assert "“Refresh node 20.1.0 (b)” takes its place" in said


def test_what_a_declined_one_takes_the_place_of_is_told_that_it_is_not_open():
    there = forge()
    run(there, proposal(target="b"))
    there.repos["team/app"].close(1)
    run(there, replace(proposal(), branch="basewatch/image-node"))
    assert verbs(run(there, proposal(target="b"))) == ["left", "retired"]
    said = there.repos["team/app"].comments[-1].text
    assert "(not open: declined by a person, who closed #" in said


def test_each_that_is_taken_back_is_told_by_its_own_title_and_address():
    there = forge()
    run(there, *(replace(each, title=each.branch) for each in THREE))
    told = {(each.title, each.where) for each in run(there)}
    numbers = {pull.title: n for n, pull in there.repos["team/app"].pulls.items()}
    assert told == {(title, f"https://forge.test/pull/{n}") for title, n in numbers.items()}


def test_what_could_not_be_taken_back_is_told_with_the_reason():
    there = forge()
    run(there, proposal())
    there.dies_at, there.dies, there.error = there.written + 1, "before", PlatformError
    (failed,) = run(there)
    assert (failed.verb, failed.detail) == ("failed", "team/app: no answer")
    assert (failed.title, failed.where) == (proposal().title, "https://forge.test/pull/1")


def test_what_failed_is_told_with_the_address_of_what_is_open():
    there = forge(dies_at=1, dies="before", error=PlatformError)
    (failed,) = run(there, proposal())
    assert (failed.verb, failed.where, failed.detail) == ("failed", BRANCH, "team/app: no answer")
    run(there, proposal())
    app = there.repos["team/app"]
    app.close(1)
    run(there, proposal(target="b"))
    app.open(BRANCH, "Another", "", "kim")
    app.close(3)
    there.dies_at = there.written + 1
    (failed,) = run(there, proposal(target="c"))
    assert (failed.verb, failed.where) == ("failed", "https://forge.test/pull/2")


def test_what_is_wished_of_a_commit_and_of_how_it_is_opened_is_kept():
    there = forge()
    there.DRESSED = True
    signed = Wishes(signed_off="Kim Lee <kim@example.org>")
    run(there, replace(proposal(), wishes=signed, labels=("docker",)))
    commit, created = there.repos["team/app"].writes
    assert "Signed-off-by: Kim Lee <kim@example.org>" in commit.commit.message
    assert created.dress.labels == ("docker",)


def test_what_strangers_propose_from_their_forks_takes_nobodys_place():
    there = forge()
    for number in (1, 2):
        there.repos["team/app"].open(f"basewatch/{number}", "Mine", "", "mallory", fork=True)
    (made,) = run(there, replace(proposal(), wishes=Wishes(open_at_most=1)))
    assert made.verb == "created"


def test_an_image_that_is_ignored_below_one_is_not_proposed_on_any_line():
    there = forge()
    run(there, proposal())
    there.repos["team/app"].say(1, "/basewatch ignore this image")
    line = replace(proposal(), branch="basewatch/docker.io-library-node-22.x")
    run(there, proposal())
    told = [(each.verb, each.detail) for each in run(there, proposal(), line)]
    assert told == [("left", "docker.io/library/node is ignored by a person")] * 2


def test_an_open_one_whose_branch_is_gone_is_closed_where_nothing_asks_for_it():
    there = forge()
    run(there, *THREE)
    del there.repos["team/app"].branches[OTHER]
    assert verbs(run(there, keep={BRANCH, THIRD})) == ["retired"]
    assert there.repos["team/app"].pulls[2].state == "closed"


def test_all_is_asked_anew_of_what_somebody_else_may_have_written():
    memory = forge()
    run(memory, proposal())
    memory.repos["team/app"].push()
    memory.repos["team/app"].say(1, "Hello.")
    memory.asked.clear()
    there = There(memory, "team/app")
    for _ in range(2):
        there.state(BRANCH, "main", NOW.date())
        there.state(OTHER, "main", NOW.date())
    assert dict(memory.asked) == {"pulls": 1, "branches": 1, "comments": 1, "past": 1, "branch": 1}
    there.forget()
    assert len(there.state(BRANCH, "main", NOW.date()).comments) == 1
    there.state(OTHER, "main", NOW.date())
    assert set(memory.asked.values()) == {2}


def test_what_was_said_is_asked_for_since_the_oldest_of_them_was_opened():
    class Asked(MemoryForge):
        def comments(self, slug, pulls, since=None):
            sinces.append(since)
            return super().comments(slug, pulls, since)

    memory, sinces = Asked({"team/app": Forge()}), []
    run(memory, *THREE)
    app = memory.repos["team/app"]
    for number in (1, 2, 3):
        app.edit(number, created=NOW - dt.timedelta(days=number % 3))
    There(memory, "team/app").hear([BRANCH, OTHER, THIRD])
    app.edit(3, created=None)
    There(memory, "team/app").hear([BRANCH, OTHER, THIRD])
    assert sinces[-2:] == [NOW - dt.timedelta(days=2), None]


class Forgetful(MemoryForge):
    """Lists what is open alone, as forges do not list all that ever was."""

    def pulls(self, slug, prefix):
        return tuple(p for p in super().pulls(slug, prefix) if p.state == "open")


def test_what_nothing_was_found_out_of_may_not_be_there_to_take_a_place():
    fates = Fates()
    assert fates.is_in_doubt([proposal()])
    fates.note(proposal(), Fate(1))
    assert not fates.is_in_doubt([proposal()])
    assert fates.is_in_doubt([proposal(), proposal(OTHER)])


def test_what_waits_for_another_is_told_the_number_of_that_one():
    there = forge()
    run(there, proposal(OTHER))
    behind = replace(proposal(THIRD), after=BRANCH)
    for _ in range(2):
        *_, waits = run(there, proposal(OTHER), proposal(), behind)
        assert (waits.verb, waits.detail, waits.where) == ("left", "waits for #2", THIRD)
    run(there, *THREE)
    *_, waits = run(there, proposal(OTHER), proposal(), behind)
    assert (waits.detail, waits.where) == ("waits for #2", "https://forge.test/pull/3")


def test_what_takes_a_place_and_is_a_persons_now_is_told_as_open_while_it_is():
    for ends, said in ((False, "takes its place."), (True, "(not open: has commits that are not")):
        there = forge()
        app = there.repos["team/app"]
        run(there, proposal())
        app.push()
        old = replace(proposal(), branch="basewatch/image-node")
        run(there, old, keep={BRANCH})
        if ends:
            app.close(1)
        outcomes = run(there, proposal(target="b"))
        assert verbs(outcomes) == ["left", "retired"]
        assert said in app.comments[-1].text


def test_all_that_became_of_a_branch_counts_where_none_is_open():
    memory = Forgetful({"team/app": Forge()})
    run(memory, proposal())
    app = memory.repos["team/app"]
    app.close(1)
    app.open(BRANCH, "Theirs", "", "mallory", fork=True)
    app.close(2)
    state = There(memory, "team/app").state(BRANCH, "main", NOW.date())
    assert [(pull.number, pull.state) for pull in state.pulls] == [(1, "closed")]
    (outcome,) = run(memory, proposal())
    assert outcome.detail == "declined by a person, who closed #1"


def test_what_was_closed_of_late_counts_once_beside_what_was_closed_before():
    memory = forge()
    run(memory, proposal())
    memory.repos["team/app"].close(1)
    memory.past = lambda _slug, _branch: ()
    state = There(memory, "team/app").state(BRANCH, "main", NOW.date())
    assert [pull.number for pull in state.pulls] == [1]
    state = There(forge_of(memory), "team/app").state(BRANCH, "main", NOW.date())
    assert [pull.number for pull in state.pulls] == [1]


def forge_of(memory):
    """Another forge of the same repositories."""
    return MemoryForge(memory.repos)


def test_it_is_below_the_open_one_or_the_newest_closed_one_that_people_are_heard():
    class Asked(MemoryForge):
        def comments(self, slug, pulls, since=None):
            asked.append([pull.number for pull in pulls])
            return super().comments(slug, pulls, since)

    memory, asked = Asked({"team/app": Forge()}), []
    app = memory.repos["team/app"]
    for state in ("closed", "closed", "merged", "open"):
        app.open(BRANCH, "T", "", "kim")
        app.edit(max(app.pulls), state=state)
    There(memory, "team/app").hear([BRANCH])
    del app.pulls[4]
    app.pulls = dict(reversed(app.pulls.items()))
    There(memory, "team/app").hear([BRANCH])
    assert asked == [[4], [2]]


def test_where_git_and_a_pull_request_tell_of_other_commits_the_forge_is_asked():
    memory = forge()
    run(memory, proposal())
    app = memory.repos["team/app"]
    heads = {BRANCH: app.branches[BRANCH].tip}
    memory.asked.clear()
    assert There(memory, "team/app", heads).state(BRANCH, "main", NOW.date()).branch.ours
    assert memory.asked["branches"] == 0
    app.push()
    there = There(memory, "team/app", heads)
    state = there.state(BRANCH, "main", NOW.date())
    assert (state.branch.ours, state.branch.tip) == (False, app.branches[BRANCH].tip)
    assert (memory.asked["branches"], there.is_hearsay) == (1, False)


def test_a_pull_request_that_does_not_tell_what_its_branch_stands_on_is_not_believed():
    memory = forge()
    run(memory, proposal())
    app = memory.repos["team/app"]
    marker = replace(marker_in(app.pulls[1].body), on="")
    app.edit(1, body=with_marker(app.pulls[1].body, marker))
    state = There(memory, "team/app").state(BRANCH, "main", NOW.date())
    assert (state.branch, memory.asked["branch"]) == (app.branches[BRANCH], 1)


def test_nothing_is_closed_for_what_could_not_be_opened():
    there = forge()
    old = replace(proposal(), branch="basewatch/image-node")
    run(there, old)
    there.dies_at, there.dies, there.error = there.written + 1, "before", PlatformError
    assert verbs(run(there, proposal(target="b"))) == ["failed"]
    assert verbs(run(there, proposal(target="b"))) == ["created", "retired"]


def test_a_branch_without_a_pull_request_that_nothing_asks_for_is_deleted():
    there = forge()
    there.dies_at, there.error = 2, PlatformError
    assert verbs(run(there, proposal())) == ["failed"]
    there.repos["team/app"].pulls.clear()
    assert verbs(run(there)) == ["retired"]
    assert there.repos["team/app"].branches == {}


def test_a_person_who_pushed_keeps_the_branch():
    there = forge()
    run(there, proposal())
    there.repos["team/app"].push()
    (outcome,) = run(there, proposal(target="b"))
    assert outcome.verb == "left"
    assert there.asked["branch"] == 1
    assert verbs(run(there)) == ["left"]


def test_what_was_closed_by_a_person_is_declined_however_long_ago():
    there = forge()
    run(there, proposal())
    there.repos["team/app"].close(1)
    (outcome,) = run(there, proposal())
    assert "declined by a person" in outcome.detail
    assert there.asked["past"] == 2


@pytest.mark.parametrize("dies", ["before", "after"])
@pytest.mark.parametrize("error", [PlatformError, KeyboardInterrupt])
def test_a_run_that_is_killed_at_any_write_is_completed_by_the_next(dies, error):
    whole = forge()
    steps = [THREE, (proposal(target="b", commit="c1"), proposal(OTHER)), ()]
    for step in steps:
        run(whole, *step)
    for moment in range(1, whole.written + 1):
        there = forge(dies_at=moment, dies=dies, error=error)
        for step in steps:
            with contextlib.suppress(KeyboardInterrupt):
                run(there, *step)
            run(there, *step)
        assert _result(there) == _result(whole), moment


def _result(there):
    """What people see, of each branch but how often it was tried."""
    app = there.repos["team/app"]
    pulls = {(p.branch, p.state, p.title) for p in app.pulls.values()}
    texts = sorted((app.pulls[c.pull].branch, c.text) for c in app.comments)
    return pulls, texts, {name: state.content for name, state in app.branches.items()}


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_write_without_an_answer_is_looked_at_again_at_once(dies):
    for moment in (1, 2):
        there = forge(dies_at=moment, dies=dies)
        (outcome,) = run(there, proposal())
        assert outcome.verb in {"created", "updated", "unchanged"}
        assert len(there.repos["team/app"].pulls) == 1
        before = there.seen()
        run(there, proposal())
        assert there.seen() == before


def test_a_forge_that_fails_one_repository_leaves_the_others():
    there = forge("team/app", "team/web", broken={"team/app pulls"})
    hosted = platform(there)
    outcomes = []
    for each in hosted.arranged([proposal(), proposal(slug="team/web")]):
        try:
            outcomes.append(hosted.ensure(each).verb)
        except PlatformError as error:
            outcomes.append(str(error))
    assert outcomes == ["team/app: the forge answers 500 to pulls", "created"]


def test_a_dry_run_writes_nothing_and_says_what_it_would_do():
    there = forge()
    run(there, proposal(OTHER))
    written = there.written
    outcomes = run(there, proposal(), dry=True)
    assert verbs(outcomes) == ["created", "retired"]
    assert all(outcome.detail.startswith("dry run") for outcome in outcomes)
    assert there.written == written


def test_a_forge_that_will_not_merge_by_itself_is_told_of_and_not_asked_again():
    there = forge()
    there.repos["team/app"].EnableAutomerge = _refuses
    (outcome,) = run(there, proposal(automerge=True))
    assert (outcome.verb, outcome.detail) == ("created", "team/app: auto-merge is switched off")
    assert verbs(run(there, proposal(automerge=True))) == ["unchanged"]


def _refuses(_action):
    raise RefusedError("auto-merge is switched off")


# ---------------------------------------------------------------- how many


def few(**wishes):
    return [replace(p, wishes=Wishes(**wishes)) for p in THREE]


def test_no_more_are_opened_than_may_be_open():
    there = forge()
    outcomes = run(there, *few(open_at_most=2))
    assert verbs(outcomes) == ["created", "created", "left"]
    assert outcomes[-1].detail == "2 at most are open at a time"


def test_the_most_urgent_come_first():
    there = forge()
    first, second, third = few(open_at_most=1)
    outcomes = run(there, first, second, replace(third, urgency="critical"))
    assert next((o.branch, o.verb) for o in outcomes) == (THIRD, "created")


def test_one_that_a_person_declined_takes_nobodys_place():
    there = forge()
    run(there, proposal())
    there.repos["team/app"].close(1)
    outcomes = run(there, *few(open_at_most=2))
    assert sorted(verbs(outcomes)) == ["created", "created", "left"]


def test_the_schedule_is_kept_by_the_clock_of_its_zone():
    on_sunday = {"schedules": ("before 8am on sunday",)}
    assert verbs(run(forge(), few(**on_sunday)[0])) == ["created"]
    assert verbs(run(forge(), few(**on_sunday, timezone="Europe/Berlin")[0])) == ["left"]
    never = {"operators_schedules": ("on monday",)}
    (outcome,) = run(forge(), few(**on_sunday, **never)[0])
    assert "its schedule is `on monday`, next on 2026-11-23 at 00:00 (UTC)" in outcome.detail


# ---------------------------------------------------------------- several bases


def test_each_base_has_branches_of_its_own():
    there = forge()
    bases = ("main", "release/1.0")
    both = (proposal(), proposal(base="release/1.0", commit="r0"))
    assert verbs(run(there, *both, branches=bases)) == ["created", "created"]
    app = there.repos["team/app"]
    title = proposal().title
    assert [p.title for p in app.pulls.values()] == [title, f"{title} (release/1.0)"]
    assert sorted(app.branches) == [BRANCH, f"{BRANCH}-for-release-1-0-05c07d"]
    assert verbs(run(there, *both, branches=bases)) == ["unchanged", "unchanged"]
    hosted = platform(there, branches=bases)
    assert hosted.retire(both[0].snapshot, {BRANCH}) == []
    assert verbs(hosted.retire(both[0].snapshot, set())) == ["retired"]
    assert [name for name in app.branches if name != BRANCH] == list(app.branches)


def test_the_branches_of_a_base_are_not_those_of_one_whose_name_ends_alike():
    bases = Bases(("main", "old", "new-for-old"))
    ours = {base: bases.ours("basewatch/node", base) for base in bases.names}
    assert {base: bases.of(ours.values(), base) for base in bases.names} == {
        base: [name] for base, name in ours.items()
    }
    assert bases.everywhere("basewatch/node") == set(ours.values())
    assert Bases().of(["b", "a-for-old"], "any") == ["a-for-old", "b"]
    assert Bases().everywhere("b") == {"b"}
    there = forge()
    old, new = proposal(base="old", commit="o0"), proposal(base="new-for-old", commit="n0")
    assert verbs(run(there, old, new, branches=bases.names)) == ["created", "created"]
    assert verbs(run(there, old, new, branches=bases.names)) == ["unchanged", "unchanged"]


def of_default(found, default="main"):
    repo = found.snapshot.repo._replace(default=default)
    return replace(found, snapshot=replace(found.snapshot, repo=repo))


def test_a_branch_that_is_named_for_one_run_leaves_those_of_others_alone():
    there = forge()
    main, old = of_default(proposal()), of_default(proposal(base="old", commit="r0"))
    run(there, main)
    assert verbs(run(there, old, only="old")) == ["created"]
    assert verbs(run(there, main, only="main", branches=("main", "old"))) == ["unchanged"]
    app = there.repos["team/app"]
    assert [(p.base, p.state) for p in app.pulls.values()] == [("main", "open"), ("old", "open")]
    assert [app.branches[p.branch].base for p in app.pulls.values()] == ["c0", "r0"]


def test_what_is_upon_another_base_now_is_never_merged_into_the_one_before():
    there = forge()
    main, old = proposal(), proposal(base="old", commit="r0")
    run(there, main, old, branches=("main", "old"))
    outcomes = run(there, main, old, branches=("old", "main"))
    assert sorted(verbs(outcomes)) == ["created", "created", "retired"]
    assert set(verbs(run(there, main, old, branches=("old", "main")))) == {"unchanged"}
    app = there.repos["team/app"]
    opened = [pull for pull in app.pulls.values() if pull.state == "open"]
    assert {p.base: app.branches[p.branch].base for p in opened} == {"main": "c0", "old": "r0"}
    assert "its branch is for old now" in app.comments[0].text


def test_each_base_has_the_limits_that_its_own_configuration_says():
    main, old = proposal(), proposal(base="old", commit="r0")
    on_monday = Wishes(schedules=("on monday",))
    for held in (main, old):
        both = [replace(p, wishes=on_monday) if p is held else p for p in (main, old)]
        outcomes = run(forge(), *both, branches=("main", "old"))
        left = [outcome.title.endswith("(old)") for outcome in outcomes if outcome.waits]
        assert left == [held is old]


def test_the_group_of_all_digests_waits_for_its_day_whatever_its_base():
    bases = ("main", "release/1.0")
    both = (proposal(DIGESTS), proposal(DIGESTS, base="release/1.0", commit="r0"))
    outcomes = run(forge(), *both, branches=bases)
    assert ["`on monday`" in outcome.detail for outcome in outcomes] == [True, True]


def test_a_title_with_its_base_is_no_longer_than_any_other():
    base = "release/" + "9" * 40
    titled = Bases(("main", base)).titled("x" * 120, base)
    assert (len(titled), titled[-len(base) - 4 :]) == (120, f"… ({base})")
    assert len(Bases(("main", "b" * 250)).titled("x" * 120, "b" * 250)) <= 120


def test_a_branch_that_is_left_of_a_merged_one_is_said_to_be_that():
    there = forge()
    run(there, proposal())
    there.repos["team/app"].merge(1)
    (outcome,) = run(there)
    assert (outcome.verb, outcome.detail) == ("retired", "merged; its branch is deleted")
    assert there.repos["team/app"].branches == {}


def test_a_branch_that_was_begun_anew_after_a_merge_is_not_said_to_be_merged():
    there = forge()
    run(there, proposal())
    app = there.repos["team/app"]
    app.merge(1)
    app.branches[BRANCH] = replace(app.branches[BRANCH], tip="c9")
    (outcome,) = run(there)
    assert (outcome.verb, outcome.detail) == ("retired", "no longer wanted")


def test_what_was_read_from_no_branch_cannot_be_proposed():
    with pytest.raises(PlatformError, match="name one in `platform`"):
        run(forge(), proposal(base=None))

"""The first proposal of a repository, and those behind it, at a forge in memory."""

import contextlib

import pytest

from bot.errors import PlatformError
from bot.model import NewFile, Wishes
from bot.steps.onboard import BRANCH, PATH
from bot.wording.onboarding import TARGET, TITLE
from tests.altered import replace
from tests.forges.memory import forge
from tests.forges.test_platform import OTHER, platform, proposal, run, verbs
from tests.pulls.forge import ME

BODY = "What would happen.\n\n<!-- basewatch line=onboarding to=configuration -->\n"


def asking(said="", **more):
    made = proposal(BRANCH, title=TITLE, **more)
    files = {PATH: NewFile(b"# policy:\n", "100644")}
    wishes = Wishes(rebase="asked")
    return replace(made, body=said + BODY, files=files, target=TARGET, wishes=wishes)


def behind(*proposals, after=BRANCH):
    return [replace(each, after=after) for each in proposals]


def asked(there, said="", *, others=(), **more):
    """One run of a repository that is asked first, as `bot.flow` has it: nothing is retired."""
    hosted = platform(there)
    wanted = [*behind(proposal(), *others), asking(said, **more)]
    return [hosted.ensure(each) for each in hosted.arranged(wanted)]


def test_the_one_that_asks_comes_before_all_that_wait_for_it():
    there = forge()
    first, *others = asked(there, others=[proposal(OTHER, urgency="exploited")])
    assert (first.title, first.verb) == (TITLE, "created")
    assert [(o.branch, o.verb, o.detail) for o in others] == [
        (OTHER, "left", "waits for #1"),
        (proposal().branch, "left", "waits for #1"),
    ]
    assert list(there.repos["team/app"].pulls) == [1]


def test_a_second_run_writes_nothing_though_the_base_moved():
    there = forge()
    asked(there)
    seen, written = there.seen(), there.written
    there.asked.clear()
    assert verbs(asked(there, commit="c1")) == ["unchanged", "left"]
    assert (there.seen(), there.written) == (seen, written)
    assert dict(there.asked) == {"pulls": 1, "branches": 1, "comments": 1}


def test_another_text_edits_it_and_nothing_else():
    there = forge()
    asked(there)
    assert verbs(asked(there, "More. ")) == ["updated", "left"]
    assert there.writes()[2:] == ["EditPull"]
    body = there.repos["team/app"].pulls[1].body
    assert body.startswith("More. What would happen.")
    assert "ignore this" not in body


def test_what_was_open_before_is_not_even_looked_at():
    there = forge()
    run(there, proposal())
    there.repos["team/app"].say(1, "/basewatch ignore this version")
    before = there.repos["team/app"].pulls[1]
    first, other = asked(there)
    assert (first.verb, other.verb, other.detail) == ("created", "left", "waits for #2")
    assert there.repos["team/app"].pulls[1] == before


def test_who_closes_it_has_declined_whatever_it_would_say_now():
    there = forge()
    asked(there)
    there.repos["team/app"].close(1)
    written = there.written
    first, other = asked(there, "More. ")
    assert first.detail == "declined by a person, who closed #1"
    assert other.detail == f"waits for “{TITLE}”: declined by a person, who closed #1"
    assert there.written == written


@pytest.mark.parametrize("how", ["button", "comment"])
def test_who_opens_it_again_has_it_kept_up_again(how):
    there = forge()
    asked(there)
    app = there.repos["team/app"]
    app.close(1)
    app.reopen(1) if how == "button" else app.say(1, "/basewatch reopen")
    first, other = asked(there, "More. ")
    assert first.verb in {"created", "updated"}
    assert other.detail == "waits for #1"
    assert app.pulls[1].state == "open"


def test_once_there_is_a_configuration_it_is_closed_and_the_others_come():
    there = forge()
    asked(there)
    assert verbs(run(there, proposal())) == ["created", "retired"]
    app = there.repos["team/app"]
    assert "there is a configuration now" in app.comments[-1].text
    assert BRANCH not in app.branches


def test_what_a_person_made_of_it_is_theirs_and_is_waited_for():
    there = forge()
    asked(there)
    there.repos["team/app"].push(BRANCH)
    first, other = asked(there, "More. ")
    assert (first.verb, other.detail) == ("left", "waits for #1")


def test_a_repository_that_says_nothing_of_it_fails_alone():
    there = forge(broken={"team/app pulls"})
    hosted = platform(there)
    first, other = hosted.arranged([asking(), *behind(proposal())])
    with pytest.raises(PlatformError):
        hosted.ensure(first)
    outcome = hosted.ensure(other)
    assert outcome.verb == "left"
    assert outcome.detail == f"waits for {BRANCH}, of which nothing could be found out"
    assert there.asked["pulls"] == 1


def test_a_dry_run_says_what_would_be_asked():
    there = forge()
    hosted = platform(there)
    found = [hosted.foresee(p) for p in hosted.arranged([asking(), *behind(proposal())])]
    assert [(o.verb, o.detail) for o in found] == [
        ("created", ""),
        ("left", f"waits for “{TITLE}”"),
    ]
    assert there.written == 0


def test_each_base_is_asked_by_itself():
    there = forge()
    bases = {"branches": ("main", "release")}
    hosted = platform(there, **bases)
    both = [asking(), asking(base="release", commit="r0")]
    waiting = behind(proposal(), proposal(base="release", commit="r0"))
    outcomes = [hosted.ensure(each) for each in hosted.arranged([*both, *waiting])]
    assert verbs(outcomes) == ["created", "created", "left", "left"]
    assert [o.detail for o in outcomes[2:]] == ["waits for #1", "waits for #2"]
    assert sorted(there.repos["team/app"].branches) == [BRANCH, f"{BRANCH}-for-release"]


@pytest.mark.parametrize("dies", ["before", "after"])
@pytest.mark.parametrize("error", [PlatformError, KeyboardInterrupt])
def test_a_run_that_is_killed_at_any_write_is_completed_by_the_next(dies, error):
    steps = ["", "More. "]
    whole = forge()
    for said in steps:
        asked(whole, said)
    for moment in range(1, whole.written + 1):
        there = forge(dies_at=moment, dies=dies, error=error)
        for said in steps:
            with contextlib.suppress(KeyboardInterrupt):
                asked(there, said)
            asked(there, said)
        written = there.written
        assert verbs(asked(there, steps[-1])) == ["unchanged", "left"]
        assert there.written == written
        (pull,) = there.repos["team/app"].pulls.values()
        assert (pull.title, pull.author, pull.state) == (TITLE, ME, "open")
        assert pull.body.startswith("More. ")

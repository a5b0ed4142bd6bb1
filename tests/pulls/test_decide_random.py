import dataclasses
import datetime as dt

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.pulls.actions import (
    AddComment,
    CreatePull,
    DeleteBranch,
    Reopen,
    UpdateBranch,
)
from bot.pulls.commands import BOX
from bot.pulls.marker import marker_in
from tests.pulls.forge import BRANCH, ME, Forge, wanted

COMMANDS = st.sampled_from(
    ["rebase", "recreate", "reopen", "hold until 2026-11-30", "ignore this version",
     "ignore this image", "do a handstand"]
)  # fmt: skip


class Lives(RuleBasedStateMachine):
    """Anything may happen between two runs, and any run may be killed."""

    def __init__(self):
        super().__init__()
        self.forge = Forge()
        self.target, self.base, self.evidence, self.more = "a", 0, 0, False
        self.is_wanted = True
        self.declined = set()  # targets that a person closed, not asked for since
        self.asked = False  # a command that undoes what was declined was given
        self.given_up = False  # and one that throws away what a person pushed, after they did

    def proposal(self):
        if not self.is_wanted:
            return None
        more = {"labels": ("docker",), "automerge": True} if self.more else {}
        return wanted(self.target, base=f"c{self.base}", evidence=f"e{self.evidence}", **more)

    @initialize()
    def the_bot_has_been_here(self):
        self._run(None)

    # ------------------------------------------------------------ the world

    @rule(what=st.sampled_from(["a", "b", "c", "base", "evidence", "labels", "limits", "time"]))
    def the_world_moves(self, what):
        self.evidence += what != "base"
        self.base += what == "base"
        self.more ^= what == "labels"
        self.target = what if what in "abc" else self.target
        if what == "limits":
            self.forge.waits = "" if self.forge.waits else "5 are open"
        if what == "time":
            self.forge.today += dt.timedelta(5)

    @rule()
    def it_is_wanted_or_not(self):
        self.is_wanted = not self.is_wanted

    # ------------------------------------------------------------ people

    def an_open_one(self):
        return self.forge.opened()[0].number

    @precondition(lambda self: BRANCH in self.forge.branches)
    @rule()
    def a_person_pushes(self):
        self.forge.push()
        self.given_up = False

    @precondition(lambda self: self.forge.opened() and BRANCH in self.forge.branches)
    @rule()
    def a_person_merges(self):
        self.forge.merge(self.an_open_one())
        self.base += 1

    @precondition(lambda self: self.forge.opened())
    @rule()
    def a_person_closes(self):
        marker = marker_in(self.forge.opened()[0].body)
        self.forge.close(self.an_open_one())
        if not marker.retired and not marker.hold:
            self.declined.add(marker.to)
            self.asked = False

    @precondition(lambda self: BRANCH in self.forge.branches)
    @rule()
    def a_person_deletes_the_branch(self):
        if self.forge.opened():
            self.a_person_closes()
        self.forge.delete_branch()

    @precondition(lambda self: self.forge.pulls)
    @rule(command=COMMANDS, may_write=st.booleans())
    def a_person_comments(self, command, may_write):
        self.forge.say(max(self.forge.pulls), f"/basewatch {command}", may_write=may_write)
        if may_write and command in {"recreate", "reopen"}:
            self.asked = self.given_up = True
            self.declined.clear()

    @precondition(lambda self: self.forge.opened())
    @rule(renames=st.booleans())
    def a_person_ticks_the_box_or_renames_it(self, renames):
        (pull,) = self.forge.opened()
        body = pull.body.replace(BOX, BOX.replace("[ ]", "[x]"))
        labels = pull.labels if "rebase" in pull.labels else (*pull.labels, "rebase")
        title = {"title": "fix: mine"} if renames else {"body": body, "labels": labels}
        self.forge.edit(pull.number, **title)

    # ------------------------------------------------------------ the bot

    @rule(most=st.integers(0, 6))
    def the_bot_runs_and_may_be_killed(self, most):
        self._run(most)

    @rule()
    def the_bot_runs_and_then_has_nothing_to_do(self):
        proposal = self.proposal()
        self._run(None)
        course = self.forge.course(proposal)
        assert course.actions == (), course

    def _run(self, most):
        theirs = self._touched_tip()
        before = len(self.forge.writes)
        may = self._may_overwrite()
        course = self.forge.run(self.proposal(), most)
        done = self.forge.writes[before:]
        assert len({repr(action) for action in done}) == len(done)
        assert course.actions or course.verb in {"unchanged", "left"}
        for action in done:
            self._allowed(action, theirs, may=may)

    def _allowed(self, action, theirs, *, may):
        if isinstance(action, UpdateBranch | DeleteBranch) and not may:
            assert action.expect != theirs
        if isinstance(action, CreatePull | Reopen) and not self.asked:
            assert f"sha256:{self.target}" not in self.declined
        if isinstance(action, CreatePull):
            assert not self.forge.waits or self.asked

    def _touched_tip(self):
        branch = self.forge.branches.get(BRANCH)
        return branch.tip if branch and not branch.ours else None

    def _may_overwrite(self):
        """A person asked for it, or all of it was merged."""
        merged = {p.head for p in self.forge.pulls.values() if p.state == "merged"}
        return self.given_up or self._touched_tip() in merged

    # ------------------------------------------------------------ what holds at any time

    @invariant()
    def there_are_never_two_open_ones(self):
        assert len(self.forge.opened()) <= 1

    @invariant()
    def nothing_is_said_twice(self):
        said = [(c.pull, c.text) for c in self.forge.comments if c.author == ME]
        assert len(said) == len(set(said))

    @invariant()
    def every_comment_of_ours_ends_with_its_marker(self):
        ours = [a.text for a in self.forge.writes if isinstance(a, AddComment)]
        assert all(text.endswith(" -->") for text in ours)

    @invariant()
    def a_closed_one_of_ours_remembers_what_it_was_about(self):
        bodies = [p.body for p in self.forge.pulls.values() if p.state == "closed"]
        assert all(dataclasses.astuple(marker_in(body))[0] for body in bodies)


class TestLives(Lives.TestCase):
    settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@pytest.mark.slow
class TestLongLives(Lives.TestCase):
    settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

"""A forge in memory: it does what it is told, one action at a time, and refuses what forges refuse."""

import copy
import datetime as dt
import hashlib
from dataclasses import dataclass, field

from bot.model import BranchState, Comment, NewFile, Proposal, Pull, Repo, Snapshot
from bot.pulls import Settings, State, decide, ignored_images, retire, told
from bot.pulls.actions import NEW, Dress
from bot.pulls.marker import fingerprint
from bot.pulls.templates import content_told
from tests.altered import replace

ME = "basewatch[bot]"
TODAY = dt.date(2026, 11, 22)
BRANCH = "basewatch/docker.io-library-node-20.x.x"
LINE = "docker.io/library/node:20.*.*"
SETTINGS = Settings(ME)


def wanted(target="a", *, base="c0", evidence="e1", title=None, branch=BRANCH, line=LINE, **more):
    """A proposal to move to `target`, made for the commit `base`."""
    body = (
        f"What it does.\n\n<!-- basewatch line={line} to=sha256:{target} evidence={evidence} -->\n"
    )
    return Proposal(
        Snapshot(Repo("team/app", "x", "main"), base),
        branch,
        title or f"Refresh node 20.1.0 ({target})",
        body,
        {"Dockerfile": NewFile(f"FROM node:20.1.0@sha256:{target}\n".encode(), "100644")},
        **more,
    )


class RefusedError(AssertionError):
    """What a real forge answers with 4xx."""


@dataclass
class Forge:
    branches: dict = field(default_factory=dict)
    pulls: dict = field(default_factory=dict)
    comments: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    today: dt.date = TODAY
    waits: str = ""
    asked: bool = False
    clock: int = 0
    settings: Settings = SETTINGS
    dressed: set = field(default_factory=set)

    # ------------------------------------------------------------ what we read and do

    def state(self, branch=BRANCH):
        return State(
            today=self.today,
            base="main",
            branch=self.branches.get(branch),
            pulls=tuple(self._shown(pull) for pull in self.pulls.values() if pull.branch == branch),
            comments=tuple(self.comments),
            asked=self.asked,
            waits=self.waits,
            ignored=ignored_images(self.pulls.values()),
            dressed=any(pull.number in self.dressed for pull in self.opened(branch)),
        )

    def _shown(self, pull):
        if pull.state != "open" or pull.fork or pull.branch not in self.branches:
            return pull
        return replace(pull, head=self.branches[pull.branch].tip)

    def course(self, proposal):
        """`None`: nothing asks for the branch any more."""
        if proposal is None:
            return retire(BRANCH, self.state(), "the image is used nowhere", self.settings)
        return decide(proposal, self.state(proposal.branch), self.settings)

    def run(self, proposal, most=None):
        course = self.course(proposal)
        for action in course.actions[:most]:
            self.apply(action)
        return course

    def apply(self, action):
        branch = self.branches.get(self._branch_of(action))
        action = told(action, branch.tip if branch else "")
        getattr(self, type(action).__name__)(action)
        self.writes.append(action)

    def _branch_of(self, action):
        number = getattr(action, "number", None)
        return action.branch if number is None else self.pulls[self._number(number)].branch

    def seen(self):
        return copy.deepcopy((self.branches, self.pulls, self.comments))

    # ------------------------------------------------------------ the actions

    def CreateBranch(self, action):
        if action.branch in self.branches:
            raise RefusedError("reference already exists")
        self._commit(action)

    def UpdateBranch(self, action):
        if self.branches[action.branch].tip != action.expect:
            raise RefusedError("the branch has moved")
        self._commit(action)

    def _commit(self, action):
        content = content_told(action.commit.message)
        if content != fingerprint(action.commit.files):
            raise RefusedError("the message does not say what was written")
        dated = len(self.pulls)  # a commit of another time is another commit
        tip = hashlib.sha1(f"{action.commit.base} {content} {dated}".encode()).hexdigest()
        self.branches[action.branch] = BranchState(tip, action.commit.base, True, content)

    def DeleteBranch(self, action):
        if self.branches[action.branch].tip != action.expect:
            raise RefusedError("the branch has moved")
        self.delete_branch(action.branch)

    def CreatePull(self, action):
        if action.branch not in self.branches:
            raise RefusedError("head is missing")
        if self.opened(action.branch):
            raise RefusedError("a pull request already exists")
        self.open(action.branch, action.title, action.body, ME, action.base, draft=action.draft)
        self._wear(max(self.pulls), action.dress)

    def EditPull(self, action):
        pull = self.pulls[self._number(action.number)]
        changed = replace(
            pull,
            title=pull.title if action.title is None else action.title,
            body=pull.body if action.body is None else action.body,
        )
        if changed == pull:
            raise RefusedError("an edit that changes nothing")
        self.pulls[pull.number] = changed

    def SetDress(self, action):
        self._wear(self._number(action.number), action.dress)

    def _wear(self, number, dress):
        self.dressed |= {number} if dress != Dress() else set()
        pull = self.pulls[number]
        self.pulls[number] = replace(
            pull,
            labels=(*pull.labels, *dress.labels),
            assignees=(*pull.assignees, *dress.assignees),
            reviewers=(*pull.reviewers, *dress.reviewers),
            milestone=dress.milestone or pull.milestone,
        )

    def RemoveLabel(self, action):
        pull = self.pulls[action.number]
        labels = tuple(label for label in pull.labels if label != action.label)
        if labels == pull.labels:
            raise RefusedError("no such label")
        self.pulls[action.number] = replace(pull, labels=labels)

    def AddComment(self, action):
        self.say(self._number(action.number), action.text, ME)

    def Close(self, action):
        self.close(action.number)
        self.pulls[action.number] = replace(self.pulls[action.number], body=action.body)

    def Reopen(self, action):
        self.reopen(action.number)
        self.pulls[action.number] = replace(self.pulls[action.number], body=action.body)

    def EnableAutomerge(self, action):
        self._automerge(self._number(action.number), True)

    def DisableAutomerge(self, action):
        self._automerge(action.number, False)

    def _automerge(self, number, value):
        if self.pulls[number].automerge is value:
            raise RefusedError("it is so already")
        self.pulls[number] = replace(self.pulls[number], automerge=value)

    def _number(self, number):
        return max(self.pulls) if number == NEW else number

    # ------------------------------------------------------------ what people do

    def opened(self, branch=BRANCH):
        return [p for p in self.pulls.values() if p.branch == branch and p.state == "open"]

    def open(self, branch, title, body, author, base="main", **more):
        number = len(self.pulls) + 1
        self.pulls[number] = Pull(number, branch, base, title, body, author=author, **more)

    def push(self, branch=BRANCH, content=""):
        old = self.branches[branch]
        tip = hashlib.sha1(f"{old.tip} by hand".encode()).hexdigest()
        self.branches[branch] = BranchState(tip, old.base, False, content, self._now())

    def _now(self):
        self.clock += 1
        return dt.datetime(2026, 11, 22, tzinfo=dt.UTC) + dt.timedelta(seconds=self.clock)

    def close(self, number, state="closed"):
        pull = self._shown(self.pulls[number])
        if pull.state != "open":
            raise RefusedError("is not open")
        self.pulls[number] = replace(pull, state=state, automerge=False, closed=self._now())

    def merge(self, number):
        if self.pulls[number].branch not in self.branches:
            raise RefusedError("head is missing")
        self.close(number, "merged")

    def reopen(self, number):
        pull = self.pulls[number]
        there = self.branches.get(pull.branch)
        if (
            pull.state != "closed"
            or not there
            or there.tip != pull.head
            or self.opened(pull.branch)
        ):
            raise RefusedError("cannot be reopened")
        self.pulls[number] = replace(pull, state="open", closed=None)

    def delete_branch(self, branch=BRANCH):
        """GitHub closes what is open from it."""
        for pull in self.opened(branch):
            self.close(pull.number)
        del self.branches[branch]

    def say(self, number, text, author="kim", *, may_write=True):
        written = None if author == ME else self._now()
        id_ = len(self.comments) + 1
        self.comments.append(Comment(id_, number, author, text, may_write, written))

    def edit(self, number, **changes):
        self.pulls[number] = replace(self.pulls[number], **changes)

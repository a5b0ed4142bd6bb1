"""A git repository on this machine: a proposal is a branch of it, its text a folder beside."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import PlatformError, RepoError
from bot.git import (
    Branch,
    Commit,
    CommitTree,
    Git,
    Person,
    absolute,
    branches,
    commit_files,
    commits_of,
    complaint_about,
    contains,
    head_branch,
    is_outside,
    move,
    printable,
    set_aside,
)
from bot.model import Outcome, Page, Proposal, Repo, Snapshot, Verb
from bot.platforms.local.texts import Texts
from bot.pulls.differences import difference
from bot.pulls.retire import MERGED, UNWANTED

PREFIX = "basewatch/"
"""What the names of basewatch's own branches begin with; `retire` looks at no other."""

_BASEWATCH = Person("basewatch", "basewatch@localhost")
_TRAILER = "\n\nBasewatch: proposal\n"
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What becomes of a proposal whose branch is at `now`, and the commit it has to move to."""

    verb: Verb
    detail: str = ""
    now: Branch | None = None
    target: str | None = None


class Local:
    """
    The `Platform` of one repository: one branch with one commit for each proposal.

    The commit stands on the commit that the proposal was made for. The working tree and the index
    are never touched, and a branch that a person has committed to, or has checked out, is not
    either. With `out`, each proposal's title and body lie in a folder of that one.
    Raises `RepoError` and `PlatformError`.
    """

    def __init__(
        self,
        root: Path,
        out: Path | None = None,
        branch: str | None = None,
        author: Person = _BASEWATCH,
    ) -> None:
        # Path.resolve raises for a circle of links
        self._git = Git(Path(os.path.realpath(absolute(root))))
        self._texts = Texts(out)
        self._branch = branch
        self._author = author

    def repos(self) -> list[Repo]:
        """The one repository, named after its folder."""
        self._refuse_none()
        slug = self._git.root.name.removesuffix(".git") or self._git.root.parent.name
        return [Repo(printable(slug), str(self._git.root), self._branch)]

    @property
    def calls(self) -> dict[str, int]:
        """None: nobody is asked."""
        return {}

    @property
    def calls_by_repo(self) -> dict[str, dict[str, int]]:
        """None, likewise."""
        return {}

    def arranged(self, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
        """As they come: a branch more takes nobody's time."""
        return proposals

    def tree(self, repo: Repo) -> CommitTree:
        """The files at the tip of the branch to work on: the configured one, else HEAD's."""
        tip = self._base(repo.branch or self._branch).tip
        return CommitTree.at(self._git, Snapshot(repo, tip))

    def ensure(self, proposal: Proposal) -> Outcome:
        """As `Platform.ensure`; runs at the same time end in the same branch."""
        with _refusals(proposal.branch):
            judged = self._made_so(proposal)
            if judged.verb != "left":
                self._texts.write(proposal)
            return self._outcome(proposal, judged)

    def foresee(self, proposal: Proposal) -> Outcome:
        """What `ensure` would answer now; writes nothing."""
        with _refusals(proposal.branch):
            judged = self._judge(proposal, dry=True)
            outcome = self._outcome(proposal, judged)
            if outcome.verb in {"left", "unchanged"}:
                return outcome
            texts = tuple(self._texts.foreseen(proposal))
        if not judged.target:
            return replace(outcome, writes=texts)
        lines = (f"    {line}" for line in difference(proposal.files, proposal.before))
        return replace(outcome, writes=(f"commit to the branch {proposal.branch}:", *lines, *texts))

    def retire(self, snapshot: Snapshot, keep: Collection[str]) -> list[Outcome]:
        """Delete our branches that are not to be kept; leave, and say, what a person touched."""
        with _refusals(PREFIX):
            fates = self._fates(snapshot, keep)
            outcomes = [self._taken_back(branch, fate) for branch, fate in fates]
            self._texts.sweep(PREFIX, {*branches(self._git, PREFIX), *keep})
            return outcomes

    def foresee_retired(self, snapshot: Snapshot, keep: Collection[str]) -> list[Outcome]:
        """What `retire` would answer now; writes nothing."""
        with _refusals(PREFIX):
            return [
                replace(fate, writes=(f"delete the branch {branch.name} (now {branch.tip[:10]})",))
                if fate.verb == "retired"
                else fate
                for branch, fate in self._fates(snapshot, keep)
            ]

    def show(self, snapshot: Snapshot, page: Page) -> list[Outcome]:  # noqa: ARG002 -- of no use
        """Nothing: a repository has no issues."""
        return []

    foresee_shown = show

    def _refuse_none(self) -> None:
        """Say what to do where there is no repository; git's own words name its own options."""
        shown, folder = self._git.shown, self._git.root
        advice = "name the folder of a git repository on this machine"
        try:
            if not stat.S_ISDIR(folder.stat().st_mode):
                raise RepoError(f"{shown} is not a folder: {advice}")
        except OSError as error:
            raise RepoError(f"{shown}: {error.strerror}; {advice}") from error
        answer = self._git.ask("rev-parse", "--git-dir")
        if is_outside(answer):
            raise RepoError(f"{shown} is not in a git repository: {advice}")
        if answer.code:
            raise self._git.refusal("rev-parse", answer)

    def _taken_back(self, branch: Branch, fate: Outcome) -> Outcome:
        if fate.verb != "retired":
            return fate
        try:
            gone = move(self._git, branch.name, None, branch.tip)
        except RepoError as error:
            return replace(fate, verb="failed", detail=str(error))
        if not gone and branch.name in branches(self._git, branch.name):
            return replace(fate, verb="left", detail="moved just now; the next run looks again")
        return fate

    def _base(self, configured: str | None) -> Branch:
        name = configured or head_branch(self._git)
        shown = self._git.shown
        if name is None:
            raise RepoError(f"{shown} is on no branch (a detached HEAD): configure the `branch`")
        if complaint := complaint_about(name):
            raise RepoError(f"{shown}: {complaint}")
        if name.startswith(PREFIX):
            raise RepoError(f"{shown} is on {name}, a proposal: switch, or configure the `branch`")
        there = branches(self._git)
        if name not in there:
            others = f"; it has {', '.join(list(there)[:5])}" if there else ": commit something"
            raise RepoError(f"{shown} has no commit on a branch {name}{others}")
        return there[name]

    def _made_so(self, proposal: Proposal) -> _Judgement:
        for _ in range(_ATTEMPTS):
            judged = self._judge(proposal, dry=False)
            tip = judged.now.tip if judged.now else None
            if not judged.target or move(self._git, proposal.branch, judged.target, tip):
                return judged
        raise PlatformError(f"{proposal.branch} kept moving while it was written; run again")

    def _judge(self, proposal: Proposal, *, dry: bool) -> _Judgement:
        if complaint := complaint_about(proposal.branch):
            raise PlatformError(complaint)
        now = branches(self._git, proposal.branch).get(proposal.branch)
        ours = self._ours(now) if now else None
        merged = now is not None and self._is_merged(now, ours, _base_of(proposal))
        if now and not ours and not merged:
            detail = "has commits that are not basewatch's; to have it proposed anew, delete it"
            return _Judgement("left", detail)
        target = self._commit(proposal, aside=dry or bool(now and now.checked_out))
        if now and now.tip == target:
            return _Judgement("updated" if self._texts.differ(proposal) else "unchanged")
        if now and now.checked_out:
            where = printable(now.checked_out)
            raise PlatformError(f"{now.name} is checked out in {where}: switch that to another")
        if merged or not ours:
            return _Judgement("created", "the one before was merged" if now else "", now, target)
        rebased = ours.message == _message(proposal) and ours.parents != (_base_of(proposal),)
        return _Judgement("rebased" if rebased else "updated", "", now, target)

    def _is_merged(self, now: Branch, ours: Commit | None, base: str) -> bool:
        on_top = ours is not None and ours.parents == (base,)
        return not on_top and contains(self._git, base, now.tip)

    def _ours(self, branch: Branch) -> Commit | None:
        """
        The commit at the branch's tip, if basewatch made it and nobody touched it since.

        Ours is signed and dated twice alike, and dated as the commit below: whatever a person
        does to it (amend, rebase, commit on top) writes their name or the present time.
        """
        commit, below = commits_of(self._git, [branch.tip, f"{branch.tip}^1"])
        if commit is None or below is None or branch.symbolic:
            return None
        untouched = (
            len(commit.parents) == 1
            and commit.message.endswith(_TRAILER)
            and commit.author == commit.committer
            and commit.authored == commit.committed == below.committed
        )
        return commit if untouched else None

    def _commit(self, proposal: Proposal, *, aside: bool) -> str:
        base, message = _base_of(proposal), _message(proposal)
        with set_aside(self._git) if aside else nullcontext(self._git) as git:
            commit, _ = commit_files(git, base, proposal.files, message, self._author)
        return commit

    def _outcome(self, proposal: Proposal, judged: _Judgement) -> Outcome:
        where = proposal.branch if judged.verb == "left" else self._texts.where(proposal.branch)
        slug, title = proposal.snapshot.repo.slug, proposal.title
        return Outcome(slug, proposal.branch, title, judged.verb, where, judged.detail)

    def _fates(self, snapshot: Snapshot, keep: Collection[str]) -> Iterator[tuple[Branch, Outcome]]:
        """What becomes of each of our branches that is not to be kept."""
        for name, branch in branches(self._git, PREFIX).items():
            if name not in keep:
                yield branch, self._fate(snapshot, branch)

    def _fate(self, snapshot: Snapshot, branch: Branch) -> Outcome:
        merged = snapshot.commit is not None and contains(self._git, snapshot.commit, branch.tip)
        ours = self._ours(branch)
        verb: Verb = "retired"
        if branch.checked_out:
            verb, detail = "left", f"is checked out in {printable(branch.checked_out)}"
        elif merged:
            detail = MERGED
        elif ours:
            detail = UNWANTED
        else:
            verb, detail = "left", "has commits that are not basewatch's"
        title = ours.message.partition("\n")[0] if ours else ""
        return Outcome(snapshot.repo.slug, branch.name, title, verb, branch.name, detail)


def _base_of(proposal: Proposal) -> str:
    if proposal.snapshot.commit is None:
        raise PlatformError(f"{proposal.branch} is meant for no commit; `fix` writes to a folder")
    return proposal.snapshot.commit


def _message(proposal: Proposal) -> str:
    return printable(" ".join(proposal.title.split())) + _TRAILER


@contextmanager
def _refusals(subject: str) -> Iterator[None]:
    """Every failure to hold a proposal is a `PlatformError`, a full disk included."""
    try:
        yield
    except RepoError as error:
        raise PlatformError(str(error)) from error
    except OSError as error:
        where = printable(os.fsdecode(error.filename or subject))
        raise PlatformError(f"{where}: {error.strerror or error}") from error

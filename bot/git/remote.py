"""Repositories of other hosts, read through git alone: no question to a forge's API for a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.errors import RepoError
from bot.git.clone import Clone, Limits
from bot.git.commits import CommitTree
from bot.git.keeping import Shelf
from bot.git.objects import MISSING
from bot.git.origin import Credential, Origin, Trust
from bot.git.program import CutShortError
from bot.git.tips import Tip, tips
from bot.model import Entry, Repo, Snapshot

T = TypeVar("T")

__all__ = ["Clones", "Credential", "Limits", "RemoteTree", "Trust"]


class Clones:
    """
    Clones in a folder, one for each clone URL, kept from run to run and shared between runs.

    The folder, its owner's alone, is made where it is not there; it holds no credential. With
    `heads`, snapshots tell where all branches end whose names begin so: that costs no more.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits | None = None,
        trust: Trust | None = None,
        heads: str = "",
    ) -> None:
        self._heads = heads
        self._limits = limits or Limits()
        self._trust = trust or Trust()
        self._shelf = Shelf(folder.absolute(), self._limits.kept)

    def tree(self, repo: Repo, credential: Credential | None = None) -> RemoteTree:
        """
        The files at the tip of the repository's branch (`None`: of the one that HEAD is on).

        One question to the host, and one more where the tip is not here yet. Raises `RepoError`,
        `EmptyRepoError` for a repository that has no commit.
        """
        found = self.trees(repo, [repo.branch], credential)[repo.branch]
        if isinstance(found, RepoError):
            raise found
        return found

    def trees(
        self, repo: Repo, branches: Sequence[str | None], credential: Credential | None = None
    ) -> Mapping[str | None, RemoteTree | RepoError]:
        """
        As `tree`, of several branches at once, at the cost of one; each is there or fails alone.

        Raises `RepoError` for what is wrong with all of them, `EmptyRepoError` likewise.
        """
        origin = Origin(repo.location, credential, self._trust)
        clone = Clone(origin, self._shelf, self._limits)
        found = tips(origin, branches, self._limits.timeout, self._heads)
        there = {tip.commit for tip in found.tips.values() if isinstance(tip, Tip)}
        if there:
            clone.bring(there)
        heads = found.heads if self._heads else None
        return {branch: _tree(repo, clone, tip, heads) for branch, tip in found.tips.items()}

    def heads(self, repo: Repo, credential: Credential | None = None) -> Mapping[str, str] | None:
        """Where those branches end: one question to the host; None where it gives no answer."""
        try:
            origin = Origin(repo.location, credential, self._trust)
            return tips(origin, [repo.branch], self._limits.timeout, self._heads).heads
        except RepoError:
            return None


def _tree(
    repo: Repo, clone: Clone, tip: Tip | RepoError, heads: Mapping[str, str] | None
) -> RemoteTree | RepoError:
    if isinstance(tip, RepoError):
        return tip
    snapshot = Snapshot(repo._replace(branch=tip.branch), tip.commit, heads)
    files = CommitTree.at(clone.git, snapshot)
    return RemoteTree(files.snapshot, clone, files)


@dataclass(slots=True)
class RemoteTree:
    """
    The `Tree` of a commit on another host. Its `snapshot` names the branch that HEAD stood for.

    Reading fetches all wanted files that are not here yet at once. A clone that vanished or is
    damaged is made anew, once.
    """

    snapshot: Snapshot
    _clone: Clone
    _files: CommitTree
    _listed: list[Entry] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        """Every path of the commit, sorted. Raises `RepoError`."""
        if not self._listed:
            self._listed = self._healed(self._files.entries)
        return self._listed

    def read(self, paths: Iterable[str], *, limit: int) -> Iterator[tuple[str, bytes | str]]:
        """As `Tree.read`: the bytes as committed, through no filter. Raises `RepoError`."""
        self.entries()
        asked = self._files.present(paths)
        self._bring(asked)
        done = 0
        try:
            for item in self._whole(asked, limit):
                yield item
                done += 1
        except _LostError:
            self._bring(asked[done:], anew=True)
            yield from self._files.read(asked[done:], limit=limit)

    def _whole(self, asked: list[str], limit: int) -> Iterator[tuple[str, bytes | str]]:
        """What is asked for, as long as the clone has it."""
        try:
            for path, content in self._files.read(asked, limit=limit):
                if content == MISSING:
                    raise _LostError
                yield path, content
        except CutShortError:
            raise
        except RepoError as error:
            raise _LostError from error

    def _bring(self, present: Collection[str], *, anew: bool = False) -> None:
        files = self._files.objects(present)
        if files:
            self._clone.bring([self._commit], files, anew=anew)

    @property
    def _commit(self) -> str:
        assert self.snapshot.commit
        return self.snapshot.commit

    def _healed(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except CutShortError:
            raise
        except RepoError:
            self._clone.bring([self._commit], anew=True)
            return ask()


class _LostError(Exception):
    """The clone does not have what it had."""

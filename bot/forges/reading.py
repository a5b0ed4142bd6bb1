"""How the files of repositories are read, and what becomes of those that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from bot.errors import NoBranchError, RepoError, ShutError
from bot.git import Credential
from bot.model import Repo
from bot.ports import Tree

Reads = Callable[[Repo, Credential | None], Tree]
"""How the files of a repository are had: from a clone, or from where they are checked out."""

OUTAGE = 3
"""Repositories in a row for which git did not reach the forge, none of them tried twice."""


@dataclass(slots=True)
class WhileReached:
    """`Reads`, until the forge was not reached a few times in a row: then with that reason."""

    reads: Reads
    _missed: list[str] = field(default_factory=list)

    def __call__(self, repo: Repo, credential: Credential | None) -> Tree:
        """The files. Raises `RepoError`, `ShutError` where the forge is away."""
        if len(self._missed) >= OUTAGE:
            raise ShutError(self._missed[0])
        try:
            tree = self.reads(repo, credential)
        except ShutError as error:
            self._missed.append(str(error))
            raise
        self._missed.clear()
        return tree


def lacking_only(branches: Collection[str], reads: Reads) -> Reads:
    """
    `Reads` that tells by a `NoBranchError` of these branches alone, which not all have to have.

    Any other that is not there was there when it was listed, or was named for just this repository.
    """

    def read(repo: Repo, credential: Credential | None) -> Tree:
        try:
            return reads(repo, credential)
        except NoBranchError as error:
            if error.branch in branches:
                raise
            raise RepoError(str(error)) from error

    return read

"""What a forge tells about one branch of ours, its pull requests and what people said there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

PullState = Literal["open", "merged", "closed"]
"""`closed` is closed without being merged."""


@dataclass(frozen=True, slots=True)
class Pull:
    """
    A pull request (GitLab: a merge request) as the forge has it.

    `head` is the commit at its branch's end, at the time it was closed for one that is; `branch`
    and `base` are names. `fork`: the branch lies in another repository, so that it is none of
    ours whatever its name. `automerge`: the forge will merge it by itself. `closed_by` is empty
    where the forge does not tell; `closed` is None for one that is open (again).
    """

    number: int
    branch: str
    base: str
    title: str
    body: str
    state: PullState = "open"
    head: str = ""
    author: str = ""
    url: str = ""
    draft: bool = False
    automerge: bool = False
    fork: bool = False
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    milestone: str = ""
    created: dt.datetime | None = None
    closed: dt.datetime | None = None
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """
    What somebody wrote below pull request `pull`.

    `may_write`: the author may push to the repository. Ids grow with time, on either forge.
    """

    id: int
    pull: int
    author: str
    text: str
    may_write: bool = False
    written: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class BranchState:
    """
    A branch of ours as it is: the commit at its `tip`, and the commit of the base it stands on.

    `ours`: every commit since then is, by author and committer, or its tree is just what we would
    have written. `content` is the `fingerprint` of what its commit says it wrote; empty where it
    does not say. `committed` is when the tip was.
    """

    tip: str
    base: str
    ours: bool
    content: str = ""
    committed: dt.datetime | None = None

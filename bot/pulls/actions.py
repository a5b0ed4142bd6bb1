"""What there is to be done at a forge: small facts that its platform carries out one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.model import NewFile, Verb
from bot.pulls.marker import told_of

NEW = 0
"""The number, in an action, of the pull request that its course has opened just before."""


@dataclass(frozen=True, slots=True)
class Commit:
    """
    The one commit of a branch: `files` as they become, upon the commit `base`.

    `tree` is that of `base`, where it is known.
    """

    base: str
    files: Mapping[str, NewFile]
    message: str
    tree: str = ""


@dataclass(frozen=True, slots=True)
class CreateBranch:
    """Make the branch, with the commit. That it is there already is a failure."""

    branch: str
    commit: Commit


@dataclass(frozen=True, slots=True)
class UpdateBranch:
    """Put the commit in the place of all that the branch has, if its tip is still `expect`."""

    branch: str
    commit: Commit
    expect: str


@dataclass(frozen=True, slots=True)
class DeleteBranch:
    """Delete the branch, if its tip is still `expect`."""

    branch: str
    expect: str


@dataclass(frozen=True, slots=True)
class Dress:
    """
    What to add to a pull request: never does it take anything away.

    What the forge refuses of it (a reviewer it does not know) is reported and stops nothing.
    """

    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    milestone: str = ""


@dataclass(frozen=True, slots=True)
class CreatePull:
    """
    Open a pull request from `branch` to the branch `base`.

    `dress` is empty unless the forge takes all of it in the same request (`Settings.dressed`).
    """

    branch: str
    base: str
    title: str
    body: str
    draft: bool = False
    dress: Dress = Dress()


@dataclass(frozen=True, slots=True)
class EditPull:
    """Set what is not None, in one request."""

    number: int
    title: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class SetDress:
    """
    Add labels and people, and set the milestone.

    `otherwise` is the body that notes that this was tried, to be set where any of it is refused.
    """

    number: int
    dress: Dress
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class RemoveLabel:
    """Take off the label by which a person asked for something."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class AddComment:
    """Write a comment; `text` ends with the marker that has it said once."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close without merging, and set the body, in one request: the body says who closed it."""

    number: int
    body: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open a closed pull request again, and set its body, in one request."""

    number: int
    body: str


@dataclass(frozen=True, slots=True)
class EnableAutomerge:
    """Ask the forge to merge by itself once its own conditions are met."""

    number: int


@dataclass(frozen=True, slots=True)
class DisableAutomerge:
    """Take that back."""

    number: int


Action: TypeAlias = (
    CreateBranch
    | UpdateBranch
    | DeleteBranch
    | CreatePull
    | EditPull
    | SetDress
    | RemoveLabel
    | AddComment
    | Close
    | Reopen
    | EnableAutomerge
    | DisableAutomerge
)


def told(action: Action, tip: str) -> Action:
    """The action, where its body is to say which commit the branch is at now."""
    if isinstance(action, CreatePull | EditPull) and action.body is not None:
        return replace(action, body=told_of(action.body, tip))
    return action


@dataclass(frozen=True, slots=True)
class Course:
    """
    What to do about one branch, in this order; nothing where all is as it should be.

    It may be cut short after any action: what is decided next completes it. `verb` and `detail`
    are what a person is told of it; `waits` is as an `Outcome` has it.
    """

    verb: Verb
    actions: tuple[Action, ...] = ()
    detail: str = ""
    waits: str = ""

"""The pull request around a branch: title, body, labels, people and auto-merge."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Proposal, Pull
from bot.pulls.actions import (
    Action,
    Course,
    DisableAutomerge,
    Dress,
    EditPull,
    EnableAutomerge,
    RemoveLabel,
    SetDress,
    UpdateBranch,
)
from bot.pulls.bodies import body_of
from bot.pulls.commands import is_ticked
from bot.pulls.marker import UNTOLD, Marker, marker_in, short_hash
from bot.pulls.state import Settings

_UNCHANGED = Course("unchanged")


def finishing(
    wanted: Proposal,
    pull: Pull,
    marker: Marker,
    settings: Settings,
    *,
    branch: Course = _UNCHANGED,
) -> tuple[Action, ...]:
    """
    What makes an open pull request be as wanted, `branch` carried out in its midst.

    Auto-merge that is not wanted (any more) is taken back before the branch has anything new. The
    body comes last: its marker says that all before it was done.
    """
    now = marker_in(pull.body)
    dress, auto = dress_of(wanted), wanted.automerge and not wanted.draft
    marker = replace(marker, dress=short_hash(repr(dress)), auto=auto)
    if branch.actions:
        marker = replace(marker, tip=UNTOLD, on=wanted.snapshot.commit or "")
    return (
        *_automerge_taken_back(pull, now, branch, wanted=auto),
        *branch.actions,
        *_dressing(pull, now, dress),
        *_automerge_asked(pull, now, wanted=auto),
        *_edits(wanted, pull, marker),
        *_label_taken_off(pull, settings),
    )


def dress_of(wanted: Proposal) -> Dress:
    """What a proposal is to be labelled with, and who is to be told."""
    return Dress(
        tuple(sorted(set(wanted.labels))),
        tuple(sorted(set(wanted.assignees))),
        tuple(sorted(set(wanted.reviewers))),
        wanted.milestone,
    )


def _dressing(pull: Pull, now: Marker, dress: Dress) -> list[Action]:
    """What is missing of it, once: what a person takes off afterwards stays off."""
    if now.dress == short_hash(repr(dress)):
        return []
    missing = Dress(
        tuple(label for label in dress.labels if label not in pull.labels),
        tuple(name for name in dress.assignees if name not in pull.assignees),
        tuple(name for name in dress.reviewers if name not in pull.reviewers),
        dress.milestone if dress.milestone != pull.milestone else "",
    )
    return [SetDress(pull.number, missing)] if missing != Dress() else []


def _automerge_asked(pull: Pull, now: Marker, *, wanted: bool) -> list[Action]:
    """Once: a person who takes it back knows why."""
    asks = wanted and not now.auto and not pull.automerge
    return [EnableAutomerge(pull.number)] if asks else []


def _automerge_taken_back(pull: Pull, now: Marker, branch: Course, *, wanted: bool) -> list[Action]:
    """What we asked for, and what a person asked for a content that is now replaced."""
    replaced = branch.verb == "updated" and any(isinstance(a, UpdateBranch) for a in branch.actions)
    if pull.automerge and not wanted and (now.auto or replaced):
        return [DisableAutomerge(pull.number)]
    return []


def _edits(wanted: Proposal, pull: Pull, marker: Marker) -> list[Action]:
    """One edit of what differs; a title that a person gave it is kept until there is another."""
    now = marker_in(pull.body)
    renamed = now.title != marker.title and pull.title != wanted.title
    title = wanted.title if renamed else None
    stale = now != marker or is_ticked(pull.body)
    body = body_of(wanted.body, marker) if stale else None
    if not (renamed or stale):
        return []
    return [EditPull(pull.number, title=title, body=body)]


def _label_taken_off(pull: Pull, settings: Settings) -> list[Action]:
    label = settings.rebase_label
    return [RemoveLabel(pull.number, label)] if label in pull.labels else []

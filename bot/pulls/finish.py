"""The pull request around a branch: title, body, labels, people and auto-merge."""

from __future__ import annotations

from collections.abc import Iterable
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
)
from bot.pulls.bodies import body_of
from bot.pulls.commands import is_ticked
from bot.pulls.marker import UNTOLD, Marker, marker_in, short_hash, with_marker
from bot.pulls.state import Settings

_UNCHANGED = Course("unchanged")


def finishing(
    wanted: Proposal,
    pull: Pull,
    marker: Marker,
    *,
    branch: Course = _UNCHANGED,
    dressed: bool = False,
) -> tuple[Action, ...]:
    """
    What makes an open pull request be as wanted, `branch` carried out in its midst.

    Auto-merge that is not wanted (any more) is taken back before the branch has anything new. The
    body comes last: its marker says that all before it was done. `dressed`: the forge tells that
    we gave it labels or people once.
    """
    now = marker_in(pull.body)
    dress, auto = dress_of(wanted), wanted.automerge and not wanted.draft
    marker = replace(marker, dress=worn(dress), auto=auto)
    if branch.actions:
        marker = replace(marker, tip=UNTOLD, on=wanted.snapshot.commit or "")
    edits = _edits(wanted, pull, marker, dressed=dressed)
    return (
        *_automerge_taken_back(pull, now, branch, wanted=auto),
        *branch.actions,
        *_dressing(pull, dress, dressed=dressed, noted=bool(edits)),
        *_automerge_asked(pull, now, wanted=auto),
        *edits,
    )


def dress_of(wanted: Proposal) -> Dress:
    """What a proposal is to be labelled with, and who is to be told."""
    return Dress(
        tuple(sorted(set(wanted.labels))),
        tuple(sorted(set(wanted.assignees))),
        tuple(sorted(set(wanted.reviewers))),
        wanted.milestone,
    )


def worn(dress: Dress) -> str:
    """What a marker says of a pull request that was given all of it."""
    return short_hash(repr(dress))


def meant_to_be_worn(dress: Dress) -> str:
    """What a marker says of one that is given it right after it was opened: no edit notes that."""
    return f"meant:{worn(dress)}"


def is_in_doubt(pull: Pull, wanted: Proposal) -> bool:
    """
    Whether it lacks something that it was to be given right after it was opened.

    Perhaps a run was cut short, perhaps a person took it off.
    """
    dress = dress_of(wanted)
    return _is_meant(marker_in(pull.body), dress) and _missing(pull, dress) != Dress()


def _dressing(pull: Pull, dress: Dress, *, dressed: bool, noted: bool) -> list[Action]:
    """What is missing of it, once: what a person takes off afterwards stays off."""
    now, missing = marker_in(pull.body), _missing(pull, dress)
    done = now.dress == worn(dress) or (_is_meant(now, dress) and dressed)
    if done or missing == Dress():
        return []
    body = "" if noted else with_marker(pull.body, replace(now, dress=worn(dress)))
    return [SetDress(pull.number, missing, body)]


def _missing(pull: Pull, dress: Dress) -> Dress:
    """What of it the pull request does not have; forges do not tell upper case from lower."""
    milestone = dress.milestone if dress.milestone.lower() != pull.milestone.lower() else ""
    return Dress(
        _without(dress.labels, pull.labels),
        _without(dress.assignees, pull.assignees),
        _without(dress.reviewers, pull.reviewers),
        milestone,
    )


def _without(names: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    known = {name.lower() for name in there}
    return tuple(name for name in names if name.lower() not in known)


def _automerge_asked(pull: Pull, now: Marker, *, wanted: bool) -> list[Action]:
    """Once: a person who takes it back knows why."""
    asks = wanted and not now.auto and not pull.automerge
    return [EnableAutomerge(pull.number)] if asks else []


def _automerge_taken_back(pull: Pull, now: Marker, branch: Course, *, wanted: bool) -> list[Action]:
    """What we asked for, and what a person asked for a content that is now replaced."""
    if pull.automerge and not wanted and (now.auto or branch.verb == "updated"):
        return [DisableAutomerge(pull.number)]
    return []


def _edits(wanted: Proposal, pull: Pull, marker: Marker, *, dressed: bool) -> list[Action]:
    """One edit of what differs; a title that a person gave it is kept until there is another."""
    now = _as_noted(pull, dress_of(wanted), dressed=dressed)
    if now == marker and not is_ticked(pull.body):
        return []
    renamed = now.title != marker.title and pull.title != wanted.title
    title = wanted.title if renamed else None
    return [EditPull(pull.number, title=title, body=body_of(wanted.body, marker))]


def _as_noted(pull: Pull, dress: Dress, *, dressed: bool) -> Marker:
    """Its marker; that it has what it was meant to, or gets it now, need not be noted."""
    now = marker_in(pull.body)
    given = not dressed or _missing(pull, dress) == Dress()
    return replace(now, dress=worn(dress)) if _is_meant(now, dress) and given else now


def _is_meant(now: Marker, dress: Dress) -> bool:
    return now.dress == meant_to_be_worn(dress)


def label_taken_off(pull: Pull, settings: Settings) -> list[Action]:
    """Take off the label by which a person asked for a rebase."""
    label = settings.rebase_label
    return [RemoveLabel(pull.number, label)] if label in pull.labels else []

"""What is to be done so that a pull request is as proposed, whatever became of it meanwhile?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.errors import PlatformError
from bot.model import Proposal, Pull
from bot.pulls.actions import (
    NEW,
    Action,
    AddComment,
    Close,
    Course,
    CreatePull,
    Dress,
    EditPull,
    Reopen,
)
from bot.pulls.bodies import body_of
from bot.pulls.branches import branch_actions, is_given_up, is_stranger, may_be_replaced
from bot.pulls.commands import Asked, asked_in, is_later, is_ticked
from bot.pulls.finish import dress_of, finishing, label_taken_off, meant_to_be_worn, worn
from bot.pulls.hearing import heard
from bot.pulls.marker import (
    UNTOLD,
    Ignore,
    Marker,
    marker_in,
    meant,
    short_hash,
    with_marker,
)
from bot.pulls.past import refusal
from bot.pulls.said import (
    EDITED,
    TOUCHED,
    answer_key,
    once,
    said_by,
    shelved_answer,
    unknown_answer,
    unwanted,
)
from bot.pulls.state import Settings, State, is_ours
from bot.wording.onboarding import LINE as ONBOARDING

_IGNORES: dict[str, Ignore] = {"ignore-version": "version", "ignore-image": "image"}


@dataclass(frozen=True, slots=True)
class _Case:
    """What is wanted and what is there, with the marker and the commands of one pull request."""

    wanted: Proposal
    there: State
    settings: Settings
    pull: Pull
    now: Marker
    asked: Asked
    said: frozenset[str]


def decide(wanted: Proposal, there: State, settings: Settings) -> Course:
    """
    The actions that make the pull request be as wanted; none where it is, or is a person's now.

    However often it is cut short, carrying out what is decided next ends in the same state, and
    what is decided then is nothing. Raises `PlatformError` for a proposal upon no commit.
    """
    if wanted.snapshot.commit is None:
        raise PlatformError(f"{wanted.branch} is meant for no commit, so nothing can be proposed")
    pull = there.open_pull
    if pull is None:
        return _without_an_open_one(wanted, there, settings)
    if not is_ours(pull, settings):
        return Course("left", detail=f"#{pull.number} is not basewatch's, but from its branch")
    case = _case(wanted, there, settings, pull)
    if pull.base != there.base and not is_stranger(there.branch):
        return _of_another_base(case)
    if case.asked.shelve:
        return _shelved(case)
    if is_stranger(there.branch) and not is_given_up(there.branch, case.asked):
        return _touched(case)
    return _made_so(case)


def _case(wanted: Proposal, there: State, settings: Settings, pull: Pull) -> _Case:
    now, comments = marker_in(pull.body), there.below(pull)
    asked = asked_in(comments, now.heard, settings.me, there.today)
    ticked = is_ticked(pull.body) or settings.rebase_label in pull.labels
    again = asked.recreate if is_later(asked.recreate, pull.closed) else None
    asked = replace(asked, rebase=asked.rebase or ticked, recreate=again)
    said = said_by(settings.me, comments)
    return _Case(wanted, there, settings, pull, now, asked, said)


# ---------------------------------------------------------------- there is an open one


def _made_so(case: _Case) -> Course:
    """Bring branch, then pull request, to what is wanted."""
    branched = branch_actions(case.wanted, case.there, case.settings, case.asked)
    marker = replace(_standing(case.wanted, case.there), heard=case.asked.heard)
    finished = finishing(
        case.wanted,
        case.pull,
        marker,
        branch=branched,
        dressed=case.there.dressed,
    )
    actions = (*_replies(case), *finished, *label_taken_off(case.pull, case.settings))
    verb = branched.verb if branched.actions else "updated" if actions else "unchanged"
    return Course(verb, actions)


def _of_another_base(case: _Case) -> Course:
    """Close it and open another: made anew on this base, it would bring all of that to its own."""
    number, base = case.pull.number, case.there.base
    body = with_marker(case.pull.body, replace(case.now, retired=True))
    why = unwanted(f"its branch is for {base} now")
    told = once(number, f"base-{short_hash(base)}", why, case.said)
    rest = decide(case.wanted, _with(case.there, case.pull, body), case.settings)
    return replace(rest, actions=(*told, Close(number, body), *rest.actions))


def _touched(case: _Case) -> Course:
    """A person pushed: say so once, answer, and leave it."""
    is_asked_for = meant(case.wanted).line == ONBOARDING
    said = EDITED if is_asked_for else TOUCHED
    told = once(case.pull.number, "touched", said, case.said)
    detail = "has commits that are not basewatch's; `/basewatch recreate` throws them away"
    if is_asked_for:
        detail = "somebody edited it: it waits to be merged"
    return Course("left", (*told, *_replies(case), *heard(case.pull, case.asked)), detail)


def _replies(case: _Case) -> list[AddComment]:
    replies: dict[str, AddComment] = {}
    for command in case.asked.unknown:
        key = answer_key(command)
        for reply in once(case.pull.number, key, unknown_answer(command), case.said):
            replies.setdefault(key, reply)
    return list(replies.values())


def _shelved(case: _Case) -> Course:
    """Close it, or note beside a closed one, what a person does not want; then look again."""
    command = case.asked.shelve
    assert command
    # What an image is ignored by is undone by opening that again, not by a smaller wish.
    ignored = case.pull.state == "closed" and case.now.ignore == "image"
    marker = replace(
        case.now if case.now.line else meant(case.wanted),
        heard=case.asked.heard,
        hold=command.until,
        ignore="image" if ignored else _IGNORES.get(command.verb, ""),
        retired=False,
    )
    answer = shelved_answer(command, marker.image)
    body = with_marker(case.pull.body, marker)
    number = case.pull.number
    last: Action = Close(number, body) if case.pull.state == "open" else EditPull(number, body=body)
    said = once(number, answer_key(command), answer, case.said)
    rest = decide(case.wanted, _with(case.there, case.pull, body), case.settings)
    detail = rest.detail and f"a person asked in #{number}: {command.text}"
    actions = (*_replies(case), *said, last, *rest.actions)
    return Course(rest.verb, actions, detail, rest.waits)


def _with(there: State, pull: Pull, body: str) -> State:
    """How it is once this pull request is closed and has this body."""
    closed = replace(pull, state="closed", body=body, automerge=False)
    others = (each for each in there.pulls if each.number != pull.number)
    return replace(there, pulls=(*others, closed))


# ---------------------------------------------------------------- there is no open one


def _without_an_open_one(wanted: Proposal, there: State, settings: Settings) -> Course:
    """Open one, unless a person, a limit or the past speaks against it."""
    latest = there.latest
    told = latest and latest.state == "closed" and is_ours(latest, settings)
    case = _case(wanted, there, settings, latest) if latest and told else None
    if case and case.asked.shelve:
        return _shelved(case)
    if not (there.asked or (case and case.asked.recreate)):
        because = refusal(meant(wanted), wanted.title, there) or there.waits
        if because:
            done: tuple[Action, ...] = (
                (*_replies(case), *heard(case.pull, case.asked)) if case else ()
            )
            return Course("left", done, because, because)
    if not may_be_replaced(there):
        return Course("left", detail="has commits that are not basewatch's and no pull request")
    if case and _can_be_reopened(case):
        return _reopened(case)
    return _opened(wanted, there, settings)


def _can_be_reopened(case: _Case) -> bool:
    """Forges open again only what still has its branch as it was; a decline is not ours to undo."""
    branch, pull = case.there.branch, case.pull
    whole = branch is not None and branch.ours and branch.tip == pull.head
    whole = whole and pull.base == case.there.base
    asked = case.asked.recreate is not None or case.there.asked
    return whole and (asked or case.now.retired or case.now.hold is not None)


def _reopened(case: _Case) -> Course:
    marker = replace(case.now, heard=case.asked.heard, hold=None, ignore="", retired=False)
    marker = replace(marker, auto=False)
    body = with_marker(case.pull.body, marker)
    again = replace(case.pull, state="open", body=body, automerge=False)
    rest = _made_so(_case(case.wanted, case.there, case.settings, again))
    return Course("created", (*_replies(case), Reopen(again.number, body), *rest.actions))


def _opened(wanted: Proposal, there: State, settings: Settings) -> Course:
    branched = branch_actions(wanted, there, settings, Asked(0, rebase=True))
    dress = dress_of(wanted)
    at_once = dress if settings.dressed else Dress()
    marker = _standing(wanted, there)
    if branched.actions:
        marker = replace(marker, tip=UNTOLD, on=wanted.snapshot.commit or "")
    marker = replace(marker, dress=worn(dress) if at_once == dress else meant_to_be_worn(dress))
    body = body_of(wanted.body, marker)
    create = CreatePull(wanted.branch, there.base, wanted.title, body, wanted.draft, at_once)
    pull = Pull(NEW, wanted.branch, there.base, wanted.title, body)
    finished = finishing(wanted, pull, replace(marker, dress="", auto=False))
    return Course("created", (*branched.actions, create, *finished))


def _standing(wanted: Proposal, there: State) -> Marker:
    """What is meant, of the branch as it stands."""
    branch = there.branch
    return replace(meant(wanted), tip=branch.tip, on=branch.base) if branch else meant(wanted)

"""
A frontend that is named by its tag in one place is on the same tag in all others.

Blubber's file names it in its syntax line, where no digest may stand; a bake file, `BUILD_FRONTEND`
of a CI and a Makefile name it again for the builds that they start, and would build by another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.image import Repository
from bot.model import Use, Verdict
from bot.steps.plan.choose import Choice

_SHOWN = 3
_FOLLOWS = "follows"


def in_step(uses: Sequence[Use]) -> list[list[int]]:
    """Places that name one frontend, where at least one of them takes nothing but a tag."""
    frontends = {use.image.repository for use in uses if use.role == "syntax" and use.no_digest}
    found: defaultdict[Repository, list[int]] = defaultdict(list)
    for index, use in enumerate(uses if frontends else ()):
        if use.image.repository in frontends and use.image.tag and use.role != "label":
            found[use.image.repository].append(index)
    return [group for group in found.values() if len(group) > 1]


def moved_in_step(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices, those of one frontend on the newest tag that all of them may be on."""
    settled = list(choices)
    for indices in in_step([choice.use for choice in choices]):
        by_line: defaultdict[str, list[int]] = defaultdict(list)
        for index in indices:
            if not _is_out(choices[index]):
                by_line[choices[index].line].append(index)
        for alike in by_line.values():
            for index, choice in zip(alike, _together([choices[i] for i in alike]), strict=True):
                settled[index] = choice
    return tuple(settled)


def told_in_step(verdicts: Sequence[Verdict], choices: Sequence[Choice]) -> tuple[Verdict, ...]:
    """The verdicts: a frontend moves everywhere or nowhere, and is told where it is on two tags."""
    groups = in_step([verdict.use for verdict in verdicts])
    if not groups:
        return tuple(verdicts)
    wanted = {choice.use: choice.target.tag for choice in choices if not _is_out(choice)}
    told = list(verdicts)
    for indices in groups:
        group = _without_half_moves([verdicts[index] for index in indices], wanted)
        for index, verdict in zip(indices, _with_others(group), strict=True):
            told[index] = verdict
    return tuple(told)


def _is_out(choice: Choice) -> bool:
    """Whether nobody wants it to move: what is left alone keeps nothing else back."""
    return choice.stop is not None and choice.stop.outcome == "skipped"


# ---------------------------------------------------------------- the tag of all


def _together(members: Sequence[Choice]) -> list[Choice]:
    held = next((member for member in members if member.stop), None)
    if held and all(member.stop for member in members):
        return list(members)
    goal = held.use.image.tag if held else _newest_of_all(members)
    why = _why_kept(held) if held else "The places that name this frontend cannot all follow it."
    return [member if member.stop else _at(member, goal, why) for member in members]


def _newest_of_all(members: Iterable[Choice]) -> str | None:
    """The newest tag that each is on, or may move to."""
    first, *others = ([*(c.tag for c in m.options), m.use.image.tag] for m in members)
    return next((tag for tag in first if all(tag in other for other in others)), None)


def _at(member: Choice, goal: str | None, why: str) -> Choice:
    taken = next((option for option in member.options if option.tag == goal), None)
    if taken == member.taken:
        return member
    return member._replace(taken=taken, blocked=why)


def _why_kept(held: Choice) -> str:
    return f"It is kept in step with {_place(held.use)}, which is held at {held.use.image.tag}."


# ---------------------------------------------------------------- what is told of it


def _without_half_moves(
    group: Sequence[Verdict], wanted: dict[Use, str | None]
) -> Sequence[Verdict]:
    """The verdicts, all held where one of those that were to be on one tag could not move."""
    stuck = {
        tag: verdict
        for verdict in group
        if (tag := wanted.get(verdict.use)) and tag != _tag_after(verdict)
    }
    return [_held(v, stuck[tag]) if (tag := wanted.get(v.use)) in stuck else v for v in group]


def _held(verdict: Verdict, stuck: Verdict) -> Verdict:
    if verdict.offer is None or _tag_after(verdict) == verdict.use.image.tag:
        return verdict
    because = f"It is kept in step with {_place(stuck.use)}, which stays: {stuck.because}"
    return verdict._replace(outcome="held", because=because, offer=None, reason=_FOLLOWS)


def _with_others(group: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, each with the places that name another tag, now or once all has moved."""
    return [_with_other(verdict, group) for verdict in group]


def _with_other(verdict: Verdict, group: Sequence[Verdict]) -> Verdict:
    if verdict.reason == "ignored":
        return verdict
    after = [each for each in group if _tag_after(each) != _tag_after(verdict)]
    before = [each for each in group if each.use.image.tag != verdict.use.image.tag]
    offer = verdict.offer
    if after:
        said = f"Out of step: {_listed(after)} the same frontend."
        verdict = verdict._replace(elsewhere=(said,))
    elif before and offer:
        said = f"That puts all {len(group)} places that name this frontend in step."
        offer = offer._replace(because=f"{offer.because} {said}")
    else:
        return verdict
    return verdict._replace(because=f"{verdict.because} {said}", offer=offer)


def _listed(others: Sequence[Verdict]) -> str:
    shown = [f"{_place(each.use)} (on {_tag_after(each)})" for each in others[:_SHOWN]]
    rest = len(others) - len(shown)
    more = [f"{rest} more"] if rest else []
    verb = "names" if len(others) == 1 else "name"
    return f"{', '.join([*shown, *more])} {verb}"


def _tag_after(verdict: Verdict) -> str | None:
    return (verdict.offer.new if verdict.offer else verdict.use.image).tag


def _place(use: Use) -> str:
    return f"{use.path} line {use.position.line}"

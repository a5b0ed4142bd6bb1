"""Which of many wanted pull requests may be opened now; what is open already is always kept up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import URGENCIES, Proposal, Pull, Urgency, Wishes
from bot.pulls.groups import DIGESTS
from bot.pulls.schedules import Schedule, schedule

_HOUR = dt.timedelta(hours=1)
_NO_TIME = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much people are asked for at a time.

    None: as many as there are. `schedules`: any of them, and any of those that they have to stay
    `within`; none: at any time. `weekly`: when the group of all digests may be opened, which is on
    one of the branches `digests`. `cooldown`: how long after one of a branch was opened the next of
    it may be. `at_once`: what is so urgent that none of this counts. `zone`: whose clock the
    schedules are by.
    """

    open_at_most: int | None = None
    per_hour: int | None = None
    per_run: int | None = None
    schedules: tuple[Schedule, ...] = ()
    within: tuple[Schedule, ...] = ()
    weekly: Schedule = field(default_factory=lambda: Schedule("on monday", weekdays=frozenset({0})))
    digests: frozenset[str] = frozenset({DIGESTS})
    cooldown: dt.timedelta = _NO_TIME
    at_once: frozenset[Urgency] = frozenset({"exploited"})
    zone: dt.tzinfo = dt.UTC


def limits_of(wishes: Wishes, zone: dt.tzinfo, digests: frozenset[str]) -> Limits:
    """
    The limits that a user wishes; `zone` and `digests` as `Limits` has them.

    Raises `ConfigError` for what is no schedule.
    """
    return Limits(
        wishes.open_at_most,
        wishes.per_hour,
        wishes.per_run,
        tuple(map(schedule, wishes.schedules)),
        tuple(map(schedule, wishes.operators_schedules)),
        digests=digests,
        cooldown=wishes.cooldown,
        zone=zone,
    )


def by_urgency(wanted: Iterable[Proposal]) -> list[Proposal]:
    """The most urgent first; what is alike in the order of the branches' names."""
    return sorted(wanted, key=lambda p: (URGENCIES.index(p.urgency), p.branch))


def waiting(
    wanted: Sequence[Proposal],
    pulls: Sequence[Pull],
    limits: Callable[[Proposal], Limits],
    now: dt.datetime,
    passed_over: Collection[str] = (),
) -> Mapping[str, str]:
    """
    Why the pull request of a branch may not be opened now, as a clause, by branch.

    A branch that is not in it may. `pulls` are ours in this repository, of any state; `limits` are
    those of each, since another base may have another configuration; `passed_over` are branches
    that will not be opened anyway (declined, held), so that they take nobody's place.
    """
    there = {pull.branch for pull in pulls if pull.state == "open"}
    new = [p for p in by_urgency(wanted) if p.branch not in there and p.branch not in passed_over]
    opened = 0
    waits: dict[str, str] = {}
    for proposal in new:
        mine = limits(proposal)
        because = _because(proposal, pulls, mine, now) or _full(opened, pulls, mine, now)
        if because and proposal.urgency not in mine.at_once:
            waits[proposal.branch] = because
        else:
            opened += 1
    return waits


def _because(proposal: Proposal, pulls: Sequence[Pull], limits: Limits, now: dt.datetime) -> str:
    """What speaks against this one alone."""
    now = now.astimezone(limits.zone)
    schedules = (limits.weekly,) if proposal.branch in limits.digests else limits.schedules
    for hours in (schedules, limits.within):
        if hours and not any(each.is_open(now) for each in hours):
            next_ = min(each.opens(now) for each in hours)
            said = " or ".join(f"`{each.text}`" for each in hours)
            return f"its schedule is {said}, next on {next_:%Y-%m-%d at %H:%M} ({next_.tzinfo})"
    born = [p.created for p in pulls if p.branch == proposal.branch and p.created]
    rested = max(born) + limits.cooldown if born else now
    return f"the one before is not {_days(limits.cooldown)} old yet" if rested > now else ""


def _full(opened: int, pulls: Sequence[Pull], limits: Limits, now: dt.datetime) -> str:
    """What speaks against any one more, `opened` in this run already."""
    if limits.per_run is not None and opened >= limits.per_run:
        return f"{limits.per_run} at most are opened in a run"
    lately = sum(1 for pull in pulls if pull.created and pull.created > now - _HOUR)
    if limits.per_hour is not None and lately + opened >= limits.per_hour:
        return f"{limits.per_hour} at most are opened in an hour"
    there = sum(1 for pull in pulls if pull.state == "open")
    if limits.open_at_most is not None and there + opened >= limits.open_at_most:
        return f"{limits.open_at_most} at most are open at a time"
    return ""


def _days(span: dt.timedelta) -> str:
    return f"{span.days} days" if span.days > 1 else f"{span.total_seconds() / 3600:g} hours"

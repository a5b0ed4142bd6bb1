"""When proposals may be opened: `before 6am on monday`, `after 10pm and before 5am`, and so on."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from bot.errors import ConfigError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY: dict[str, frozenset[int]] = {
    "every day": frozenset(range(7)),
    "every weekday": frozenset(range(5)),
    "every weekend": frozenset({5, 6}),
}
_MIDNIGHT = dt.time(0)
_LONGEST = 200
_FIRST = "on the first day of the month"
_TIME = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?(am|pm)?")
_WHOLE = re.compile(
    r"(?:after (?P<after>\S+))?(?:(?(after) and )before (?P<before>\S+))?"
    r"(?: ?(?P<days>(?:on|every) .+))?"
)
_EXAMPLES = "`at any time`, `before 6am on monday`, `after 10pm and before 5am every weekday`"
_FAR = 62
"""Days to look ahead: no schedule is closed for longer than a month."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    Some hours of some days, by the clock of whoever asks.

    From `after` until `before`, past midnight where that is not later; the day is the one on which
    it begins. `weekdays` from Monday, 0; `first`: only on the first day of a month.
    """

    text: str
    after: dt.time = _MIDNIGHT
    before: dt.time = _MIDNIGHT
    weekdays: frozenset[int] = _EVERY["every day"]
    first: bool = False

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it is time; `now` is in the time zone of the schedule."""
        time = now.time()
        today = now.date()
        if self.after < self.before:
            return self.after <= time < self.before and self._on(today)
        late, early = time >= self.after, time < self.before
        return (late and self._on(today)) or (early and self._on(today - dt.timedelta(1)))

    def opens(self, now: dt.datetime) -> dt.datetime:
        """When it is time again, in the time zone of `now`; `now` where it is."""
        if self.is_open(now):
            return now
        starts = (self._start(now, day) for day in range(_FAR))
        return next(start for start in starts if start > now and self._on(start.date()))

    def _start(self, now: dt.datetime, day: int) -> dt.datetime:
        return dt.datetime.combine(now.date() + dt.timedelta(day), self.after, now.tzinfo)

    def _on(self, day: dt.date) -> bool:
        return day.weekday() in self.weekdays and (day.day == 1 or not self.first)


def schedule(text: str) -> Schedule:
    """
    Read a schedule: `[after TIME] [and] [before TIME] [on DAY, DAY and DAY | every weekday]`.

    Also `every day`, `every weekend`, `on the first day of the month` and `at any time`; a time is
    `6am`, `10:30pm`, `22:00`, `noon` or `midnight`. Raises `ConfigError`.
    """
    said = " ".join(text[: _LONGEST + 1].lower().split())
    if said == "at any time":
        return Schedule(text)
    found = _WHOLE.fullmatch(said) if said and len(text) <= _LONGEST else None
    if found is None:
        raise ConfigError(f"`{said[:60]}` is no schedule; write it as {_EXAMPLES}")
    after, before = found["after"], found["before"]
    window = (_time(after, text), _time(before, text))
    if window[0] == window[1] != _MIDNIGHT:
        raise ConfigError(f"`{said}` begins where it ends, so it is never or always")
    days = found["days"]
    if days == _FIRST:
        return Schedule(text, *window, first=True)
    return Schedule(text, *window, _days(days, text))


def _time(said: str | None, text: str) -> dt.time:
    if said is None or said == "midnight":
        return _MIDNIGHT
    if said == "noon":
        return dt.time(12)
    found = _TIME.fullmatch(said)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    half = found[3] if found else None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59 or (found and not half and not found[2]):
        raise ConfigError(f"`{said}` in `{text}` is no time; write it as `6am` or `18:30`")
    return dt.time(hour, minute)


def _days(said: str | None, text: str) -> frozenset[int]:
    if said is None:
        return _EVERY["every day"]
    if said in _EVERY:
        return _EVERY[said]
    names = said.removeprefix("on ").replace(",", " ").replace(" and ", " ").split()
    if not names or any(name not in DAYS for name in names):
        raise ConfigError(
            f"`{said}` in `{text}` names no days; write them as `on monday and friday`"
        )
    return frozenset(DAYS.index(name) for name in names)

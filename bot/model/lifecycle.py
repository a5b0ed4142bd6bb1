"""How long something in an image is supported, and how that stands on a day."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple, TypeAlias

CycleKind: TypeAlias = Literal["system", "runtime"]
CycleStatus: TypeAlias = Literal["supported", "ending", "ended", "unknown"]

SOON = dt.timedelta(days=90)
"""An end that is nearer than this is worth a warning."""


class Cycle(NamedTuple):
    """
    One release of a system or a runtime, and when its support ends.

    `subject` names it (`Debian 12 (bookworm)`); each `…_until` is the last day of regular fixes,
    of security fixes for everyone, and of what goes on under another name (`extended_by`: Debian
    LTS, a subscription), `extended_for_all` or under contract. None: no day is announced.
    `lts_from`: since when it counts as a release with long support, where that is not from its
    first day. `as_of`: the day of this knowledge.
    """

    subject: str
    kind: CycleKind
    lts: bool = False
    support_until: dt.date | None = None
    security_until: dt.date | None = None
    extended_until: dt.date | None = None
    extended_by: str = "extended support"
    lts_from: dt.date | None = None
    as_of: dt.date | None = None
    extended_for_all: bool = False

    def status(self, day: dt.date) -> CycleStatus:
        """How security support for everyone stands on a day; its last day still has it."""
        if self.security_until is None:
            return "unknown"
        if day > self.security_until:
            return "ended"
        return "ending" if self.security_until - day <= SOON else "supported"

    def is_fixed(self, day: dt.date) -> bool:
        """Whether somebody still fixes it for everyone on a day, or nobody announced an end."""
        if self.status(day) != "ended":
            return True
        return self.extended_for_all and bool(self.extended_until and day <= self.extended_until)

    def fixed_until(self) -> dt.date | None:
        """The last day on which everyone gets, or got, fixes."""
        return (self.extended_for_all and self.extended_until) or self.security_until

    def is_lts(self, day: dt.date) -> bool:
        """Whether it counts as a release with long support on a day."""
        return self.lts and (self.lts_from is None or self.lts_from <= day)


class LifeCycle(NamedTuple):
    """What is in an image, as far as its name says, and how its support stands on a day."""

    cycles: tuple[Cycle, ...] = ()
    day: dt.date = dt.date.min

    @property
    def worries(self) -> tuple[Cycle, ...]:
        """What has ended, or ends soon."""
        return tuple(c for c in self.cycles if c.status(self.day) in {"ended", "ending"})

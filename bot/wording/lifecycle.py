"""Say until when what is in an image is supported."""

from __future__ import annotations

import datetime as dt

from bot.model import Cycle


def until(cycle: Cycle, day: dt.date) -> str:
    """A release and its end, as a table has it: `Debian 12 (bookworm), ended 2026-07-11`."""
    name = f"{cycle.subject} LTS" if cycle.lts else cycle.subject
    if cycle.security_until is None:
        return f"{name}, no end announced"
    word = "ended" if cycle.status(day) == "ended" else "supported until"
    extended = ""
    if cycle.extended_until and cycle.extended_until > cycle.security_until:
        extended = f" ({cycle.extended_by}: until {cycle.extended_until})"
    return f"{name}, {word} {cycle.security_until}{extended}"


def worry(cycle: Cycle, day: dt.date) -> str:
    """A sentence about a release whose support has ended or ends soon, without its full stop."""
    end, extended = cycle.security_until, cycle.extended_until
    if extended and end and extended > end:
        word = "ended on" if day > extended else "lasts until"
        after = f"; {cycle.extended_by} {word} {extended}"
    else:
        after = ""
    if cycle.status(day) == "ended":
        what = "no regular security support" if after else "no security support"
        return f"{cycle.subject} has had {what} since {end}{_foretold(cycle)}{after}"
    return f"{cycle.subject} gets security fixes until {end} only{after}"


def _foretold(cycle: Cycle) -> str:
    """That an end was still to come when it was learned of: it may have been moved since."""
    early = cycle.as_of and cycle.security_until and cycle.as_of < cycle.security_until
    return f" (as known on {cycle.as_of})" if early else ""

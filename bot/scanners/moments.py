"""Read the times that programs and records tell."""

from __future__ import annotations

import datetime as dt
import re

_FINE = re.compile(r"(\.[0-9]{6})[0-9]+")


def moment(told: str) -> dt.datetime | None:
    """A time as of RFC 3339, in UTC where it names no zone; None where it is none."""
    try:
        when = dt.datetime.fromisoformat(_FINE.sub(r"\1", told))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)

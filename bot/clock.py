"""
What time it is, here and for what is shown on a day of its own.

A demonstration is about a day: what is supported then, and how old its data is, is to be the same
whenever it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_STOPPED: ContextVar[dt.datetime | None] = ContextVar("stopped", default=None)


def now() -> dt.datetime:
    """The present moment, in UTC."""
    return _STOPPED.get() or dt.datetime.now(dt.UTC)


@contextmanager
def stopped(at: dt.datetime) -> Iterator[None]:
    """Within it, it is this moment all the time."""
    before = _STOPPED.set(at)
    try:
        yield
    finally:
        _STOPPED.reset(before)

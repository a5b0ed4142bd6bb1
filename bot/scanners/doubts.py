"""Why a small number of findings may mean nothing, in full sentences: no zero is false."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.model import Contents

TOLERANCE = 0.2
"""How far a scanner's count may be from our own, as a part of ours."""

_SLACK = 2  # packages; a signing key of rpm's is a package to some


def of_counting(name: str, counted: int, others: int, contents: Contents) -> Iterator[str]:
    """
    Whether a scanner saw the packages that are there.

    `counted` is how many of the operating system it catalogued, `others` how many besides.
    """
    own = len(contents.packages)
    if not counted and not own:
        if not others:
            yield f"{name} catalogued no packages."
    elif not counted:
        yield f"{name} catalogued no packages of the system, and basewatch read {own}."
    elif not own:
        packages = "1 package" if counted == 1 else f"{counted} packages"
        yield f"{name} catalogued {packages} of the system, and basewatch read none."
    elif abs(counted - own) > max(_SLACK, TOLERANCE * own):
        packages = "1 package" if counted == 1 else f"{counted} packages"
        yield f"{name} catalogued {packages} of the system, and basewatch read {own}."


def of_distribution(name: str, told: str, contents: Contents) -> Iterator[str]:
    """Whether a scanner knew what it looked at; an image without a system has none to know."""
    if not told and (contents.os or contents.packages):
        yield f"{name} did not recognise the distribution."


def of_support(name: str, told: str) -> str:
    """That a scanner's data for a distribution (`debian 10`) is no longer complete."""
    return f"Support of {told} has ended by {name}'s data, which may lack what was found since."


def of_age(name: str, built: dt.datetime | None, now: dt.datetime, most: int) -> Iterator[str]:
    """Whether its data is older than `most` days, or of no known date."""
    if built is None:
        yield f"{name} does not tell how old its data is."
    elif now - built > dt.timedelta(days=most):
        days = "1 day" if most == 1 else f"{most} days"
        yield f"{name}'s data is of {built:%Y-%m-%d}, more than {days} old."

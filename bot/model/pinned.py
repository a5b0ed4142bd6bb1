"""
Packages that a file pins to versions, and what the indexes of their repositories have.

They are no images: what becomes of them is decided and written beside the uses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from bot.model.files import Position, Span
from bot.model.words import Kind, OutcomeName

if TYPE_CHECKING:  # which have verdicts and pins in them
    from bot.model.plan import Edit
    from bot.model.uses import Steer


class Feed(NamedTuple):
    """
    Where packages come from, as their file says.

    `repositories` are the URLs that may be asked, without a slash at their ends; `keys` are those
    of the public keys; `architectures` are named as apk does. `here` counts the repositories that
    are folders, which nobody can ask.
    """

    repositories: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    here: int = 0


class PackagePin(NamedTuple):
    """
    One package that a file wants in some versions only: `openjdk-21-jre=21.0.2-r2@edge`.

    `operator` is `=` or another of apk's; `version_at` is where the version stands, `None` where
    its characters are computed; `label` is that of the repositories it is to come from.
    `trouble` says, as a clause, why nobody can tell what is meant.
    """

    path: str
    format: str
    span: Span
    position: Position
    text: str
    name: str
    operator: str
    version: str
    version_at: Span | None
    feed: Feed
    label: str = ""
    steers: tuple[Steer, ...] = ()
    trouble: str = ""


class Published(NamedTuple):
    """One version of a package in an index; `origin` is what it is built from, with others."""

    version: str
    origin: str = ""
    built: dt.datetime | None = None
    commit: str = ""


class Shelf(NamedTuple):
    """The index of one repository for one architecture: where packages lie."""

    repository: str
    architecture: str


class PackageIndex(NamedTuple):
    """
    What an index says of the packages that were asked about, by name.

    `signature` is a full sentence: whether it was checked, and with which key.
    """

    published: Mapping[str, tuple[Published, ...]]
    signature: str


class PinOffer(NamedTuple):
    """A pin's new version, and the edit that writes it; `package` is what the index says of it."""

    new: str
    kind: Kind
    edits: tuple[Edit, ...]
    package: Published


class PinVerdict(NamedTuple):
    """
    The one outcome of one pin, with its reason as a full sentence.

    `newest` is the newest version that every index has, whatever the pin lets through; `apart` is a
    move that is proposed on its own; `until` the day from which what is held for its age is not.
    """

    pin: PackagePin
    outcome: OutcomeName
    because: str
    offer: PinOffer | None = None
    newest: str = ""
    warnings: tuple[str, ...] = ()
    apart: PinOffer | None = None
    until: str | None = None

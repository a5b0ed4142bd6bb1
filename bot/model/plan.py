"""What is decided: one verdict for each use, and the moves that go on a branch together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.image import ImageRef
from bot.model.bumps import Bump
from bot.model.files import Span
from bot.model.lookups import Replaced, TagFacts
from bot.model.pinned import PinVerdict
from bot.model.uses import Findings, Use
from bot.model.words import Kind, OutcomeName


class Edit(NamedTuple):
    """Put `text` in the place of `span`; an insertion has an empty span."""

    span: Span
    text: str


class Offer(NamedTuple):
    """
    A move of one use: the reference it becomes, the kind of move, and the edits that do it.

    `warnings` are full sentences that speak against it. `lost`: there are no edits because it could
    not be looked up. `held`: there are none because it has to wait, `until` a day if one is known.
    """

    new: ImageRef
    kind: Kind
    edits: tuple[Edit, ...]
    because: str
    warnings: tuple[str, ...] = ()
    lost: bool = False
    held: bool = False
    until: str | None = None


class Verdict(NamedTuple):
    """
    The one outcome of one use, with its reason as a full sentence.

    `offer` is there for `update` and `pin`; `apart` holds moves proposed on their own (majors).
    `line` names the line (`20.*.*-alpine`), the same for every later move of it. `equivalents` are
    more precise tags that name the image of the present tag today, as far as is known;
    `replacement`: what became of the image itself, where its publisher no longer keeps it up.
    `elsewhere`: full sentences about other places that should be like this one and are not.
    """

    use: Use
    outcome: OutcomeName
    because: str
    line: str
    offer: Offer | None = None
    apart: tuple[Offer, ...] = ()
    until: str | None = None
    reason: str | None = None
    facts: TagFacts | None = None
    equivalents: tuple[str, ...] = ()
    replacement: Replaced | None = None
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every use and every pin of one snapshot exactly once, in the order of the files."""

    findings: Findings
    verdicts: tuple[Verdict, ...]
    pins: tuple[PinVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One use and the offer taken for it."""

    use: Use
    offer: Offer
    facts: TagFacts | None = None
    equivalents: tuple[str, ...] = ()
    replacement: Replaced | None = None
    elsewhere: tuple[str, ...] = ()

    @property
    def bump(self) -> Bump:
        """What moves, whatever the place."""
        return Bump(self.use.image, self.offer.new, self.offer.kind)


@dataclass(frozen=True, slots=True)
class Update:
    """The moves that belong on one branch; the branch's name is the update's identity."""

    findings: Findings
    branch: str
    line: str
    moves: tuple[Move, ...]

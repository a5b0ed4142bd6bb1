"""Where repositories and proposals live, as the operator says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.wiring.operators import operator

if TYPE_CHECKING:
    from bot.ports import Platform


@dataclass(frozen=True, slots=True)
class Place:
    """Where to propose, as far as the command line says; the configuration says the rest."""

    path: str | None = None
    branch: str | None = None
    out: str | None = None


def platform(config: str | None, place: Place, *, dry: bool = False) -> Platform:
    """The configured platform; with `dry`, one that only tells what it would do."""
    from bot.git import Person
    from bot.platforms import PLATFORMS

    said = operator(config).platform
    out = place.out or said.out
    name, _, email = said.author.partition(" <")
    real = PLATFORMS[said.kind](
        Path(place.path or said.path),
        out=Path(out) if out else None,
        branch=place.branch or said.branch,
        author=Person(name, email.removesuffix(">")),
    )
    return PLATFORMS["dry"](real) if dry else real

"""What a repository's dashboard is made of, and the issue that it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.image import ImageRef
from bot.model.lifecycle import LifeCycle
from bot.model.lookups import Failure
from bot.model.plan import Plan
from bot.model.proposals import Outcome
from bot.model.pulls import Pull


@dataclass(frozen=True, slots=True)
class Page:
    """
    What a run knows of one repository.

    `plans`: one for each branch that is proposed for; `outcomes`: what became of each proposal;
    `failures`: proposals that could not be made; `lives`: until when what an image says is in it is
    supported. What only the forge knows: `pulls`, those of ours that were there, and `asked`, the
    branches that somebody asked for.
    """

    plans: tuple[Plan, ...]
    outcomes: tuple[Outcome, ...] = ()
    failures: tuple[Failure, ...] = ()
    lives: Mapping[ImageRef, LifeCycle] = field(default_factory=dict)
    pulls: tuple[Pull, ...] = ()
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of ours; its number is 0 while it is not there yet."""

    title: str
    body: str
    number: int = 0
    url: str = ""
    is_open: bool = True

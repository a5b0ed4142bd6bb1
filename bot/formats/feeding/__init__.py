"""Values that meet across files: one file gives them, another one makes references of them."""

from __future__ import annotations

from bot.formats.feeding.contexts import pulled
from bot.formats.feeding.dotenv import values_of
from bot.formats.feeding.families import Families
from bot.formats.feeding.hands import Hands
from bot.formats.feeding.hearing import without_heard
from bot.formats.feeding.homes import for_several
from bot.formats.feeding.inner import Inner
from bot.formats.feeding.meeting import Meeting
from bot.formats.feeding.values import Build, Given, Giver, Ties, place_of, within

__all__ = [
    "Build",
    "Families",
    "Given",
    "Giver",
    "Hands",
    "Inner",
    "Meeting",
    "Ties",
    "for_several",
    "place_of",
    "pulled",
    "values_of",
    "within",
    "without_heard",
]

"""What those who look for notes work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.http import Asks
from bot.image import ImageRef
from bot.notes.forges import Forges
from bot.tags import NotesPlace

Places: TypeAlias = Callable[[ImageRef], tuple[NotesPlace, ...]]

LIBRARY = "https://raw.githubusercontent.com/docker-library/official-images/master/library/"


@dataclass(frozen=True, slots=True)
class Sources:
    """
    What may be asked.

    `forges`: by host; `places`: where the rules say that an image's notes live; `official`: where
    the library files of Docker's official images are, each under its name.
    """

    http: Asks
    forges: Forges
    places: Places
    official: str = LIBRARY

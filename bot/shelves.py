"""Where the packages lie that files pin: a port, as those of `bot.ports` are."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.model import PackageIndex, Shelf


class Packages(Protocol):
    """The indexes of repositories of packages. Raises `RegistryError`."""

    async def index(
        self, shelf: Shelf, names: Collection[str], keys: Collection[str]
    ) -> PackageIndex:
        """What an index has of these packages; `keys` are the URLs of whose signatures it takes."""

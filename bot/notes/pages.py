"""The pages where the rules say that people can read about a version."""

from __future__ import annotations

from bot.model import Comparison, Note
from bot.notes.sources import Sources
from bot.notes.spans import versions

NAME = "pages"


class Pages:
    """Asks nobody: a link is all there is."""

    NAME = NAME

    def __init__(self, sources: Sources) -> None:
        self._places = sources.places

    async def about(self, compared: Comparison) -> tuple[Note, ...]:
        """See `Notes`."""
        image = compared.bump.new
        span = versions(compared)
        title = span.new if span else (image.effective_tag or "")
        pages = (place.source(image) for place in self._places(image) if place.kind == "url")
        return tuple(Note("Release notes", title, page) for page in dict.fromkeys(pages) if page)

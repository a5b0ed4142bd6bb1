"""
The releases between two versions, from the forge that the rules or the image itself name.

Where those say nothing, what the project's changelog says of the same versions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.errors import EvidenceError
from bot.image import ImageRef
from bot.model import Comparison, Note
from bot.notes.changelogs import changelog, told
from bot.notes.forges import Forge, Release
from bot.notes.sources import Sources
from bot.notes.spans import Versions, between, numbers, versions
from bot.origin import Project, origin, project
from bot.tags import NotesPlace

NAME = "releases"

_PAGES = 4
_MOST = 30
_LONGEST = 2_000
"""Characters of one release's text."""

_PACKAGING = ("docker-library/", "bitnami/containers", "chainguard-images/")
"""Repositories that hold recipes of images: their releases are not those of what is inside."""


class Releases:
    """Asks each project once a run, however many images move from one version of it."""

    NAME = NAME

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[tuple[Project, str], asyncio.Task[list[Release] | None]] = {}
        self._logs: dict[tuple[Project, Versions], asyncio.Task[list[Release]]] = {}

    async def about(self, compared: Comparison) -> tuple[Note, ...]:
        """See `Notes`; nothing where the version does not move or no project is known."""
        span = versions(compared)
        if span is None:
            return ()
        for found, place in self._projects(compared):
            forge = self._sources.forges.get(found.host)
            if forge is None:
                if place:
                    return _unasked(found, place, compared.bump.new)
                continue
            notes = await self._between(found, forge, span)
            if not any(note.text for note in notes):
                refs = (*(note.title for note in notes[:1]), *_refs(found, place, compared, span))
                notes = await self._logged(notes, found, (forge, refs, span))
            if notes or place:
                return notes or self._range(found, place, compared.bump.old, compared.bump.new)
        return ()

    def _projects(self, compared: Comparison) -> Iterator[tuple[Project, NotesPlace | None]]:
        """Where the rules say that they are, else the image's own project."""
        image = compared.bump.new
        for place in self._sources.places(image):
            where = place.source(image)
            if where and place.kind != "url" and not place.guest:
                host = "https://github.com/" if place.kind == "github" else "https://"
                if found := project(f"{host}{where}"):
                    yield Project(found.host, found.path), place
        own = origin(compared.new, image, compared.bases[1])
        if own and not own.path.startswith(_PACKAGING):
            yield Project(own.host, own.path), None

    async def _between(self, found: Project, forge: Forge, span: Versions) -> tuple[Note, ...]:
        key = (found, span.old)
        if key not in self._known:
            self._known[key] = asyncio.create_task(_read(found, forge, span))
        releases = await asyncio.shield(self._known[key])
        if releases is None:
            return ()
        chosen = between(releases, span)
        source = f"Releases of {found.path}"
        notes = [Note(source, each.name, _page(each, found), _cut(each.text)) for each in chosen]
        return tuple(notes[:_MOST])

    async def _logged(
        self,
        notes: tuple[Note, ...],
        found: Project,
        where: tuple[Forge, tuple[str, ...], Versions],
    ) -> tuple[Note, ...]:
        """The notes, and what the changelog says of the versions."""
        key = (found, where[2])
        if key not in self._logs:
            self._logs[key] = asyncio.create_task(_logged(found, *where))
        try:
            chosen = await asyncio.shield(self._logs[key])
        except EvidenceError:
            if notes:  # better some than none
                return notes
            raise
        source = f"Changelog of {found.path}"
        more = [Note(source, each.name, each.url, _cut(each.text)) for each in chosen[:_MOST]]
        return (*notes, *more)

    def _range(
        self, found: Project, place: NotesPlace | None, old: ImageRef, new: ImageRef
    ) -> tuple[Note, ...]:
        """What changed between the two tags, where a rule knows what they are called there."""
        if place is None or not place.tag:
            return ()
        names = [next(iter(place.releases(image)), None) for image in (old, new)]
        if not names[0] or not names[1] or names[0] == names[1]:
            return ()
        url = found.compare(names[0], names[1])
        return (Note(f"Changes of {found.path}", f"{names[0]} to {names[1]}", url),)


def _unasked(found: Project, place: NotesPlace, image: ImageRef) -> tuple[Note, ...]:
    """The page where a rule says that the releases are, of a forge that is not to be asked."""
    page = place.page(image, full=True)
    title = next(iter(place.releases(image)), "") if place.tag else ""
    return (Note(f"Releases of {found.path}", title, page),) if page else ()


def _refs(
    found: Project, place: NotesPlace | None, compared: Comparison, span: Versions
) -> Iterator[str]:
    """What the new version may be called in the repository, the surest first."""
    image = compared.bump.new
    own = origin(compared.new, image, compared.bases[1])
    if own and own.commit and (own.host, own.path) == (found.host, found.path):
        yield own.commit
    yield from place.releases(image) if place else (f"v{span.new}", span.new)


async def _logged(
    found: Project, forge: Forge, refs: tuple[str, ...], span: Versions
) -> list[Release]:
    log = await changelog(forge, found.path, refs)
    return told(log, found, span) if log else []


async def _read(found: Project, forge: Forge, span: Versions) -> list[Release] | None:
    """Page by page, until what the old version has is reached."""
    releases: list[Release] = []
    low = numbers(span.old)
    for number in range(1, _PAGES + 1):
        try:
            page = await forge.releases(found.path, number)
        except EvidenceError:
            if releases:  # better some than none: what is missing is older
                return releases
            raise
        if page is None:
            return None
        releases += page.releases
        older = [each for each in page.releases if numbers(each.name)[: len(low)] <= low]
        if not page.more or len(older) > len(page.releases) // 2:
            break
    return releases


def _page(release: Release, found: Project) -> str:
    """The release's page, if the forge named one of its own."""
    return release.url if release.url.startswith(f"{found.url}/") else f"{found.url}/releases"


def _cut(text: str) -> str:
    """Whole lines, up to a bound."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) <= _LONGEST:
        return text
    return text[: max(text.rfind("\n", 0, _LONGEST), 0)].rstrip() + "\n\n…"

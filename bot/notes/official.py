"""
Docker's official images: the commit and folder behind a tag, where the image itself says none.

The files are described in https://github.com/docker-library/official-images#library-definition-files:
stanzas of `Name: value`, the first of which holds for all; lists are divided by commas.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from bot.errors import EvidenceError, HttpError
from bot.http import MIB, Question
from bot.image import DOCKER_HUB, ImageRef
from bot.model import Comparison, Note
from bot.notes.sources import Sources
from bot.origin import Project, origin, project

NAME = "library"

_OFFICIAL = "library/"
_LIMIT = MIB
_MOST = 5_000
_ARCHITECTURE = "amd64"

Stanza = Mapping[str, str]


class Official:
    """Asks for each library file once a run."""

    NAME = NAME

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[str, asyncio.Task[dict[str, Project]]] = {}

    async def about(self, compared: Comparison) -> tuple[Note, ...]:
        """See `Notes`; nothing about images whose recipe is known from themselves."""
        new = compared.bump.new
        if new.registry != DOCKER_HUB or not new.repository.path.startswith(_OFFICIAL):
            return ()
        own = origin(compared.new, new, compared.bases[1])
        if own and own.commit:
            return ()
        tags = await self._tags(new.repository.path.removeprefix(_OFFICIAL))
        after = tags.get(new.effective_tag or "")
        if after is None:
            return ()
        before = origin(compared.old, compared.bump.old, compared.bases[0])
        return (_note(before or self._before(tags, compared.bump.old, new), after),)

    def _before(self, tags: Mapping[str, Project], old: ImageRef, new: ImageRef) -> Project | None:
        """What the library says of the old tag today, which is no news of one that only moved."""
        return tags.get(old.effective_tag or "") if old.effective_tag != new.effective_tag else None

    async def _tags(self, name: str) -> dict[str, Project]:
        if name not in self._known:
            self._known[name] = asyncio.create_task(self._read(name))
        return await asyncio.shield(self._known[name])

    async def _read(self, name: str) -> dict[str, Project]:
        subject = f"the library file of {name}"
        try:
            answer = await self._sources.http.ask(
                Question(f"{self._sources.official}{name}", limit=_LIMIT, tries=3)
            )
        except HttpError as error:
            raise EvidenceError(f"{subject}: {error}") from None
        if answer.status == 404:
            return {}
        if answer.status != 200:
            raise EvidenceError(f"{subject}: {answer.url.host} answered {answer.status}")
        return dict(tagged(answer.body.decode("utf-8", "replace")))


def tagged(text: str) -> Iterator[tuple[str, Project]]:
    """Each tag of a library file, shared ones too, and the project it is built from."""
    shared: Stanza = {}
    for number, stanza in enumerate(_stanzas(text)):
        if number == 0 and "Tags" not in stanza:
            shared = stanza
            continue
        said = {**shared, **stanza}
        found = project(said.get("GitRepo", ""))
        commit = said.get(f"{_ARCHITECTURE}-GitCommit") or said.get("GitCommit", "")
        folder = said.get(f"{_ARCHITECTURE}-Directory") or said.get("Directory", "")
        found = found and project(f"{found.url}#{commit}:{folder}")
        if found and found.commit:
            names = f"{said.get('Tags', '')},{said.get('SharedTags', '')}"
            yield from ((tag.strip(), found) for tag in names.split(",") if tag.strip())


def _stanzas(text: str) -> Iterator[Stanza]:
    stanza: dict[str, str] = {}
    last = ""
    for line in [*text.splitlines()[: _MOST * 20], ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if stanza:
                yield stanza
            stanza, last = {}, ""
        elif line[0].isspace() and last:
            stanza[last] += f" {line.strip()}"
        elif ":" in line:
            last, _, value = line.partition(":")
            stanza[last] = value.strip()


def _note(before: Project | None, after: Project) -> Note:
    folder = f" in {after.folder}" if after.folder else ""
    same = before and (before.host, before.path) == (after.host, after.path)
    if before and same and before.commit and before.commit != after.commit:
        title = f"{after.path} {before.commit[:7]}…{after.commit[:7]}{folder}"
        return Note("Official image", title, after.compare(before.commit, after.commit))
    return Note("Official image", f"{after.path} {after.commit[:7]}{folder}", after.tree())

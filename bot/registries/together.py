"""All registries of a run as one. To add one: a module beside this, and its host here."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from bot.http import Http, Limits, client
from bot.image import DOCKER_HUB, ImageRef
from bot.model import Document, ImageFacts, Outline, Referrer, TagList
from bot.once import Once
from bot.registries.credentials import Credentials, KnownCredentials
from bot.registries.docker_hub import DockerHub
from bot.registries.endpoint import HostSettings, endpoint
from bot.registries.google import Google
from bot.registries.harbor import Harbor
from bot.registries.oci import OciRegistry
from bot.registries.quay import Quay

# Hosts with more to say than the OCI distribution API; every other is an `OciRegistry`.
REGISTRIES: Mapping[str, type[OciRegistry]] = {
    DOCKER_HUB: DockerHub,
    "quay.io": Quay,
    "gcr.io": Google,
    "us.gcr.io": Google,
    "eu.gcr.io": Google,
    "asia.gcr.io": Google,
    "k8s.gcr.io": Google,
    "registry.k8s.io": Google,
}
_ARTIFACT_REGISTRY = ".pkg.dev"

KINDS: Mapping[str, type[OciRegistry]] = {
    "oci": OciRegistry,
    "quay": Quay,
    "google": Google,
    "harbor": Harbor,
}
"""What an operator may say that a registry is."""


class Registries:
    """
    All registries of a run as one: each question goes to its host, and goes there once.

    Implements `bot.ports.Registry`. `requests` counts what was sent, by method and host.
    """

    def __init__(
        self,
        http: Http,
        hosts: Mapping[str, HostSettings] | None = None,
        credentials: Credentials | None = None,
        *,
        allow_private: bool = True,
    ) -> None:
        self.requests: Counter[tuple[str, str]] = http.requests
        self._http = http
        self._hosts = {name.lower(): settings for name, settings in (hosts or {}).items()}
        self._credentials = credentials or KnownCredentials()
        self._allow_private = allow_private
        self._registries: dict[str, OciRegistry] = {}
        self._asked = Once()

    async def tags(self, image: ImageRef) -> TagList:
        """Every tag of the image's repository; asked once for each repository."""
        return await self._asked.answer(
            ("tags", *_place(image)), lambda: self._registry(image).tags(image)
        )

    async def digest(self, image: ImageRef) -> str:
        """The digest that the image's tag points at; asked once for each tag."""
        key = ("digest", *_place(image), image.effective_tag or image.digest)
        return await self._asked.answer(key, lambda: self._registry(image).digest(image))

    async def outline(self, image: ImageRef) -> Outline:
        """What the image's index or manifest says; asked once, by tag or by its digest."""
        place = _place(image)
        key = ("outline", *place, image.digest or image.effective_tag)
        found = await self._asked.answer(key, lambda: self._registry(image).outline(image))
        self._asked.alias(key, ("outline", *place, found.digest))
        return found

    async def facts(self, image: ImageRef) -> ImageFacts:
        """What the registry tells about the image; asked once for each digest, or tag."""
        key = ("facts", *_place(image), image.digest or image.effective_tag)
        return await self._asked.answer(key, lambda: self._facts(image))

    async def _facts(self, image: ImageRef) -> ImageFacts:
        return await self._registry(image).measured(image, await self.outline(image))

    async def document(self, image: ImageRef) -> Document:
        """The manifest or index of the image; asked once for each digest, or tag."""
        key = ("document", *_place(image), image.digest or image.effective_tag)
        return await self._asked.answer(key, lambda: self._registry(image).document(image))

    async def blob(
        self,
        image: ImageRef,
        digest: str,
        size: int,
        write: Callable[[bytes], object],
        have: Iterable[bytes] = (),
    ) -> None:
        """The bytes of a blob, as they come; asked for as often as somebody wants them."""
        await self._registry(image).blob(image, digest, size, write, have)

    async def referrers(self, image: ImageRef) -> tuple[Referrer, ...]:
        """What names the image's manifest as its subject; asked once for each digest."""
        image = image.at(None, image.digest or await self.digest(image))
        key = ("referrers", *_place(image), image.digest)
        return await self._asked.answer(key, lambda: self._registry(image).referrers(image))

    def close(self) -> None:
        """Drop the questions that nobody waits for any more."""
        self._asked.close()
        for registry in self._registries.values():
            registry.close()

    def _registry(self, image: ImageRef) -> OciRegistry:
        host = image.registry.lower()
        if host not in self._registries:
            self._registries[host] = self._open(host)
        return self._registries[host]

    def _open(self, host: str) -> OciRegistry:
        settings = self._hosts.get(host)
        where = endpoint(host, settings, allow_private=self._allow_private)
        credentials = self._credentials
        if settings and settings.credential:
            credentials = KnownCredentials({where.login: settings.credential})
        return _kind(host, settings)(self._http, where, credentials)


@asynccontextmanager
async def opened(
    hosts: Mapping[str, HostSettings] | None = None,
    credentials: Credentials | None = None,
    *,
    allow_private: bool = True,
    limits: Limits | None = None,
) -> AsyncIterator[Registries]:
    """
    The registries of one run, open as long as the context is.

    `hosts`: what the operator says of each host. `credentials`: where others are looked up.
    `allow_private`: whether a file in a repository may name a registry at a private address; say
    no where the repositories are not the operator's own.
    """
    async with client(limits) as http:
        registries = Registries(http, hosts, credentials, allow_private=allow_private)
        try:
            yield registries
        finally:
            registries.close()


def _place(image: ImageRef) -> tuple[str, str]:
    return image.registry.lower(), image.repository.path


def _kind(host: str, settings: HostSettings | None) -> type[OciRegistry]:
    """A mirror speaks the plain API, whatever it mirrors and whatever its software is."""
    if settings and settings.lookup:
        return OciRegistry
    if settings and settings.kind:
        return KINDS[settings.kind]
    return Google if host.endswith(_ARTIFACT_REGISTRY) else REGISTRIES.get(host, OciRegistry)

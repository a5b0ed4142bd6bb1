"""Put questions to one registry: be let in, and believe nothing that was not checked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

from bot import manifests
from bot.errors import HttpError, RegistryError
from bot.http import MIB, Answer, Download, Http, Question
from bot.image import ImageRef
from bot.manifests import DIGEST
from bot.model import Document
from bot.once import Once
from bot.registries.auth import Auth
from bot.registries.credentials import Credentials
from bot.registries.endpoint import Endpoint
from bot.registries.words import refusal

_MANIFEST_LIMIT = 4 * MIB  # https://github.com/opencontainers/distribution-spec: at least that
_KEPT_LIMIT = MIB


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing asked of a repository; `path` is below it, `subject` is what errors name."""

    subject: str
    repository: str
    path: str
    method: Literal["GET", "HEAD"] = "GET"
    accept: str = "application/json"
    limit: int = _MANIFEST_LIMIT
    into: Download | None = None


class Asking:
    """What every kind of question to a registry needs. Raises `RegistryError`, in one line."""

    def __init__(self, http: Http, endpoint: Endpoint, credentials: Credentials) -> None:
        self._http = http
        self._endpoint = endpoint
        self._auth = Auth(http, endpoint, credentials)
        self._met = False
        self._meeting = asyncio.Lock()
        self._documents = Once()

    def close(self) -> None:
        """Drop the questions that nobody waits for any more."""
        self._documents.close()

    def _manifest(self, image: ImageRef, reference: str) -> Wanted:
        wanted = self._wanted(image, f"manifests/{reference}", subject=named(image, reference))
        return replace(wanted, accept=manifests.ACCEPT)

    def _wanted(self, image: ImageRef, path: str, *, subject: str) -> Wanted:
        return Wanted(subject, f"{self._endpoint.prefix}{image.repository.path}", path)

    async def _document(self, wanted: Wanted, digest: str | None) -> Document:
        """A manifest or small blob; one whose digest is known is asked for once in a run."""
        if digest is None:
            found = await self._fresh(wanted, None)
            self._keep((wanted.repository, f"manifests/{found.digest}"), found)
            return found
        key = (wanted.repository, wanted.path)
        found = await self._documents.answer(key, lambda: self._fresh(wanted, digest))
        self._keep(key, found)
        return found

    def _keep(self, key: tuple[str, str], found: Document) -> None:
        if len(found.body) <= _KEPT_LIMIT:
            self._documents.know(key, found)
        else:
            self._documents.forget(key)

    async def _fresh(self, wanted: Wanted, digest: str | None) -> Document:
        """With its digest: the one asked for, or that of the bytes."""
        answer = await self._ask(wanted)
        self._expect(wanted, answer)
        told = answer.headers.get("docker-content-digest", "")
        expected = digest or (told if DIGEST.fullmatch(told) else "")
        if told and not DIGEST.fullmatch(told):
            raise self._wrong(wanted, "sent a digest that is none")
        found = manifests.digest_of(answer.body, expected or "sha256:")
        if expected and found != expected:
            raise self._wrong(wanted, f"sent other bytes than {expected} stands for")
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
        return Document(found, media_type, answer.body)

    async def _ask(self, wanted: Wanted) -> Answer:
        """The answer after being let in; only a 401 that nothing helps against is a refusal yet."""
        try:
            answer, used = await self._first(wanted)
            for _ in range(2):
                ours = answer.url.host == self._endpoint.host
                if answer.status != 401 or not ours:
                    break
                header = await self._auth.after(answer, wanted.repository, used)
                if header is None:
                    break
                answer, used = await self._send(wanted, header), header
        except (HttpError, RegistryError) as error:
            raise RegistryError(f"{wanted.subject}: {error}") from None
        return answer

    async def _first(self, wanted: Wanted) -> tuple[Answer, str | None]:
        """
        The first answer, and the authorization it was asked with.

        The very first question of a registry goes alone and bare; the others wait to hear what
        it is answered, so that a registry says 401 once and not once for each of them.
        """
        if not self._met:
            async with self._meeting:
                if not self._met:
                    answer = await self._send(wanted, None)
                    self._auth.hear(answer)
                    self._met = True
                    return answer, None
        header = await self._auth.header(wanted.repository)
        return await self._send(wanted, header), header

    async def _send(self, wanted: Wanted, authorization: str | None) -> Answer:
        return await self._http.ask(
            Question(
                f"{self._endpoint.base}/v2/{wanted.repository}/{wanted.path}",
                wanted.method,
                accept=wanted.accept,
                authorization=authorization,
                limit=wanted.limit,
                private=self._endpoint.private,
                into=wanted.into,
            )
        )

    def _expect(self, wanted: Wanted, answer: Answer) -> None:
        if answer.status != 200:
            what = "blob" if wanted.path.startswith("blobs/") else "repository or tag"
            raise refusal(wanted.subject, self._endpoint.login, answer, self._auth.why, what)
        if "text/html" in answer.headers.get("content-type", ""):
            raise self._wrong(wanted, "sent a web page; is it behind a login or a proxy?")

    def _wrong(self, wanted: Wanted, what: str) -> RegistryError:
        return RegistryError(f"{wanted.subject}: {self._endpoint.login} {what}")


def named(image: ImageRef, reference: str) -> str:
    """The image at a tag or digest, as errors name it."""
    return f"{image.repository}{'@' if ':' in reference else ':'}{reference}"

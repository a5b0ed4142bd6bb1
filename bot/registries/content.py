"""What a registry keeps: manifests, blobs, and what refers to an image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot import manifests
from bot.errors import PiecedError, RegistryError
from bot.http import Answer, Download
from bot.image import ImageRef
from bot.manifests import DIGEST
from bot.model import Document, Referrer
from bot.registries import paging
from bot.registries.asking import Asking, Wanted, named

# Of registries that know nothing of referrers; go-containerregistry takes them so as well.
_NO_REFERRERS = (400, 404, 405, 406, 501)
_MOST_REFERRERS = 1_000
_MOST_PAGES = 10
_TEXT_LIMIT = 16 << 10  # characters of one annotation: a certificate chain fits


class Content(Asking):
    """
    Documents and blobs by https://github.com/opencontainers/distribution-spec/blob/main/spec.md.

    Raises `RegistryError`, in one line, for whatever is not a usable answer.
    """

    async def document(self, image: ImageRef) -> Document:
        """
        The manifest or index at the image's digest, or else at its tag.

        Its media type is what it says itself; what its registry says where it says nothing.
        """
        wanted = self._manifest(image, image.digest or image.effective_tag or "")
        found = await self._document(wanted, image.digest)
        said = _object(found.body).get("mediaType")
        return found._replace(media_type=said) if isinstance(said, str) and said else found

    async def blob(
        self,
        image: ImageRef,
        digest: str,
        size: int,
        write: Callable[[bytes], object],
        have: Iterable[bytes] = (),
    ) -> None:
        """Hand the bytes of a blob to `write`; see `bot.ports.Registry`."""
        if not DIGEST.fullmatch(digest):
            raise RegistryError(f"{image.repository}: {digest[:100]!r} is no digest of a blob")
        wanted = self._wanted(image, f"blobs/{digest}", subject=named(image, digest))
        known = self._documents.known((wanted.repository, wanted.path))
        if isinstance(known, Document) and len(known.body) == size:
            write(
                known.body[sum(map(len, have)) :]
            )  # a configuration that was asked for its platform
            return
        seen = hashlib.new(digest.partition(":")[0])

        def take(chunk: bytes) -> None:
            seen.update(chunk)
            write(chunk)

        into = Download(size, take, came=_read_into(seen.update, have))
        await self._fill(replace(wanted, accept="*/*", into=into))
        if seen.hexdigest() != digest.partition(":")[2]:
            wrong = self._wrong(wanted, f"sent other bytes than {digest} stands for")
            raise PiecedError(str(wrong)) if into.parts > 1 else wrong

    async def _fill(self, wanted: Wanted) -> None:
        into = wanted.into
        if into is None or into.whole:
            return
        answer = await self._ask(wanted)
        if answer.status == 416 and into.came:  # it takes no ranges, and says so oddly
            into.ranges = False
            answer = await self._ask(wanted)
        if answer.status != 206:
            self._expect(wanted, answer)

    async def referrers(self, image: ImageRef) -> tuple[Referrer, ...]:
        """
        What names the manifest at the image's digest as its subject, at most a thousand.

        Where the registry has no such list, what stands in the tag that takes its place:
        https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema.
        """
        digest = image.digest or ""
        wanted = self._wanted(image, f"referrers/{digest}", subject=named(image, digest))
        wanted = replace(wanted, accept=manifests.INDEXES[0])
        answer = await self._ask(wanted)
        if _is_list(answer):
            return await self._referrer_pages(wanted, answer)
        if answer.status not in (200, *_NO_REFERRERS):
            self._expect(wanted, answer)
        return await self._tagged(image, digest)

    async def _referrer_pages(self, wanted: Wanted, answer: Answer) -> tuple[Referrer, ...]:
        found: dict[str, Referrer] = {}
        for _ in range(_MOST_PAGES):
            self._expect(wanted, answer)
            found |= {each.digest: each for each in _referrers(answer.body)}
            query = self._next_query(wanted, answer)
            if query is None or len(found) >= _MOST_REFERRERS:
                break
            path = f"{wanted.path.partition('?')[0]}?{query}"
            answer = await self._ask(replace(wanted, path=path))
        return tuple(found.values())[:_MOST_REFERRERS]

    def _next_query(self, wanted: Wanted, answer: Answer) -> str | None:
        try:
            return paging.next_query(answer)
        except ValueError as error:
            raise self._wrong(wanted, f"names a next page that is refused: {error}") from None

    async def _tagged(self, image: ImageRef, digest: str) -> tuple[Referrer, ...]:
        # A tag has no colon, and 128 characters at most.
        wanted = self._manifest(image, digest.replace(":", "-", 1)[:128])
        answer = await self._ask(wanted)
        if answer.status == 404:
            return ()
        self._expect(wanted, answer)
        return tuple(_referrers(answer.body))[:_MOST_REFERRERS]


def _read_into(update: Callable[[bytes], object], have: Iterable[bytes]) -> int:
    came = 0
    for chunk in have:
        update(chunk)
        came += len(chunk)
    return came


def _is_list(answer: Answer) -> bool:
    """Whether it is an index: some registries answer any path with a page that says hello."""
    return answer.status == 200 and isinstance(_object(answer.body).get("manifests"), list)


def _referrers(body: bytes) -> Iterator[Referrer]:
    entries = _object(body).get("manifests")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and (found := _referrer(entry)):
            yield found


def _referrer(entry: Mapping[str, Any]) -> Referrer | None:
    digest = entry.get("digest")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        return None
    kinds = (entry.get(key) for key in ("mediaType", "artifactType"))
    media_type, artifact_type = (kind if isinstance(kind, str) else "" for kind in kinds)
    return Referrer(digest, media_type, artifact_type, _texts(entry.get("annotations")))


def _texts(value: object) -> dict[str, str]:
    entries = value.items() if isinstance(value, dict) else ()
    return {k: v for k, v in entries if isinstance(v, str) and len(v) <= _TEXT_LIMIT}


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}

"""Google: the plain listing of tags, whose answer holds digests and dates too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.registries import own_api
from bot.registries.oci import Listing, OciRegistry
from bot.registries.paging import believable

_MOST_TAGS = 1000  # of one image


class Google(OciRegistry):
    """
    Container Registry and Artifact Registry.

    Their `tags/list` has a `manifest` beside the `tags`: each digest with its tags and times, as
    https://pkg.go.dev/github.com/google/go-containerregistry/pkg/v1/google#Tags reads it.
    """

    def _learn(self, data: Any, listing: Listing) -> None:  # noqa: ANN401 -- JSON
        for tag, digest, entry in _tagged(data):
            # One tag of two images: nobody can tell which it is, so the registry will be asked.
            same = listing.digests.setdefault(tag, digest) == digest
            listing.digests[tag] = digest if same else ""
            when = own_api.seconds(_milliseconds(entry.get("timeUploadedMs")))
            if same and when:
                listing.pushed[tag] = when
            elif not same:
                listing.pushed.pop(tag, None)


def _tagged(data: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:  # noqa: ANN401 -- JSON
    manifests = data.get("manifest") if isinstance(data, dict) else None
    for digest, entry in manifests.items() if isinstance(manifests, dict) else ():
        usable = isinstance(entry, dict) and entry.get("mediaType") in own_api.PULLED
        if not usable or not own_api.digest(digest) or not isinstance(entry.get("tag"), list):
            continue
        for tag in believable(entry["tag"][:_MOST_TAGS]):
            yield tag, digest, entry


def _milliseconds(said: object) -> float | None:
    """Google writes times as text."""
    if not isinstance(said, str) or not said.isascii() or not said.isdigit() or len(said) > 15:
        return None
    return int(said) / 1000

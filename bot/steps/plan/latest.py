"""What is newer than the tag `latest`, which its publisher does not call the latest yet?"""

from __future__ import annotations

from bot.model import Candidate, TagList
from bot.tags import parse


def latest_version(present: str, listing: TagList) -> tuple[int, ...]:
    """
    The version that `latest` is, by the digests that came with the listing.

    Empty where they do not tell, or where the present tag is past it already.
    """
    digest = listing.digests.get("latest")
    if digest is None:
        return ()
    alike = (_numbers(tag) for tag, other in listing.digests.items() if other == digest)
    latest = max(alike, key=len, default=())
    return () if _is_past(_numbers(present), latest) else latest


def past_latest(candidate: Candidate, latest: tuple[int, ...]) -> str | None:
    """Why a candidate is no move that its publisher stands behind, as a sentence, if so."""
    if candidate.kind not in {"major", "minor"} or not _is_past(_numbers(candidate.tag), latest):
        return None
    version = ".".join(map(str, latest))
    return f"{candidate.tag} is newer, but its publisher's `latest` is still {version}."


def _is_past(version: tuple[int, ...], latest: tuple[int, ...]) -> bool:
    return version[: len(latest)] > latest[: len(version)]


def _numbers(tag: str) -> tuple[int, ...]:
    release = parse(tag).release
    return release.numbers if release else ()

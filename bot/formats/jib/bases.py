"""What Jib makes of the text that names its base image."""

from __future__ import annotations

import re

from bot.formats.telling import Left
from bot.formats.yaml_spans import Scalar

LOCAL = Left("invalid-reference", "it names a place of this machine, not an image of a registry")
NO_DIGEST_BEFORE_2_2 = "Jib takes a tag and a digest together since its release 2.2.0"

_PULLED = "registry://"
_LOCAL = ("docker://", "tar://")
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")


def left(said: str) -> Left | None:
    """Why a base is left alone that is no image of a registry."""
    return LOCAL if said.startswith(_LOCAL) else None


def lead(said: Scalar) -> str:
    """What stands before the reference and is no part of it."""
    return _PULLED if said.value.startswith(_PULLED) else ""


def no_digest(version: str | None) -> str | None:
    """Why Jib of that version takes no digest behind a tag; versions that are not known do."""
    match = _VERSION.match(version or "")
    if match and (int(match[1]), int(match[2])) < (2, 2):
        return NO_DIGEST_BEFORE_2_2
    return None

"""
Blubber: YAML that says how to build an image, read by a BuildKit frontend of its own.

Where an image may be named is told in `docs/formats/blubber.md`; the source of the rules is
https://gitlab.wikimedia.org/repos/releng/blubber (`config/`).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "blubber"

_ENDINGS = (".yaml", ".yml")


def matches(path: str) -> bool:
    """Whether a file of this path may be blubber: any YAML, as many of them are named otherwise."""
    # Most paths end otherwise, and this is asked of every one.
    return path[-1:] in ("l", "L") and path.lower().endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """
    Whether a file names a blubber frontend in its syntax line, or is a mapping with a `version` of
    v1 to v4 and `variants`; also where it only seems so, but is no YAML.
    """
    if "blubber" not in file.text and "variants" not in file.text:
        return False
    # Most trees have much YAML and no blubber: the library that reads it is not loaded for them.
    from bot.formats.blubber.survey import is_meant

    return is_meant(file)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.blubber.survey import mentions

    return mentions(file, NAME)

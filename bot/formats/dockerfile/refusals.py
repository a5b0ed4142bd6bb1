"""What makes BuildKit refuse an instruction, told as a clause."""

from __future__ import annotations

import json
import re

from bot.formats.dockerfile.labels import pairs
from bot.formats.dockerfile.text import Instruction, command
from bot.formats.dockerfile.words import flag_words

KEYWORDS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK"  # noqa: SIM905 - legible
    " LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
)
_ARRAYS = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
_PAIRS = frozenset({"ENV", "LABEL"})
_SIMPLE = KEYWORDS - _PAIRS - _ARRAYS - {"ONBUILD"}
_NOT_ON_BUILD = frozenset({"FROM", "MAINTAINER", "ONBUILD"})
_PLAIN_PAIRS = re.compile(r"(?:[^\s=\"'\\`]++=(?:[^\s\"'\\`]++|\"[^\"\\`]*+\")?+(?:[ \t]++|\Z))++")
_PLAIN_ARRAY = re.compile(r'\[\s*+(?:"[^"\\]*"(?:\s*+,\s*+"[^"\\]*")*+)?+\s*+\]\s*+')


def refusal(found: Instruction, keyword: str, escape: str) -> str | None:
    """Why BuildKit would not take the instruction; `None` where it does, or stages are to blame."""
    if keyword in _SIMPLE or (keyword in _ARRAYS and "[" not in found.text):
        return None
    if keyword == "ONBUILD":
        inner, at = command(found.text, flag_words(found.text, found.rest)[1])
        keyword = inner.upper()
        if keyword in _NOT_ON_BUILD:
            return f"ONBUILD takes no {keyword}"
        return _refusal(found, keyword, at, escape) if keyword else "ONBUILD takes an instruction"
    return _refusal(found, keyword, found.rest, escape)


def _refusal(found: Instruction, keyword: str, at: int, escape: str) -> str | None:
    text = found.text
    if keyword in _PAIRS:
        return None if _PLAIN_PAIRS.fullmatch(text, at) else _bad_pairs(text, at, escape)
    if keyword in _ARRAYS:
        start = flag_words(text, at)[1] if text.startswith("--", at) else at
        if text.startswith("[", start) and not _PLAIN_ARRAY.fullmatch(text, start):
            return _bad_array(text[start:])
        return None
    if keyword not in KEYWORDS:
        return f"{found.keyword[:40] or 'an empty line'} is no instruction"
    return None


def _bad_pairs(text: str, at: int, escape: str) -> str | None:
    try:
        pairs(text.rstrip(), flag_words(text, at)[1], escape)
    except ValueError as error:
        return f"{error}"
    return None


def _bad_array(text: str) -> str | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None  # then it is the shell form
    if all(isinstance(item, str) for item in value):
        return None
    return "its array holds something that is no string"

"""YAML within a block of YAML, every place being where it is in the file."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from bot.formats.yaml_spans import Reading, Scalar, read, spelling

_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]+")


def read_within(text: str, block: Scalar) -> Reading:
    """What a block that begins with `|` says as YAML."""
    span = spelling(text, block).span
    # The indentation of the first line is blank in either text, and with it YAML is still YAML.
    inner = read(_blank(text)[: span.start] + text[span.start : span.end])
    if inner.trouble and inner.trouble.offset < span.start:
        return replace(inner, trouble=replace(inner.trouble, offset=span.start))
    return inner


@lru_cache(maxsize=1)
def _blank(text: str) -> str:
    """As many lines of the same lengths with nothing on them; once for all blocks of a file."""
    return _LINE.sub(lambda line: " " * len(line[0]), text)

"""YAML within a block of YAML, every place being where it is in the file."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.formats.yaml_spans import Reading, Scalar, read, spelling

_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]+")


def read_within(text: str, block: Scalar) -> Reading:
    """What a block that begins with `|` says as YAML."""
    span = spelling(text, block).span
    # The indentation of the first line is blank in either text, and with it YAML is still YAML.
    before = _LINE.sub(lambda line: " " * len(line[0]), text[: span.start])
    inner = read(before + text[span.start : span.end])
    if inner.trouble and inner.trouble.offset < span.start:
        return replace(inner, trouble=replace(inner.trouble, offset=span.start))
    return inner

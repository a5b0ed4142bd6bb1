"""Documents as JSON can carry them, whatever was found in files and images."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cli.payload import Document

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def carried(document: Document) -> Document:
    """The document, where what is no character in a text or key is the replacement character."""
    try:
        json.dumps(document, ensure_ascii=False, check_circular=False).encode()
    except UnicodeEncodeError:
        return _mended(document)
    return document  # as nearly always: the C encoder finds out much sooner than we could


def _mended(document: Document) -> Document:
    return {_text(key): _value(value) for key, value in document.items()}


def _value(value: Any) -> Any:  # noqa: ANN401 -- whatever a document holds
    # Documents are as deep as we build them; nothing foreign decides how far this goes.
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return _mended(value)
    if isinstance(value, list):
        return [_value(each) for each in value]
    return value


def _text(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)

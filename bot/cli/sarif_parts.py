"""Places and texts of SARIF documents, whatever they are about."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.wording.unseen import UNSEEN

if TYPE_CHECKING:
    from bot.cli.payload import Document

_CONTROL = re.compile(rf"[ {UNSEEN}]+")
_MARKUP = str.maketrans("[]{}<>\\`", "()()()/'")
_CALLS = re.compile(r"(?<=[@#!])(?=\w)")
_LONGEST = 1000


def said(text: str, limit: int = _LONGEST) -> str:
    """Foreign text without mentions, control characters and what SARIF takes for markup."""
    shown = _CONTROL.sub(" ", text).strip().translate(_MARKUP)
    shown = _CALLS.sub("\u2060", shown)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def steps_to(path: str) -> str:
    """What stands before paths below a folder, or beside a file, to be paths from where we are."""
    folder = Path(path)
    folder = folder.parent if folder.is_file() else folder
    steps = os.path.relpath(folder)
    return "" if steps == os.curdir or steps.startswith(os.pardir) else f"{steps}/"


def place(uri: str, region: Document) -> Document:
    """A place in what the address names, which is a path where it is relative."""
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def place_of(path: str, line: int, column: int, text: str) -> Document:
    """The place of a text in a file of the repository; `line` and `column` are 1-based."""
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    return place(uri, {"startLine": line, "startColumn": column, **_end(column, text)})


def _end(column: int, text: str) -> Document:
    return {} if "\n" in text else {"endColumn": column + len(text)}

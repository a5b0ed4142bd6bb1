"""Make a text of sections fit: whole sections are shortened and left out, never cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

Worth = Literal["notes", "remaining", "packages", "configuration", "files", "rows", "kept"]
ORDER: tuple[Worth, ...] = (
    "notes",
    "remaining",
    "packages",
    "configuration",
    "files",
    "rows",
)
"""What is sacrificed first; the verdict, warnings, tables and what is introduced are kept."""

LEFT_OUT = "_A section is left out here: it would not fit into this description._"


class Section(NamedTuple):
    """
    A part of a text, whole Markdown by itself.

    `shorter` are other ways to say it, each shorter than the one before; the last resort is to say
    that it was left out.
    """

    text: str
    worth: Worth = "kept"
    shorter: tuple[str, ...] = ()


def fitted(sections: Iterable[Section], limit: int) -> str:
    """
    The sections, an empty line between them, in at most `limit` characters.

    Sections of little worth are shortened before any other is; where all that was not enough, what
    comes last gives way, whatever its worth. What fits again once the others gave way comes back,
    the worthiest first.
    """
    kept = [section for section in sections if section.text]
    texts = [section.text for section in kept]
    for index, section in _by_worth(kept, ORDER):
        _shorten(texts, index, section, limit)
    for index in reversed(range(len(texts))):
        if _length(texts) > limit:
            texts[index] = LEFT_OUT if len(texts[index]) > len(LEFT_OUT) else ""
    for index, section in _by_worth(kept, ("kept", *reversed(ORDER))):
        _lengthen(texts, index, section, limit)
    return "\n\n".join(text for text in texts if text)


def _by_worth(kept: Sequence[Section], order: Sequence[Worth]) -> Iterator[tuple[int, Section]]:
    for worth in order:
        yield from ((index, each) for index, each in enumerate(kept) if each.worth == worth)


def _shorten(texts: list[str], index: int, section: Section, limit: int) -> None:
    for text in (*section.shorter, LEFT_OUT):
        if _length(texts) <= limit:
            return
        texts[index] = text


def _lengthen(texts: list[str], index: int, section: Section, limit: int) -> None:
    rest = _length(texts) - len(texts[index])
    fuller = (text for text in (section.text, *section.shorter) if rest + len(text) <= limit)
    texts[index] = max(texts[index], next(fuller, ""), key=_told)


def _told(text: str) -> tuple[bool, int]:
    return text not in {"", LEFT_OUT}, len(text)


def _length(texts: Sequence[str]) -> int:
    return sum(len(text) + 2 for text in texts)

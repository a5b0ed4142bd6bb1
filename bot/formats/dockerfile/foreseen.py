"""Tell what the uses of a Dockerfile name after edits, where that is sure without reading it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.edits import reference_after
from bot.image import ImageRef
from bot.model import Edit, Piece, SourceFile, Use

_SMALL = 20_000
"""Characters up to which no line can become longer than builders read."""

_MANY = 50
"""Uses in a file beyond which it is read anew instead."""

_WORD = re.compile(r"[A-Za-z0-9._:/@-]+")
"""Characters that end no word, and begin no quotation, escape or variable."""

_ENDS = ("", "\n", "\r", "\t", " ", '"', "'", ",")
"""What may follow a reference, so that what is added behind it belongs to it."""


def foreseen(file: SourceFile, uses: Sequence[Use], edits: Iterable[Edit]) -> list[ImageRef] | None:
    """
    What each of a file's uses names once the edits are made; `None`: it has to be read anew.

    `uses` are all that the file has. It is sure where words within references become other words
    of the same characters, and nothing else asks for the variables that hold them: then the
    builder divides the file as before. What names a stage or nothing has neither `:` nor `@`.
    """
    text = file.text
    if len(text) > _SMALL or len(uses) > _MANY:
        return None
    if "image.base." in text or "rebuild marker:" in text:
        return None  # labels are compared with what they follow, markers with what is near them
    by_use = _by_use(uses, set(edits), text)
    if by_use is None:
        return None
    found = [use.image for use in uses]
    for n, wanted in by_use.items():
        image = _after(uses[n], wanted, text)
        if image is None:
            return None
        found[n] = image
    return found


def _by_use(
    uses: Sequence[Use], edits: Iterable[Edit], text: str
) -> Mapping[int, list[Edit]] | None:
    """The edits by the use that they change; `None` where one is plain in no way, or of several."""
    places = [(*piece.span, n) for n, use in enumerate(uses) for piece in use.pieces if piece.span]
    found: dict[int, list[Edit]] = {}
    for edit in edits:
        start, end = edit.span
        if start == end:
            touched = [n for first, last, n in places if first <= start <= last]
        else:
            touched = [n for first, last, n in places if start < last and first < end]
        if len(touched) != 1 or not _WORD.fullmatch(edit.text):
            return None
        if start < end and not _WORD.fullmatch(text, start, end):
            return None
        found.setdefault(touched[0], []).append(edit)
    return found


def _after(use: Use, edits: Sequence[Edit], text: str) -> ImageRef | None:
    """What a use names once edits are made that no other use has characters of."""
    if use.carries != "reference" or use.marker or use.role == "label":
        return None
    if not all(_stays_alone(piece, text) for piece in use.pieces):
        return None
    replaced = [edit for edit in edits if edit.span.start < edit.span.end]
    added = [edit for edit in edits if edit.span.start == edit.span.end]
    if len(added) > 1 or not all(_is_behind(use, edit, text) for edit in added):
        return None
    said = reference_after(use, replaced) + "".join(edit.text for edit in added)
    if "__" in said or (":" not in said and "@" not in said):
        return None  # two low lines may be a template's
    try:
        image = ImageRef.parse(said)
    except ValueError:
        return None
    # Who reads the file in place of the builder's own reader is told by the name alone.
    return image if use.role != "syntax" or image.name == use.image.name else None


def _stays_alone(piece: Piece, text: str) -> bool:
    """Whether the file has just the characters of a piece there, for one reference alone."""
    if piece.span is None or piece.span.of(text) != piece.text:
        return False
    name = piece.variable
    return name is None or (
        text.count(name) == 2 and (f"${{{name}}}" in text or _asked(name, text))
    )


def _asked(name: str, text: str) -> bool:
    """Whether a variable is asked for without braces."""
    at = text.find(f"${name}")
    after = text[at + 1 + len(name) : at + 2 + len(name)]
    return at >= 0 and not (after.isalnum() or after == "_")


def _is_behind(use: Use, edit: Edit, text: str) -> bool:
    """Whether what is added stands right behind the reference, and before what ends it."""
    last = use.pieces[-1].span
    at = edit.span.start
    return last is not None and at == last.end and text[at : at + 1] in _ENDS

"""Every line that changes, as it stands and as it is to stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.edits import rewrite
from bot.model import Case, Edit, Move
from bot.wording.counting import count
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded, table


def file_section(case: Case) -> Section:
    """Every line that changes, as it stands and as it is to stand; nothing where none does."""
    rows = [
        [code(path), str(number), _shown(old), _shown(new)]
        for path, edits in sorted(_edits(case.update.moves).items())
        for number, old, new in _changed_lines(case.update.findings.sources[path].text, edits)
    ]
    if not rows:
        return Section("")  # what moves is on record in what is rebuilt
    title = f"Where ({count(len({path for path, *_ in rows}), 'file')})"
    return Section(folded(title, table(["file", "line", "from", "to"], rows)), "files")


def _shown(line: str) -> str:
    """A line as a table can show it, nothing for none; the commit has every digit."""
    line = line.removeprefix("\N{BYTE ORDER MARK}").strip().replace("\t", " ")
    line = re.sub(r"(sha(?:256|384|512):[0-9a-f]{12})[0-9a-f]+", r"\1…", line)
    return code(line) if line else ""


def _edits(moves: Iterable[Move]) -> dict[str, set[Edit]]:
    edits: dict[str, set[Edit]] = {}
    for move in moves:
        edits.setdefault(move.use.path, set()).update(move.offer.edits)
    return edits


def _changed_lines(text: str, edits: Iterable[Edit]) -> Iterator[tuple[int, str, str]]:
    """Number, old and new text of each line that differs; a line that is added has no old text."""
    added = {edit for edit in edits if "\n" in edit.text}
    before = {edit for edit in added if edit.text.endswith("\n")}
    yield from sorted(
        [
            *_added_lines(text, before),
            *_lines_in_place(text, set(edits) - added),
            *_added_lines(text, added - before),
        ],
        key=lambda line: line[0],  # as they come, where one number is given twice
    )


def _added_lines(text: str, edits: Iterable[Edit]) -> Iterator[tuple[int, str, str]]:
    """What is put above or below a line that stands: a rebuild marker, Kustomize's `digest`."""
    for edit in sorted(edits):
        number = text.count("\n", 0, edit.span.start) + 1
        for line in _beside_the_old(text, edit):
            yield number, "", line


def _beside_the_old(text: str, edit: Edit) -> Iterator[str]:
    """Of the lines that an edit makes of one, all but that: it may begin or end amid it (Bazel)."""
    start, stop = edit.span.start, edit.span.end
    first, last = text.rfind("\n", 0, start) + 1, (text + "\n").index("\n", stop)
    made = text[first:start] + edit.text + text[stop:last]
    for line in made.split("\n"):
        if line.strip() not in ("", text[first:last].strip()):
            yield line


def _lines_in_place(text: str, edits: Iterable[Edit]) -> Iterator[tuple[int, str, str]]:
    pairs = zip(text.split("\n"), rewrite(text, edits).split("\n"), strict=True)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            for part in _between_returns(old, new):
                yield number, *part


def _between_returns(old: str, new: str) -> Iterator[tuple[str, str]]:
    """
    What differs within one line, between carriage returns.

    Those end no line for BuildKit, git and forges, so the number is that of all of it; a person
    has an editor that shows them as ends, or the whole file would be told as one line.
    """
    olds, news = old.split("\r"), new.split("\r")
    if len(olds) != len(news):
        olds, news = [old], [new]
    yield from ((was, will) for was, will in zip(olds, news, strict=True) if was != will)

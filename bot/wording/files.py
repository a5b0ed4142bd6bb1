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
        [code(path), str(number), code(_shortened(old)), code(_shortened(new))]
        for path, edits in sorted(_edits(case.update.moves).items())
        for number, old, new in _changed_lines(case.update.findings.sources[path].text, edits)
    ]
    if not rows:
        return Section("")  # what moves is on record in what is rebuilt
    title = f"Where ({count(len({path for path, *_ in rows}), 'file')})"
    return Section(folded(title, table(["file", "line", "from", "to"], rows)), "files")


def _shortened(line: str) -> str:
    """A line as a table can show it; the commit has every digit."""
    return re.sub(r"(sha(?:256|384|512):[0-9a-f]{12})[0-9a-f]+", r"\1…", line.strip())


def _edits(moves: Iterable[Move]) -> dict[str, set[Edit]]:
    edits: dict[str, set[Edit]] = {}
    for move in moves:
        edits.setdefault(move.use.path, set()).update(move.offer.edits)
    return edits


def _changed_lines(text: str, edits: Iterable[Edit]) -> Iterator[tuple[int, str, str]]:
    """Number, old and new text of each line that differs; an edit never adds or takes a line."""
    pairs = zip(text.split("\n"), rewrite(text, edits).split("\n"), strict=True)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            yield number, old, new

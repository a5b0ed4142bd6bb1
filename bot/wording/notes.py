"""What was written about the change by those who made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Evidence, Note
from bot.wording.fitting import Section
from bot.wording.markdown import folded, link, plain, quoted

_MOST = 100


def note_sections(evidence: Evidence) -> Iterator[Section]:
    """The notes, folded, by where they stand; the texts are the first to go where it is long."""
    notes = evidence.notes
    if notes is None:
        return
    silent = [f"* {plain(sentence)}" for sentence in evidence.silent]
    if not notes:
        said = "Nothing was found that anyone wrote about this change."
        yield Section("\n".join([said, *([""] if silent else []), *silent]))
        return
    title = f"Release notes ({len(notes)})"
    whole, short = (
        folded(title, "\n\n".join([*_grouped(notes, texts=texts), *_unasked(silent)]))
        for texts in (True, False)
    )
    yield Section(whole, "notes", (short,))


def _unasked(silent: Sequence[str]) -> Iterator[str]:
    if silent:
        yield "\n".join(["**Not to be had**", "", *silent])


def _grouped(notes: Sequence[Note], *, texts: bool) -> Iterator[str]:
    for source in dict.fromkeys(note.source for note in notes[:_MOST]):
        lines = [f"**{plain(source)}**", ""]
        for note in notes[:_MOST]:
            if note.source == source:
                lines.append(f"* {link(plain(note.title) or 'there', note.url)}")
                if texts and note.text:
                    lines += ["", quoted(note.text), ""]
        yield "\n".join(lines).rstrip()
    if len(notes) > _MOST:
        yield f"… and {len(notes) - _MOST} more"

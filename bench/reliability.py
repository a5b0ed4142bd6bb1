"""How faithfully the corpus of sample files is read and written back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import dockerfile as buildkit

from bench.measure import ROOT
from bench.repositories import SEED
from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import uses_of
from bot.formats.dockerfile import instructions
from bot.model import Edit, SourceFile, Span, Use

SAMPLES = ROOT / "tests" / "samples"


def corpus(_scratch: Path) -> dict[str, object]:
    """Move every use of every sample to another digest; count what changed that should not have."""
    files = list(_samples())
    moves = [(file, use) for file in files for use in uses_of(file)]
    changed = held = 0
    for file, use in moves:
        try:
            edits = edits_for(use, use.image.at(use.image.tag, _digest(use)))
        except EditError:
            held += 1
        else:
            changed += _bytes_changed_elsewhere(file, edits)
    divided = [agrees for file in files if (agrees := _as_buildkit_divides(file)) is not None]
    return {
        "Dockerfiles that BuildKit's parser takes": len(divided),
        "of them divided as it divides them": f"{sum(divided) / len(divided):.1%}",
        "sample files": len(files),
        "uses": len(moves),
        "uses without a place for a digest": held,
        "bytes changed outside spans": changed,
    }


def _samples() -> Iterator[SourceFile]:
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            yield SourceFile.of(str(path.relative_to(SAMPLES)), path.read_bytes())


def _as_buildkit_divides(file: SourceFile) -> bool | None:
    """Whether we see the same instructions on the same lines; `None` where it refuses the file."""
    if not file.path.endswith(".Dockerfile"):
        return None
    # It takes no bytes that are not UTF-8; which letter stands there makes no difference.
    text = "".join("?" if "\udc80" <= letter <= "\udcff" else letter for letter in file.text)
    try:
        commands = buildkit.parse_string(text)
    except buildkit.GoParseError:
        return None
    theirs = [(command.cmd, command.start_line, command.end_line) for command in commands]
    return instructions(file.text) == theirs


def _digest(use: Use) -> str:
    chance = random.Random(f"{SEED}{use.text}")
    return f"sha256:{chance.getrandbits(256):064x}"


def _bytes_changed_elsewhere(file: SourceFile, edits: tuple[Edit, ...]) -> int:
    """Undo each edit in the new text, last first: what then differs was changed by mistake."""
    new = rewrite(file.text, edits)
    back: list[Edit] = []
    shift = 0
    for edit in sorted(set(edits)):
        start = edit.span.start + shift
        back.append(Edit(Span(start, start + len(edit.text)), edit.span.of(file.text)))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    restored = SourceFile(file.path, rewrite(new, back)).data()
    original = file.data()
    pairs = zip(restored, original, strict=False)
    return sum(a != b for a, b in pairs) + abs(len(restored) - len(original))

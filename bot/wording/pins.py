"""The pull request that moves package pins: what, from where, and why together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.edits import rewrite
from bot.model import PinVerdict, SourceFile
from bot.wording.counting import count
from bot.wording.fitting import Section, fitted
from bot.wording.markdown import code, comment, folded, plain, table

LIMIT = 58_000
_LONGEST_PATH = 60  # characters of a title
_NAMED = 2


def title(verdicts: Sequence[PinVerdict]) -> str:
    """As `Bump openjdk-21-jre 21.0.2-r2 → 21.0.4-r0 in web/apko.yaml`: others may be called so."""
    moves = dict.fromkeys((v.pin.name, v.pin.version, v.offer.new) for v in verdicts if v.offer)
    paths = sorted({v.pin.path for v in verdicts})
    name = paths[0] if len(paths[0]) <= _LONGEST_PATH else paths[0].rpartition("/")[2]
    where = name if len(paths) == 1 else count(len(paths), "file")
    if len(moves) > _NAMED:
        return f"Bump {count(len(moves), 'package')} in {where}"
    said = (f"{package} {old} → {new}" for package, old, new in moves)
    return f"Bump {' and '.join(said)} in {where}"


def target(verdicts: Sequence[PinVerdict]) -> str:
    """What names all that these move to."""
    said = sorted(f"{v.pin.name}={v.offer.new}" for v in verdicts if v.offer)
    return f"packages-{_hash(chr(10).join(said))}"


def body(files: Sequence[SourceFile], verdicts: Sequence[PinVerdict], about: str) -> str:
    """All that a reviewer needs, and a hidden marker at its end; `about` is what stays the same."""
    sections = _sections(files, verdicts)
    seen = _hash("\n\n".join(section.text for section in sections))
    line = f"packages/{_hash(about)}:several"
    marker = comment(f"basewatch line={line} to={target(verdicts)} evidence={seen}")
    return f"{fitted(sections, LIMIT - len(marker) - 4)}\n\n{marker}\n"


def _sections(files: Sequence[SourceFile], verdicts: Sequence[PinVerdict]) -> list[Section]:
    warnings = dict.fromkeys(warning for v in verdicts for warning in v.warnings)
    reasons = dict.fromkeys(f"* {code(v.pin.name)}: {plain(v.because)}" for v in verdicts)
    head = ["package", "from", "to", "kind", "built from", "built on", "repositories"]
    where = " and ".join(code(file.path) for file in files[:_NAMED])
    where = where if len(files) <= _NAMED else count(len(files), "file")
    rows = list(dict.fromkeys(map(_row, verdicts)))
    return [
        Section(f"{count(len(verdicts), 'package pin')} in {where}."),
        Section("\n".join(f"**Warning:** {plain(warning)}" for warning in warnings)),
        Section(table(head, [list(row) for row in rows])),
        Section("\n".join(reasons)),
        Section(
            "What is built from one source moves together. What a new package needs besides, the "
            "build resolves by itself; nothing was installed to write this."
        ),
        Section(folded("Where", _places(files, verdicts)), "files"),
    ]


def _row(verdict: PinVerdict) -> tuple[str, ...]:
    pin, offer = verdict.pin, verdict.offer
    if offer is None:
        return ()
    built = f"{offer.package.built:%Y-%m-%d}" if offer.package.built else ""
    origin = code(offer.package.origin) if offer.package.origin else ""
    old, new = code(f"{pin.operator}{pin.version}"), code(f"{pin.operator}{offer.new}")
    places = " ".join(code(repository) for repository in pin.feed.repositories)
    return code(pin.name), old, new, offer.kind, origin, built, places


def _places(files: Sequence[SourceFile], verdicts: Sequence[PinVerdict]) -> str:
    """The lines that change, under the file's name where there are several."""
    head = ["line", "from", "to"]
    tables = [table(head, _lines(file, verdicts)) for file in files]
    if len(files) == 1:
        return tables[0]
    named = (f"{code(file.path)}\n\n{lines}" for file, lines in zip(files, tables, strict=True))
    return "\n\n".join(named)


def _lines(file: SourceFile, verdicts: Sequence[PinVerdict]) -> list[list[str]]:
    own = (v.offer for v in verdicts if v.offer and v.pin.path == file.path)
    edits = [edit for offer in own for edit in offer.edits]
    pairs = zip(file.text.split("\n"), rewrite(file.text, edits).split("\n"), strict=True)
    return [
        [str(number), code(old.strip()), code(new.strip())]
        for number, (old, new) in enumerate(pairs, 1)
        if old != new
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

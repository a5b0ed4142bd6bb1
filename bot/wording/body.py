"""The body of a pull request: the facts first, one minute to decide, everything else folded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from bot.edits import rewrite
from bot.image import ImageRef
from bot.model import (
    Bump,
    Case,
    CycleKind,
    Edit,
    Evidence,
    History,
    ImageFacts,
    LifeCycle,
    Move,
    TagFacts,
    Unavailable,
)
from bot.wording.lifecycle import until, worry
from bot.wording.markdown import LONGEST, code, comment, folded, plain, table
from bot.wording.platforms import lost, unsaid
from bot.wording.replaced import replacements
from bot.wording.titles import short

LIMIT = 65_536
"""GitHub's limit on a body, in characters; GitLab's is a megabyte."""

_MARKER_ROOM = 1_000


def body(case: Case) -> str:
    """All that a reviewer needs in order to say yes or no; whole sections are dropped to fit."""
    sections = [*_sections(case)]
    marker = comment(_marker(case, sections))
    kept: list[str] = []
    room = LIMIT - _MARKER_ROOM - len(marker)
    for section in sections:
        if len(section) + 2 <= room:
            kept.append(section)
            room -= len(section) + 2
        else:
            note = "_A section is left out here: it would not fit into this description._"
            kept.append(note)
            room -= len(note) + 2
    return "\n\n".join([*kept, marker]) + "\n"


def _sections(case: Case) -> Iterator[str]:
    yield _summary(case)
    for evidence in case.evidence:
        yield _comparison(evidence, _same_today(case, evidence.bump))
    yield from _why(case)
    yield (
        "**Vulnerabilities, packages and release notes were not looked at**: this version of "
        "basewatch reads what the registry tells about an image, not what is inside it."
    )
    warnings = [w for evidence in case.evidence for w in _warnings(evidence)]
    if warnings := [
        *warnings,
        *unsaid(case),
        *(plain(said) for said in replacements(case.update.moves)),
    ]:
        yield "\n>\n".join(f"> ⚠️ {warning}" for warning in dict.fromkeys(warnings))
    yield _files(case)
    yield _what_you_can_do(case)


def _summary(case: Case) -> str:
    moves = case.update.moves
    files = len({move.use.path for move in moves})
    return f"{_count(len(moves), 'use')} in {_count(files, 'file')}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


# ---------------------------------------------------------------- the table


def _comparison(evidence: Evidence, same_today: str) -> str:
    bump = evidence.bump
    rows = [
        ["Reference", code(_reference(bump.old)), code(_reference(bump.new))],
        ["Tag", _tag(evidence.old_tag) + same_today, _tag(evidence.new_tag)],
        ["Digest", _digest(bump.old.digest, evidence.old), _digest(bump.new.digest, evidence.new)],
        ["Platforms", _platforms(evidence.old), _platforms(evidence.new)],
        ["Size", *_sizes(evidence.old, evidence.new)],
        *_seen(evidence),
        *_supported(evidence, "System", "system"),
        *_supported(evidence, "Runtime", "runtime"),
    ]
    return table(["", "now", "proposed"], rows)


def _reference(image: object) -> str:
    return str(image).partition("@")[0]


def _tag(facts: TagFacts) -> str:
    follows = f", follows {plain(facts.follows)}" if facts.follows else ""
    return f"{facts.mutability}{follows}"


def _same_today(case: Case, bump: Bump) -> str:
    """The most precise other name of the image that the present tag points at, if one is known."""
    names = (move.equivalents for move in case.update.moves if move.bump == bump)
    best = next((name for several in names for name in several), None)
    return f"; today the same image as {code(best)}" if best else ""


def _digest(pinned: str | None, facts: ImageFacts | Unavailable) -> str:
    if pinned:
        return code(f"{pinned[:19]}…")
    if isinstance(facts, ImageFacts):
        return f"not pinned (today {code(facts.digest[:19] + '…')})"
    return "not pinned"


def _seen(evidence: Evidence) -> Iterator[list[str]]:
    """A row about when the bot saw the two digests, where it did."""
    old = _sighted(evidence.bump.old, evidence.old, evidence.old_seen)
    new = _sighted(evidence.bump.new, evidence.new, evidence.new_seen)
    if old or new:
        yield ["Seen by this bot", old or "not known", new or "not known"]


def _sighted(image: ImageRef, facts: ImageFacts | Unavailable, history: History) -> str:
    # No age in days of what is still there: the text would be another one every day.
    digest = image.digest or (facts.digest if isinstance(facts, ImageFacts) else "")
    found = history.of(digest)
    if found is None:
        return ""
    if history.sightings[-1].digest == digest:
        return f"since {found.first:%Y-%m-%d}"
    days = (found.last.date() - found.first.date()).days
    return f"{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d} ({_count(days, 'day')})"


def _supported(evidence: Evidence, title: str, kind: CycleKind) -> Iterator[list[str]]:
    """A row about what is inside and until when it is supported, where the tags say it."""
    old, new = (_lives(life, kind) for life in (evidence.old_life, evidence.new_life))
    if old or new:
        yield [title, old or "not said", new or "not said"]


def _lives(life: LifeCycle, kind: CycleKind) -> str:
    return "; ".join(plain(until(cycle, life.day)) for cycle in life.cycles if cycle.kind == kind)


def _platforms(facts: ImageFacts | Unavailable) -> str:
    if isinstance(facts, Unavailable):
        return f"unavailable: {plain(facts.reason)}"
    return ", ".join(code(platform) for platform in facts.platforms) or "not said"


def _sizes(old: ImageFacts | Unavailable, new: ImageFacts | Unavailable) -> tuple[str, str]:
    before, after = _size(old), _size(new)
    shared = next((platform for platform in after if platform in before), None)
    if shared is None:
        return _one_size(before), _one_size(after)
    change = after[shared] - before[shared]
    delta = f" ({'+' if change > 0 else '−'}{megabytes(abs(change))})" if change else ""
    label = f" ({code(shared)})" if shared else ""
    return megabytes(before[shared]) + label, megabytes(after[shared]) + delta


def _size(facts: ImageFacts | Unavailable) -> dict[str, int]:
    return dict(facts.sizes) if isinstance(facts, ImageFacts) else {}


def _one_size(sizes: dict[str, int]) -> str:
    return next((f"{megabytes(size)} ({code(p)})" for p, size in sizes.items()), "unknown")


def megabytes(size: int) -> str:
    """A number of bytes as people say it, in units of 1000."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"


# ---------------------------------------------------------------- sentences


def _why(case: Case) -> Iterator[str]:
    if all(move.use.role == "label" for move in case.update.moves):
        yield "**No build changes**: a label is to say again what its `FROM` says."
        return
    sentences = dict.fromkeys(
        f"**{_moved_because(evidence.bump)}** {plain(evidence.new_tag.because)}"
        for evidence in case.evidence
    )
    yield "\n\n".join(sentences)


def _moved_because(bump: Bump) -> str:
    if bump.kind == "pin" and bump.old.effective_tag != bump.new.effective_tag:
        tag = code(bump.old.effective_tag or "")
        return f"Nothing is upgraded: {tag} and the proposed tag are the same image today."
    if bump.kind == "pin":
        return "Nothing is upgraded: the tag of today is written down with its digest."
    if bump.kind == "digest":
        return "The publisher pointed the tag at another image."
    if bump.kind in {"revision", "date"}:
        return "The publisher rebuilt the image under a new tag."
    if bump.kind == "variant":
        return "The same is published on a later release of its operating system."
    return f"A new {bump.kind} version is published."


def _warnings(evidence: Evidence) -> Iterator[str]:
    old, new = evidence.old, evidence.new
    bump = evidence.bump
    for warning in dict.fromkeys((*evidence.old_tag.warnings, *evidence.new_tag.warnings)):
        yield f"**{plain(warning)}**"
    yield from lost(old, new)
    if bump.kind == "digest" and evidence.old_tag.mutability == "immutable":
        tag = code(bump.new.tag or "")
        yield f"**{tag} should never move**, and its publisher pointed it at another image."
    for cycle in evidence.new_life.worries:
        yield f"**{plain(worry(cycle, evidence.new_life.day))}.**"
    for which, facts in (("present", old), ("new", new)):
        if isinstance(facts, Unavailable):
            yield f"The {which} image could not be looked at: {plain(facts.reason)}"


# ---------------------------------------------------------------- folded


def _files(case: Case) -> str:
    """Every line that changes, as it stands and as it is to stand."""
    rows = [
        [code(path), str(number), code(_shortened(old)), code(_shortened(new))]
        for path, edits in sorted(_edits(case.update.moves).items())
        for number, old, new in _changed_lines(case.update.findings.sources[path].text, edits)
    ]
    files = len({move.use.path for move in case.update.moves})
    return folded(f"Where ({_count(files, 'file')})", table(["file", "line", "from", "to"], rows))


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


def _what_you_can_do(case: Case) -> str:
    move = case.update.moves[0]
    line, repository = code(case.update.line), code(str(move.use.image.repository))
    because = plain(move.offer.because, 2 * LONGEST)
    hold, ignore = code("# basewatch: hold until 2027-01-31"), code("# basewatch: ignore")
    return "\n".join(
        [
            "---",
            f"Line: {line} of {repository}. {because}",
            "",
            f"To wait, write {hold} above the line; to leave it alone, {ignore}.",
            "This branch is made anew when its base or its target moves.",
        ]
    )


def _marker(case: Case, sections: Sequence[str]) -> str:
    move = case.update.moves[0]
    seen = hashlib.sha256("\n\n".join(sections).encode("utf-8", "replace")).hexdigest()[:12]
    new = move.offer.new
    target = new.digest or new.tag
    return (
        f"basewatch line={move.use.image.repository}:{case.update.line} to={target} evidence={seen}"
    )


__all__ = ["LIMIT", "body", "megabytes", "short"]

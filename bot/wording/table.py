"""The table at the top: what is known of the old image, beside the same of the new one."""

from __future__ import annotations

from collections.abc import Iterator

from bot.image import ImageRef
from bot.model import (
    CycleKind,
    Difference,
    Evidence,
    History,
    ImageFacts,
    LifeCycle,
    OsRelease,
    TagFacts,
    Unavailable,
)
from bot.wording.counting import count, megabytes
from bot.wording.layers import layer_row
from bot.wording.lifecycle import until
from bot.wording.markdown import code, plain, table
from bot.wording.packages import package_row
from bot.wording.provenance import provenance_row


def comparison(evidence: Evidence, same_today: str = "") -> str:
    """
    What is known of both images, side by side; `same_today` is put to what the old tag is.

    What was read from inside the images goes before what their tags say.
    """
    bump = evidence.bump
    rows = [
        ["Reference", code(_reference(bump.old)), code(_reference(bump.new))],
        ["Tag", _tag(evidence.old_tag) + same_today, _tag(evidence.new_tag)],
        ["Digest", _digest(bump.old.digest, evidence.old), _digest(bump.new.digest, evidence.new)],
        ["Platforms", _platforms(evidence.old), _platforms(evidence.new)],
        ["Size", *_sizes(evidence.old, evidence.new)],
        *layer_row(evidence.difference),
        *package_row(evidence.difference),
        *_seen(evidence),
        *_supported(evidence, "System", "system"),
        *_supported(evidence, "Runtime", "runtime"),
        *provenance_row(evidence),
    ]
    return table(["", "now", "proposed"], rows)


def _reference(image: object) -> str:
    return str(image).partition("@")[0]


def _tag(facts: TagFacts) -> str:
    follows = f", follows {plain(facts.follows)}" if facts.follows else ""
    return f"{facts.mutability}{follows}"


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
    return f"{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d} ({count(days, 'day')})"


def _supported(evidence: Evidence, title: str, kind: CycleKind) -> Iterator[list[str]]:
    """A row about what is inside and until when it is supported, where anything says it."""
    old, new = (_lives(life, kind) for life in (evidence.old_life, evidence.new_life))
    if kind == "system" and isinstance(evidence.difference, Difference):
        before, after = (_system(os) for os in evidence.difference.os)
        old, new = (" · ".join(filter(None, pair)) for pair in ((before, old), (after, new)))
    if old or new:
        yield [title, old or "not said", new or "not said"]


def _system(os: OsRelease | None) -> str:
    return plain(f"{os.name or os.id} {os.version_id}".strip()) if os else ""


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

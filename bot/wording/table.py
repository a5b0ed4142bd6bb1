"""The table at the top: what is known of the old image, beside the same of the new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def comparison(evidence: Evidence, same_today: str = "", *, proposed: bool = True) -> str:
    """
    What is known of both images, side by side; `same_today` is put to what the old tag is.

    `proposed`: a build file is to go from one to the other, so that it matters whether it names a
    digest. What was read from inside the images goes before what their tags say.
    """
    bump, found = evidence.bump, evidence.difference
    rows = [
        ["Reference", code(_reference(bump.old)), code(_reference(bump.new))],
        ["Tag", _tag(evidence.old_tag) + same_today, _tag(evidence.new_tag)],
        [
            "Digest",
            _digest(bump.old, evidence.old, proposed=proposed),
            _digest(bump.new, evidence.new, proposed=proposed),
        ],
        *_made(found),
        *_seen(evidence),
        *_supported(evidence, "System", "system"),
        *_supported(evidence, "Runtime", "runtime"),
        ["Size", *sizes(evidence)],
        *layer_row(found),
        *package_row(found),
        ["Platforms", *_platforms(evidence.old, evidence.new)],
        *provenance_row(evidence),
    ]
    return table(["", "now", "proposed"] if proposed else ["", "old", "new"], rows)


def _reference(image: object) -> str:
    return str(image).partition("@")[0]


def _tag(facts: TagFacts) -> str:
    follows = f", follows {plain(facts.follows)}" if facts.follows else ""
    return f"{facts.mutability}{follows}"


def _digest(image: ImageRef, facts: ImageFacts | Unavailable, *, proposed: bool) -> str:
    if image.digest:
        return code(f"{image.digest[:19]}…")
    today = code(f"{facts.digest[:19]}…") if isinstance(facts, ImageFacts) else ""
    if not proposed:
        return today or "not known"
    return f"not pinned (today {today})" if today else "not pinned"


def _made(found: Difference | Unavailable | None) -> Iterator[list[str]]:
    """A row about when the images were made, as they say: who publishes one may say anything."""
    if isinstance(found, Difference) and any(found.made):
        yield ["Made (as it says)", *(f"{day}" if day else "not said" for day in found.made)]


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
    found: Sequence[OsRelease | None] = (None, None)
    if kind == "system" and isinstance(evidence.difference, Difference):
        found = evidence.difference.os
    lives = (evidence.old_life, evidence.new_life)
    told = [_lives(life, kind, os) for life, os in zip(lives, found, strict=True)]
    if any(told):
        yield [title, *(each or "not said" for each in told)]


def _lives(life: LifeCycle, kind: CycleKind, os: OsRelease | None) -> str:
    """Each release with its end; what was found in the image names it, where it is the same one."""
    name = f"{os.name or os.id} {os.version_id}".strip() if os else ""
    cycles = [cycle for cycle in life.cycles if cycle.kind == kind]
    if name and len(cycles) == 1 and (called := _called(name, cycles[0].subject)):
        return plain(until(cycles[0]._replace(subject=called), life.day))
    ends = "; ".join(plain(until(cycle, life.day)) for cycle in cycles)
    return " · ".join(filter(None, [plain(name), ends]))


def _called(name: str, subject: str) -> str:
    """`Debian 12.8` of the release `Debian 12 (bookworm)`; empty where it is none of it."""
    release, bracket, codename = subject.partition(" (")
    words, others = name.split(), release.split()
    alike = words[:1] == others[:1] and words[-1:] and others[-1:]
    if alike and f"{words[-1]}.".startswith(f"{others[-1]}."):
        return f"{name}{bracket}{codename}"
    return ""


def _platforms(old: ImageFacts | Unavailable, new: ImageFacts | Unavailable) -> tuple[str, str]:
    return _published(old, new, "gone"), _published(new, old, "new")


def _published(facts: ImageFacts | Unavailable, other: ImageFacts | Unavailable, alone: str) -> str:
    """The platforms of one image; `alone` is said of those that the other has not."""
    if isinstance(facts, Unavailable):
        return f"unavailable: {plain(facts.reason)}"
    both = other.platforms if isinstance(other, ImageFacts) else facts.platforms
    named = [f"{code(p)}{'' if p in both else f' ({alone})'}" for p in facts.platforms]
    return ", ".join(named) or "not said"


# ---------------------------------------------------------------- size


def sizes(evidence: Evidence) -> tuple[str, str]:
    """The sizes of both images, compressed, on one platform; else on whichever each tells of."""
    found = evidence.difference
    if isinstance(found, Difference) and found.sizes:
        return _grown(*found.sizes, found.platform)
    before, after = _size(evidence.old), _size(evidence.new)
    shared = next((platform for platform in after if platform in before), None)
    if shared is not None:
        return _grown(before[shared], after[shared], shared)
    old, new = _one_size(before), _one_size(after)
    return old, f"{new}: another platform" if before and after else new


def _grown(before: int, after: int, platform: str) -> tuple[str, str]:
    change = after - before
    delta = f" ({'+' if change > 0 else '−'}{megabytes(abs(change))})" if change else ""
    label = f" ({code(platform)})" if platform else ""
    return megabytes(before) + label, megabytes(after) + delta


def _size(facts: ImageFacts | Unavailable) -> dict[str, int]:
    return dict(facts.sizes) if isinstance(facts, ImageFacts) else {}


def _one_size(sizes: dict[str, int]) -> str:
    return next((f"{megabytes(size)} ({code(p)})" for p, size in sizes.items()), "unknown")

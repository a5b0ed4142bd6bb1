"""Which packages changed, one line for each source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.model import Difference, Direction, OsRelease, SourceChange, Unavailable
from bot.wording.counting import listed
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded, link, plain, table
from bot.wording.sources import page_of

_ORDER: tuple[Direction, ...] = ("downgraded", "removed", "added", "changed", "upgraded")
_SOME = 40
_MOST = 400


def package_sections(found: Difference | Unavailable | None) -> Iterator[Section]:
    """The changes, folded; a sentence where they are not known, or where there are none."""
    if isinstance(found, Unavailable):
        yield Section(f"Packages and configuration could not be compared: {plain(found.reason)}")
    elif found and found.packages is None:
        yield Section(f"Packages could not be compared. {plain(found.unknown)}")
    elif found and not found.packages:
        yield Section(_unchanged(found.counts[1]))
    elif found and found.packages:
        changes = sorted(found.packages, key=lambda c: (_ORDER.index(c.direction), c.source))
        shown = [_folded(changes, most, found.os[1]) for most in (_MOST, _SOME)]
        yield Section(shown[0], "packages", (shown[1],))


def _unchanged(number: int) -> str:
    if number == 1:
        return "The one package is as it was."
    return f"All {number} packages are as they were." if number else "Neither has any package."


def package_row(found: Difference | Unavailable | None) -> Iterator[list[str]]:
    """A row of the table at the top: how many packages there are, and how many changed."""
    if not isinstance(found, Difference):
        return
    if found.packages is None:
        yield ["Packages", *(str(number) if number else "not known" for number in found.counts)]
        return
    old, new = found.counts
    changed = _summary(found.packages)
    yield ["Packages", str(old), f"{new} ({changed})" if changed else str(new)]


def _summary(changes: Sequence[SourceChange]) -> str:
    counts = Counter(change.direction for change in changes)
    return ", ".join(f"{counts[word]} {word}" for word in reversed(_ORDER) if counts[word])


def _folded(changes: Sequence[SourceChange], most: int, system: OsRelease | None) -> str:
    rows = [_cells(change, page_of(change, system)) for change in changes[:most]]
    shown = table(["source", "binaries", "from", "to"], rows)
    more = f"\n\n… and {len(changes) - most} more" if len(changes) > most else ""
    return folded(f"Packages: {_summary(changes)}", shown + more)


def _cells(change: SourceChange, page: str) -> list[str]:
    names = list(dict.fromkeys(package.name for package in (*change.before, *change.after)))
    older = " (older)" if change.direction == "downgraded" else ""
    return [
        link(code(change.source), page),
        listed([code(name) for name in names]),
        code(change.old) if change.old else "added",
        f"{code(change.new)}{older}" if change.new else "removed",
    ]

"""What differs in the configuration of the images, each with what it means to a build on top."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import ConfigChange, Difference, Unavailable
from bot.wording.counting import count, spoken
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded, plain

_LONGEST = 120
_WATCHED = {
    "user": "user",
    "entrypoint": "entrypoint",
    "working directory": "working directory",
    "port": "ports",
}
"""What people ask about first, by how the names of its changes begin."""


def configuration_sections(found: Difference | Unavailable | None) -> Iterator[Section]:
    """The changes, folded; a short form keeps the serious ones."""
    if not isinstance(found, Difference):
        return
    title = f"Configuration: {count(len(found.config), 'change')}"
    if not found.config:
        yield Section("The configuration of the image is as it was.")
        return
    lines = [f"* {_line(change)}" for change in found.config]
    serious = [f"* {_line(change)}" for change in found.config if change.serious]
    rest = _rest(found)
    short = folded(title, "\n".join([*serious, "* …"]))
    yield Section(
        folded(title, "\n".join(lines) + (f"\n\n{rest}" if rest else "")), "configuration", (short,)
    )


def serious_changes(found: Difference | Unavailable | None) -> Iterator[str]:
    """A warning for each change that asks for one."""
    if isinstance(found, Difference):
        for change in found.config:
            if change.serious:
                yield f"**{plain(_title(change.what))}**{_from_to(change)}: {plain(change.meaning)}"


def _line(change: ConfigChange) -> str:
    return f"**{plain(change.what)}**{_from_to(change)}: {plain(change.meaning)}"


def _from_to(change: ConfigChange) -> str:
    if change.old is None and change.new is None:
        return ""
    if change.what.endswith(f" {change.old or change.new}"):
        return " is gone" if change.new is None else " is new"
    old, new = (_value(value) for value in (change.old, change.new))
    return f" {old} → {new}"


def _value(value: str | None) -> str:
    if value is None:
        return "not set"
    return code(value, _LONGEST) if value else "empty"


def _title(what: str) -> str:
    return what[0].upper() + what[1:]


def _rest(found: Difference) -> str:
    changed = [change.what for change in found.config]
    same = [
        name
        for start, name in _WATCHED.items()
        if not any(what.startswith(start) for what in changed)
    ]
    if not same:
        return ""
    words = spoken(same)
    return f"{_title(words)} {'are' if len(same) > 1 or words == 'ports' else 'is'} as before."

"""How many layers the images share, and which steps of the build are not as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.model import Difference, StepChange, Unavailable
from bot.model.changes import StepWord
from bot.wording.counting import spoken
from bot.wording.fitting import Section
from bot.wording.markdown import code, folded

_MOST = 40
_LONGEST = 240
_READ = 4_000
_AHEAD = 60
"""Characters that are shown before the first one that differs, where that is far behind."""

_SIGNS: dict[StepWord, str] = {"added": "+", "removed": "-", "changed": "~"}


def layer_row(found: Difference | Unavailable | None) -> Iterator[list[str]]:
    """A row of the table at the top: how many layers there are, and how many of them are new."""
    if isinstance(found, Difference) and (found.layers.old or found.layers.new):
        yield ["Layers", str(found.layers.old), f"{found.layers.new} ({_kept(found)})"]


def step_sections(found: Difference | Unavailable | None) -> Iterator[Section]:
    """The steps that differ, folded; a sentence where the same steps made other layers."""
    if not isinstance(found, Difference) or found.steps is None:
        return
    if found.steps:
        title = f"Build steps: {_counted(found.steps)}"
        lines = [f"* {_line(step)}" for step in found.steps[:_MOST]]
        content = "\n".join([*lines, *_more(found.steps, "* ")])
        yield Section(folded(title, content), "configuration", (f"{title}.",))
    elif found.layers.fresh:
        yield Section("The steps that it was built by read as they did.")


def layer_lines(found: Difference | Unavailable | None) -> Iterator[str]:
    """The same as plain text: the layers in a line, then a line for each step that differs."""
    if not isinstance(found, Difference):
        return
    if found.layers.old or found.layers.new:
        yield f"Layers: {found.layers.old} → {found.layers.new} ({_kept(found)})"
    if found.steps:
        yield from ("", f"Build steps: {_counted(found.steps)}")
        for step in found.steps[:_MOST]:
            yield f"  {_SIGNS[step.change]} {' → '.join(filter(None, _told(step)))}"
        yield from _more(found.steps, "  ")


def _kept(found: Difference) -> str:
    layers = found.layers
    kept = layers.new - layers.fresh
    if layers.shared == layers.old == layers.new:
        return "all as before"
    if not kept:
        return "all new" if layers.new > 1 else "new"
    return f"{kept} as before, {layers.fresh} new"


def _counted(steps: tuple[StepChange, ...]) -> str:
    counts = Counter(step.change for step in steps)
    return spoken(f"{counts[word]} {word}" for word in _SIGNS if counts[word])


def _more(steps: tuple[StepChange, ...], sign: str) -> Iterator[str]:
    if len(steps) > _MOST:
        yield f"{sign}… and {len(steps) - _MOST} more"


def _line(step: StepChange) -> str:
    values = " → ".join(code(value, _LONGEST) for value in _told(step) if value)
    return f"**{step.change}** {values}"


def _told(step: StepChange) -> tuple[str, str]:
    """Both on one line each, from shortly before where they part if that is far from the start."""
    old, new = (" ".join(side[:_READ].split()) for side in (step.old, step.new))
    alike = zip(old, new, strict=False)
    parting = next((n for n, (one, other) in enumerate(alike) if one != other), _READ)
    start = min(parting, len(old), len(new)) - _AHEAD
    return _from(old, start), _from(new, start)


def _from(text: str, start: int) -> str:
    if start > _AHEAD:
        text = f"…{text[start:]}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

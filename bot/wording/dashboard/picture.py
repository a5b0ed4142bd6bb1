"""Which files build on which bases, as a Mermaid picture that no name can break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.image import ImageRef
from bot.model import Page
from bot.wording.counting import count
from bot.wording.markdown import folded

NODES = 60
"""More of them nobody can follow, and forges draw no picture of very many."""

_LONGEST = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9/_.:-]")
_LISTS = re.compile(r"^(\d+)\.")  # Mermaid takes a label for Markdown, and knows no lists in it


def picture(page: Page) -> str:
    """A flow chart from files to bases, folded; empty where there is none."""
    bases = _bases(page)
    shown = _fitting(bases)
    if not shown:
        return ""
    files = {path: f"f{number}" for number, path in enumerate(shown)}
    names = {name: f"b{n}" for n, name in enumerate(dict.fromkeys(_all(shown.values())))}
    lines = [
        "flowchart LR",
        *(f'  {node}["{_label(path)}"]' for path, node in files.items()),
        *(f'  {node}(["{_label(name)}"])' for name, node in names.items()),
        *(f"  {files[path]} --> {names[name]}" for path, on in shown.items() for name in on),
    ]
    chart = "\n".join(["```mermaid", *lines, "```"])
    rest = len(bases) - len(shown)
    more = f"\n\n{count(rest, 'more file')} would not fit into the picture." if rest else ""
    return folded("Which files build on what", f"{chart}{more}")


def _bases(page: Page) -> dict[str, list[str]]:
    """The bases of each file, in the order of their names; labels only repeat a base."""
    found: dict[str, set[str]] = {}
    for plan in page.plans:
        for verdict in plan.verdicts:
            if verdict.use.role != "label":
                found.setdefault(verdict.use.path, set()).add(_named(verdict.use.image))
    return {path: sorted(found[path]) for path in sorted(found)}


def _named(image: ImageRef) -> str:
    return f"{image.name}:{image.effective_tag}" if image.effective_tag else image.name


def _fitting(bases: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """As many whole files as there is room for."""
    shown: dict[str, list[str]] = {}
    names: set[str] = set()
    for path, on in bases.items():
        if len(shown) + 1 + len(names.union(on)) <= NODES:
            shown[path] = on
            names.update(on)
    return shown


def _all(several: Iterable[Iterable[str]]) -> Iterable[str]:
    return (name for some in several for name in some)


def _label(text: str) -> str:
    """Text for a label: all but the plainest characters as Mermaid's entity codes (`#35;`)."""
    text = text if len(text) <= _LONGEST else f"…{text[1 - _LONGEST :]}"
    return _LISTS.sub(r"\1#46;", _UNSAFE.sub(_entity, text))


def _entity(found: re.Match[str]) -> str:
    # Half of a surrogate pair is a byte of a path that is no UTF-8.
    number = ord(found[0])
    return f"#{65533 if 0xD800 <= number <= 0xDFFF or number < 32 else number};"

"""
The bundled rules as they are after reading, so that a start need neither parse nor check YAML.

`rules/compiled.json` is written by `make docs` and holds a digest of the files that it was made of:
where one of them is another now, it counts for nothing and the files are read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.tags.notes import NotesPlace
from bot.tags.rules import Claim, Family, Inside, Replacement, Rule, When

NAME = "compiled.json"
_FORM = 1
"""Another number for another form of this file."""

_SETS = ("has", "lacks", "counts", "words")


def compiled(folder: Path) -> tuple[tuple[Rule, ...], Mapping[str, Any]] | None:
    """The rules of a folder and its `lifecycle/images.yaml`; None where they are to be read."""
    try:
        found = json.loads((folder / NAME).read_bytes())
        if found["form"] != _FORM or found["of"] != _digest(folder):
            return None
        return tuple(map(_rule, found["rules"])), found["images"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def written(folder: Path, rules: Iterable[Rule], images: Mapping[str, Any]) -> str:
    """What the file of a folder must say."""
    data = {"form": _FORM, "of": _digest(folder), "rules": _plain(tuple(rules)), "images": images}
    return json.dumps(data, separators=(",", ":")) + "\n"


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in [*sorted(folder.glob("*.yaml")), folder / "lifecycle" / "images.yaml"]:
        text = path.read_bytes()
        digest.update(f"{path.name} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def _plain(value: object) -> object:
    """Rules and what is in them as mappings, sets in order."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        named = getattr(value, "_asdict", None)
        return (
            {name: _plain(each) for name, each in named().items()}
            if named
            else [_plain(each) for each in value]
        )
    return value


def _rule(data: Mapping[str, Any]) -> Rule:
    return Rule(
        **{
            **data,
            "images": tuple(data["images"]),
            "claims": tuple(Claim(**{**c, "when": _when(c["when"])}) for c in data["claims"]),
            "families": _with_images(Family, data["families"]),
            "replacements": _with_images(Replacement, data["replacements"]),
            "lifecycle": _with_images(Inside, data["lifecycle"]),
            "notes": _with_images(NotesPlace, data["notes"]),
        }
    )


def _when(data: Mapping[str, Any]) -> When:
    sets = {name: frozenset(data[name]) for name in _SETS}
    numbers = tuple(data["numbers"]) if data["numbers"] else None
    return When(**{**data, **sets, "images": tuple(data["images"]), "numbers": numbers})


def _with_images(kind: Any, several: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(kind(**{**data, "images": tuple(data["images"])}) for data in several)

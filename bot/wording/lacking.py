"""Say what nobody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.wording.counting import spoken
from bot.wording.provenance import unread

if TYPE_CHECKING:
    from bot.model import Evidence


def not_looked_at(evidences: tuple[Evidence, ...]) -> str:
    """
    What nobody looked at, and what of the origins could not be read, a paragraph each.

    Empty where all was looked at, or where it is one image.
    """
    unreadable = dict.fromkeys(filter(None, map(unread, evidences)))
    return "\n\n".join(filter(None, [_nobody_looked(evidences), *unreadable]))


def _nobody_looked(evidences: tuple[Evidence, ...]) -> str:
    evidences = tuple(evidence for evidence in evidences if not evidence.is_same)
    parts: dict[str, list[object]] = {
        "vulnerabilities": [evidence.vulnerabilities for evidence in evidences],
        "packages": [evidence.difference for evidence in evidences],
        "release notes": [evidence.notes for evidence in evidences],
    }
    lacking = [name for name, found in parts.items() if any(part is None for part in found)]
    if not lacking:
        return ""
    words = spoken(lacking)
    said = f"**{words[0].upper()}{words[1:]} were not looked at**"
    if len(lacking) < len(parts):
        return f"{said}."
    return f"{said}: this is what the registry tells about an image, not what is inside it."

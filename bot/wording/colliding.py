"""What in the files belongs to the release that an image leaves: a list to go through."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Case
from bot.wording.counting import count
from bot.wording.fitting import Section
from bot.wording.markdown import code, plain

_MOST = 20


def collision_sections(case: Case) -> Iterator[Section]:
    """Each place with the reason to look at it; empty where nothing was found."""
    found = case.colliding
    if not found:
        return
    what = count(len(found), "place")
    lines = [f"**Written for the release that is left** ({what}), to be looked at by a person:", ""]
    lines += [
        f"- {code(each.path)} line {each.line}: {code(each.needs)}, {plain(each.because)}"
        for each in found[:_MOST]
    ]
    if len(found) > _MOST:
        lines.append(f"- and {len(found) - _MOST} more")
    yield Section("\n".join(lines))

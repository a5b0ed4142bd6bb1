"""Sentences about platforms that a new image is not published for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import ImageFacts, Unavailable
from bot.wording.counting import count
from bot.wording.markdown import code, plain

if TYPE_CHECKING:
    from bot.model import Case


def lost(old: ImageFacts | Unavailable, new: ImageFacts | Unavailable) -> Iterator[str]:
    """That platforms are gone, as a sentence, where some are known to be."""
    if isinstance(old, ImageFacts) and isinstance(new, ImageFacts):
        gone = [code(platform) for platform in old.platforms if platform not in new.platforms]
        came = [code(platform) for platform in new.platforms if platform not in old.platforms]
        if gone and came:
            yield f"**{_names(gone)} gone**, and {_names(came)} new."
        elif gone:
            total = count(len(new.platforms), "platform")
            rest = f"the new image is published for {total}, the old one for {len(old.platforms)}"
            yield f"**{_names(gone)} gone**: {rest}."


def _names(platforms: list[str]) -> str:
    return f"{', '.join(platforms)} {'is' if len(platforms) == 1 else 'are'}"


def unsaid(case: Case) -> Iterator[str]:
    """What the plan warned of, where the facts of the images do not say it by themselves."""
    for evidence in case.evidence:
        old, new = evidence.old, evidence.new
        looked = isinstance(old, ImageFacts) and isinstance(new, ImageFacts)
        if looked and not any(lost(old, new)):
            told = (m.offer.warnings for m in case.update.moves if m.bump == evidence.bump)
            yield from (f"**{plain(warning)}**" for warnings in told for warning in warnings)

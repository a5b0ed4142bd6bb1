"""Say in a few words what a rolling tag follows."""

from __future__ import annotations

from bot.tags.tag import Part, Tag


def followed_by(tag: Tag, *, full: bool) -> str:
    """What a tag that moves moves with; `full`: whether it names one version whole."""
    if tag.release and not full:
        return f"the newest {_opened(tag, tag.release)}"
    if tag.release or "date" in tag.roles:
        return f"rebuilds of {tag}"
    if "channel" in tag.roles:
        return f"the channel {tag}"
    return f"the newest build of {tag}"


def _opened(tag: Tag, release: Part) -> str:
    """The tag with an open end to its version: `3-slim` as `3.x-slim`."""
    if "x" in tag.words():
        return str(tag)
    return "".join([f"{part.text}.x" if part is release else part.text for part in tag.parts])

"""
Quadlet: units of systemd that say which containers Podman runs.

Where an image may be named is told in `docs/formats/quadlet.md`; the source of the rules is
https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "quadlet"

_ENDINGS = (".container", ".image", ".volume", ".build")
_DROP_INS = ("container.d", "image.d", "volume.d", "build.d")


def matches(path: str) -> bool:
    """Whether a file of this path may be a unit, or what is dropped into one."""
    if path.endswith(_ENDINGS):
        return True
    folder, _, name = path.rpartition("/")
    return name.endswith(".conf") and folder.endswith(_DROP_INS)


def claims(file: SourceFile) -> bool:
    """Whether a section of Quadlet's names an image."""
    if "mage" not in file.text or "[" not in file.text:
        return False
    from bot.formats.quadlet.places import says_image
    from bot.formats.quadlet.units import read_unit

    return says_image(read_unit(file.text))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.quadlet.places import mentions

    return mentions(file, NAME)

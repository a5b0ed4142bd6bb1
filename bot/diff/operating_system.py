"""What became of the operating system: a point release, a new release, another distribution."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bot.model import Contents, OsRelease

SystemMove = Literal["same", "point", "release", "older", "distribution", "unknown"]

_POINT = re.compile(r"\+deb(\d+)u(\d+)$")
_PARTS = {"alpine": 2, "ubuntu": 2, "opensuse-leap": 2, "photon": 2, "sles": 2}
"""How many numbers name a release; of the others, one does (`9.4` is a point release of 9)."""

_NAMES = {
    "almalinux": "AlmaLinux",
    "alpine": "Alpine Linux",
    "amzn": "Amazon Linux",
    "azurelinux": "Azure Linux",
    "centos": "CentOS",
    "chainguard": "Chainguard OS",
    "debian": "Debian",
    "fedora": "Fedora",
    "ol": "Oracle Linux",
    "opensuse-leap": "openSUSE Leap",
    "opensuse-tumbleweed": "openSUSE Tumbleweed",
    "photon": "Photon OS",
    "rhel": "Red Hat Enterprise Linux",
    "rocky": "Rocky Linux",
    "sles": "SUSE Linux Enterprise Server",
    "ubuntu": "Ubuntu",
    "wolfi": "Wolfi",
}


class SystemChange(NamedTuple):
    """What kind of move it is, as a full sentence, and whether it asks for a warning."""

    move: SystemMove
    sentence: str
    serious: bool = False


def system(contents: Contents) -> OsRelease | None:
    """
    The operating system, named as people name it, with Debian's point release where it is told.

    `12.4+deb12u8` of the package base-files is Debian 12.8; os-release(5) says `12` only.
    """
    os = contents.os
    if os is None:
        return None
    return os._replace(name=_name(os), version_id=_point(contents) or os.version_id)


def _point(contents: Contents) -> str:
    if not contents.os or contents.os.id != "debian":
        return ""
    versions = (p.version for p in contents.packages if p.name == "base-files")
    points = (_POINT.search(version) for version in versions)
    release = contents.os.version_id
    return next((f"{m[1]}.{m[2]}" for m in points if m and m[1] == release), "")


def _name(os: OsRelease) -> str:
    return _NAMES.get(os.id) or os.name or os.id


def named(os: OsRelease) -> str:
    """As people say it: `Debian 12.8`."""
    return f"{_name(os)} {os.version_id}".strip()


def system_change(old: OsRelease | None, new: OsRelease | None) -> SystemChange:
    """What became of the operating system."""
    if old is None or new is None:
        return _unknown(old, new)
    words = f"from {named(old)} to {named(new)}"
    if old.id != new.id:
        sentence = f"The distribution changed {words}: packages, paths and tools are other ones."
        return SystemChange("distribution", sentence, serious=True)
    if old.version_id == new.version_id:
        return SystemChange("same", f"The operating system is {named(new)} as before.")
    return _moved(old, new, words)


def _moved(old: OsRelease, new: OsRelease, words: str) -> SystemChange:
    before, after = _numbers(old.version_id), _numbers(new.version_id)
    if not before or not after:
        return SystemChange("release", f"The operating system moved {words}.")
    if after < before:
        return SystemChange("older", f"The operating system went back {words}.", serious=True)
    parts = _PARTS.get(new.id, 1)
    if before[:parts] == after[:parts]:
        return SystemChange("point", f"A point release of the operating system: {words}.")
    sentence = f"A new release of the operating system, {words}: packages may have other names."
    return SystemChange("release", sentence, serious=True)


def _unknown(old: OsRelease | None, new: OsRelease | None) -> SystemChange:
    if old is None and new is None:
        return SystemChange("unknown", "Neither image says which operating system it has.")
    if old is None:
        assert new
        return SystemChange("unknown", f"The new image is {named(new)}; the old one does not say.")
    sentence = f"The old image was {named(old)}; the new one does not say what it is."
    return SystemChange("unknown", sentence, serious=True)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version)[:4])

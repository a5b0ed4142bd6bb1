"""
What build files ask of their base that the new image does not have any more.

Precision before recall: only what the old image surely had, and the new one surely has not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.diff.difference import has_packages
from bot.diff.operating_system import system
from bot.model import Asked, AskedKind, Broken, Contents, OsRelease, Package
from bot.packages.versions import compare

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where builders look for programs in an image that says nothing of it."""

_RELEASE = re.compile(r"(?:deb|ubuntu)(\d+(?:\.\d+)?)u?\d*")


def broken(asked: Iterable[Asked], old: Contents, new: Contents) -> tuple[Broken, ...]:
    """
    What is asked in vain, in the order of the files, each need once for each file.

    Nothing is said where parts of the new image could not be read.
    """
    if new.missing:
        return ()
    asks = tuple(sorted(asked, key=lambda ask: (ask.path, ask.line, ask.kind, ask.name)))
    sides = _Sides(old, new, asks)
    found: dict[tuple[str, str], Broken] = {}
    for ask in asks:
        for needs, because in _REASONS[ask.kind](ask, sides):
            found.setdefault((ask.path, needs), Broken(ask.path, ask.line, needs, because))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Sides:
    old: Contents
    new: Contents
    asked: tuple[Asked, ...]

    @property
    def same_system(self) -> bool:
        one, other = self.old.os, self.new.os
        return bool(one and other and (one.id, one.version_id) == (other.id, other.version_id))

    def installed_before(self, ask: Asked) -> str:
        """A clause on what the build itself installs by then, and may bring what is missing."""
        names = dict.fromkeys(
            other.name
            for other in self.asked
            if other.kind in {"package", "pin"}
            and (other.path, other.of) == (ask.path, ask.of)
            and other.line <= ask.line
            and not _of(other.name, self.new)
        )
        shown = ", ".join(list(names)[:3]) + (", …" if len(names) > 3 else "")
        return f", unless what the build installs brings it ({shown})" if names else ""


_Reasons = Iterator[tuple[str, str]]


# ---------------------------------------------------------------- programs


def _command(ask: Asked, sides: _Sides) -> _Reasons:
    before = _found(ask.name, sides.old)
    if not before or _found(ask.name, sides.new):
        return
    elsewhere = _elsewhere(ask.name, sides.new)
    if "/" not in ask.name and elsewhere:
        return  # it may be on a PATH that the build sets
    also = f"; it is at /{elsewhere} now" if elsewhere else sides.installed_before(ask)
    yield (
        ask.name,
        f"/{before.lstrip('/')} is no longer in the image, and line {ask.line} needs it{also}.",
    )


def _found(name: str, contents: Contents) -> str:
    """Where the image has a program, given its name or absolute path; empty where it has not."""
    if "/" in name:
        places = _alike(name.lstrip("/"))
        return name if any(place in contents.programs for place in places) else ""
    path = contents.image.config.environment.get("PATH") or _PATH
    for folder in path.split(":")[:100]:
        for place in _alike(f"{folder.strip('/')}/{name}"):
            if place in contents.programs:
                return place
    return ""


def _alike(path: str) -> tuple[str, ...]:
    """The path, and what it is where `/bin` and `/usr/bin` are one folder."""
    if path.startswith("usr/"):
        return path, path.removeprefix("usr/")
    if path.startswith(("bin/", "sbin/", "lib/")):
        return path, f"usr/{path}"
    return (path,)


def _elsewhere(name: str, contents: Contents) -> str:
    ending = "/" + name.rpartition("/")[2]
    return min((path for path in contents.programs if f"/{path}".endswith(ending)), default="")


# ---------------------------------------------------------------- packages


def _package(ask: Asked, sides: _Sides) -> _Reasons:
    """An installed package that is installed again is no news; one that is gone may be."""
    if not has_packages(sides.new) or not _of(ask.name, sides.old) or _of(ask.name, sides.new):
        return
    if sides.same_system:
        after = f"line {ask.line} has to download it now"
    else:
        after = f"line {ask.line} installs it, which the other system may not have by that name"
    yield ask.name, f"The package {ask.name} is no longer part of the image, and {after}."


def _pin(ask: Asked, sides: _Sides) -> _Reasons:
    yield from _of_another_release(ask, sides)
    before, after = _of(ask.name, sides.old), _of(ask.name, sides.new)
    if before and not after:
        yield from _package(ask, sides)
        return
    if not before or not after or after[0].family == "rpm":
        return  # dnf goes back to an older version where it is told to
    if _is_behind(ask.constraint, before) or not _is_behind(ask.constraint, after):
        return
    asked = f"{ask.name}{ask.constraint}"
    versions = ", ".join(dict.fromkeys(package.version for package in after))
    because = f"line {ask.line} asks for {asked}, and the new image already has {versions}"
    yield asked, f"{because[0].upper()}{because[1:]}, which would have to go back."


def _is_behind(constraint: str, packages: Iterable[Package]) -> bool:
    """Whether what is installed is past what a constraint allows."""
    operator = "~" if "~" in constraint[:2] else "="
    wanted = constraint.lstrip("=~<>")
    exact = constraint.startswith(("=", "~"))
    if not wanted or not exact or any(sign in wanted for sign in "*<>"):
        return False
    return all(
        not (operator == "~" and _is_fuzzy(wanted, package.version))
        and (compare(package.family, wanted, package.version) or 0) < 0
        for package in packages
    )


def _is_fuzzy(wanted: str, version: str) -> bool:
    """Whether apk's `~1.2` takes a version: `1.2`, `1.2.5` and `1.2-r0`, but not `1.20`."""
    return version == wanted or version.startswith((f"{wanted}.", f"{wanted}-", f"{wanted}_"))


def _of_another_release(ask: Asked, sides: _Sides) -> _Reasons:
    """A pin that names the release it was built for (`+deb12u5`), where the image left that."""
    was, now = system(sides.old), system(sides.new)
    match = _RELEASE.search(ask.constraint)
    if not (match and was and now) or was.id != now.id:
        return
    if _major(was) == match[1] != _major(now):
        asked = f"{ask.name}{ask.constraint}"
        because = f"Line {ask.line} asks for {asked}, a build for {was.id} {match[1]}"
        yield asked, f"{because}, and the new image is {now.id} {now.version_id}."


def _major(os: OsRelease) -> str:
    return os.version_id.partition(".")[0] if os.id == "debian" else os.version_id


def _of(name: str, contents: Contents) -> list[Package]:
    bare = name.partition(":")[0]
    return [package for package in contents.packages if package.name == bare]


# ---------------------------------------------------------------- users


def _user(ask: Asked, sides: _Sides) -> _Reasons:
    if ask.name in sides.old.users and ask.name not in sides.new.users:
        yield f"user {ask.name}", f"The image has no user {ask.name} any more: {_names(ask)}."


def _group(ask: Asked, sides: _Sides) -> _Reasons:
    if ask.name in sides.old.groups and ask.name not in sides.new.groups:
        yield f"group {ask.name}", f"The image has no group {ask.name} any more: {_names(ask)}."


def _names(ask: Asked) -> str:
    return f"line {ask.line} names it"


_REASONS: Mapping[AskedKind, Callable[[Asked, _Sides], _Reasons]] = {
    "command": _command,
    "package": _package,
    "pin": _pin,
    "user": _user,
    "group": _group,
}

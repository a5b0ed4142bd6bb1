"""
What build files ask of their base that the new image does not have any more.

Precision before recall: only what the old image surely had, and the new one surely has not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.diff.difference import has_packages
from bot.diff.operating_system import system
from bot.model import Asked, AskedKind, Broken, Contents, OsRelease, Package, Span
from bot.packages.versions import compare

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where builders look for programs in an image that says nothing of it."""

_MOST_FOLDERS = 100
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


class _Image:
    """An image's contents, looked up by name."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.system = system(contents)
        self.has_packages = has_packages(contents)
        path = contents.image.config.environment.get("PATH") or _PATH
        self._folders = [folder.strip("/") for folder in path.split(":")[:_MOST_FOLDERS]]
        self._packages: defaultdict[str, list[Package]] = defaultdict(list)
        for package in contents.packages:
            self._packages[package.name].append(package)
        self._places: dict[str, str] = {}
        for place in sorted(contents.programs, reverse=True):
            self._places[place.rpartition("/")[2]] = place

    def packages(self, name: str) -> list[Package]:
        """The packages of a name, which may have an architecture."""
        return self._packages.get(name.partition(":")[0], [])

    def program(self, name: str) -> str:
        """Where a program is, given its name or absolute path; empty where it is not."""
        programs = self.contents.programs
        if "/" in name:
            return name if any(place in programs for place in _alike(name.lstrip("/"))) else ""
        for folder in self._folders:
            for place in _alike(f"{folder}/{name}"):
                if place in programs:
                    return place
        return ""

    def anywhere(self, name: str) -> str:
        """The first place of any program of that name; empty where there is none."""
        return self._places.get(name.rpartition("/")[2], "")


class _Sides:
    """The two images, and all that is asked of them."""

    def __init__(self, old: Contents, new: Contents, asked: Iterable[Asked]) -> None:
        self.old, self.new = _Image(old), _Image(new)
        self._installs: defaultdict[tuple[str, Span], list[Asked]] = defaultdict(list)
        for ask in asked:
            if ask.kind in {"package", "pin"} and not self.new.packages(ask.name):
                self._installs[ask.path, ask.of].append(ask)

    @property
    def same_system(self) -> bool:
        """Whether both are of one release of one distribution."""
        one, other = self.old.contents.os, self.new.contents.os
        return bool(one and other and (one.id, one.version_id) == (other.id, other.version_id))

    def installed_before(self, ask: Asked) -> str:
        """A clause on what the build itself installs by then, and may bring what is missing."""
        installs = self._installs[ask.path, ask.of]
        names = [*dict.fromkeys(other.name for other in installs if other.line <= ask.line)]
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        return f", unless what the build installs brings it ({shown})" if names else ""


_Reasons = Iterator[tuple[str, str]]


# ---------------------------------------------------------------- programs


def _command(ask: Asked, sides: _Sides) -> _Reasons:
    before = sides.old.program(ask.name)
    if not before or sides.new.program(ask.name):
        return
    elsewhere = sides.new.anywhere(ask.name)
    if "/" not in ask.name and elsewhere:
        return  # it may be on a PATH that the build sets
    also = f"; it is at /{elsewhere} now" if elsewhere else sides.installed_before(ask)
    place = f"/{before.lstrip('/')}"
    yield ask.name, f"{place} is no longer in the image, and line {ask.line} needs it{also}."


def _alike(path: str) -> tuple[str, ...]:
    """The path, and what it is where `/bin` and `/usr/bin` are one folder."""
    if path.startswith("usr/"):
        return path, path.removeprefix("usr/")
    if path.startswith(("bin/", "sbin/", "lib/")):
        return path, f"usr/{path}"
    return (path,)


# ---------------------------------------------------------------- packages


def _package(ask: Asked, sides: _Sides) -> _Reasons:
    """An installed package that is installed again is no news; one that is gone may be."""
    old, new = sides.old, sides.new
    if not new.has_packages or not old.packages(ask.name) or new.packages(ask.name):
        return
    if sides.same_system:
        after = f"line {ask.line} has to download it now"
    else:
        after = f"line {ask.line} installs it, which the other system may not have by that name"
    yield ask.name, f"The package {ask.name} is no longer part of the image, and {after}."


def _pin(ask: Asked, sides: _Sides) -> _Reasons:
    yield from _of_another_release(ask, sides)
    before, after = sides.old.packages(ask.name), sides.new.packages(ask.name)
    if before and not after:
        yield from _package(ask, sides)
        return
    if not before or not after:
        return
    if _is_behind(ask.constraint, before) or not _is_behind(ask.constraint, after):
        return
    asked = f"{ask.name}{ask.constraint}"
    versions = ", ".join(dict.fromkeys(package.version for package in after))
    because = f"line {ask.line} asks for {asked}, and the new image already has {versions}"
    # dnf goes back where it is told to, and finds what to go back to.
    rpm = after[0].family == "rpm"
    where = ", where the repository still has that" if rpm else ""
    yield asked, f"{because[0].upper()}{because[1:]}, which would have to go back{where}."


def _is_behind(constraint: str, packages: Iterable[Package]) -> bool:
    """Whether what is installed is past what a constraint allows."""
    operator = "~" if "~" in constraint[:2] else "="
    wanted = constraint.lstrip("=~<>-")
    exact = constraint.startswith(("=", "~", "-"))
    if not wanted or not exact or any(sign in wanted for sign in "*<>"):
        return False
    return all(
        not (operator == "~" and _is_fuzzy(wanted, package.version))
        and (compare(package.family, wanted, _alike_told(wanted, package)) or 0) < 0
        for package in packages
    )


def _alike_told(wanted: str, package: Package) -> str:
    """An installed version as far as a pin tells one: rpm's are told without epoch or release."""
    if package.family != "rpm":
        return package.version
    version = package.version if ":" in wanted else package.version.rpartition(":")[2]
    # `1-2` is no pin to `1-2.el9`, which is no older for that.
    shorter = "-" not in wanted or version.startswith(f"{wanted}.")
    return wanted if version.startswith((f"{wanted}-", f"{wanted}.")) and shorter else version


def _is_fuzzy(wanted: str, version: str) -> bool:
    """Whether apk's `~1.2` takes a version: `1.2`, `1.2.5` and `1.2-r0`, but not `1.20`."""
    return version == wanted or version.startswith((f"{wanted}.", f"{wanted}-", f"{wanted}_"))


def _of_another_release(ask: Asked, sides: _Sides) -> _Reasons:
    """A pin that names the release it was built for (`+deb12u5`), where the image left that."""
    was, now = sides.old.system, sides.new.system
    match = _RELEASE.search(ask.constraint)
    if not (match and was and now) or was.id != now.id:
        return
    if _major(was) == match[1] != _major(now):
        asked = f"{ask.name}{ask.constraint}"
        because = f"Line {ask.line} asks for {asked}, a build for {was.id} {match[1]}"
        yield asked, f"{because}, and the new image is {now.id} {now.version_id}."


def _major(os: OsRelease) -> str:
    return os.version_id.partition(".")[0] if os.id == "debian" else os.version_id


# ---------------------------------------------------------------- users


def _user(ask: Asked, sides: _Sides) -> _Reasons:
    if ask.name in sides.old.contents.users and ask.name not in sides.new.contents.users:
        yield f"user {ask.name}", f"The image has no user {ask.name} any more: {_names(ask)}."


def _group(ask: Asked, sides: _Sides) -> _Reasons:
    if ask.name in sides.old.contents.groups and ask.name not in sides.new.contents.groups:
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

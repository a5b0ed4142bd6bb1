"""To which version of a package may a pin move, by what its operator asks for?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Edit, Kind, PackagePin, PinOffer, PinVerdict, Policy, PolicyRule, Published
from bot.packages.versions import compare
from bot.policy import file_matches, narrowed

ARCHITECTURE = "x86_64"
"""The one that is asked about where a file says none."""

_NUMBERS = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_REVISION = re.compile(r"-r[0-9]+$")
_EARLY = re.compile(r"_(?:alpha|beta|pre|rc)")
_FITTING = {"<": {-1}, ">": {1}, "<=": {-1, 0}, ">=": {0, 1}}


@dataclass(frozen=True, slots=True)
class _Move:
    """A move to `new`, which stands for a published `version`; `newest` is what there is at all."""

    new: str
    version: str
    newest: str
    because: str


def chosen(pin: PackagePin, versions: Sequence[str], policy: Policy) -> PinVerdict:
    """The verdict on a pin by the versions that there are, the newest last."""
    newest = versions[-1]
    if pin.operator == "=":
        return _exact(pin, versions, policy)
    fitting = [version for version in versions if _fits(pin, version)]
    if fitting:
        because = f"Each build takes the newest that fits: {fitting[-1]}."
        return PinVerdict(pin, "current", because, newest=newest)
    gone = f"Nothing fits {pin.operator}{pin.version} (any more): the newest is {newest}."
    if pin.operator == "~" and _DOTTED.fullmatch(pin.version) and _older(pin.version, newest):
        move = _Move(_as_precise(newest, pin.version), newest, newest, gone)
        return _moved(pin, move, policy)
    return PinVerdict(pin, "held", f"{gone} A range is for a person to move.", newest=newest)


def _exact(pin: PackagePin, versions: Sequence[str], policy: Policy) -> PinVerdict:
    newest = versions[-1]
    if compare("apk", pin.version, newest) is None:
        because = f"{pin.version} is no version that apk could order."
        return PinVerdict(pin, "skipped", because, newest=newest)
    gone = "" if pin.version in versions else f"{pin.version} is not in the index (any more). "
    newer = [version for version in versions if _succeeds(pin.version, version)]
    if not newer:
        because = f"{gone}Nothing newer is published."
        return PinVerdict(pin, "held" if gone else "current", because, newest=newest)
    allowed = _allowed(pin, policy)
    best = next((v for v in reversed(newer) if kind_of(pin.version, v) in allowed), newest)
    beyond = f" The newest is {newest}." if best != newest else ""
    because = f"{gone}{best} is published.{beyond}"
    return _moved(pin, _Move(best, best, newest, because), policy)


def _moved(pin: PackagePin, move: _Move, policy: Policy) -> PinVerdict:
    kind = kind_of(pin.version, move.new)
    if against := _against(pin, kind, policy):
        return PinVerdict(pin, "held", f"{move.because} {against}", newest=move.newest)
    edits = (Edit(pin.version_at, move.new),) if pin.version_at else ()
    offer = PinOffer(move.new, kind, edits, Published(move.version))
    return PinVerdict(pin, "update", move.because, offer, move.newest)


def _against(pin: PackagePin, kind: Kind, policy: Policy) -> str:
    """What speaks against a move, as a sentence."""
    days = [steer.until for steer in pin.steers if steer.verb == "hold" and steer.until]
    if day := max((day for day in days if day >= policy.today), default=None):
        return f"A comment beside it holds it until {day}."
    if kind not in _allowed(pin, policy):
        return f"It is a {kind} move, which is left to a person."
    if pin.version_at is None:
        return "Its version is spelled by escapes, in whose place nothing can be put."
    return ""


def rule_of(pin: PackagePin, policy: Policy) -> PolicyRule | None:
    """The first rule about all that is in the file; what is said of images is not about it."""
    path = policy.within + pin.path
    several = (rule for rule in (*policy.imposed, *policy.rules) if not rule.images)
    return next(
        (r for r in several if not r.files or any(file_matches(g, path) for g in r.files)), None
    )


def _allowed(pin: PackagePin, policy: Policy) -> frozenset[Kind]:
    allow, _apart = narrowed(policy, rule_of(pin, policy), pin.steers)
    return allow


def kind_of(old: str, new: str) -> Kind:
    """What kind of move a package's is: by its numbers, a year or a day in front, its revision."""
    one, other = _NUMBERS.match(old), _NUMBERS.match(new)
    if not one or not other:
        return "major"
    if one[1] != other[1]:
        return "date" if _is_date(one[1]) and _is_date(other[1]) else "major"
    if one[2] != other[2]:
        return "minor"
    return "revision" if _REVISION.sub("", old) == _REVISION.sub("", new) else "patch"


def _is_date(number: str) -> bool:
    return len(number) in {4, 6, 8} and number[:2] in {"19", "20", "21"}


def _older(one: str, other: str) -> bool:
    return (compare("apk", one, other) or 0) < 0


def _succeeds(old: str, new: str) -> bool:
    """Whether a version comes after another, and is no early one where that is none."""
    return _older(old, new) and (bool(_EARLY.search(old)) or not _EARLY.search(new))


def _fits(pin: PackagePin, version: str) -> bool:
    """As https://github.com/chainguard-dev/apko/blob/main/pkg/apk/apk/version.go has it."""
    if pin.operator == "~":
        rest = version[len(pin.version) :]
        return version.startswith(pin.version) and not rest[:1].isdigit()
    order = compare("apk", version, pin.version)
    return order is None or order in _FITTING[pin.operator]


def _as_precise(version: str, like: str) -> str:
    """The beginning of a version that has as many numbers as another."""
    match = _DOTTED.match(version)
    numbers = match[0].split(".") if match else []
    return ".".join(numbers[: len(like.split("."))])

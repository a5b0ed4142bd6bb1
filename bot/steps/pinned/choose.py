"""To which version of a package may a pin move, by what its operator asks for?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from bot.model import Edit, Kind, PackagePin, PinOffer, PinVerdict, Policy, PolicyRule, Published
from bot.packages.versions import compare
from bot.policy import file_matches, least_age, narrowed

ARCHITECTURE = "x86_64"
"""The one that is asked about where a file says none."""

_NO_AGE = dt.timedelta(0)
_NUMBERS = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_REVISION = re.compile(r"-r[0-9]+$")
_EARLY = re.compile(r"_(?:alpha|beta|pre|rc)")
_FITTING = {"<": {-1}, ">": {1}, "<=": {-1, 0}, ">=": {0, 1}}


@dataclass(frozen=True, slots=True)
class _Move:
    """A move to `new`, which stands for a published `version`; `newest` is what there is at all."""

    new: str
    version: Published
    newest: str
    because: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """What is wanted of one pin: the kinds that move by themselves or apart, and from what age."""

    allow: frozenset[Kind]
    apart: frozenset[Kind]
    min_age: dt.timedelta
    now: dt.datetime
    today: dt.date

    @property
    def moved(self) -> frozenset[Kind]:
        """The kinds of moves that are proposed at all."""
        return self.allow | self.apart

    def is_old_enough(self, version: Published) -> bool:
        """Whether it was built that long ago; an index that does not say when does not tell."""
        if self.min_age <= _NO_AGE:
            return True
        return version.built is not None and self.now - version.built >= self.min_age


def ruled(pin: PackagePin, policy: Policy, now: dt.datetime) -> Ruled:
    """What the first rule that fits the pin, else the policy, and comments beside it want."""
    rule, imposed = rule_of(pin, policy), _first(pin, policy, policy.imposed)
    allow, apart = narrowed(policy, rule, pin.steers)
    age = least_age(policy, rule, imposed)
    return Ruled(allow, apart - allow, age, now, policy.today)


def chosen(pin: PackagePin, there: Mapping[str, Published], wanted: Ruled) -> PinVerdict:
    """The verdict on a pin by the versions that there are."""
    versions = sorted(there, key=cmp_to_key(_order))
    newest = versions[-1]
    if pin.operator == "=":
        return _exact(pin, [there[version] for version in versions], wanted)
    fitting = [version for version in versions if _fits(pin, version)]
    if fitting:
        because = f"Each build takes the newest that fits: {fitting[-1]}."
        return PinVerdict(pin, "current", because, newest=newest)
    gone = f"Nothing fits {pin.operator}{pin.version} (any more): the newest is {newest}."
    if pin.operator == "~" and _DOTTED.fullmatch(pin.version) and _older(pin.version, newest):
        if not wanted.is_old_enough(there[newest]):
            return _young(pin, [there[newest]], f"{gone} ", wanted)
        move = _Move(_as_precise(newest, pin.version), there[newest], newest, gone)
        return _moved(pin, move, wanted)
    return PinVerdict(pin, "held", f"{gone} A range is for a person to move.", newest=newest)


def _exact(pin: PackagePin, there: Sequence[Published], wanted: Ruled) -> PinVerdict:
    newest = there[-1].version
    if compare("apk", pin.version, newest) is None:
        because = f"{pin.version} is no version that apk could order."
        return PinVerdict(pin, "skipped", because, newest=newest)
    versions = [each.version for each in there]
    gone = "" if pin.version in versions else f"{pin.version} is not in the index (any more). "
    newer = [each for each in there if _succeeds(pin.version, each.version)]
    if not newer:
        because = f"{gone}Nothing newer is published."
        return PinVerdict(pin, "held" if gone else "current", because, newest=newest)
    best = _newest(pin, newer, wanted, wanted.allow)
    aside = _newest(pin, newer, wanted, wanted.apart)
    young = [one for one in newer if not wanted.is_old_enough(one)]
    waiting = [one for one in young if kind_of(pin.version, one.version) in wanted.moved]
    if waiting and not (best or aside or _held_until(pin, wanted)):
        return _young(pin, waiting, gone, wanted)._replace(newest=newest)
    taken = best or aside or newer[-1]
    beyond = f" The newest is {newest}." if taken.version != newest else ""
    because = f"{gone}{taken.version} is published.{beyond}"
    verdict = _moved(pin, _Move(taken.version, taken, newest, because), wanted)
    if best and aside and verdict.offer:
        return verdict._replace(apart=_offer(pin, aside.version, aside))
    return verdict


def _newest(
    pin: PackagePin, newer: Sequence[Published], wanted: Ruled, kinds: frozenset[Kind]
) -> Published | None:
    """The newest version of these kinds that is old enough."""
    found = (one for one in reversed(newer) if kind_of(pin.version, one.version) in kinds)
    return next(filter(wanted.is_old_enough, found), None)


def _young(pin: PackagePin, several: Sequence[Published], gone: str, wanted: Ruled) -> PinVerdict:
    """The verdict where all that there is to move to is too young."""
    first = min(several, key=lambda one: one.built or wanted.now)
    days = f"{wanted.min_age / dt.timedelta(days=1):g} days old"
    if first.built is None:
        told = f"the index does not say since when, and it is to be {days}"
        because = f"{gone}{first.version} is published; {told}."
        return PinVerdict(pin, "held", because, newest=first.version)
    day = (min(first.built, wanted.now) + wanted.min_age).date().isoformat()
    told = f"held until {day}, when it is {days}"
    because = f"{gone}{first.version} is published, and {told}."
    return PinVerdict(pin, "held", because, newest=first.version, until=day)


def _moved(pin: PackagePin, move: _Move, wanted: Ruled) -> PinVerdict:
    kind = kind_of(pin.version, move.new)
    offer = _offer(pin, move.new, move.version)
    if against := _against(pin, kind, wanted):
        is_aside = kind in wanted.apart and offer.edits and not _held_until(pin, wanted)
        aside = offer if is_aside else None
        because = f"{move.because} {against}"
        return PinVerdict(pin, "held", because, newest=move.newest, apart=aside)
    return PinVerdict(pin, "update", move.because, offer, move.newest)


def _offer(pin: PackagePin, new: str, version: Published) -> PinOffer:
    edits = (Edit(pin.version_at, new),) if pin.version_at else ()
    return PinOffer(new, kind_of(pin.version, new), edits, version)


def _held_until(pin: PackagePin, wanted: Ruled) -> dt.date | None:
    days = [steer.until for steer in pin.steers if steer.verb == "hold" and steer.until]
    return max((day for day in days if day >= wanted.today), default=None)


def _against(pin: PackagePin, kind: Kind, wanted: Ruled) -> str:
    """What speaks against a move, as a sentence."""
    if day := _held_until(pin, wanted):
        return f"A comment beside it holds it until {day}."
    if kind not in wanted.moved:
        return f"It is a {kind} move, which is left to a person."
    if pin.version_at is None:
        return "Its version is spelled by escapes, in whose place nothing can be put."
    if kind in wanted.apart:
        return f"It is a {kind} move, which is proposed on its own."
    return ""


def rule_of(pin: PackagePin, policy: Policy) -> PolicyRule | None:
    """The first rule about all that is in the file; what is said of images is not about it."""
    return _first(pin, policy, (*policy.imposed, *policy.rules))


def _first(pin: PackagePin, policy: Policy, rules: Iterable[PolicyRule]) -> PolicyRule | None:
    path = policy.within + pin.path
    several = (rule for rule in rules if not rule.images)
    return next(
        (r for r in several if not r.files or any(file_matches(g, path) for g in r.files)), None
    )


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


def _order(one: str, other: str) -> int:
    return compare("apk", one, other) or 0


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

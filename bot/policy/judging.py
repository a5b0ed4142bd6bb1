"""What the policy says about one file and one use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from bot.model import LACKING, Kind, Lacking, Pin, Policy, PolicyRule, Steer, Use, Versions
from bot.policy.globs import file_matches, image_matches

_NOTHING = PolicyRule()
VENDORED = frozenset(
    {"node_modules", "bower_components", "jspm_packages", ".yarn"}
    | {"vendor", "vendored", "third_party", "third-party", "thirdparty", "3rdparty"}
    | {".venv", "venv", "virtualenv", "site-packages", "dist-packages", "__pypackages__"}
    | {".tox", ".nox", ".bundle", "Godeps", "Pods", "Carthage", ".terraform"}
)
"""Folders whose files other people maintain: what package managers fill, and the names by habit."""

_SAME_VERSION: frozenset[Kind] = frozenset({"pin", "digest"})
"""What a comment such as `allow patch` leaves alone: it speaks of versions, not of digests."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    What may be done with one use.

    * `ignore`: nothing, and `because` says in a full sentence who wants it so;
    * `hold_until`: nothing up to and with that day (`None`: not held today);
    * `allow`, `apart`: as in `Policy`, within its `limit` and what comments beside the use leave;
    * `pin`: whether a missing digest is to be added;
    * `min_age`: how long a tag or digest must have been known before it is moved to;
    * `versions`: which versions may be moved to: what all of these let through;
    * `lts_only`: whether releases without long support are left out, of what has some with;
    * `not_past_latest`: whether versions are that are newer than what `latest` is known to be;
    * `platforms`: what is done with a move to an image that lacks platforms;
    * `required_platforms`: those that count; none: those of the present image;
    * `index_refreshes`: whether a digest is refreshed though every image of its index is the same;
    * `rule`: the name of the rule that decided; empty where none did.
    """

    ignore: bool
    because: str | None
    allow: frozenset[Kind]
    apart: frozenset[Kind]
    pin: Pin
    rule: str = ""
    hold_until: dt.date | None = None
    min_age: dt.timedelta = dt.timedelta(0)
    versions: tuple[Versions, ...] = ()
    lts_only: bool = False
    not_past_latest: bool = True
    platforms: Lacking = "wait"
    required_platforms: tuple[str, ...] = ()
    index_refreshes: bool = False


def ruling(policy: Policy, use: Use) -> Ruling:
    """
    What the first rule that fits the use, else the policy itself, and then comments beside it say.

    What `policy.imposed` ignores is ignored whatever `policy.rules` say. Comments only take away.
    """
    return _ruled(policy, *_fitting(policy, use), use.steers)


def rulings(policy: Policy) -> Callable[[Use], Ruling]:
    """Tells the `ruling` on each of many uses; those that nobody commented on share a few."""
    known: dict[tuple[int, int], Ruling] = {}

    def ruled(use: Use) -> Ruling:
        rule, imposed = _fitting(policy, use)
        if use.steers:
            return _ruled(policy, rule, imposed, use.steers)
        key = id(rule), id(imposed)  # the policy keeps its rules
        if key not in known:
            known[key] = _ruled(policy, rule, imposed)
        return known[key]

    return ruled


def _fitting(policy: Policy, use: Use) -> tuple[PolicyRule | None, PolicyRule | None]:
    """The rule that decides on a use, and the operator's that bounds what it may say."""
    if not (policy.rules or policy.imposed):
        return None, None
    path = policy.within + use.path
    imposed = _first(policy.imposed, use, path)
    rule = imposed if imposed and imposed.ignore else _first(policy.rules, use, path)
    return rule, imposed


def _ruled(
    policy: Policy,
    rule: PolicyRule | None,
    imposed: PolicyRule | None,
    steers: tuple[Steer, ...] = (),
) -> Ruling:
    allow, apart = narrowed(policy, rule, steers)
    because = _ignored_because(rule, steers)
    return Ruling(
        ignore=because is not None,
        because=because,
        allow=allow,
        apart=apart,
        pin=_pin(policy, rule),
        rule=rule.name if rule else "",
        hold_until=_hold(steers, policy.today),
        min_age=least_age(policy, rule, imposed),
        versions=_versions(policy, rule, imposed),
        lts_only=_lts_only(policy, rule or _NOTHING, imposed or _NOTHING),
        not_past_latest=_not_past_latest(policy, rule or _NOTHING, imposed or _NOTHING),
        platforms=_platforms(policy, rule, imposed),
        required_platforms=_required_platforms(policy, rule, imposed),
        index_refreshes=policy.index_refreshes,
    )


def narrowed(
    policy: Policy, rule: PolicyRule | None, steers: Iterable[Steer] = ()
) -> tuple[frozenset[Kind], frozenset[Kind]]:
    """The kinds to allow and to propose apart, never more than `policy.limit` and each comment."""
    rule = rule or PolicyRule()
    allow, apart = layered((policy.allow, policy.apart), rule.allow, rule.apart)
    said = (steer.kinds | _SAME_VERSION for steer in steers if steer.verb == "allow")
    limit = policy.limit.intersection(*said)
    return allow & limit, apart & limit


def layered(
    base: tuple[frozenset[Kind], frozenset[Kind]],
    allow: Collection[Kind] | None,
    apart: Collection[Kind] | None,
) -> tuple[frozenset[Kind], frozenset[Kind]]:
    """
    What holds after one more layer speaks (`None`: it says nothing of that): (allow, apart).

    A kind that a layer puts in one place leaves the other, so that `apart: [minor]` is enough.
    """
    old_allow, old_apart = base
    new_allow = old_allow.difference(apart or ()) if allow is None else frozenset(allow)
    new_apart = old_apart.difference(allow or ()) if apart is None else frozenset(apart)
    return new_allow, new_apart


def ignored_file(policy: Policy, path: str) -> str | None:
    """The pattern of `policy.ignore_files` that covers the path."""
    whole = policy.within + path
    return next((p for p in policy.ignore_files if file_matches(p, whole)), None)


def vendored(path: str) -> str | None:
    """The path of the outermost folder of other people's code that a file lies in."""
    *folders, _ = path.split("/")
    if VENDORED.isdisjoint(folders):
        return None
    depth = next(n for n, folder in enumerate(folders) if folder in VENDORED)
    return "/".join(folders[: depth + 1])


# ---------------------------------------------------------------- what rules fit


def _first(rules: Iterable[PolicyRule], use: Use, path: str) -> PolicyRule | None:
    return next((rule for rule in rules if _fits(rule, use, path)), None)


def _fits(rule: PolicyRule, use: Use, path: str) -> bool:
    if rule.images and not any(image_matches(p, use.image.repository) for p in rule.images):
        return False
    return not rule.files or any(file_matches(p, path) for p in rule.files)


# ---------------------------------------------------------------- what rules and comments say


def _ignored_because(rule: PolicyRule | None, steers: Iterable[Steer]) -> str | None:
    if rule and rule.ignore:
        name = rule.name or "a rule of the configuration"
        return f"{name[0].upper()}{name[1:]} says to ignore it."
    if ignoring := [steer for steer in steers if steer.verb == "ignore"]:
        complaints = (steer.complaint for steer in ignoring if steer.complaint)
        return next(complaints, "A comment beside it says to ignore it.")
    return None


def _pin(policy: Policy, rule: PolicyRule | None) -> Pin:
    if "pin" not in policy.limit:
        return "off"
    return (rule and rule.pin) or policy.pin


def least_age(policy: Policy, rule: PolicyRule | None, imposed: PolicyRule | None) -> dt.timedelta:
    """What the deciding rule or else the policy says, and never less than the operator's own."""
    asked = rule.min_age if rule else None
    least = imposed.min_age if imposed else None
    return max(
        policy.min_age if asked is None else asked, policy.least_age if least is None else least
    )


def _lts_only(policy: Policy, rule: PolicyRule, imposed: PolicyRule) -> bool:
    """What the deciding rule or else the policy says, unless the operator says that it holds."""
    asked = policy.lts_only if rule.lts_only is None else rule.lts_only
    return asked or (policy.always_lts_only if imposed.lts_only is None else imposed.lts_only)


def _not_past_latest(policy: Policy, rule: PolicyRule, imposed: PolicyRule) -> bool:
    """What the deciding rule or else the policy says, unless the operator says that it holds."""
    asked = policy.not_past_latest if rule.not_past_latest is None else rule.not_past_latest
    least = imposed.not_past_latest
    return asked or (policy.never_past_latest if least is None else least)


def _versions(
    policy: Policy, rule: PolicyRule | None, imposed: PolicyRule | None
) -> tuple[Versions, ...]:
    """What the deciding rule or else the policy says, and what the operator says besides."""
    asked = rule.versions if rule else None
    always = imposed.versions if imposed else None
    said = (asked or policy.versions, always or policy.operators_versions)
    return tuple(dict.fromkeys(v for v in said if v.allow or v.ignore))


def _platforms(policy: Policy, rule: PolicyRule | None, imposed: PolicyRule | None) -> Lacking:
    """What the deciding rule or else the policy says, and never milder than the operator says."""
    asked = (rule and rule.platforms) or policy.platforms
    least = (imposed and imposed.platforms) or policy.least_platforms
    return max(asked, least, key=LACKING.index)


def _required_platforms(
    policy: Policy, rule: PolicyRule | None, imposed: PolicyRule | None
) -> tuple[str, ...]:
    """What the operator says, and the deciding rule or else the policy besides."""
    asked = rule.required_platforms if rule else None
    always = imposed.required_platforms if imposed else None
    asked = policy.required_platforms if asked is None else asked
    always = policy.operators_platforms if always is None else always
    return tuple(dict.fromkeys((*always, *asked)))


def _hold(steers: Iterable[Steer], today: dt.date) -> dt.date | None:
    days = (steer.until for steer in steers if steer.verb == "hold" and steer.until)
    return max((day for day in days if day >= today), default=None)

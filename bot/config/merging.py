"""What holds in a repository: what its operator wants, and what it says itself within that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.config.models import OperatorConfig, RepositoryConfig
from bot.config.wanted import Kinds, PolicyConfig, RuleConfig, VersionsConfig
from bot.model import KINDS, Kind, Policy, PolicyRule, Versions
from bot.policy import layered

_OPERATOR = "the operator"


@dataclass(frozen=True, slots=True)
class Mandate:
    """The policy that holds, and in words what a repository asked for in vain."""

    policy: Policy
    notices: tuple[str, ...] = ()


def policy_of(
    operator: OperatorConfig,
    repository: RepositoryConfig | None,
    today: dt.date,
    where: str = "basewatch.yaml",
) -> Mandate:
    """
    Read both configurations as one policy; `where` is the repository's file, for its notices.

    What a repository says comes before what the operator says, but for four things: no kind of
    move is outside the operator's `limit`, what the operator's rules, `versions` or `ignore` leave
    out stays out, so do releases without long support where its `lts_only` says so, and nothing is
    moved to sooner than the operator's `min_age` lets it be.
    """
    own = repository or RepositoryConfig()
    base, limit = Policy(), frozenset(operator.limit)
    kinds = _after(_after((base.allow, base.apart), operator.policy), own.policy)
    said_age = own if "min_age" in own.policy.model_fields_set else operator
    said_latest = own if "not_past_latest" in own.policy.model_fields_set else operator
    said_pin = own if "pin" in own.policy.model_fields_set else operator
    policy = Policy(
        pin=said_pin.policy.pin,
        allow=_with_pins(*kinds) & limit,
        apart=kinds[1] & limit,
        limit=limit,
        ignore_files=(*operator.ignore, *own.ignore),
        vendored=(own if "vendored" in own.model_fields_set else operator).vendored,
        today=today,
        min_age=_age(said_age.policy.min_age),
        least_age=_age(operator.policy.min_age),
        versions=_versions(own.policy.versions, f"`policy.versions` of {where}"),
        operators_versions=_versions(operator.policy.versions, f"`policy.versions` of {_OPERATOR}"),
        not_past_latest=said_latest.policy.not_past_latest,
        lts_only=own.policy.lts_only or operator.policy.lts_only,
    )
    imposed = _rules(operator.rules, _OPERATOR, policy)
    rules = (*_rules(own.rules, where, policy), *imposed)
    return Mandate(
        replace(policy, rules=rules, imposed=imposed), tuple(_in_vain(own, operator, where))
    )


def _after(
    base: tuple[frozenset[Kind], frozenset[Kind]], said: PolicyConfig
) -> tuple[frozenset[Kind], frozenset[Kind]]:
    allow = said.allow if "allow" in said.model_fields_set else None
    apart = said.apart if "apart" in said.model_fields_set else None
    return layered(base, allow, apart)


def _with_pins(allow: Collection[Kind], apart: Collection[Kind]) -> frozenset[Kind]:
    """Allow the kind `pin` too: whether pins are wanted at all is said by the key `pin`."""
    return frozenset(allow) | (frozenset[Kind]({"pin"}) - frozenset(apart))


def _rules(rules: Iterable[RuleConfig], whose: str, policy: Policy) -> tuple[PolicyRule, ...]:
    return tuple(_rule(rule, f"rule {n} of {whose}", policy) for n, rule in enumerate(rules, 1))


def _rule(rule: RuleConfig, name: str, policy: Policy) -> PolicyRule:
    apart = None if rule.apart is None else frozenset(rule.apart)
    allow = None
    if rule.allow is not None:
        allow = _with_pins(rule.allow, policy.apart if apart is None else apart)
    return PolicyRule(
        images=rule.images or (),
        files=rule.files or (),
        ignore=rule.ignore,
        allow=allow,
        apart=apart,
        pin=rule.pin,
        name=name,
        min_age=None if rule.min_age is None else _age(rule.min_age),
        versions=None if rule.versions is None else _versions(rule.versions, name),
    )


def _versions(said: VersionsConfig, name: str) -> Versions:
    return Versions(said.allow, said.ignore, name)


def _age(said: str) -> dt.timedelta:
    """`3d` or `12h` as a time."""
    number = int(said[:-1])
    return dt.timedelta(days=number) if said.endswith("d") else dt.timedelta(hours=number)


def _in_vain(own: RepositoryConfig, operator: OperatorConfig, where: str) -> Iterator[str]:
    limit = operator.limit
    for option, kinds in _asked(own):
        if beyond := [kind for kind in KINDS if kind in kinds and kind not in limit]:
            what = ", ".join(beyond)
            yield f"{where}: {option} asks for {what}, which the operator's `limit` leaves out."
    asked, least = own.policy.min_age, operator.policy.min_age
    if "min_age" in own.policy.model_fields_set and _age(asked) < _age(least):
        yield f"{where}: policy.min_age asks for {asked}, and the operator's is {least}."
    if operator.policy.lts_only and _says_no(own):
        yield f"{where}: policy.lts_only is false, and the operator's is true."


def _says_no(own: RepositoryConfig) -> bool:
    return "lts_only" in own.policy.model_fields_set and not own.policy.lts_only


def _asked(own: RepositoryConfig) -> Iterator[tuple[str, Kinds]]:
    """Each option with which a repository asks for kinds of move, as it is written."""
    rules = {f"rules.{n}": rule for n, rule in enumerate(own.rules)}
    places: dict[str, PolicyConfig | RuleConfig] = {"policy": own.policy, **rules}
    for place, said in places.items():
        if said.pin != "off" and "pin" in said.model_fields_set:
            yield f"{place}.pin", ("pin",)
        for option, kinds in (("allow", said.allow), ("apart", said.apart)):
            if option in said.model_fields_set:
                yield f"{place}.{option}", kinds or ()

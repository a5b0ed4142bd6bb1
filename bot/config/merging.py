"""What holds in a repository: what its operator wants, and what it says itself within that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from bot.config.models import OperatorConfig, RepositoryConfig
from bot.config.wanted import Kinds, PolicyConfig, RuleConfig, VersionsConfig
from bot.model import KINDS, LACKING, Kind, Lacking, Policy, PolicyRule, Versions
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

    What a repository says comes before what the operator says, within its `limit`; what the
    operator's rules, `versions`, `ignore`, `lts_only` and `not_past_latest` leave out stays out,
    and its `min_age`, `platforms` and `required_platforms` can only be made stricter.
    """
    own = repository or RepositoryConfig()
    base, limit = Policy(), frozenset(operator.limit)
    kinds = _after(_after((base.allow, base.apart), operator.policy), own.policy)
    said = partial(_decides, own.policy, operator.policy)
    policy = Policy(
        pin=said("pin").pin,
        allow=_with_pins(*kinds) & limit,
        apart=kinds[1] & limit,
        limit=limit,
        ignore_files=(*operator.ignore, *own.ignore),
        formats=_formats(operator, own),
        patterns=tuple(said.pattern() for said in (*own.patterns, *operator.patterns)),
        vendored=(own if "vendored" in own.model_fields_set else operator).vendored,
        today=today,
        min_age=age(said("min_age").min_age),
        versions=_versions(own.policy.versions, f"`policy.versions` of {where}"),
        not_past_latest=said("not_past_latest").not_past_latest,
        lts_only=own.policy.lts_only or operator.policy.lts_only,
        platforms=said("platforms").platforms,
        required_platforms=own.policy.required_platforms,
        index_refreshes=said("index_refreshes").index_refreshes,
    )
    imposed = _rules(operator.rules, _OPERATOR, policy)
    policy = policy._replace(rules=(*_rules(own.rules, where, policy), *imposed), imposed=imposed)
    policy = _insisted(policy, operator.policy)
    return Mandate(policy, tuple(_in_vain(own, operator, where)))


def _formats(operator: OperatorConfig, own: RepositoryConfig) -> frozenset[str] | None:
    """The kinds of file to read: those that both want; None where neither says any."""
    said = [frozenset(config.formats) for config in (operator, own) if config.formats]
    return frozenset.intersection(*said) if said else None


def _insisted(policy: Policy, operators: PolicyConfig) -> Policy:
    """The policy with what holds by the operator's word, whatever a repository says."""
    return policy._replace(
        least_age=age(operators.min_age),
        operators_versions=_versions(operators.versions, f"`policy.versions` of {_OPERATOR}"),
        always_lts_only=operators.lts_only,
        never_past_latest=_insists(operators),
        least_platforms=_least(operators),
        operators_platforms=operators.required_platforms,
    )


def _decides(own: PolicyConfig, operators: PolicyConfig, option: str) -> PolicyConfig:
    """Who decides on an option: the repository, where it says anything of it."""
    return own if option in own.model_fields_set else operators


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
        min_age=None if rule.min_age is None else age(rule.min_age),
        versions=None if rule.versions is None else _versions(rule.versions, name),
        lts_only=rule.lts_only,
        not_past_latest=rule.not_past_latest,
        platforms=rule.platforms,
        required_platforms=rule.required_platforms,
    )


def _versions(said: VersionsConfig, name: str) -> Versions:
    return Versions(said.allow, said.ignore, name)


def _insists(said: PolicyConfig) -> bool:
    """Whether nothing goes past `latest`, whatever a repository says: not because of a default."""
    return "not_past_latest" in said.model_fields_set and said.not_past_latest


def _least(said: PolicyConfig) -> Lacking:
    """How strict a repository must be about platforms, where the operator says anything of it."""
    return said.platforms if "platforms" in said.model_fields_set else LACKING[0]


def age(said: str) -> dt.timedelta:
    """`3d` or `12h`, as `bot.config.said.Age` has it, as a time."""
    number = int(said[:-1])
    return dt.timedelta(days=number) if said.endswith("d") else dt.timedelta(hours=number)


def _in_vain(own: RepositoryConfig, operator: OperatorConfig, where: str) -> Iterator[str]:
    limit = operator.limit
    for option, kinds in _asked(own):
        if beyond := [kind for kind in KINDS if kind in kinds and kind not in limit]:
            what = ", ".join(beyond)
            yield f"{where}: {option} asks for {what}, which the operator's `limit` leaves out."
    asked, least = own.policy.min_age, operator.policy.min_age
    if "min_age" in own.policy.model_fields_set and age(asked) < age(least):
        yield f"{where}: policy.min_age asks for {asked}, and the operator's is {least}."
    mild, least_lack = own.policy.platforms, _least(operator.policy)
    asks = "platforms" in own.policy.model_fields_set
    if asks and LACKING.index(mild) < LACKING.index(least_lack):
        yield f"{where}: policy.platforms is `{mild}`, and the operator's is `{least_lack}`."
    outside = sorted({*own.formats} - {*operator.formats})
    if operator.formats and outside:
        what = ", ".join(outside)
        yield f"{where}: formats has {what}, which the operator's `formats` leaves out."
    insisted = {"lts_only": operator.policy.lts_only, "not_past_latest": _insists(operator.policy)}
    for option, holds in insisted.items():
        if holds and _says_no(own, option):
            yield f"{where}: policy.{option} is false, and the operator's is true."


def _says_no(own: RepositoryConfig, option: str) -> bool:
    return option in own.policy.model_fields_set and not getattr(own.policy, option)


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

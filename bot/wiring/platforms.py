"""Where repositories and proposals live, as the operator says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigError
from bot.wiring.operators import operator

if TYPE_CHECKING:
    from bot.config import PlatformConfig
    from bot.platforms.dry import Foreseeing
    from bot.ports import Platform


@dataclass(frozen=True, slots=True)
class Place:
    """Where to propose, as far as the command line says; the configuration says the rest."""

    path: str | None = None
    branch: str | None = None
    out: str | None = None
    kind: str | None = None
    repos: tuple[str, ...] = ()


def platform(config: str | None, place: Place, *, dry: bool = False) -> Platform:
    """The configured platform; with `dry`, one that only tells what it would do."""
    from bot.platforms import DryRun

    said = _said(operator(config).platform, place.kind)
    real = _local(said, place) if said.kind == "local" else _hosted(said, place)
    return DryRun(real) if dry else real


def _said(said: PlatformConfig, kind: str | None) -> PlatformConfig:
    """What is said of the platform; one that says nothing of which may be any."""
    if kind is None or kind == said.kind:
        return said
    if said.model_fields_set:
        raise ConfigError(f"--platform {kind}: the configuration's `platform` is {said.kind}")
    return said.model_copy(update={"kind": kind})


def _local(said: PlatformConfig, place: Place) -> Foreseeing:
    from bot.git import Person
    from bot.platforms import PLATFORMS

    if place.repos:
        raise ConfigError("--repo is of a forge: the configuration's `platform.kind` is `local`")
    out = place.out or said.out
    name, _, email = said.author.partition(" <")
    return PLATFORMS["local"](
        Path(place.path or said.path),
        out=Path(out) if out else None,
        branch=place.branch or said.branch,
        author=Person(name, email.removesuffix(">")),
    )


def _hosted(said: PlatformConfig, place: Place) -> Foreseeing:
    from bot.wiring.forges import hosted

    if place.path or place.out:
        raise ConfigError(
            f"a path and --out are for `platform.kind: local`, and it is `{said.kind}`: name a"
            " repository of the forge with --repo"
        )
    return hosted(said, place.repos, place.branch)

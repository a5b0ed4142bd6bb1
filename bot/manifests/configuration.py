"""Read image configurations: what an image tells a build or a container. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.manifests.reading import json_object, platform_of, text
from bot.model import HealthCheck, ImageConfig

CONFIGURATION_LIMIT = 8 << 20
"""Bytes of one image configuration; labels may hold whole documents."""
MOST_STEPS = 1_000
_MOST_NANOSECONDS = 1 << 63


class Configuration(NamedTuple):
    """
    An image configuration: `diff_ids` are those of its layers, the lowest first.

    `made_by` says the same of each layer, where its history has as many entries as it has layers;
    else it is empty. `platform` is None where it does not say. `history` has what made the image,
    also what made no layer; it is empty where there are more than `MOST_STEPS`.
    """

    config: ImageConfig
    platform: str | None
    diff_ids: tuple[str, ...]
    made_by: tuple[str, ...]
    history: tuple[str, ...] = ()


def read_configuration(body: bytes) -> Configuration:
    """
    Read https://github.com/opencontainers/image-spec/blob/main/config.md or Docker's own.

    Raises `ValueError` where a value has another type than builders take, as they would stop too.
    As they do, it takes a key in whatever case (`user`, `USER`), and the last of several.
    """
    data = _folded(json_object(body))
    rootfs = _folded(_mapping(data, "rootfs"))
    diff_ids = _strings(rootfs, "diff_ids") or ()
    history = _history(data.get("history"))
    return Configuration(
        config=_config(_folded(_mapping(data, "config")), created=_string(data, "created")),
        platform=platform_of(data),
        diff_ids=diff_ids,
        made_by=_made_by(history, len(diff_ids)),
        history=_steps(history),
    )


def _config(data: Mapping[str, Any], *, created: str) -> ImageConfig:
    return ImageConfig(
        user=_string(data, "user"),
        entrypoint=_strings(data, "entrypoint"),
        command=_strings(data, "cmd"),
        environment=_environment(_strings(data, "env") or ()),
        working_folder=_string(data, "workingdir"),
        ports=frozenset(_keys(data, "exposedports")),
        volumes=frozenset(_keys(data, "volumes")),
        stop_signal=_string(data, "stopsignal"),
        health_check=_health_check(_folded(_mapping(data, "healthcheck"))),
        shell=_strings(data, "shell"),
        on_build=_strings(data, "onbuild") or (),
        labels=_labels(_mapping(data, "labels")),
        created=created,
    )


def _health_check(data: Mapping[str, Any]) -> HealthCheck | None:
    test = _strings(data, "test")
    if not test:  # "inherited", which at the end of a build is none at all
        return None
    return HealthCheck(
        test,
        interval=_number(data, "interval"),
        timeout=_number(data, "timeout"),
        start_period=_number(data, "startperiod"),
        retries=_number(data, "retries"),
    )


def _environment(entries: tuple[str, ...]) -> dict[str, str]:
    """The last of several counts, as for a process."""
    return {name: value for name, _, value in (entry.partition("=") for entry in entries)}


def _labels(data: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in data.values()):
        raise ValueError("a label of it is no text")
    return {text(key): text(value) for key, value in data.items()}


def _history(history: object) -> list[Mapping[str, Any]]:
    entries = history if isinstance(history, list) else []
    return [_folded(entry) for entry in entries if isinstance(entry, dict)]


def _made_by(history: list[Mapping[str, Any]], layers: int) -> tuple[str, ...]:
    """What made each layer; entries that made none are passed over."""
    made = tuple(_string(entry, "created_by") for entry in history if not entry.get("empty_layer"))
    return made if len(made) == layers else ("",) * layers


def _steps(history: list[Mapping[str, Any]]) -> tuple[str, ...]:
    if len(history) > MOST_STEPS:
        return ()
    return tuple(step for entry in history if (step := _string(entry, "created_by").strip()))


def _folded(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in data.items()}


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, dict | None):
        raise _odd(key)
    return value or {}


def _keys(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text(each) for each in _mapping(data, key))


def _string(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str | None):
        raise _odd(key)
    return text(value or "")


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """A list of words; Docker takes one word for a list of it."""
    value = data.get(key)
    if value is None:
        return None
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise _odd(key)
    return tuple(text(word) for word in words)


def _number(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key) or 0
    if not isinstance(value, int) or abs(value) >= _MOST_NANOSECONDS:
        raise _odd(key)
    return int(value)


def _odd(key: str) -> ValueError:
    return ValueError(f"its `{key}` is not what builders expect there")

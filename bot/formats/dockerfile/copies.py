"""
The images that `COPY --from` and `RUN --mount=…,from=` take files out of.

BuildKit looks such a name up among all stages of the file, then takes it for an image, and expands
no variables in it: `toCommand` and `detectRunMount` in
https://github.com/moby/buildkit/tree/master/frontend/dockerfile/dockerfile2llb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.formats.dockerfile.places import About, Places, templated, unquoted_span
from bot.formats.dockerfile.stages import Stage
from bot.formats.dockerfile.text import Instruction, Run
from bot.formats.dockerfile.values import Value, cut
from bot.formats.dockerfile.words import flag_value, flag_words, mount_fields
from bot.model import Role, Skip, Span, Steer, Use

_NUMBER = re.compile(r"[+-]?[0-9]+")


class Taking(NamedTuple):
    """A `COPY` or `RUN` whose flags begin at `at`, and the stage it belongs to."""

    found: Instruction
    at: int
    stage: str | None
    steers: tuple[Steer, ...]


def copied(places: Places, taking: Taking, stages: dict[str, Stage]) -> Iterator[Use | Skip]:
    """What a `COPY` takes files from, if it is not the build context."""
    for flag in flag_words(taking.found.text, taking.at)[0]:
        runs = flag_value(taking.found, flag, "from")
        if runs:
            yield _mention(places, taking, ("copy", runs), stages)


def mounted(places: Places, taking: Taking, stages: dict[str, Stage]) -> Iterator[Use | Skip]:
    """What the mounts of a `RUN` take files from."""
    for flag in flag_words(taking.found.text, taking.at)[0]:
        runs = flag_value(taking.found, flag, "mount")
        source = _mount_source(runs) if runs else None
        if source:
            yield _mention(places, taking, ("mount", source), stages)


def _mount_source(runs: list[Run]) -> list[Run]:
    """What the last `from=` of a mount says."""
    text = "".join([run.text for run in runs])
    found = (0, 0)
    for start, end in mount_fields(text):
        key, equals, _ = text[start:end].partition("=")
        if equals and key.lower() == "from":
            found = (start + len(key) + 1, end)
    return cut(runs, *found)


def _mention(
    places: Places, taking: Taking, source: tuple[Role, list[Run]], stages: dict[str, Stage]
) -> Use | Skip:
    role, runs = source
    text = "".join([run.text for run in runs])
    span = _span(places, runs)
    if templated(text):
        return places.skip(span, "template", "a template fills this in before it is built")
    if "$" in text:
        why = f"builders expand no variables here; `FROM {text[:80]} AS …` would take them"
        return places.skip(span, "variable-not-expanded", why)
    if stage := stages.get(text.lower()):
        why = f"{text} is a stage of this file, on line {stage.found.line}"
        return places.skip(span, "stage", why)
    if text == "scratch":
        return places.skip(span, "scratch", "scratch is empty: nothing is pulled")
    if _NUMBER.fullmatch(text):
        return places.skip(span, "stage-number", f"{text} is the number of a stage")
    return places.mention(span, Value(tuple(runs)), About(role, taking.stage, None, taking.steers))


def _span(places: Places, runs: list[Run]) -> Span:
    """From the first to the last character in the file; quotes or line ends may be between."""
    first, last = runs[0].at, runs[-1].at
    assert first is not None
    assert last is not None
    return unquoted_span(places.text, Span(first, last + len(runs[-1].text)))

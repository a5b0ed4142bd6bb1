"""The places of a CircleCI file where an image may be named, and what its parameters stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.formats.telling import (
    Left,
    Place,
    Spot,
    Style,
    Value,
    Variables,
    along,
    images,
    partly,
    value_of,
)
from bot.formats.telling import mentions as mentions_of
from bot.formats.yaml_spans import Fields, Node, Scalar, target
from bot.model import Mention, SourceFile

NO_DIGEST_FOR_OTHERS = "a parameter says a part of it, and a digest would be wrong for other values"
_WITH_DOCKER = ("jobs", "executors", "orbs.*.jobs", "orbs.*.executors")
_PARAMETERS = Style(
    re.compile(r"<<\s{0,9}(?P<name>[\w.-]{1,200})\s{0,9}>>"), "has no default here", sign="<<"
)
_OWN = "parameters."
LIMITED = "{name} takes the values of its `enum` only"


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""

    def within(document: Node, fields: Fields) -> Iterator[Place]:
        return _Config(document, fields, file.text).places()

    return mentions_of(file, format_, within, variables=Variables(_PARAMETERS))


class _Config:
    """One document of a file; `text` is all of the file's."""

    def __init__(self, document: Node, fields: Fields, text: str) -> None:
        self._document = document
        self._fields = fields
        self._text = text
        self._shared = self._defaults(document, "pipeline.parameters.")
        self._limited = self._with_enum(document, "pipeline.parameters.")
        self._givings = self._given()

    def places(self) -> Iterator[Place]:
        """Every place of jobs and executors, and what others give to their parameters."""
        for way in _WITH_DOCKER:
            for owner in along(self._fields, self._document, f"{way}.*"):
                values = self._shared | self._defaults(owner.node, _OWN)
                limited = self._limited | self._with_enum(owner.node, _OWN)
                given = self._givings[way, owner.key.value if owner.key else ""]
                for place in images(self._fields, owner.node, "docker.*.image"):
                    no_digest = NO_DIGEST_FOR_OTHERS if partly(place.node, _PARAMETERS) else None
                    left = _limit(place.node, limited) or place.left
                    known = replace(place, values=values, no_digest=no_digest, left=left)
                    yield from (known, *self._with_given(known, given))

    def _with_given(self, place: Place, given: list[tuple[str, Spot]]) -> Iterator[Place]:
        """The image as it is for each value that one of its parameters is given."""
        used = _used(place.node)
        for name, spot in given:
            value = value_of(self._text, spot.node, name) if name in used else None
            if value is not None and not any("<<" in piece.text for piece in value):
                values = {**(place.values or {}), name: value}
                yield replace(
                    place, node=spot.node, key=spot.key, parts=(place.node,), values=values
                )

    def _defaults(self, node: Node, prefix: str) -> dict[str, Value]:
        """What the parameters of a job, an executor or the pipeline say if nobody else does."""
        found: Mapping[str, Value | None] = {
            f"{prefix}{name.key.value}": value_of(self._text, said.node, name.key.value)
            for name in along(self._fields, node, "parameters.*")
            if name.key
            for said in along(self._fields, name.node, "default")
        }
        return {name: value for name, value in found.items() if value is not None}

    def _with_enum(self, node: Node, prefix: str) -> set[str]:
        """The parameters that may not be any text."""
        return {
            f"{prefix}{name.key.value}"
            for name in along(self._fields, node, "parameters.*")
            if name.key and [*along(self._fields, name.node, "enum")]
        }

    def _given(self) -> defaultdict[tuple[str, str], list[tuple[str, Spot]]]:
        """What workflows give to jobs, and jobs to executors, by whose parameters those are."""
        found: defaultdict[tuple[str, str], list[tuple[str, Spot]]] = defaultdict(list)
        for item in along(self._fields, self._document, "workflows.*.jobs.*"):
            for job in self._fields.of(item.node):
                given = found["jobs", job.name]
                given += self._named(job.value)
                for one in along(self._fields, job.value, "matrix.parameters.*"):
                    listed = [*along(self._fields, one.node, "*")]
                    if (
                        one.key and len(listed) == 1
                    ):  # several are meant to differ: no line has them
                        given.append((_OWN + one.key.value, listed[0]))
        for executor in along(self._fields, self._document, "jobs.*.executor"):
            for name in along(self._fields, executor.node, "name"):
                said = target(name.node)
                if isinstance(said, Scalar):
                    found["executors", said.value] += self._named(executor.node)
        return found

    def _named(self, node: Node) -> Iterator[tuple[str, Spot]]:
        for field in self._fields.of(node):
            if isinstance(target(field.value), Scalar):
                yield _OWN + field.name, Spot(field.value, field.key)


def _used(node: Node) -> set[str]:
    """The parameters that a reference is made of."""
    said = target(node)
    words = said.value if isinstance(said, Scalar) else ""
    return {match["name"] for match in _PARAMETERS.pattern.finditer(words)}


def _limit(node: Node, limited: set[str]) -> Left | None:
    """Why a reference stays as it is that is made of a parameter with some values only."""
    names = sorted(_used(node) & limited)
    return Left("template", LIMITED.format(name=names[0])) if names else None

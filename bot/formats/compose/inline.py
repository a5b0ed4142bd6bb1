"""Dockerfiles that stand within a Compose file (`build.dockerfile_inline`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.formats.compose.giving import Giving, built, contexts_of
from bot.formats.compose.services import Service, by_name
from bot.formats.dockerfile.given import given
from bot.formats.feeding import Inner, pulled
from bot.formats.telling import COMPOSE, Left, Teller, Value, expanded
from bot.formats.yaml_spans import Fields, Reading, Scalar, characters, target
from bot.model import Mention, SourceFile


def within(
    file: SourceFile, format_: str, reading: Reading, env: Mapping[str, Value]
) -> Iterator[Mention]:
    """What the Dockerfiles within a file name, each told once."""
    if "dockerfile_inline" not in file.text:
        return
    reader = _Reader(file, format_, reading, env)
    for service, fields in built(reading):
        yield from reader.told(service, fields)


class _Reader:
    def __init__(
        self, file: SourceFile, format_: str, reading: Reading, env: Mapping[str, Value]
    ) -> None:
        self._file = file
        self._format = format_
        self._env = env
        self._giving = Giving(file, format_, reading, env)
        self._teller = Teller(file, format_, reading)
        self._seen: set[int] = set()

    def told(self, service: Service, fields: Fields) -> Iterator[Mention]:
        build = by_name(service.build.value, fields) if service.build else {}
        said = target(build["dockerfile_inline"].value) if "dockerfile_inline" in build else None
        if not isinstance(said, Scalar) or said.start in self._seen:
            return
        self._seen.add(said.start)
        spelled = characters(self._file.text, said)
        pieces = expanded(spelled, COMPOSE, {**_unset(said.value), **self._env})
        if isinstance(pieces, Left):
            yield self._teller.skip(said.span, *pieces)
            return
        if not any(piece.span for piece in pieces):
            why = "its lines are folded or escaped so that none can be traced"
            yield self._teller.skip(said.span, "unparsable", why)
            return
        inner = Inner(self._file, pieces)
        args = self._giving.args(service, fields)
        values = {name: inner.given(each.pieces) for name, each in args.items()}
        found = given(SourceFile("Dockerfile", inner.text), values)
        contexts = contexts_of(service, fields)
        yield from inner.told(pulled(found, contexts), self._format)


def _unset(words: str) -> dict[str, Value]:
    """Variables without a default: Compose puts nothing in the place of one that is not set."""
    names = (match.groupdict() for match in COMPOSE.pattern.finditer(words))
    return {
        each["name"] or each["bare"]: () for each in names if not each["op"] and not each["escaped"]
    }

"""What the services of a Compose file give to the builds of their images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.formats.compose.services import (
    CONTEXTS,
    Service,
    by_name,
    handed_on,
    pairs,
    services,
    words_of,
)
from bot.formats.feeding import Build, Given, place_of
from bot.formats.telling import COMPOSE, Left, Teller, Value, expanded, is_changed_by_yaml
from bot.formats.yaml_spans import (
    Alias,
    Field,
    Fields,
    Node,
    Reading,
    Scalar,
    TooMuchError,
    is_null,
    spelling,
    target,
)
from bot.model import Piece, SourceFile, Span


def built(reading: Reading) -> Iterator[tuple[Service, Fields]]:
    """The services that are built, with what reads their fields. Raises `TooMuchError`."""
    fields = Fields()
    for document in reading.documents:
        for service in services(document, fields):
            if service.build:
                yield service, fields


def args_of(service: Service, fields: Fields) -> Iterator[Field]:
    """The `args` of a service's build."""
    build = by_name(service.build.value, fields) if service.build else {}
    if "args" in build:
        yield build["args"]


def contexts_of(service: Service, fields: Fields) -> dict[str, Span]:
    """Where the contexts of a service's build stand that have a name."""
    build = by_name(service.build.value, fields) if service.build else {}
    listed = pairs(build.get(CONTEXTS), fields)
    return {
        name: key.span if key else Span(node.start, node.start) for name, node, key, _ in listed
    }


def found(
    file: SourceFile, format_: str, reading: Reading, env: Mapping[str, Value]
) -> list[Build]:
    """The builds of Dockerfiles in the repository that are given arguments."""
    giving = Giving(file, format_, reading, env)
    try:
        return [one for service, fields in built(reading) for one in giving.build(service, fields)]
    except TooMuchError:
        return []


def paths(file: SourceFile, format_: str, reading: Reading) -> list[str]:
    """The Dockerfiles of builds that are given arguments, whether their values are known or not."""
    giving = Giving(file, format_, reading, {})
    try:
        found = [giving.path(service, fields) for service, fields in built(reading)]
    except TooMuchError:
        return []
    return [path for path in dict.fromkeys(found) if path is not None]


class Giving:
    """Reads what one file gives to builds."""

    def __init__(
        self, file: SourceFile, format_: str, reading: Reading, env: Mapping[str, Value]
    ) -> None:
        self._file = file
        self._env = env
        self._teller = Teller(file, format_, reading)

    def build(self, service: Service, fields: Fields) -> Iterator[Build]:
        """The build of a service, where it reads a Dockerfile of the repository."""
        path, given = self.path(service, fields), self.args(service, fields)
        contexts = contexts_of(service, fields)
        if path is not None and (given or contexts):
            build = by_name(service.build.value, fields) if service.build else {}
            stop = self._plain(build.get("target"), "") or None
            yield Build(path, given, contexts=contexts, target=stop)

    def path(self, service: Service, fields: Fields) -> str | None:
        """The Dockerfile that a service is built of with arguments or contexts."""
        build = by_name(service.build.value, fields) if service.build else {}
        if not build.keys() & {"args", CONTEXTS} or "dockerfile_inline" in build:
            return None
        context = self._plain(build.get("context"), ".")
        dockerfile = self._plain(build.get("dockerfile"), "Dockerfile")
        if context is None or dockerfile is None:
            return None
        return place_of(self._file.path, context, dockerfile)

    def args(self, service: Service, fields: Fields) -> dict[str, Given]:
        """The arguments that have a known value."""
        found: dict[str, Given] = {}
        for args in args_of(service, fields):
            for name, at in handed_on(args, fields):
                if name in self._env:
                    found[name] = Given(self._env[name], Span(at, at))
            for name, node, key, lead in pairs(args, fields):
                if given := self._given(node, key, lead):
                    found[name] = given
        return found

    def _given(self, node: Node, key: Scalar | None, lead: str) -> Given | None:
        said = target(node)
        if not isinstance(said, Scalar) or (is_null(said) and not said.style):
            return None
        spelled = spelling(self._file.text, said)
        pieces = cut(spelled.pieces, len(lead))
        if "$" in spelled.words:
            value = expanded(pieces, COMPOSE, self._env)
            if isinstance(value, Left):
                return None
            pieces = value
        span = node.span if isinstance(node, Alias) else spelled.span
        if self._file.text.startswith(lead, span.start):
            span = Span(span.start + len(lead), span.end)
        left = None
        if is_changed_by_yaml(said):
            left = Left("invalid-reference", f"{said.value} is another number to YAML; quote it")
        steers = self._teller.steers_beside(key.start if key else node.start, span.end)
        return Given(pieces, span, steers, left)

    def _plain(self, field: Field | None, default: str) -> str | None:
        """The words of a field, variables by their values; `None` where they have none."""
        words = words_of(field)
        if words is None or "$" not in words:
            return default if words is None else words
        value = expanded((Piece(words, None),), COMPOSE, self._env)
        return None if isinstance(value, Left) else "".join(piece.text for piece in value)


def cut(pieces: Value, start: int) -> Value:
    """The pieces without as many characters as stand before the value."""
    kept: list[Piece] = []
    for text, span, variable in pieces:
        drop = min(start, len(text))
        start -= drop
        if text[drop:]:
            kept.append(Piece(text[drop:], span and Span(span.start + drop, span.end), variable))
    return tuple(kept)

"""
What workflows give to the Dockerfiles that they build by Docker's own action.

See https://github.com/docker/build-push-action#inputs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.formats.feeding import Build, Given, within
from bot.formats.telling import Left, Style, Teller, Value, along, expanded, reading_of, value_of
from bot.formats.yaml_spans import Fields, Node, Scalar, TooMuchError, spelling, target
from bot.model import Piece, SourceFile, Span

ACTION = "docker/build-push-action@"
_LINE = re.compile(
    r"^[ \t]*(?P<name>[A-Za-z_]\w*)=(?P<value>[^\s\"'](?:[^\r\n\"']*[^\s\"'])?)[ \t\r]*$",
    re.MULTILINE,
)
_ENV = Style(re.compile(r"\$\{\{\s{0,9}env\.(?P<name>\w{1,200})\s{0,9}\}\}"), "is not given here")
_CONTEXT = re.compile(
    r"\{\{\s{0,9}defaultContext\s{0,9}\}\}:?|\$\{\{\s{0,9}github\.workspace\s{0,9}\}\}/?"
)


def builds(file: SourceFile, format_: str) -> list[Build]:
    """The builds of Dockerfiles in the repository that are given arguments with known values."""
    reading = reading_of(file.text)
    giving = _Giving(file, Teller(file, format_, reading))
    try:
        return [build for document in reading.documents for build in giving.of(document)]
    except TooMuchError:
        return []


class _Giving:
    def __init__(self, file: SourceFile, teller: Teller) -> None:
        self._text = file.text
        self._teller = teller
        self._fields = Fields()

    def of(self, document: Node) -> Iterator[Build]:
        """The builds of a workflow's jobs, and of an action's steps."""
        shared = self._env(document)
        jobs = along(self._fields, document, "jobs.*")
        for owner in (*jobs, *along(self._fields, document, "runs")):
            values = shared | self._env(owner.node)
            for step in along(self._fields, owner.node, "steps.*"):
                if self._words(step.node, "uses").startswith(ACTION):
                    yield from self._build(step.node, values | self._env(step.node))

    def _build(self, step: Node, values: Mapping[str, Value]) -> Iterator[Build]:
        context = _CONTEXT.sub("", self._words(step, "with.context"), count=1) or "."
        dockerfile = _CONTEXT.sub("", self._words(step, "with.file"), count=1)
        path = within("", dockerfile) if dockerfile else within("", context, "Dockerfile")
        given = dict(self._args(step, values))
        if path is not None and given:
            stop = self._words(step, "with.target")
            yield Build(path, given, target=stop if "${{" not in stop else None)

    def _args(self, step: Node, values: Mapping[str, Value]) -> Iterator[tuple[str, Given]]:
        for spot in along(self._fields, step, "with.build-args"):
            said = target(spot.node)
            if isinstance(said, Scalar):
                inner = spelling(self._text, said).span
                for match in _LINE.finditer(inner.of(self._text)):
                    if given := self._given(match, inner.start, values):
                        yield match["name"], given

    def _given(self, match: re.Match[str], start: int, values: Mapping[str, Value]) -> Given | None:
        """A value as the file has it; that of an `env.X` is where the workflow says it."""
        said = Span(start + match.start("value"), start + match.end("value"))
        pieces = expanded((Piece(match["value"], said),), _ENV, values)
        if isinstance(pieces, Left) or not pieces:
            return None
        first, last = pieces[0].span, pieces[-1].span
        named = len({piece.variable for piece in pieces}) == 1
        span = Span(first.start, last.end) if named and first and last else said
        return Given(pieces, span, self._teller.steers_beside(span.start, span.end))

    def _env(self, node: Node) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for spot in along(self._fields, node, "env.*"):
            name = spot.key.value if spot.key else ""
            value = value_of(self._text, spot.node, name)
            if value is not None:
                found[name] = value
        return found

    def _words(self, node: Node, path: str) -> str:
        said = [target(spot.node) for spot in along(self._fields, node, path)]
        return next((one.value for one in said if isinstance(one, Scalar)), "").strip()

"""What a GitLab CI file gives to those it includes, and to those that include it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.formats.feeding import Build, Given
from bot.formats.gitlab_ci.including import items, paths
from bot.formats.gitlab_ci.inputs import INPUT, STYLE, Inputs, inputs
from bot.formats.gitlab_ci.jobs import GLOBAL, Pipeline
from bot.formats.telling import Left, Teller, Value, along, expanded, reading_of, value_of
from bot.formats.yaml_spans import Fields, Node, Scalar, TooMuchError, spelling, target
from bot.model import SourceFile, Span

_MOST = 1000


def variables(file: SourceFile, format_: str) -> dict[str, Given]:
    """The variables that a file sets for all jobs, and not for some of them otherwise."""
    try:
        return _Sharing(file, format_, {}).variables()
    except TooMuchError:
        return {}


def handed(file: SourceFile, format_: str, shared: Mapping[str, Value]) -> list[Build]:
    """What each file that is included is given: inputs, and the variables for all jobs."""
    try:
        return [*_Sharing(file, format_, shared).handed()]
    except TooMuchError:
        return []


def shared_in(file: SourceFile) -> list[Span]:
    """Where a file says what it gives to those it includes, and to those that include it."""
    fields = Fields()
    try:
        return [
            Span(field.key.start, _line_end(file.text, _end(field.value)))
            for document in reading_of(file.text).documents
            for node in (document, *items(fields, document))
            for field in fields.own(node)
            if field.name in ("inputs", "variables")
        ]
    except TooMuchError:
        return []


class _Sharing:
    def __init__(self, file: SourceFile, format_: str, shared: Mapping[str, Value]) -> None:
        reading = reading_of(file.text)
        self._text = file.text
        self._shared = shared
        self._teller = Teller(file, format_, reading)
        self._fields = Fields()
        asked = inputs(reading, file.text)
        asked = Inputs(asked.values, shared)
        self._pipelines = [
            Pipeline(document, self._fields, file.text, asked) for document in reading.documents
        ]

    def variables(self) -> dict[str, Given]:
        return {
            name: given
            for pipeline in self._pipelines
            for name, field in pipeline.jobs[GLOBAL].variables.items()
            if pipeline.givings[name] == 1 and (given := self._given(pipeline, name, field.value))
        }

    def handed(self) -> Iterator[Build]:
        ours = self.variables()
        for pipeline in self._pipelines:
            for item in items(self._fields, pipeline.document):
                here = Span(item.start, item.start)
                handed_on = {name: Given(value, here) for name, value in self._shared.items()}
                args = handed_on | ours | dict(self._inputs(pipeline, item))
                for path in paths(self._fields, item) if args else ():
                    yield Build(path, args)

    def _inputs(self, pipeline: Pipeline, item: Node) -> Iterator[tuple[str, Given]]:
        for spot in along(self._fields, item, "inputs.*"):
            name = INPUT + (spot.key.value if spot.key else "")
            if given := self._given(pipeline, name, spot.node):
                yield name, given

    def _given(self, pipeline: Pipeline, name: str, node: Node) -> Given | None:
        said = target(node)
        value = value_of(self._text, node, name)
        if not value or not isinstance(said, Scalar):
            return None
        pieces = expanded(value, STYLE, pipeline.values(pipeline.jobs[GLOBAL]))
        if isinstance(pieces, Left):
            return None
        span = spelling(self._text, said).span
        return Given(pieces, span, self._teller.steers_beside(span.start, span.end))


def _end(node: Node) -> int:
    said = target(node)
    return said.span.end if isinstance(said, Scalar) else said.end


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end

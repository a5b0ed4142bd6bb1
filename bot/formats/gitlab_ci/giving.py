"""What the scripts of GitLab's jobs give to the Dockerfiles that they build."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.formats.feeding import Build, Given, within
from bot.formats.gitlab_ci.inputs import STYLE, inputs
from bot.formats.gitlab_ci.jobs import Job, Pipeline
from bot.formats.telling import Left, Teller, expanded, reading_of
from bot.formats.yaml_spans import Collection, Fields, Node, Scalar, TooMuchError, target
from bot.model import Piece, SourceFile, Span

_SCRIPTS = ("before_script", "script", "after_script")
_COMMAND = re.compile(
    r"(?P<tool>(?:docker|podman|nerdctl)(?:[ \t]+(?:buildx|image|builder))?[ \t]+build"
    r"|buildah[ \t]+(?:bud|build)|executor)[ \t]"
    r"(?P<rest>(?:[^\r\n;&|\\]|\\(?:\r?\n)?)*+)"
)
_WORD = re.compile(r"(?:[^\s\\\"']|\"[^\"\\]*+\"|'[^']*+')++")
_ARG = re.compile(r"[\"']?(?P<name>\w+)(?:=[\"']?(?P<value>[^\"']*)[\"']?)?")
_OPTION = re.compile(r"--?[\w-]+")
_ARGS, _FILES, _TARGETS = {"--build-arg"}, {"-f", "--file", "--dockerfile"}, {"--target"}
_CONTEXTS = {"--context", "-c"}
_OTHERS = {
    *("-t", "--tag", "--platform", "--label", "--output", "-o", "--secret", "--ssh"),
    *("--cache-from", "--cache-to", "--network", "--progress", "--builder", "--iidfile"),
}  # that have a value; a word behind any other may be the context
_MOVED = re.compile(r"(?:^|[\s;&(])cd[ \t]")
_ROOT = re.compile(r"(?:dir://)?\$(?:CI_PROJECT_DIR\b|\{CI_PROJECT_DIR\})/?")
_BUDGET = 1 << 18  # characters of scripts, each as often as a job has it
_DEEP = 10  # https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags


@dataclass(slots=True)
class _Command:
    """A build as it is asked for: the words of its options, and where those of arguments stand."""

    context: str = "."
    dockerfile: str | None = None
    target: str | None = None
    args: dict[str, re.Match[str]] = field(default_factory=dict)

    def path(self) -> str | None:
        """The Dockerfile, from the top of the repository, where every job begins."""
        context = _ROOT.sub("", self.context, count=1) or "."
        if self.dockerfile is None:
            return within("", context, "Dockerfile")
        return within("", _ROOT.sub("", self.dockerfile, count=1))


def builds(file: SourceFile, format_: str) -> list[Build]:
    """The builds of Dockerfiles in the repository that are given arguments with known values."""
    reading = reading_of(file.text)
    teller = Teller(file, format_, reading)
    fields = Fields()
    asked = inputs(reading, file.text)
    try:
        return [
            build
            for document in reading.documents
            for build in _of_document(Pipeline(document, fields, file.text, asked), teller)
        ]
    except TooMuchError:
        return []


def _of_document(pipeline: Pipeline, teller: Teller) -> Iterator[Build]:
    left = _BUDGET
    for job in pipeline.jobs.values():
        scripts = [*_scripts(pipeline, job)]
        left -= sum(script.span.end - script.span.start for script in scripts)
        if left < 0:
            return
        if not any(_MOVED.search(script.span.of(pipeline.text)) for script in scripts):
            yield from _of_job(pipeline, job, scripts, teller)


def _of_job(
    pipeline: Pipeline, job: Job, scripts: Iterable[Scalar], teller: Teller
) -> Iterator[Build]:
    for script in scripts:
        for match in _COMMAND.finditer(pipeline.text, script.span.start, script.span.end):
            command = _command(match)
            path = command.path()
            known = {
                name: given
                for name, said in command.args.items()
                if (given := _given(pipeline, job, said, teller))
            }
            if path is not None and known:
                yield Build(path, known, target=command.target)


def _scripts(pipeline: Pipeline, job: Job) -> Iterator[Scalar]:
    """The commands of a job, however they are listed."""
    ahead: list[tuple[Node, int]] = [
        (job.fields[name].value, 0) for name in _SCRIPTS if name in job.fields
    ]
    while ahead:
        node, depth = ahead.pop()
        said = pipeline.followed(node)
        said = target(said) if said else None
        if isinstance(said, Scalar):
            yield said
        elif isinstance(said, Collection) and said.kind == "sequence" and depth < _DEEP:
            ahead += [(item, depth + 1) for item in pipeline.fields.items(said)]


def _command(match: re.Match[str]) -> _Command:
    command = _Command()
    before = ""
    for word in _WORD.finditer(match.string, *match.span("rest")):
        said = _OPTION.match(word[0])
        option = said[0] if said else ""
        if said and word[0][said.end() : said.end() + 1] == "=":
            start = word.start() + said.end() + 1
            _take(command, option, match.string, Span(start, word.end()))
            option = ""
        elif before in _ARGS | _FILES | _CONTEXTS | _TARGETS:
            _take(command, before, match.string, Span(*word.span()))
            option = ""
        elif not option and match["tool"] != "executor" and before not in _OTHERS:
            command.context = word[0].strip("\"'")
        before = option
    return command


def _take(command: _Command, option: str, text: str, span: Span) -> None:
    """Keep what an option is given."""
    if option in _FILES:
        command.dockerfile = span.of(text).strip("\"'")
    elif option in _TARGETS:
        stop = span.of(text).strip("\"'")
        command.target = stop if "$" not in stop else None
    elif option in _CONTEXTS:
        command.context = span.of(text).strip("\"'")
    elif option in _ARGS and (said := _ARG.fullmatch(text, span.start, span.end)):
        command.args[said["name"]] = said


def _given(pipeline: Pipeline, job: Job, said: re.Match[str], teller: Teller) -> Given | None:
    """The value of an argument; without one, it is that of the variable of the same name."""
    values = pipeline.values(job)
    if said["value"] is None:
        pieces = values.get(said["name"])
    else:
        value = expanded((Piece(said["value"], Span(*said.span("value"))),), STYLE, values)
        pieces = None if isinstance(value, Left) else value
    if not pieces:
        return None
    first, last = pieces[0].span, pieces[-1].span
    span = Span(*said.span())
    if first and last and len({piece.variable for piece in pieces}) == 1:
        span = Span(first.start, last.end)
    return Given(pieces, span, teller.steers_beside(span.start, span.end))

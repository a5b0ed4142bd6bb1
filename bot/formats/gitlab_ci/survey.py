"""Go through a GitLab CI file: whether it is one, and what its jobs run in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.formats.feeding import without_heard
from bot.formats.gitlab_ci.giving import builds
from bot.formats.gitlab_ci.inputs import STYLE, Inputs, inputs
from bot.formats.gitlab_ci.jobs import Pipeline
from bot.formats.gitlab_ci.places import places
from bot.formats.gitlab_ci.sharing import shared_in
from bot.formats.telling import Place, Value, Variables, reading_of
from bot.formats.telling import mentions as mentions_of
from bot.formats.yaml_spans import Fields, Node
from bot.model import Mention, SourceFile

NOTHING: Mapping[str, Value] = MappingProxyType({})
_OF_JOBS_ALONE = {"stage", "extends", "image", "rules", "only", "except", "needs", "artifacts"}


def has_jobs(file: SourceFile) -> bool:
    """Whether a top-level field has a script and something else that only jobs of GitLab have."""
    fields = Fields()
    return any(
        _is_job({field.name for field in fields.own(top.value)})
        for document in reading_of(file.text).documents
        for top in fields.own(document)
    )


def mentions(
    file: SourceFile,
    format_: str,
    given: Mapping[str, Value] = NOTHING,
    shared: Mapping[str, Value] = NOTHING,
) -> Iterator[Mention]:
    """
    Every use and skip, in the order of the text, as found by the format of that name.

    `given`: what a file that includes this one gives to its inputs and variables; `shared`: what
    files that it includes say of variables.
    """
    asked = inputs(reading_of(file.text), file.text)
    asked = Inputs({**asked.values, **given}, shared, asked.limited)
    made = builds(file, format_) if "--build-arg" in file.text else []
    args = [one for build in made for one in build.args.values()]
    told = frozenset(piece.variable for one in args for piece in one.pieces)

    def within(document: Node, fields: Fields) -> Iterator[Place]:
        return places(Pipeline(document, fields, file.text, asked), told)

    found = mentions_of(file, format_, within, variables=Variables(STYLE))
    if "basewatch" in file.text and (file.kind or "include" in file.text):
        return without_heard(found, shared_in(file))
    return found


def _is_job(names: set[str]) -> bool:
    return "script" in names and not names.isdisjoint(_OF_JOBS_ALONE)

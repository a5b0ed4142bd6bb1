"""A Dockerfile as a build reads it that gives values to its variables."""

from __future__ import annotations

from collections.abc import Mapping

from bot.formats.dockerfile.reach import needed
from bot.formats.dockerfile.survey import Survey
from bot.formats.dockerfile.text import Run
from bot.formats.dockerfile.values import RUN_LIMIT, TEXT_LIMIT, Value
from bot.model import Mention, Piece, SourceFile


def given(
    file: SourceFile, values: Mapping[str, tuple[Piece, ...]], target: str | None = None
) -> list[Mention]:
    """
    What `find` tells of a file, where a build gives values to the `ARG`s before its first `FROM`.

    The spans of their pieces are taken as they are, and stand in the uses that are made of them.
    Where there is room for a digest is told as for a build without values. Of a build that stops at
    a `target` the images of stages that this does not need are left out.
    """
    survey = Survey(file, {name: _value(pieces) for name, pieces in values.items()})
    found = survey.mentions()
    stages = survey.stages.every
    wanted = needed(survey.stages, survey.takings, survey.places, target) if target else None
    if wanted is None:
        return found
    left_out = {id(stage.mention) for stage in stages if stage.number not in wanted}
    return [mention for mention in found if id(mention) not in left_out]


def _value(pieces: tuple[Piece, ...]) -> Value:
    runs = tuple(Run(piece.text, piece.span.start if piece.span else None) for piece in pieces)
    if len(runs) > RUN_LIMIT or sum(len(run.text) for run in runs) > TEXT_LIMIT:
        return Value((Run("", None),), "what is given is more than anyone would write", opaque=True)
    return Value(runs)

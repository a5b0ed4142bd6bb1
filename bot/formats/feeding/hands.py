"""Who reads files that meet: formats by the files they claim, and the reader of Dockerfiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.formats.feeding.values import Build, Given, Giver, Ties
from bot.formats.telling import Value
from bot.model import Mention, SourceFile
from bot.ports import Format


@dataclass(frozen=True, slots=True)
class Hands:
    """
    `claimant` tells the format that a file is of, `ties_of` which files one of it may meet, and
    `given` what `find` does of a file that is given values: a Dockerfile's `ARG`s, as far as the
    stage needs them that the build is to stop at, or what a file of jobs has variables for.
    `variables` tells what a file says for those that share it.
    """

    claimant: Callable[[SourceFile], Format | None]
    ties_of: Callable[[SourceFile, Format], Ties | None]
    given: Callable[[SourceFile, Mapping[str, Value], str | None], Sequence[Mention]]
    variables: Callable[[SourceFile], Mapping[str, Given]]
    _formats: dict[str, Format | None] = field(default_factory=dict)

    def named(self, file: SourceFile) -> str:
        """The name of the format that a file is of."""
        format_ = self._format(file)
        return format_.NAME if format_ else ""

    def ties(self, file: SourceFile) -> Ties | None:
        """Which files a file may meet."""
        format_ = self._format(file)
        return self.ties_of(file, format_) if format_ else None

    def find(self, file: SourceFile, values: Mapping[str, Value]) -> Iterable[Mention]:
        """What a file says, where variables beside it have values."""
        format_ = self._format(file)
        if format_ and values:
            return cast("Giver", format_).find(file, values)
        return format_.find(file) if format_ else ()

    def builds(self, file: SourceFile, values: Mapping[str, Value]) -> Iterable[Build]:
        """What a file gives to builds."""
        return cast("Giver", self._format(file)).builds(file, values)

    def _format(self, file: SourceFile) -> Format | None:
        """The format of a file of which many things are asked."""
        if file.path not in self._formats:
            self._formats[file.path] = self.claimant(file)
        return self._formats[file.path]

"""
The registry that a pipeline says its images are of, beside their names.

`docker.withRegistry('https://r.example.org') { docker.image('a:1') … }` and `withDockerRegistry`
of https://plugins.jenkins.io/docker-workflow, and `registryUrl` of a declarative `docker { … }`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.formats.code_spans import Token
from bot.formats.telling import Left, Value

Home: TypeAlias = "str | Left"
"""What goes before a name, as `r.example.org/`; why that is not known."""

UNKNOWN = Left("elsewhere", "the registry that it is of is known when the pipeline runs")
HUB = ""

_ADDRESS = re.compile(r"(?:https?://)?(?P<host>[\w.-]+(?::[0-9]+)?)(?:/.*)?", re.DOTALL)
_OF_HUB = {"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
_OF_HUB_TOO = {"hub.docker.com", "registry.docker.io", "registry.hub.docker.com:443"}
_NEAR = 60  # tokens within which `registryUrl` stands beside `image`


class Registries:
    """Goes along with the brackets of a pipeline; `values` are what its names stand for."""

    def __init__(self, code: Sequence[Token], values: Mapping[str, Value]) -> None:
        self._code = code
        self._values = values
        self._homes: list[Home] = []
        self._ahead: Home | None = None

    def see(self, at: int) -> None:
        """Take note of a token before whatever it may open or close is done."""
        said = self._said(at)
        if said in ("withRegistry", "withDockerRegistry"):
            self._ahead = HUB if said == "withDockerRegistry" else self._first(at + 1)
        elif self._ahead is not None and said == "url" and self._said(at + 1) == ":":
            self._ahead = self._home(at + 2)

    def open(self, bracket: str) -> None:
        """Go into a bracket; the block after `withRegistry(…)` has a registry of its own."""
        inside = self._homes[-1] if self._homes else HUB
        if bracket == "{" and self._ahead is not None:
            inside, self._ahead = self._ahead, None
        self._homes.append(inside)

    def close(self) -> None:
        """Leave a bracket."""
        del self._homes[-1:]

    def of(self, at: int, inside: str) -> Home:
        """What goes before the image at a token, within a bracket that belongs to a word."""
        if inside == "docker":
            for near in self._beside(at):
                if self._said(near) == "registryUrl":
                    return self._home(near + 1)
            return HUB
        return self._homes[-1] if self._homes else HUB

    def _beside(self, at: int) -> list[int]:
        """The tokens around one within the same bracket."""
        found: list[int] = []
        for step, end in ((-1, "{"), (1, "}")):
            near = at + step
            while abs(near - at) < _NEAR and self._said(near) not in ("", end):
                found.append(near)
                near += step
        return found

    def _first(self, at: int) -> Home:
        return self._home(at + 1 if self._said(at) == "(" else at)

    def _home(self, at: int) -> Home:
        words = self._text(at)
        if words is None or self._said(at + 1) in ("+", "."):
            return UNKNOWN
        match = _ADDRESS.fullmatch(words.strip())
        if not match:
            return UNKNOWN if words.strip() else HUB
        host = match["host"].lower()
        return HUB if host in _OF_HUB | _OF_HUB_TOO else f"{match['host']}/"

    def _text(self, at: int) -> str | None:
        """What a token says, if that is a text or the name of one."""
        if not 0 <= at < len(self._code):
            return None
        token = self._code[at]
        if token.kind == "word" and token.said in self._values:
            return "".join(piece.text for piece in self._values[token.said])
        return token.said if token.kind == "text" else None

    def _said(self, at: int) -> str:
        """What a token says that is no text; a text is `''`-quoted, so that it is nothing else."""
        if not 0 <= at < len(self._code):
            return ""
        token = self._code[at]
        return "''" if token.kind == "text" else token.said

"""The places of an Earthfile where an image may be named, and what arguments stand for there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.formats import telling
from bot.formats.earthfile.lines import BASE, Command, cut, options, read
from bot.formats.remarks import remarks
from bot.formats.telling import COMPOSE, Left, Place, Value, Variables
from bot.formats.yaml_spans import Collection, Reading, Scalar
from bot.model import Mention, Piece, SourceFile

NO_DIGEST_IN_PULL = "Earthly cannot hand an image with a digest to the daemon"
"""See https://github.com/earthly/earthly/issues/4311."""

_TARGET = Left("stage", "it is another target of this file")
_ELSEWHERE = Left("elsewhere", "it is a target of another file, which names the image")
_COMPUTED = Left("variable-not-expanded", "a command says what stands there")
_OF_FROM = frozenset({"--platform", "--build-arg"})
_OF_DOCKER = frozenset(
    {"--pull", "--load", "--compose", "--service", "--build-arg", "--platform", "--cache-id"}
)
_GLOBAL_BEFORE = (0, 7)


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    recipes = read(file.text)
    reading = Reading(
        [Collection("mapping", 0, len(file.text), [])],
        [word.span for command in recipes.commands for word in command.words],
        remarks=tuple(remarks(file.text, recipes.comments, "")),
    )
    return telling.mentions(
        file,
        format_,
        lambda *_: _Walk().places(recipes.commands),
        reading=reading,
        variables=Variables(COMPOSE),
    )


class _Walk:
    """Goes through the commands in order, and knows what arguments stand for."""

    def __init__(self) -> None:
        self._global: dict[str, Value] = {}
        self._own: dict[str, Value | None] = {}
        self._target = BASE
        self._all_global = True

    def places(self, commands: Sequence[Command]) -> Iterator[Place]:
        """Every place of all commands."""
        for command in commands:
            if command.target != self._target:
                self._target, self._own = command.target, {}
            if command.starts("VERSION"):
                self._version(command.words[1:])
            elif command.starts("WITH", "DOCKER"):
                yield from self._pulls(command)
            elif command.starts("FROM"):
                yield from self._from(command)
            elif command.words and command.words[0].value in {"ARG", "LET", "SET", "ENV"}:
                self._give(command)

    def _version(self, words: Sequence[Scalar]) -> None:
        flags, rest = options(words, frozenset())
        number = rest[0].value.split(".") if rest else []
        known = [int(part) for part in number if part.isdecimal() and len(part) < 5]
        explicit = any(name == "--explicit-global" for name, _ in flags)
        self._all_global = not explicit and tuple(known) < _GLOBAL_BEFORE

    # ------------------------------------------------------------ what arguments stand for

    def _give(self, command: Command) -> None:
        flags, rest = options(command.words[1:], frozenset())
        if not rest:
            return
        name, equals, _ = rest[0].value.partition("=")
        if equals:
            said: Scalar | None = cut(rest[0], len(name) + 1)
        else:
            said = next((cut(word, 0) for word in rest[1:] if word.value != "="), None)
        if said is None:
            return
        kind = command.words[0].value
        everywhere = kind == "ARG" and any(flag == "--global" for flag, _ in flags)
        if self._target == BASE and (everywhere or (self._all_global and kind == "ARG")):
            self._global |= {name: _value(name, said) or ()}
        again = name in self._own or kind == "SET"
        self._own[name] = None if again else _value(name, said)

    def _known(self) -> dict[str, Value]:
        given = {name: value for name, value in self._own.items() if value}
        doubtful = self._own.keys() - given.keys()
        found = {name: value for name, value in self._global.items() if value}
        return {name: value for name, value in found.items() if name not in doubtful} | given

    # ------------------------------------------------------------ what names images

    def _from(self, command: Command) -> Iterator[Place]:
        flags, rest = options(command.words[1:], _OF_FROM)
        if not rest or rest[0].value == "DOCKERFILE":
            return
        platforms = [value.value for name, value in flags if name == "--platform" and value]
        yield Place(
            "from",
            cut(rest[0], 0),
            command.words[0],
            stage=self._target,
            platform=next((each for each in platforms if "$" not in each), None),
            left=_left(rest[0].value),
            values=self._known(),
        )

    def _pulls(self, command: Command) -> Iterator[Place]:
        flags, _ = options(command.words[2:], _OF_DOCKER)
        for name, value in flags:
            if name == "--pull" and value:
                yield Place(
                    "image",
                    value,
                    command.words[0],
                    stage=self._target,
                    no_digest=NO_DIGEST_IN_PULL,
                    left=_left(value.value),
                    values=self._known(),
                )


def _value(name: str, said: Scalar) -> Value | None:
    """How an argument's value is spelled; `None` where a command or an escape makes it."""
    if not said.value or "$(" in said.value or "\\" in said.value:
        return None
    return (Piece(said.value, said.span, name),)


def _left(said: str) -> Left | None:
    if "$(" in said:
        return _COMPUTED
    if "+" in said:
        return _TARGET if said.startswith("+") else _ELSEWHERE
    return None

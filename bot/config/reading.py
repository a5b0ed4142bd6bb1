"""Turn a configuration's text into its model, or into all that is wrong with it, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.files import operator_bytes
from bot.config.models import OperatorConfig, RepositoryConfig
from bot.config.schemas import schema_of
from bot.config.text import Node, Problem, UnreadableError, read
from bot.config.words import keys_at, unknown_key, what_is_wrong
from bot.errors import ConfigError
from bot.model import Position

PROBLEMS_SHOWN = 20
_KEY = "[key]"  # what pydantic puts behind a key that is wrong itself
_UNKNOWN = "extra_forbidden"
_TAGS = "tags"
_WORD = re.compile(r"[\w.:/-]{1,60}")
_Where: TypeAlias = tuple[str | int, ...]
_Errors: TypeAlias = list[ErrorDetails]
_Config = TypeVar("_Config", bound=RepositoryConfig)


def repository_config(text: str, path: str) -> RepositoryConfig:
    """
    Read what a repository says of itself; `path` names its file in complaints.

    Raises `ConfigError`: one line for each problem, as `path:line:column: option: what is wrong`.
    Text that was decoded with `surrogateescape` is refused where its bytes were no UTF-8.
    """
    return _config(RepositoryConfig, text, path)


def operator_config(path: str | Path | None) -> OperatorConfig:
    """Read the operator's file; the defaults where there is none. Raises `ConfigError`."""
    return OperatorConfig() if path is None else operator_config_of(operator_bytes(path), str(path))


def operator_config_of(data: bytes, path: str) -> OperatorConfig:
    """As `operator_config`, of what is in the file."""
    return _config(OperatorConfig, data.decode("utf-8", "surrogateescape"), path)


def place_in(text: str, where: tuple[str | int, ...]) -> Position:
    """Where the value at a place starts, in the text of a configuration that was read."""
    return _position(read(text), where)


def _config(model: type[_Config], text: str, path: str) -> _Config:
    try:
        root = read(text)
    except UnreadableError as error:
        raise ConfigError(_line(path, error.problem)) from error
    if isinstance(root.value, dict) and _TAGS in root.value:
        model = _with_tags(model)
    twice = list(_said_twice(root))
    wrong: _Errors = []
    try:
        config = model.model_validate_json(json.dumps(root.plain()))
    except ValidationError as error:
        wrong = [e for e in error.errors(include_url=False) if not _echo(e)]
    else:
        if not twice:
            return config
    raise ConfigError("\n".join(_lines(path, twice, _in_words(model, root, wrong), len(wrong))))


def _with_tags(model: type[_Config]) -> type[_Config]:
    """The same configuration, with the rules about tags read too."""
    from bot.config.tags import TaggedOperatorConfig, TaggedRepositoryConfig

    tagged = TaggedOperatorConfig if model is OperatorConfig else TaggedRepositoryConfig
    return cast("type[_Config]", tagged)  # of the same kind, which mypy cannot follow


def _echo(error: ErrorDetails) -> bool:
    """Whether an error only follows from others: a list is too short for its bad entries."""
    return error["type"] == "too_short" and bool(error["input"])


def _in_words(model: type[RepositoryConfig], root: Node, wrong: _Errors) -> list[Problem]:
    """The first of the errors; putting all of a hostile file's into words would take long."""
    placed = sorted(((_position(root, _where(e)), n) for n, e in enumerate(wrong)), key=_order)
    return [_problem(model, wrong[n], position) for position, n in placed[:PROBLEMS_SHOWN]]


def _lines(path: str, twice: list[Problem], wrong: list[Problem], count: int) -> Iterator[str]:
    problems = sorted((*twice, *wrong), key=lambda p: _order((p.position, 0)))
    shown = problems[:PROBLEMS_SHOWN]
    yield from (_line(path, problem) for problem in shown)
    if left := len(twice) + count - len(shown):
        yield f"{path}: and {left} more"


def _order(placed: tuple[Position, int]) -> tuple[int, int, int]:
    position, n = placed
    return position.line, position.column, n


def _line(path: str, problem: Problem) -> str:
    place = f"{path}:{problem.position.line}:{problem.position.column}"
    return ": ".join(part for part in (place, problem.where, problem.text) if part)


def _said_twice(root: Node) -> Iterator[Problem]:
    todo: list[tuple[Node, _Where]] = [(root, ())]
    while todo:
        node, where = todo.pop()
        for key, position in node.again:
            first = node.keys[key].line
            yield Problem(position, _named((*where, key)), f"it stands in line {first} already")
        inner = node.value
        if isinstance(inner, dict):
            todo += [(entry, (*where, key)) for key, entry in inner.items()]
        elif isinstance(inner, list):
            todo += [(entry, (*where, n)) for n, entry in enumerate(inner)]


def _problem(model: type[RepositoryConfig], error: ErrorDetails, position: Position) -> Problem:
    where = tuple(step for step in _where(error) if step != _KEY)
    if error["type"] != _UNKNOWN:
        return Problem(position, _named(where), what_is_wrong(error))
    keys = keys_at(schema_of(model), where[:-1])
    operators = OperatorConfig.model_fields if len(where) == 1 else ()
    return Problem(position, _named(where), unknown_key(str(where[-1]), keys, operators))


def _where(error: ErrorDetails) -> _Where:
    """Where an error lies; behind the last step comes `_KEY` if it is the key that is wrong."""
    where = (*error["loc"], *error.get("ctx", {}).get("at", ()))
    return (*where, _KEY) if error["type"] == _UNKNOWN else where


def _position(root: Node, where: _Where) -> Position:
    """Where the value or key at a place starts; the nearest value around it, if there is none."""
    if where[-1:] == (_KEY,):
        around = _node(root, where[:-2])
        return around.keys.get(str(where[-2]), around.position)
    return _node(root, where).position


def _node(root: Node, where: _Where) -> Node:
    node = root
    for step in where:
        if isinstance(node.value, dict) and step in node.value:
            node = node.value[str(step)]
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
    return node


def _named(where: _Where) -> str:
    """A place as people write it: `rules.2.images.0`."""
    return ".".join(_step(step) for step in where)


def _step(step: str | int) -> str:
    _, at, text = str(step).rpartition("@")
    text = f"…@{text}" if at else text  # a host with a password in it is none, and not repeated
    return text if _WORD.fullmatch(text) else repr(text[:40])

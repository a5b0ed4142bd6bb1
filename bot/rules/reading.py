"""Read the rule files, each with its own examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.errors import ConfigError
from bot.rules.data import folder, loader, one_line
from bot.rules.models import RuleFile
from bot.tags.rules import Rule

_DEFAULT = "default.yaml"
_SHOWN = 100


def load(where: Path | None = None) -> tuple[Rule, ...]:
    """All rules of a folder (ours by default), the default for all images last."""
    return tuple(_rule(path) for path in files(where))


def _rule(path: Path) -> Rule:
    return read(path).rule(path.stem, f"rules/{path.stem}.yaml")


def files(where: Path | None = None) -> Sequence[Path]:
    """The rule files of a folder in the order they are tried; raises `ConfigError` without one."""
    where = where or folder()
    found = sorted(where.glob("*.yaml"), key=lambda path: (path.name == _DEFAULT, path.name))
    if not found:
        raise ConfigError(f"there are no rules in {where}: basewatch is not installed whole")
    return found


def read(path: Path) -> RuleFile:
    """One rule file; raises `ConfigError` with its name and the line of each mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=loader())  # noqa: S506  a SafeLoader, in C where there is one
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{path}: {one_line(error)}") from error
    try:
        return RuleFile.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_complaint(path, text, error)) from error


def _complaint(path: Path, text: str, error: ValidationError) -> str:
    root = yaml.compose(text, Loader=loader())
    lines = []
    for mistake in error.errors(include_url=False)[:_SHOWN]:
        steps = [*mistake["loc"], *mistake.get("ctx", {}).get("at", ())]
        said = ".".join(map(str, steps)) or "the file"
        lines.append(f"{path}:{_line_of(root, steps)}: {said}: {mistake['msg']}")
    return "\n".join(lines)


def _line_of(node: yaml.Node | None, steps: Sequence[int | str]) -> int:
    """The line of what `steps` lead to, or of the last thing on the way that is there."""
    line = 1
    for step in [*steps, None]:
        if node is None:
            break
        line = node.start_mark.line + 1
        node = _child(node, step)
    return line


def _child(node: yaml.Node, step: int | str | None) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return dict(enumerate(node.value)).get(step)
    if isinstance(node, yaml.MappingNode):
        by_key: Mapping[str, yaml.Node] = {key.value: value for key, value in node.value}
        return by_key.get(str(step))
    return None

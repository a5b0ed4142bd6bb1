"""`basewatch init`, `config check` and `config schema`: start and check a configuration."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.text import clean, note, out
from bot.errors import ConfigError
from bot.policy import config_path


def init(arguments: argparse.Namespace) -> int:
    """Write a first configuration, unless there is one."""
    from bot.config import STARTER

    tree = wiring.work_tree(arguments.path)
    if present := config_path(entry.path for entry in tree.entries()):
        raise ConfigError(f"{present} is there already; `basewatch config check` reads it")
    path = Path(arguments.path) / "basewatch.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(STARTER)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    out(f"Wrote {clean(str(path))}. Next: basewatch check {clean(arguments.path)}")
    return DONE


def config_check(arguments: argparse.Namespace) -> int:
    """Read what a run would read; every problem is named with its line."""
    wiring.operator(arguments.config)
    notices: list[str] = []
    tree = wiring.work_tree(arguments.path)
    wiring.policies(arguments.config, notices.append)(tree)
    path = config_path(entry.path for entry in tree.entries())
    if arguments.json:
        out(payload.printed(payload.config_check(path, arguments.config, notices)))
        return DONE
    for text in notices:
        note(text)
    said = (
        f"{clean(path)} is well-formed." if path else "There is no basewatch.yaml: defaults hold."
    )
    out(said)
    return DONE


def config_schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the repository's configuration, or of the operator's."""
    from bot.config import schema

    out(json.dumps(schema("operator" if arguments.operator else "repository"), indent=2))
    return DONE

"""`basewatch init`, `config check` and `config schema`: start and check a configuration."""

from __future__ import annotations

import argparse
import json
from itertools import islice
from pathlib import Path

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.text import clean, note, out
from bot.errors import ConfigError

SHOWN = 20
"""How many wrong examples are told of at once."""


def init(arguments: argparse.Namespace) -> int:
    """Write a first configuration, unless there is one."""
    from bot.config import STARTER

    tree = wiring.work_tree(arguments.path)
    tree.entries()  # a folder that cannot be read has no configuration either
    there = wiring.configuration(tree)
    if there.path:
        raise ConfigError(f"{there.path} is there already; `basewatch config check` reads it")
    if there.within:
        top = "/".join([".."] * there.within.count("/"))
        where = f"{arguments.path} lies within a repository; its configuration stands at the top"
        raise ConfigError(f"{where}: {Path(arguments.path, top)}")
    path = Path(arguments.path) / "basewatch.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(STARTER)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    out(f"Wrote {clean(str(path))}. Next: basewatch check {clean(arguments.path)}")
    return DONE


def config_check(arguments: argparse.Namespace) -> int:
    """Read what a run would read, and try the examples; every problem is named with its line."""
    operator = wiring.operator_path(arguments.config)
    wiring.operator(operator)
    notices: list[str] = []
    tree = wiring.work_tree(arguments.path)
    tree.entries()  # a folder that cannot be read has no configuration either
    wiring.policies(operator, notices.append)(tree)
    if wrong := list(islice(wiring.wrong_examples(operator, tree), SHOWN)):
        raise ConfigError("\n".join(wrong))
    path = wiring.configuration(tree).path
    if arguments.json:
        out(payload.printed(payload.config_check(path, operator, notices)))
        return DONE
    for text in notices:
        note(text)
    for file in (operator, path):
        if file:
            out(f"{clean(file)} is well-formed.")
    if not path:
        out("There is no basewatch.yaml: defaults hold.")
    return DONE


def config_schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the repository's configuration, or of the operator's."""
    from bot.config import schema

    out(json.dumps(schema("operator" if arguments.operator else "repository"), indent=2))
    return DONE

"""Whether a command leaves more behind than it prints, and the annotations of one that does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING

from bot.cli import FAILED, Command
from bot.cli.text import note
from bot.errors import BasewatchError

if TYPE_CHECKING:
    from bot.cli.payload import Life
    from bot.model import Plan, Report

Annotations = list[str]

_FILES = ("report", "summary", "outputs", "codequality", "sarif")


def annotated(command: Callable[[argparse.Namespace, Annotations], int]) -> Command:
    """
    A command that, asked for annotations, prints those that it was given a list for.

    Until then nothing that it prints is a workflow command: names in files, tags and messages of
    registries are somebody else's. All of it goes to standard error, which a runner reads too, so
    that standard output stays one document.
    """

    @wraps(command)
    def run(arguments: argparse.Namespace) -> int:
        said: Annotations = []
        if not arguments.annotations:
            return command(arguments, said)
        import secrets

        from bot.wording import workflow

        token = secrets.token_hex(16)
        _aloud([workflow.stopped(token)])
        try:
            code = command(arguments, said)
        except BasewatchError as error:
            note(f"basewatch: {error}")
            said[:] = [workflow.annotation("error", str(error))]
            code = FAILED
        _aloud([workflow.resumed(token), *said])
        return code

    return run


def _aloud(lines: Iterable[str]) -> None:
    """Print lines after all that was printed before, on either stream."""
    sys.stdout.flush()
    for line in lines:
        print(line.encode("utf-8", "replace").decode(), file=sys.stderr, flush=True)


def leave_plan(arguments: argparse.Namespace, plan: Plan, life: Life, said: Annotations) -> None:
    """Write what was asked for about a plan, and add its annotations."""
    if _asked(arguments):
        from bot.cli.leaving import of_plan

        of_plan(arguments, plan, life, said)


def leave_report(
    arguments: argparse.Namespace, report: Report, life: Life, said: Annotations
) -> None:
    """Write what was asked for about a run, and add its annotations."""
    if _asked(arguments):
        from bot.cli.leaving import of_report

        of_report(arguments, report, life, said)


def _asked(arguments: argparse.Namespace) -> bool:
    said = vars(arguments)
    return bool(said["annotations"]) or any(said.get(name) for name in _FILES)

"""Options that several commands have, and how those that there are not are told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn


class Misused(SystemExit):
    """Ends the program as argparse does, and knows of what: `message`."""

    def __init__(self, message: str) -> None:
        super().__init__(2)
        self.message = message


class Parser(argparse.ArgumentParser):
    """Tells an option that there is not by its name alone: who tries one may give it a secret."""

    def parse_args(  # type: ignore[override]  # of argparse's two ways to call it, one is ours
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """As argparse's; ends the program where something is left over."""
        try:
            found, left = self.parse_known_args(args, namespace)
            if left:
                self._refuse(left)
        except Misused as error:
            if _wants_annotations(sys.argv[1:] if args is None else args):
                from bot.wording import workflow

                print(workflow.annotation("error", error.message), file=sys.stderr, flush=True)
            raise
        return found

    def error(self, message: str) -> NoReturn:
        """As argparse's."""
        self.print_usage(sys.stderr)
        print(f"{self.prog}: error: {message}", file=sys.stderr)
        raise Misused(message)

    def _refuse(self, left: Sequence[str]) -> NoReturn:
        options = [word.partition("=")[0] for word in left if word.startswith("-")]
        self.error(f"unrecognized arguments: {' '.join(options or left)}")


def _wants_annotations(words: Sequence[str]) -> bool:
    return any(word.partition("=")[0] == "--annotations" for word in words)


def given(said: str) -> str:
    """What an option was given; nothing is more likely a variable that is not set."""
    if not said:
        raise argparse.ArgumentTypeError("it is empty; leave the option out instead")
    return said


def path(said: str) -> str:
    """A path as given; an empty one is more likely a variable that is not set than `.`."""
    if not said:
        raise argparse.ArgumentTypeError("it is empty; `.` is the present folder")
    if "://" in said:  # not repeated: there may be a password in it
        raise argparse.ArgumentTypeError("it is an address; clone it, and name the folder")
    return said


def file(said: str) -> str:
    """A file that is to be written, known to be one before a run that may take an hour."""
    if said == "-":
        raise argparse.ArgumentTypeError("`-` is no file here; name one, as report.json")
    wanted = Path(given(said))
    if not wanted.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {wanted.parent}")
    if wanted.is_dir():
        raise argparse.ArgumentTypeError(f"{said} is a folder; name a file in it")
    return said


def perhaps_file(said: str) -> str:
    """The same, or nothing: who names a variable of GitHub's may run elsewhere, without it."""
    return file(said) if said else said


def folder(said: str) -> str:
    """A folder that is there, or may come to be."""
    wanted = Path(given(said))
    if wanted.exists() and not wanted.is_dir():
        raise argparse.ArgumentTypeError(f"{said} is there and no folder")
    return said


def with_config(parser: argparse.ArgumentParser) -> None:
    """Where the operator's configuration is."""
    parser.add_argument(
        "--config",
        type=given,
        metavar="FILE",
        help="the operator's configuration (or $BASEWATCH_CONFIG)",
    )


def with_reports(parser: argparse.ArgumentParser) -> None:
    """What a CI can make use of, of any command that plans."""
    for name, kind, help_ in (
        ("--report", file, "write the JSON document to a file, whatever is printed"),
        (
            "--summary",
            perhaps_file,
            "append a summary in Markdown to a file, as $GITHUB_STEP_SUMMARY",
        ),
        ("--outputs", perhaps_file, "append counts and addresses to a file, as $GITHUB_OUTPUT"),
    ):
        parser.add_argument(name, type=kind, metavar="FILE", help=help_)
    parser.add_argument(
        "--annotations",
        choices=("github",),
        help="mark what is wrong where it stands; nothing else printed is taken for a command",
    )


def with_findings(parser: argparse.ArgumentParser) -> None:
    """The reports that forges show beside the lines of a change."""
    for name, help_ in (
        ("--codequality", "write a report that GitLab shows in merge requests"),
        ("--sarif", "write a report for GitHub's code scanning"),
    ):
        parser.add_argument(name, type=file, metavar="FILE", help=help_)

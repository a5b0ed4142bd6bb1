"""Options that several commands have, and how those that there are not are told."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """Tells an option that there is not by its name alone: who tries one may give it a secret."""

    def parse_args(  # type: ignore[override]  # of argparse's two ways to call it, one is ours
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """As argparse's; ends the program where something is left over."""
        found, left = self.parse_known_args(args, namespace)
        if left:
            self._refuse(left)
        return found

    def _refuse(self, left: Sequence[str]) -> NoReturn:
        options = [word.partition("=")[0] for word in left if word.startswith("-")]
        self.error(f"unrecognized arguments: {' '.join(options or left)}")


def with_reports(parser: argparse.ArgumentParser) -> None:
    """What a CI can make use of, of any command that plans."""
    for name, metavar, help_ in (
        ("--report", "FILE", "write the JSON document to a file, whatever is printed"),
        ("--summary", "FILE", "append a summary in Markdown to a file, as $GITHUB_STEP_SUMMARY"),
        ("--outputs", "FILE", "append counts and addresses to a file, as $GITHUB_OUTPUT"),
    ):
        parser.add_argument(name, metavar=metavar, help=help_)
    parser.add_argument(
        "--annotations",
        choices=("github",),
        help="mark what is wrong where it stands; nothing else printed is taken for a command",
    )


def with_findings(parser: argparse.ArgumentParser) -> None:
    """The reports that forges show beside the lines of a change."""
    parser.add_argument(
        "--codequality", metavar="FILE", help="write a report that GitLab shows in merge requests"
    )
    parser.add_argument("--sarif", metavar="FILE", help="write a report for GitHub's code scanning")

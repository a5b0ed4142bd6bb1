"""Options by which a command leaves more behind than what it prints."""

from __future__ import annotations

import argparse


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

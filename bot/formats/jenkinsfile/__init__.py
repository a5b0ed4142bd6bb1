"""
Jenkins' pipelines: Groovy that says in which images it runs.

Where an image may be named is told in `docs/formats/jenkinsfile.md`; the syntax is that of
https://www.jenkins.io/doc/book/pipeline/docker/ and of the plugins that it names.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "jenkinsfile"

_WORDS = ("docker", "image")


def matches(path: str) -> bool:
    """Whether a file is named `Jenkinsfile`, with anything before or behind it."""
    return "enkinsfile" in path and "jenkinsfile" in path.rpartition("/")[2].lower()


def claims(file: SourceFile) -> bool:
    """Whether the file says `docker` or `image` anywhere; a page about one is none."""
    return not file.path.endswith((".md", ".txt", ".html")) and any(w in file.text for w in _WORDS)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.jenkinsfile.survey import mentions

    return mentions(file, NAME)

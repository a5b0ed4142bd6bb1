"""Run git: the one place that does, so that nothing a repository holds or sets up runs along."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import RepoError

TIMEOUT = 120.0
"""Seconds that one git command may take; listing a million files takes a few."""

# What git may hear of its caller's surroundings: what a user set to be found, trusted or spoken to.
# A hook that starts basewatch hands down GIT_DIR, GIT_INDEX_FILE and others that would point git at
# another repository than the one asked about (`git rev-parse --local-env-vars`); and tokens stand
# there, of which git has no need where it asks nobody.
_HEARD = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_\w+_(?:HOME|DIRS?)"
    r"|SUDO_UID|(?:LD|DYLD)_\w+|LOCALE_ARCHIVE|FAKEROOTKEY|SYSTEMROOT"
    r"|GIT_(?:EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)"
    r"|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
)

# The system's configuration is read on purpose: images for CI keep `safe.directory` there.
_SAID = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone must not go to the network behind our back
    "LC_ALL": "C",
}

OPTIONS = (
    "--no-pager",
    "--no-replace-objects",  # a commit id means that commit
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.quotePath=false"),
    *("-c", "core.splitIndex=false"),  # else a temporary index leaves a file in the repository
    *("-c", "index.sparse=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "core.filesRefLockTimeout=5000"),  # another run may be at it; git gives up after 0.1 s
    *("-c", "core.packedRefsTimeout=5000"),
)

_DUBIOUS = re.compile(r"(?:dubious ownership in|unsafe) repository")
_PARTIAL = re.compile(r"from promisor remote")
_OUTSIDE = re.compile(r"not a git repository \(or any")


class DamageError(RepoError):
    """Git failed for a reason that need not lie with the host: its own files may be damaged."""


class CutShortError(DamageError):
    """Git was ended, so its own files are in between; trying again would take as long again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a git command gave: its exit code, its output, and its complaint as one line.

    `said`: the end of all that it complained of, as it came.
    """

    code: int
    output: bytes
    complaint: str
    said: bytes = b""


@dataclass(frozen=True, slots=True)
class Git:
    """
    The git program, at work on the repository that has the folder `root`.

    Every command ends within `timeout` seconds and `limit` bytes, asks nobody, and runs none of the
    repository's hooks, filters or monitors. Raises `RepoError`, one line, where it cannot be run.
    """

    root: Path
    timeout: float = TIMEOUT
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    limit: int = 256 << 20
    """Bytes that a command may answer."""

    def run(
        self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> bytes:
        """The output of a command that has to succeed."""
        answer = self.ask(*arguments, stdin=stdin, env=env)
        if answer.code:
            raise self.refusal(arguments[0], answer)
        return answer.output

    def ask(
        self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer of a command whose exit code means something."""
        from bot.git.running import Bounds, Command, ran  # a folder of no repository needs none

        words = ("git", *OPTIONS, "-C", str(self.root), *arguments)
        surroundings = {**_surroundings(), **self.env, **(env or {})}
        try:
            done = ran(Command(words, surroundings, stdin), Bounds(self.timeout, self.limit))
        except OSError as error:
            raise RepoError(f"{self.shown}: {why_not_run(error)}") from error
        if done.cut:
            raise CutShortError(f"{self.shown}: `git {arguments[0]}` {done.cut}")
        return Answer(done.code, done.output, complaint_in(done.said), done.said)

    def refusal(self, verb: str, answer: Answer) -> RepoError:
        """Why a command failed, in words that say what to do where that is known."""
        if _DUBIOUS.search(answer.complaint):
            trust = f"git config --global --add safe.directory {self.shown}"
            return RepoError(f"{self.shown} belongs to another user; if you trust it: {trust}")
        if _OUTSIDE.search(answer.complaint):
            return RepoError(f"{self.shown} is not in a git repository")
        if _PARTIAL.search(answer.complaint):
            return RepoError(f"{self.shown} is a partial clone that lacks files: clone it whole")
        why = answer.complaint or f"exit code {answer.code}"
        return RepoError(f"{self.shown}: `git {verb}` failed: {why}")

    @property
    def shown(self) -> str:
        """The folder as a person may read it."""
        return printable(str(self.root))


def is_outside(answer: Answer) -> bool:
    """Whether git says that the folder is in no repository at all."""
    return answer.code != 0 and bool(_OUTSIDE.search(answer.complaint))


def printable(text: str) -> str:
    """The text on one line, without anything that a terminal would obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _surroundings() -> dict[str, str]:
    heard = {name: value for name, value in os.environ.items() if _HEARD.fullmatch(name)}
    return heard | _SAID


def why_not_run(error: OSError) -> str:
    """Why git could not be started, and what to do where that is known."""
    if isinstance(error, FileNotFoundError):
        return "git is not installed: install it"
    return f"git: {error.strerror}"


def complaint_in(stderr: bytes) -> str:
    """The first line that tells why: git prints hints and warnings around it."""
    lines = [line for line in stderr.decode("utf-8", "replace").split("\n") if line]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    line = next(iter(telling or lines), "")
    return printable(line.removeprefix("fatal: ").removeprefix("error: "))[:300]

"""Trivy as a program: what it is told, and what it is not let know."""

from __future__ import annotations

import re
from pathlib import Path

from bot import programs
from bot.errors import EvidenceError
from bot.model import Opened, Scan
from bot.ports import Scanner
from bot.programs import Call, Ran
from bot.scanners.kept import Identity
from bot.scanners.moments import moment
from bot.scanners.pair import fingerprint
from bot.scanners.programs import answered, if_there, numbers, supported, understood, version
from bot.scanners.reading import Json, at, text
from bot.scanners.settings import Means, Tool
from bot.scanners.silencing import silence
from bot.scanners.trivy import report

NAME = "trivy"
# https://github.com/advisories/GHSA-69fq-xp46-6x23 (CVE-2026-33634)
_COMPROMISED = {(0, 69, 4), (0, 69, 5), (0, 69, 6)}
_LEAST = (0, 59)
"""The oldest that these options and reports were tried with."""

_COMPLAINT = re.compile(r".*\b(?:FATAL|ERROR)\b\s*")

# Said in the environment, as options that a version does not know are fatal on the command line.
_SAID = {
    "TRIVY_SKIP_VERSION_CHECK": "true",
    "TRIVY_DISABLE_TELEMETRY": "true",
    "TRIVY_LIST_ALL_PKGS": "true",
    "TRIVY_SHOW_SUPPRESSED": "true",
    "TRIVY_SKIP_VEX_REPO_UPDATE": "true",
    # Its cache of layers is a file for one process at a time; results are kept here anyway.
    "TRIVY_CACHE_BACKEND": "memory",
}


def scanner(means: Means) -> Scanner | None:
    """Trivy, where it is there."""
    return if_there(NAME, Trivy, means)


class Trivy:
    """
    https://trivy.dev/docs/latest/references/configuration/cli/trivy_image/, versions 0.59 and up.

    It reads a layout on this machine, so it needs no registry and no credentials. It goes to the
    network for its database only, and before it scans.
    """

    NAME = NAME

    def __init__(self, program: str, tool: Tool, means: Means) -> None:
        self._program = program
        self._tool = tool
        self._vex = means.vex
        self._ignore = means.ignore
        self._clock = means.clock

    @property
    def options(self) -> tuple[str, ...]:
        """The files that it leaves findings out by, and what a list with dates holds today."""
        files = (*self._vex, *([self._ignore] if self._ignore else []))
        today = silence((), self._ignore, self._clock().date())
        return (*map(fingerprint, files), *sorted(today.ids))

    async def prepare(self) -> None:
        """Download its database, where it is due; Trivy itself knows when that is."""
        if not self._tool.offline:
            _version(await self._about())  # nothing else is asked of one that is refused
            await self._run("image", "--download-db-only", "--quiet")

    async def identity(self) -> Identity:
        """By its own word: `trivy version`."""
        about = await self._about()
        known = _version(about)
        updated = text(at(about, "VulnerabilityDB", "UpdatedAt"))
        if not updated:
            raise EvidenceError("trivy has no vulnerability database, and is not to download one")
        schema = at(about, "VulnerabilityDB", "Version")
        java = text(at(about, "JavaDB", "UpdatedAt"))
        database = f"{schema} of {updated}" + (f", Java of {java}" if java else "")
        return Identity(known, database, moment(updated))

    async def scan(self, opened: Opened, identity: Identity, home: Path) -> Scan:
        """Scan a layout with the database as it lies there."""
        ran = await self._run(*self._words(Path(opened.layout)), home=home)
        with understood(NAME):
            return report.read(ran.output, identity, opened.contents)

    def _words(self, image: Path) -> list[str]:
        words = ["image", "--input", str(image.absolute()), "--format", "json", "--quiet"]
        words += ["--scanners", "vuln", "--skip-db-update", "--offline-scan"]
        words += ["--timeout", f"{self._tool.timeout:.0f}s"]
        words += ["--skip-java-db-update"] if self._tool.offline else []
        for file in self._vex:
            words += ["--vex", str(file.absolute())]
        words += ["--ignorefile", str(self._ignore.absolute())] if self._ignore else []
        return words

    async def _about(self) -> Json:
        return answered(NAME, await self._run("version", "--format", "json"))

    async def _run(self, *words: str, home: Path | None = None) -> Ran:
        cache = self._tool.cache.absolute()
        here = home or programs.made(cache)
        env = programs.surroundings(here, network=not self._tool.offline) | _SAID
        command = (self._program, "--cache-dir", str(cache), *words)
        ran = await programs.run(Call(command, env, here, self._tool.timeout))
        if ran.code:
            why = _COMPLAINT.sub("", ran.complaint) or f"exit code {ran.code}"
            raise EvidenceError(f"trivy failed: {why}")
        return ran


def _version(about: Json) -> str:
    known = version(NAME, at(about, "Version"))
    # Whoever made those had the means to make any other by these numbers.
    if numbers(known) in _COMPROMISED:
        raise EvidenceError(
            f"trivy {known} is a compromised release (CVE-2026-33634): remove it, look for what"
            " it may have read, and install another"
        )
    return supported(NAME, known, _LEAST)

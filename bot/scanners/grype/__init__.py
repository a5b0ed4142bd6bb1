"""Grype as a program: what it is told, and what it is not let know."""

from __future__ import annotations

from pathlib import Path

from bot import programs
from bot.errors import EvidenceError
from bot.model import Opened, Scan
from bot.ports import Scanner
from bot.programs import Call, Ran
from bot.scanners.grype import report
from bot.scanners.kept import Identity
from bot.scanners.moments import moment
from bot.scanners.pair import fingerprint
from bot.scanners.programs import answered, if_there, supported, understood, version
from bot.scanners.reading import Json, at, text
from bot.scanners.settings import Means, Tool

NAME = "grype"
_LEAST = (0, 88)
"""The first with databases of schema 6."""

_CATALOGUE = "packages.json"
_CATALOGUE_LIMIT = 100 << 20


def scanner(means: Means) -> Scanner | None:
    """Grype, where it is there."""
    return if_there(NAME, Grype, means)


class Grype:
    """
    https://github.com/anchore/grype, with databases of schema 6 (0.88 and up).

    It reads a layout on this machine, so it needs no registry and no credentials. It goes to the
    network for its database only, and before it scans.
    """

    NAME = NAME

    def __init__(self, program: str, tool: Tool, means: Means) -> None:
        self._program = program
        self._tool = tool
        self._vex = means.vex

    @property
    def options(self) -> tuple[str, ...]:
        """The files that it leaves findings out by."""
        config = self._tool.config
        return tuple(map(fingerprint, (*self._vex, *([config] if config else []))))

    async def prepare(self) -> None:
        """Download its database, where there is a newer one."""
        if not self._tool.offline:
            await self._version()  # nothing else is asked of one that is refused
            await self._run("db", "update", "-q")

    async def identity(self) -> Identity:
        """By its own word: `grype version`, `grype db status`."""
        known = await self._version()
        status = await self._json("db", "status", "-o", "json")
        built = text(at(status, "built"))
        if not built or at(status, "valid") is False:
            why = text(at(status, "error")) or "it has none that is valid"
            raise EvidenceError(f"grype has no usable database: {why}")
        schema = text(at(status, "schemaVersion")) or at(status, "schemaVersion")
        return Identity(known, f"{schema} of {built}", moment(built))

    async def scan(self, opened: Opened, identity: Identity, home: Path) -> Scan:
        """Scan a layout with the database as it lies there."""
        catalogue = home / _CATALOGUE
        words = self._words(Path(opened.layout), catalogue)
        ran = await self._run(*words, home=home)
        with understood(NAME):
            counted = report.counted(_written(catalogue))
            return report.read(ran.output, identity, opened.contents, counted)

    def _words(self, layout: Path, catalogue: Path) -> list[str]:
        words = [f"oci-dir:{layout.absolute()}", "-o", "json", "-q"]
        # Its own report does not tell what it catalogued; its CycloneDX holds all packages.
        words += ["-o", f"cyclonedx-json={catalogue}"]
        for file in self._vex:
            words += ["--vex", str(file.absolute())]
        if self._tool.config:
            words += ["-c", str(self._tool.config.absolute())]
        return words

    async def _version(self) -> str:
        told = await self._json("version", "-o", "json")
        return supported(NAME, version(NAME, at(told, "version")), _LEAST)

    async def _json(self, *words: str) -> Json:
        return answered(NAME, await self._run(*words))

    async def _run(self, *words: str, home: Path | None = None) -> Ran:
        cache = self._tool.cache.absolute()
        here = home or programs.made(cache)
        env = programs.surroundings(here, network=not self._tool.offline) | {
            "GRYPE_CHECK_FOR_APP_UPDATE": "false",
            "GRYPE_DB_AUTO_UPDATE": "false",
            # How old it may be is judged here; Grype would fail, and say nothing of the rest.
            "GRYPE_DB_VALIDATE_AGE": "false",
            "GRYPE_DB_CACHE_DIR": str(cache),
            "GRYPE_EXTERNAL_SOURCES_ENABLE": "false",
        }
        call = Call((self._program, *words), env, here, self._tool.timeout)
        ran = await programs.run(call)
        if ran.code:
            raise EvidenceError(f"grype failed: {ran.complaint or f'exit code {ran.code}'}")
        return ran


def _written(file: Path) -> bytes:
    """What the program wrote there; nothing where it did not, or too much."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_CATALOGUE_LIMIT + 1)
    except OSError:
        return b""
    return data if len(data) <= _CATALOGUE_LIMIT else b""

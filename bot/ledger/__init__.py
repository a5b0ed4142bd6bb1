"""What this bot has seen itself, kept from run to run in one file; without it, a run knows less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from bot.absent import NoLedger
from bot.errors import LedgerError
from bot.image import ImageRef, Repository
from bot.ledger.file import LedgerFile
from bot.model import History, Outline

VARIABLE = "BASEWATCH_LEDGER"
OFF = "off"

__all__ = ["OFF", "VARIABLE", "Forgiving", "LedgerFile", "NoLedger", "ledger_path"]


def ledger_path(said: str | None, environ: Mapping[str, str]) -> Path | None:
    """
    Where the ledger is: as `BASEWATCH_LEDGER` says, else `said`, else in the state directory.

    `None` where it is `off`, or where the user has no home.
    https://specifications.freedesktop.org/basedir-spec/latest/ names the directory, and has a
    relative `XDG_STATE_HOME` ignored.
    """
    chosen = environ.get(VARIABLE) or said
    if chosen == OFF:
        return None
    try:
        if chosen:
            return Path(chosen).expanduser()
        state = Path(environ.get("XDG_STATE_HOME", ""))
        state = state if state.is_absolute() else Path.home() / ".local" / "state"
    except RuntimeError:  # nobody knows where home is
        return None
    return state / "basewatch" / "ledger.sqlite"


class Forgiving:
    """
    A `bot.ports.Ledger` for which trouble with its file is one notice and no more.

    Nothing that a run does depends on what it remembers; what can be read is read.
    """

    def __init__(self, file: LedgerFile, notice: Callable[[str], None]) -> None:
        self._file = file
        self._notice = notice
        self._told = False

    def histories(self, repositories: Collection[Repository]) -> Mapping[ImageRef, History]:
        """Where every reference of the repositories was seen to point; nothing in trouble."""
        try:
            return self._file.histories(repositories)
        except LedgerError as error:
            self._tell(error)
            return {}

    def record(self, seen: Mapping[ImageRef, str], now: dt.datetime) -> None:
        """Remember where the references point now; or not, in trouble."""
        try:
            self._file.record(seen, now)
        except LedgerError as error:
            self._tell(error)

    def outlines(self, repositories: Collection[Repository]) -> Mapping[ImageRef, Outline]:
        """What was read of images of the repositories, by digest; nothing in trouble."""
        try:
            return self._file.outlines(repositories)
        except LedgerError as error:
            self._tell(error)
            return {}

    def keep(self, outlines: Mapping[ImageRef, Outline]) -> None:
        """Remember what was read of images; or not, in trouble."""
        try:
            self._file.keep(outlines)
        except LedgerError as error:
            self._tell(error)

    def _tell(self, error: LedgerError) -> None:
        if not self._told:
            self._notice(f"{error}; this run goes on and knows less")
        self._told = True

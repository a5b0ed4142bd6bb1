"""The ledger that the operator asks for."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import ConfigError
from bot.wiring.operators import settings

if TYPE_CHECKING:
    from bot.ledger import LedgerFile
    from bot.ports import Ledger

    Notice = Callable[[str], None]


def ledger(config: str | None, notice: Notice) -> Ledger:
    """What the bot has seen itself; `notice` is told where that cannot be had."""
    return forgiving(settings(config).ledger, notice)


def forgiving(said: str | None, notice: Notice) -> Ledger:
    """The ledger in the file that is said; without one, or where it is of no use, it forgets."""
    from bot.absent import NoLedger
    from bot.ledger import Forgiving

    file = file_of(said)
    return Forgiving(file, notice) if file else NoLedger()


def ledger_file(config: str | None) -> LedgerFile:
    """The ledger as a file; raises `ConfigError` where it is off."""
    if file := file_of(settings(config).ledger):
        return file
    raise ConfigError("the ledger is off: `ledger` or $BASEWATCH_LEDGER can name its file")


def file_of(said: str | None) -> LedgerFile | None:
    """The file that is said, that of the environment, or the usual one; None where it is off."""
    from bot.ledger import LedgerFile, ledger_path

    path = ledger_path(said, os.environ)
    return LedgerFile(path) if path else None

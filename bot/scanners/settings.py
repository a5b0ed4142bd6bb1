"""What scanners are told by who runs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.scanners.store import Store

if TYPE_CHECKING:
    from bot.http import Asks

OSV_URL = "https://api.osv.dev"


@dataclass(frozen=True, slots=True)
class Tool:
    """
    How a scanner that is a program is run.

    `program` is a path, or a name in `PATH`. `cache` is the folder of its database. `offline`: it
    is to ask nobody. `timeout` is of one run, in seconds. `config` is a file of its own settings.
    """

    program: str
    cache: Path
    offline: bool = False
    timeout: float = 600.0
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """
    What the scanners of a run work with.

    `tools` is by scanner. `records`: folders and zip files of OSV records, in place of `osv_url`.
    `vex` are OpenVEX documents (or what else a program reads), `ignore` is a list of ids like
    `.trivyignore`. `database_days` is how old a database may be and still be believed.
    """

    http: Asks
    store: Store
    clock: Callable[[], dt.datetime]
    tools: Mapping[str, Tool] = field(default_factory=dict)
    osv_url: str = OSV_URL
    records: tuple[Path, ...] = ()
    vex: tuple[Path, ...] = ()
    ignore: Path | None = None
    database_days: int = 14

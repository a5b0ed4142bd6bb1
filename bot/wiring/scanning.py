"""Builds the scanners that the operator's configuration asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot import clock
from bot.contents import SCANS, cache_folder
from bot.ports import Scanner
from bot.scanners import Means, Store, Tool, chosen

if TYPE_CHECKING:
    from bot.config import EvidenceSettings, ToolSettings
    from bot.http import Asks

# Where the programs keep their databases if nobody tells them another place, below the user's
# cache directory: who has Trivy has its database already.
_OWN = {"trivy": "trivy", "grype": "grype/db"}


def scanners(said: EvidenceSettings, http: Asks, environ: Mapping[str, str]) -> tuple[Scanner, ...]:
    """Who is asked about vulnerabilities, as long as `http` is open."""
    now = clock.now()
    kept = cache_folder(said.cache, environ)
    means = Means(
        http,
        Store(kept / SCANS if kept else None, now.toordinal()),
        lambda: now,
        dict(_tools(said, environ)),
        osv_url=said.osv.url,
        records=tuple(map(_path, said.osv.records)),
        vex=tuple(map(_path, said.vex)),
        ignore=_path(said.ignore) if said.ignore else None,
        database_days=said.database_days,
    )
    return chosen(means, said.scanners)


def _tools(said: EvidenceSettings, environ: Mapping[str, str]) -> Iterable[tuple[str, Tool]]:
    """Each program with a folder for its database; without a home there may be none."""
    ours = cache_folder(None, environ)
    configs = {"trivy": (said.trivy, None), "grype": (said.grype, said.grype.config)}
    for name, (tool, config) in configs.items():
        cache = _path(tool.cache) if tool.cache else ours and ours.parent / _OWN[name]
        if cache:
            yield name, _tool(name, tool, cache, config)


def _tool(name: str, said: ToolSettings, cache: Path, config: str | None) -> Tool:
    program = str(_path(said.program)) if said.program else name
    own = _path(config) if config else None
    return Tool(program, cache, said.offline, said.timeout_seconds, own)


def _path(said: str) -> Path:
    """A path as a person writes it, whole: programs are started in folders of their own."""
    try:
        return Path(said).expanduser().absolute()
    except RuntimeError:  # nobody knows whose home it is
        return Path(said).absolute()

"""Programs that do the like of `check`, where `dev/peers` has put them: none is a dependency."""

from __future__ import annotations

import os
from pathlib import Path

from bench.measure import ROOT, Program

PEERS = Path(os.environ.get("BENCH_PEERS", ROOT / ".venv" / "peers"))
MISSING = "not measured: it is not here (dev/peers)"


def pindock(tree: Path) -> Program | None:
    """The compiled one, without the Python that starts it; 1 is that something is out of date."""
    found = next(PEERS.glob("pindock/**/pindock/bin/pindock"), None)
    if found is None:
        return None
    words = (str(found), "check", "-u", "-C", str(tree))
    return Program("pindock check -u", words, frozenset({0, 1}))

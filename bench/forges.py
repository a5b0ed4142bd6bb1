"""`run` at a forge: hundreds of repositories that share few images, opening and at rest."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bench.asking import counted, loopback
from bench.measure import Program, Runs, Took, figures, run
from tests.servers import gitlab

IMAGES = 9
EACH = 3
SIZES = {  # what grows, each beside the first: repositories, files in each, images in all
    "30 repositories": (30, 1, IMAGES),
    "30 repositories, 10 files in each": (30, 10, IMAGES),
    "30 repositories, 90 images": (30, 1, 10 * IMAGES),
    "300 repositories": (300, 1, IMAGES),
}


def forges(scratch: Path) -> dict[str, object]:
    """A fake GitLab over real git; its own time is in the wall time, and its own alone."""
    names = [f"bench/n{number}" for number in range(10 * IMAGES)]
    held = scratch / "held.json"
    held.write_text(json.dumps({name: {"1.0.0": "1", "1.1.0": "2"} for name in names}), "utf-8")
    with loopback(held, 0.0) as port:
        return {
            name: _measured(scratch / str(number), port, *sizes)
            for number, (name, sizes) in enumerate(SIZES.items())
        }


def _measured(
    scratch: Path, port: int, repositories: int, files: int, images: int
) -> dict[str, object]:
    scratch.mkdir()
    with gitlab.serve(scratch / "gitlab") as server:
        os.environ["BASEWATCH_TOKEN"] = server.token(server.user("basewatch", "Base Watch"))
        for number in range(repositories):
            used = [f"bench/n{(number * EACH + each) % images}" for each in range(EACH)]
            text = "".join(f"FROM 127.0.0.1:{port}/{name}:1.0.0\n" for name in used)
            named = {f"part{part}/Dockerfile": text.encode() for part in range(files)}
            server.project(f"team/r{number}", named, {"basewatch": 40})
        program = Program("run", _command(scratch, server.url, port))
        counted(port)
        return {
            "opening": _told(run(program), repositories, port),
            "nothing changed": _told(run(program), repositories, port),
        }


def _told(took: Took, repositories: int, port: int) -> dict[str, object]:
    report = json.loads(took.output)
    made = [each for each in report["proposals"] if each["verb"] == "created"]
    calls = report["calls"]
    return {
        **figures(Runs([took])),
        "pull requests opened": len(made),
        "reads of the forge for each repository": round(calls["reads"] / repositories, 2),
        "writes to it for each pull request opened": round(calls["writes"] / len(made), 2)
        if made
        else calls["writes"],
        "requests to the registry": sum(counted(port).values()),
    }


def _command(scratch: Path, url: str, port: int) -> list[str]:
    config = scratch / "operator.yaml"
    config.write_text(
        f"registries: {{'127.0.0.1:{port}': {{insecure: true}}}}\n"
        f"platform:\n  kind: gitlab\n  url: {url}\n  insecure: true\n  owners: [team]\n"
        f"  clones: {scratch / 'clones'}\n  pause_seconds: 0\n  onboarding: never\n"
        "ledger: 'off'\nevidence: {enabled: false}\nproposals: {dashboard: false}\n"
    )
    return [sys.executable, "-m", "bot", "run", "--config", str(config), "--json"]

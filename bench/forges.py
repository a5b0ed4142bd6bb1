"""`run` at a forge: hundreds of repositories that share few images, nothing having changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.measure import ROOT, Program, figures, side_by_side
from tests.servers import gitlab
from tests.servers.registry import push_image, serve

IMAGES = 9
SIZES = (30, 300)
EACH = 3


def forges(scratch: Path) -> dict[str, object]:
    """A fake GitLab over real git; its own time is in the wall time, and its own alone."""
    found: dict[str, object] = {}
    (scratch / "registry").mkdir()
    with serve(scratch / "registry") as registry:
        names = [f"bench/n{number}" for number in range(IMAGES)]
        for name in names:
            for tag in ("1.0.0", "1.1.0"):
                push_image(registry.base_url, name, tag, content=name + tag)
        images = [f"{registry.host}/{name}" for name in names]
        for size in SIZES:
            found[f"{size} repositories"] = _measured(scratch / str(size), size, images)
    return found


def _measured(scratch: Path, size: int, images: list[str]) -> dict[str, object]:
    scratch.mkdir()
    with gitlab.serve(scratch / "gitlab") as server:
        token = server.token(server.user("basewatch", "Base Watch"))
        for number in range(size):
            used = [images[(number + each) % IMAGES] for each in range(EACH)]
            text = "".join(f"FROM {image}:1.0.0\n" for image in used)
            server.project(f"team/r{number}", {"Dockerfile": text.encode()}, {"basewatch": 40})
        command = _command(scratch, server.url, images[0].partition("/")[0])
        environ = {**os.environ, "BASEWATCH_TOKEN": token}
        opened = _told(command, environ)
        os.environ["BASEWATCH_TOKEN"] = token
        took = side_by_side([Program("unchanged", tuple(command))], 2)["unchanged"]
        unchanged = _told(command, environ)
    return {
        "pull requests opened": len(opened["proposals"]),
        "requests to open each": round(opened["calls"]["writes"] / len(opened["proposals"]), 2),
        "unchanged": figures(took),
        "unchanged, requests that read, for each repository": round(
            unchanged["calls"]["reads"] / size, 2
        ),
        "unchanged, requests that write": unchanged["calls"]["writes"],
        "peak megabytes": round(took.memory, 1),
    }


def _command(scratch: Path, url: str, registry: str) -> list[str]:
    config = scratch / "operator.yaml"
    config.write_text(
        f"registries: {{'{registry}': {{insecure: true}}}}\n"
        f"platform:\n  kind: gitlab\n  url: {url}\n  insecure: true\n  owners: [team]\n"
        f"  clones: {scratch / 'clones'}\n  pause_seconds: 0\n  onboarding: never\n"
        "ledger: 'off'\nevidence: {enabled: false}\nproposals: {dashboard: false}\n"
    )
    return [sys.executable, "-m", "bot", "run", "--config", str(config), "--json"]


def _told(command: list[str], environ: dict[str, str]) -> dict:
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(ran.stdout)

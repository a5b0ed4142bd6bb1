"""`diff` of two images of 50 MB beside Trivy's list of parts of both, from a real registry."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench import layers
from bench.measure import ROOT, Program, programs, python, run, side_by_side, times
from tests.servers.layered import image, push
from tests.servers.registry import layer, serve


def invented(scratch: Path) -> dict[str, object]:
    """Of invented files, which are alike on every machine."""
    return _diff(scratch, layers.invented)


def real(scratch: Path) -> dict[str, object]:
    """Of this machine's own files and packages."""
    if not layers.STATUS.exists():
        return {"not measured": "this machine is no Debian"}
    return _diff(scratch, layers.real)


def _diff(scratch: Path, large: Callable[[int], bytes]) -> dict[str, object]:
    """
    Cold, nothing is remembered: both images are fetched and read; warm, all that was kept is there.

    Trivy reads each image once.
    """
    if not shutil.which("docker-registry"):
        return {"not measured": "docker-registry is not installed"}
    trivy = _trivy(scratch)
    with serve(_folder(scratch / "registry")) as server:
        blobs = [large(number) for number in (1, 2)]
        digests = [_push(server.base_url, blob, n) for n, blob in enumerate(blobs, 1)]
        refs = [f"{server.host}/bench/debian@{digest}" for digest in digests]
        configuration = _configuration(scratch, server.host)
        words = python("", "-m", "bot", "diff", *refs, "--config", str(configuration)).words
        here = {"XDG_RUNTIME_DIR": str(_folder(scratch / "memory"))}
        forget = partial(_forget, scratch)
        looking = Program("diff, cold", words, environment=here, before=forget)
        both = [replace(_both(trivy, refs, scratch), before=forget)] if trivy else []
        took = side_by_side([looking, *both], 3)
        run(looking)
        took |= side_by_side([Program("diff, warm", words, environment=here)], 5)
    result: dict[str, object] = {
        "compressed megabytes of both": round(sum(map(len, blobs)) / 1e6),
        "programs": programs(took),
        "peak megabytes": round(took["diff, cold"].memory, 1),
        "warm, of cold": times(took, "diff, warm", "diff, cold"),
    }
    if trivy:
        result["cold, of Trivy's time"] = times(took, "diff, cold", "Trivy's list of parts, both")
    else:
        result["Trivy"] = "not measured: it could not be had (dev/trivy)"
    return result


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _forget(scratch: Path) -> None:
    for name in ("cache", "trivy-cache", "memory/basewatch"):
        shutil.rmtree(scratch / name, ignore_errors=True)


def _configuration(scratch: Path, host: str) -> Path:
    path = scratch / "operator.yaml"
    path.write_text(
        f"registries:\n  '{host}': {{insecure: true}}\n"
        f"evidence:\n  cache: {scratch / 'cache'}\n  scanners: []\n  notes: {{sources: []}}\n"
        "  provenance: false\n"
        "ledger: 'off'\n"
    )
    return path


def _trivy(scratch: Path) -> str | None:
    folder = Path(os.environ.get("TRIVY_FOLDER", scratch / "trivy"))
    ran = subprocess.run(
        [ROOT / "dev" / "trivy", str(folder)], capture_output=True, text=True, check=False
    )
    return ran.stdout.strip() or None if ran.returncode == 0 else None


def _both(trivy: str, refs: list[str], scratch: Path) -> Program:
    """Both images, one after the other: Trivy's cache admits one process."""
    words = "image --image-src remote --insecure --format cyclonedx --quiet --offline-scan"
    options = f"{words} --skip-db-update --cache-dir {scratch / 'trivy-cache'}"
    lines = " && ".join(f"{trivy} {options} --output {scratch / 'sbom.json'} {ref}" for ref in refs)
    return Program("Trivy's list of parts, both", ("/bin/sh", "-c", lines))


def _push(base_url: str, large: bytes, number: int) -> str:
    """Two layers: a large one, and a small one with what the image is for."""
    config = {"Env": [f"APP_VERSION=1.{number}"], "Cmd": ["/usr/bin/app"]}
    made = image([large, layer({"usr/bin/app": b"x" * number})], config=config)
    return str(push(base_url, "bench/debian", str(number), {"linux/amd64": made}))

"""`diff` of two images of 50 MB beside Trivy's list of parts of both, from a real registry."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
import subprocess
import tarfile
from functools import partial
from pathlib import Path

from bench.measure import ROOT, Program, figures, python, run, side_by_side
from tests.servers.layered import image, push
from tests.servers.registry import layer, serve

SIZE = 120_000_000
"""Bytes of the lowest layer before compression: as a Debian with everything has."""

PACKAGES = 400


def diff(scratch: Path) -> dict[str, object]:
    """Cold, both images are fetched and read; warm, the cache has them. Trivy reads each once."""
    if not shutil.which("docker-registry"):
        return {"not measured": "docker-registry is not installed"}
    trivy = _trivy(scratch)
    with serve(_folder(scratch / "registry")) as server:
        digests = [_push(server.base_url, number) for number in (1, 2)]
        refs = [f"{server.host}/bench/debian@{digest}" for digest in digests]
        configuration = _configuration(scratch, server.host)
        looking = python("diff, cold", "-m", "bot", "diff", *refs, "--config", str(configuration))
        again = Program("diff, warm", looking.words)
        both = [_both(trivy, refs, scratch)] if trivy else []
        took = side_by_side([looking, *both], 3, partial(_forget, scratch))
        run(looking)
        took |= side_by_side([again], 5)
    result: dict[str, object] = {
        "compressed megabytes of both": round(2 * _compressed() / 1e6),
        "programs": {name: figures(each) for name, each in took.items()},
        "peak megabytes": round(took["diff, cold"].memory, 1),
        "warm, of cold": round(took["diff, warm"].wall / took["diff, cold"].wall, 2),
    }
    if trivy:
        share = took["diff, cold"].wall / took["Trivy's list of parts, both"].wall
        result["cold, of Trivy's time"] = round(share, 2)
    else:
        result["Trivy"] = "not measured: it could not be had (dev/trivy)"
    return result


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _forget(scratch: Path) -> None:
    for name in ("cache", "trivy-cache"):
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


# ---------------------------------------------------------------- images


def _push(base_url: str, number: int) -> str:
    """Two layers: a large one like a Debian's, and a small one with what the image is for."""
    config = {"Env": [f"APP_VERSION=1.{number}"], "Cmd": ["/usr/bin/app"]}
    made = image([_large(number), layer({"usr/bin/app": b"x" * number})], config=config)
    return str(push(base_url, "bench/debian", str(number), {"linux/amd64": made}))


def _large(number: int) -> bytes:
    """A tar of many files, the package database last, compressed to about two fifths."""
    source = random.Random(number)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        _add(tar, "etc/os-release", b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n')
        while raw.tell() < SIZE:
            size = int(source.lognormvariate(9, 1.6)) % 4_000_000
            content = source.randbytes(size * 2 // 5).ljust(size, b"\0")
            _add(tar, f"usr/share/{source.randrange(200)}/{raw.tell()}", content)
        _add(tar, "var/lib/dpkg/status", _status(number))
    return gzip.compress(raw.getvalue(), 6, mtime=0)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(f"./{name}")
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _status(number: int) -> bytes:
    return b"".join(
        f"Package: package-{n}\nStatus: install ok installed\nArchitecture: amd64\n"
        f"Version: 1.{n}-{number if n % 5 == 0 else 1}\nDescription: {'words ' * 200}\n\n".encode()
        for n in range(PACKAGES)
    )


def _compressed() -> int:
    return len(_large(1))

"""
`check` against Debian's docker-registry (distribution 2.8), where that is installed.

What is pushed to it elsewhere within minutes is written as it keeps it, in seconds:
https://distribution.github.io/distribution/about/architecture/ and `registry/storage/paths.go` of
its source, where each path is told.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import peers
from bench.asking import COLD, RAW, START, Ground, outcomes
from bench.data import Wanted, write_tree
from bench.measure import programs, side_by_side, times
from bench.registry import CONFIG, Document, before, digest, image

_MISSING = "not measured: docker-registry is not installed"
_WAIT = 400
"""How often it is looked whether it listens, each time for a fortieth of a second."""


def check(scratch: Path, dockerfiles: int, rounds: int = 5) -> dict[str, object]:
    """The same Dockerfiles as against our own registry; it counts no requests."""
    program = shutil.which("docker-registry")
    if program is None:
        return {"docker-registry": _MISSING}
    wanted = Wanted(dockerfiles)
    store(scratch / "data", wanted.held)
    with serving(program, scratch) as port:
        here = Ground(scratch, write_tree(scratch / "tree", wanted, f"127.0.0.1:{port}/"), port)
        return _measured(here, rounds)


def _measured(here: Ground, rounds: int) -> dict[str, object]:
    nothing = here.scratch / "nothing"
    nothing.mkdir()
    pindock = peers.pindock(here.tree.folder)
    raw, _ = here.floors()
    compared = [here.check(COLD, here.tree.folder), raw, here.check(START, nothing)]
    took = side_by_side([*compared, *([pindock] if pindock else [])], rounds)
    shares: dict[str, object] = {
        "cold, times raw sockets plus start-up": round(
            took[COLD].wall / (took[RAW].wall + took[START].wall), 2
        ),
        "cold, times pindock": times(took, COLD, peers.PINDOCK) if pindock else peers.MISSING,
    }
    return {
        "dockerfiles": here.tree.dockerfiles,
        "distinct references": len(here.tree.references),
        "outcomes": outcomes(took[COLD].last),
        "programs": programs(took),
        **shares,
    }


@contextmanager
def serving(program: str, folder: Path) -> Iterator[int]:
    """The registry that keeps its data in `folder/data`, by its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    said = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    config = folder / "registry.yml"
    config.write_text(json.dumps(said), "utf-8")  # JSON is YAML
    quiet = subprocess.DEVNULL
    with subprocess.Popen([program, "serve", str(config)], stdout=quiet, stderr=quiet) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(_WAIT):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.025)
    raise SystemExit("docker-registry did not begin to listen")


def store(folder: Path, held: Mapping[str, Mapping[str, str]]) -> None:
    """Write repositories (`{name: {tag: build}}`) as the registry keeps them on disk."""
    root = folder / "docker" / "registry" / "v2"
    for name, tags in held.items():
        repository = root / "repositories" / name
        kept = {
            document.digest: document
            for build in set(tags.values())
            for each in (build, before(build))
            for document in image(name, each)
        }
        for document in kept.values():
            _keep(root, repository, document)
        for tag, build in tags.items():
            _link(repository / "_manifests" / "tags" / tag / "current", digest(name, build))


def _keep(root: Path, repository: Path, document: Document) -> None:
    algorithm, _, value = document.digest.partition(":")
    data = root / "blobs" / algorithm / value[:2] / value
    data.mkdir(parents=True, exist_ok=True)
    (data / "data").write_bytes(document.body)
    kind = "_layers" if document.kind == CONFIG else "_manifests/revisions"
    _link(repository / kind / algorithm / value, document.digest)


def _link(folder: Path, to: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "link").write_text(to, "ascii")


def sections() -> dict[str, Callable[[Path], dict[str, object]]]:
    """Few and many Dockerfiles."""
    return {
        "check of 200 Dockerfiles, Debian's registry": partial(check, dockerfiles=200),
        "check of 2,000 Dockerfiles, Debian's registry": partial(
            check, dockerfiles=2_000, rounds=3
        ),
    }

"""`check` against a loopback registry, beside the least requests and beside a compiled program."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import peers
from bench.data import Tree, Wanted, write_tree
from bench.measure import (
    ROOT,
    Program,
    Runs,
    Took,
    forget,
    programs,
    python,
    side_by_side,
    times,
)

RAW, HTTPX = "raw sockets", "bare httpx"
COLD, WARM, START = "check, cold", "check, warm", "check of nothing"


@dataclass(frozen=True, slots=True)
class Ground:
    """A tree and the registry of what it names, to measure on."""

    scratch: Path
    tree: Tree
    port: int

    def counted(self) -> Mapping[str, int]:
        """The requests since it was last called, by kind."""
        return counted(self.port)

    def check(self, name: str, folder: Path, *, cold: bool = True) -> Program:
        """`check` of a folder; cold it remembers nothing, else what the run before left."""
        state = self.scratch / "state"
        words = ("-m", "bot", "check", str(folder), "--json", "--config", str(self._operator()))
        return Program(
            name,
            (sys.executable, *words),
            environment={
                "XDG_STATE_HOME": str(state),
                "XDG_CACHE_HOME": str(state),
                "XDG_RUNTIME_DIR": str(state),
            },
            before=partial(forget, state) if cold else lambda: None,
        )

    def _operator(self) -> Path:
        path = self.scratch / "operator.yaml"
        path.write_text(f"registries:\n  '127.0.0.1:{self.port}': {{insecure: true}}\n", "utf-8")
        return path

    def floors(self) -> list[Program]:
        """One listing for each distinct repository, one HEAD for each distinct reference."""
        path = self.scratch / "questions.json"
        references, names = sorted(self.tree.references), sorted(self.tree.repositories)
        questions = {
            "lists": [f"/v2/{name}/tags/list" for name in names],
            "heads": [f"/v2/{name}/manifests/{at}" for name, at in references],
        }
        path.write_text(json.dumps(questions), "utf-8")
        words = ("-m", "bench.floors")
        return [
            python(RAW, *words, "raw", str(self.port), str(path)),
            python(HTTPX, *words, "httpx", str(self.port), str(path)),
        ]


@contextmanager
def ground(scratch: Path, wanted: Wanted, delay: float = 0.0) -> Iterator[Ground]:
    """A tree as wanted, and a registry of what it names, whose answers take `delay` seconds."""
    scratch.mkdir(exist_ok=True)
    (scratch / "held.json").write_text(json.dumps(wanted.held), "utf-8")
    with loopback(scratch / "held.json", delay) as port:
        yield Ground(scratch, write_tree(scratch / "tree", wanted, f"127.0.0.1:{port}/"), port)


def check(
    scratch: Path, dockerfiles: int, delay: float = 0.0, rounds: int = 5
) -> dict[str, object]:
    """Dockerfiles on 60 repositories of 40 to 400 tags: requests and time against the floors."""
    with ground(scratch, Wanted(dockerfiles), delay) as here:
        nothing = scratch / "nothing"
        nothing.mkdir()
        pindock = peers.pindock(here.tree.folder)
        measured = [
            here.check(COLD, here.tree.folder),
            here.check(WARM, here.tree.folder, cold=False),
            *here.floors(),
            *([pindock] if pindock else []),
            here.check(START, nothing),
        ]
        took = side_by_side(measured, rounds, here.counted)
    result = _compared(here.tree, took)
    return result if pindock else {**result, "pindock": peers.MISSING}


def _compared(tree: Tree, took: dict[str, Runs]) -> dict[str, object]:
    least = len(tree.repositories) + len(tree.references)
    floor = took[RAW].wall + took[START].wall
    shares: dict[str, object] = {
        "cold, times raw sockets plus start-up": round(took[COLD].wall / floor, 2),
        "cold, times bare httpx": times(took, COLD, HTTPX),
        "warm, times bare httpx": times(took, WARM, HTTPX),
    }
    if peers.PINDOCK in took:
        shares["cold, times pindock"] = times(took, COLD, peers.PINDOCK)
        shares["warm, times pindock"] = times(took, WARM, peers.PINDOCK)
    return {
        "dockerfiles": tree.dockerfiles,
        "distinct repositories": len(tree.repositories),
        "distinct references": len(tree.references),
        "requests, cold": took[COLD].last.requests,
        "requests, warm": took[WARM].last.requests,
        "requests, times the least": round(took[COLD].requests / least, 3),
        "outcomes": outcomes(took[COLD].last),
        "programs": programs(took),
        **shares,
    }


def outcomes(took: Took) -> dict[str, int]:
    """How many uses came to what; raises `SystemExit` where something was not looked up."""
    uses = json.loads(took.output)["uses"]
    found = [use["outcome"] for use in uses]
    if "failed" in found:
        failed = next(use for use in uses if use["outcome"] == "failed")
        raise SystemExit(f"check could not look something up: {failed['because']}")
    return {name: found.count(name) for name in sorted(set(found))}


def counted(port: int) -> dict[str, int]:
    """The requests to the registry at a port since this was last asked, by kind."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts") as answer:
        counts: dict[str, int] = json.load(answer)
    return counts


@contextmanager
def loopback(held: Path, delay: float) -> Iterator[int]:
    """A registry of what a JSON file holds, by its port."""
    words = [sys.executable, "-m", "bench.registry", str(held), str(delay)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            assert server.stdout
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def sections() -> dict[str, Callable[[Path], dict[str, object]]]:
    """Few and many Dockerfiles, near and far."""
    return {
        "check of 10 Dockerfiles": partial(check, dockerfiles=10),
        "check of 200 Dockerfiles": partial(check, dockerfiles=200),
        "check of 2,000 Dockerfiles": partial(check, dockerfiles=2_000, rounds=3),
        "check of 10 Dockerfiles, 50 ms away": partial(check, dockerfiles=10, delay=0.05, rounds=3),
        "check of 200 Dockerfiles, 50 ms away": partial(
            check, dockerfiles=200, delay=0.05, rounds=2
        ),
        "check of 2,000 Dockerfiles, 50 ms away": partial(
            check, dockerfiles=2_000, delay=0.05, rounds=1
        ),
    }

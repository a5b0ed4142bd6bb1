"""`check` against a loopback registry, beside a bare httpx script that makes the least requests."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.data import Tree, repositories, write_tree
from bench.measure import ROOT, Took, figures, python, side_by_side

FRONTEND = ("docker/dockerfile", "1")


def check(scratch: Path, delay: float = 0.0) -> dict[str, object]:
    """200 Dockerfiles on 60 repositories of about 130 tags: requests and time against the floor."""
    tree = write_tree(scratch / "tree", 200, 200)
    held = {**repositories(), FRONTEND[0]: [FRONTEND[1], "1.7", "1.7.1", "latest"]}
    (scratch / "held.json").write_text(json.dumps(held), "utf-8")
    with loopback(scratch / "held.json", delay) as port:
        (scratch / "questions.json").write_text(json.dumps(_least(tree)), "utf-8")
        (scratch / "operator.yaml").write_text(_operator(port), "utf-8")
        return _compared(scratch, tree, port)


def _compared(scratch: Path, tree: Tree, port: int) -> dict[str, object]:
    operator = str(scratch / "operator.yaml")
    checking = python(
        "check", "-m", "bot", "check", str(tree.folder), "--json", "--config", operator
    )
    asking = python(
        "bare httpx", "-m", "bench.floors", "ask", str(port), str(scratch / "questions.json")
    )
    once = side_by_side([checking], rounds=0 + 1, before=lambda: counted(port))["check"]
    counts = counted(port)
    took = side_by_side([checking, asking], rounds=5)
    least = len(tree.repositories) + len(tree.references) + 2
    return {
        "dockerfiles": tree.dockerfiles,
        "distinct repositories": len(tree.repositories) + 1,
        "distinct references": len(tree.references) + 1,
        "requests": counts,
        "requests over the least": f"{sum(counts.values()) / least - 1:+.1%}",
        "outcomes": _outcomes(once),
        "programs": {name: figures(each) for name, each in took.items()},
        "times bare httpx": round(took["check"].wall / took["bare httpx"].wall, 2),
    }


def _least(tree: Tree) -> dict[str, list[str]]:
    """One listing per distinct repository, one HEAD per distinct reference."""
    references = sorted({*tree.references, FRONTEND})
    return {
        "lists": [f"/v2/{name}/tags/list" for name in sorted({name for name, _ in references})],
        "heads": [f"/v2/{name}/manifests/{tag}" for name, tag in references],
    }


def _operator(port: int) -> str:
    return f"registries:\n  docker.io: {{lookup: 'http://127.0.0.1:{port}', insecure: true}}\n"


def _outcomes(took: Took) -> dict[str, int]:
    uses = json.loads(took.output)["uses"]
    found = [use["outcome"] for use in uses]
    if "failed" in found:
        failed = next(use for use in uses if use["outcome"] == "failed")
        raise SystemExit(f"check could not look something up: {failed['because']}")
    return {name: found.count(name) for name in sorted(set(found))}


def counted(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts") as answer:
        counts: dict[str, int] = json.load(answer)
    return counts


@contextmanager
def loopback(held: Path, delay: float) -> Iterator[int]:
    words = [sys.executable, "-m", "bench.registry", str(held), str(delay)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            assert server.stdout
            yield int(server.stdout.readline())
        finally:
            server.terminate()

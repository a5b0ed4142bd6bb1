"""`scan` beside a script that walks the same tree and reads the same files; and start-up."""

from __future__ import annotations

import json
from pathlib import Path

from bench.data import Tree, Wanted, write_tree
from bench.measure import ROOT, Took, programs, python, side_by_side, times
from bot.formats import KINDS, claimant, named
from bot.model import SourceFile

DOCKERFILES = 2_000


def scan(scratch: Path) -> dict[str, object]:
    """A tree of 22,000 files with 2,000 Dockerfiles: time against the floor, and peak memory."""
    tree = write_tree(scratch / "tree", Wanted(DOCKERFILES))
    folder = str(tree.folder)
    took = side_by_side(
        [
            python("scan", "-m", "bot", "scan", folder, "--json"),
            python("walk, read the Dockerfiles", "-m", "bench.floors", "walk", folder),
            python("walk, read every file", "-m", "bench.floors", "read", folder),
        ],
        rounds=5,
    )
    return {
        "files": tree.files,
        "dockerfiles": tree.dockerfiles,
        "uses found": _uses(took["scan"].last, tree),
        "programs": programs(took),
        "times reading every file": times(took, "scan", "walk, read every file"),
        "times reading the Dockerfiles": times(took, "scan", "walk, read the Dockerfiles"),
        "peak megabytes": round(took["scan"].memory, 1),
    }


def _uses(took: Took, tree: Tree) -> int:
    found = json.loads(took.output)
    if found["files"] < tree.dockerfiles:
        raise SystemExit(f"scan read {found['files']} of {tree.dockerfiles} Dockerfiles")
    return len(found["uses"])


def start_up(scratch: Path) -> dict[str, object]:
    """How long a person waits for the smallest things, beside a Python that does nothing."""
    tree = write_tree(scratch / "one", Wanted(1))
    took = side_by_side(
        [
            python("python -c pass", "-c", "pass"),
            python("basewatch --help", "-m", "bot", "--help"),
            python("scan of one file", "-m", "bot", "scan", str(tree.folder)),
        ],
        rounds=11,
    )
    return {"programs": programs(took)}


def one_of_each(scratch: Path) -> dict[str, object]:
    """A tree with one file of each format: the first of its samples that has a use or a pin."""
    folder = scratch / "each"
    for name in KINDS:
        path, data = _first(name)
        (folder / name / path).parent.mkdir(parents=True)
        (folder / name / path).write_bytes(data)
    took = side_by_side([python("scan", "-m", "bot", "scan", str(folder), "--json")], rounds=5)
    found = json.loads(took["scan"].last.output)
    return {
        "formats": len(KINDS),
        "uses found": len(found["uses"]),
        "programs": programs(took),
    }


def _first(name: str) -> tuple[Path, bytes]:
    samples = ROOT / "tests" / "samples" / name
    for path in sorted(path for path in samples.rglob("*") if path.is_file()):
        within = path.relative_to(samples)
        file = SourceFile.of(within.as_posix(), path.read_bytes())
        format_ = claimant(file)
        if format_ is named(name) and list(format_.find(file)):
            return within, file.data()
    raise SystemExit(f"there is no sample of {name}")

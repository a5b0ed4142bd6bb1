"""What `check` costs as files, images and repositories grow tenfold, each alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bench.asking import COLD, ground
from bench.data import Image, Wanted
from bench.measure import figures, programs, side_by_side, times
from bench.repositories import FRONTEND, Repositories, repositories

START = (200, 40, 4)
"""Files, images and repositories, before one of them grows."""
GROWN = (1, 3, 10)
"""How many times as many of what grows."""
WHAT = ("files", "images", "repositories")
MOST = 200
"""Repositories to choose those from that have tags enough."""
TAGS = 100
"""A repository has at least so many, for its share of all images."""


def curves(scratch: Path) -> dict[str, object]:
    """Every size on a registry of its own."""
    measured = {sizes: _at(scratch / "-".join(map(str, sizes)), *sizes) for sizes in _sizes()}
    return {
        "curves": {
            what: {str(times): measured[_grown(at, times)] for times in GROWN}
            for at, what in enumerate(WHAT)
        }
    }


def _sizes() -> list[tuple[int, int, int]]:
    return sorted({_grown(at, times) for at in range(len(WHAT)) for times in GROWN})


def _grown(at: int, times: int) -> tuple[int, int, int]:
    files, images, names = (
        size * times if place == at else size for place, size in enumerate(START)
    )
    return files, images, names


def _at(scratch: Path, files: int, images: int, names: int) -> dict[str, float]:
    held = _held(names)
    named = list(islice(_images(held), images))
    with ground(scratch, Wanted(files, START[0], held, named)) as here:
        took = side_by_side([here.check(COLD, here.tree.folder)], 3, here.counted)
        return {
            "files": files,
            "images": len(here.tree.references),
            "repositories": len(here.tree.repositories),
            **figures(took[COLD]),
        }


def _held(count: int) -> Repositories:
    """The first that have tags enough, and that of syntax lines."""
    every = repositories(MOST)
    frontend = every.pop(FRONTEND)
    enough = [(name, tags) for name, tags in every.items() if len(tags) >= TAGS]
    return {**dict(enough[:count]), FRONTEND: frontend}


def _images(held: Repositories) -> Iterator[Image]:
    """One tag of each repository, then another of each, and so on."""
    names = [name for name in held if name != FRONTEND]
    for row in zip(*(list(held[name])[:TAGS] for name in names), strict=True):
        yield from zip(names, row, strict=True)


def same_images(scratch: Path) -> dict[str, object]:
    """200 files, and 2,000 with the same contents: what is found again costs no question."""
    with (
        ground(scratch / "few", Wanted(200)) as few,
        ground(scratch / "many", Wanted(2_000, different=200)) as many,
    ):
        took = side_by_side(
            [
                few.check("check of 200", few.tree.folder),
                many.check("check of 2,000", many.tree.folder),
            ],
            5,
            lambda: Counter(few.counted()) + Counter(many.counted()),
        )
    return {
        "distinct references": len(few.tree.references),
        "programs": programs(took),
        "2,000 files, times 200": times(took, "check of 2,000", "check of 200"),
    }


def sections() -> dict[str, Callable[[Path], dict[str, object]]]:
    """What grows alone."""
    return {
        "growing tenfold, the same images": same_images,
        "growing tenfold, one at a time": curves,
    }

"""What was promised of the figures, and whether they keep it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure of a section, by its name, with the most or the least that it should be."""

    what: str
    section: str
    figure: str
    most: float | None = None
    least: float | None = None

    @property
    def bound(self) -> str:
        return f"at most {self.most:g}" if self.most is not None else f"at least {self.least:g}"

    def kept(self, value: float) -> bool:
        """Whether a figure is within the bound, which is within too."""
        return (self.most is None or value <= self.most) and (
            self.least is None or value >= self.least
        )


def _check(files: str) -> str:
    return f"check of {files} Dockerfiles"


PROMISES = (
    Promise(
        "200 files, times faster than Renovate as recommended",
        "Renovate's lookup of 200 Dockerfiles",
        "as recommended, times check",
        least=25,
    ),
    Promise(
        "200 files, times faster than Renovate at its fastest",
        "Renovate's lookup of 200 Dockerfiles",
        "at its fastest, times check",
        least=10,
    ),
    Promise(
        "200 files, share of Renovate's memory (as recommended)",
        "Renovate's lookup of 200 Dockerfiles",
        "memory of check, of that as recommended",
        most=round(1 / 6, 3),
    ),
    *(
        promise
        for files in ("200", "2,000")
        for promise in (
            Promise(
                f"{files} files, times the requests that are the least",
                _check(files),
                "requests, times the least",
                most=1.05,
            ),
            Promise(
                f"{files} files, times pindock's seconds",
                _check(files),
                "cold, times pindock",
                most=1,
            ),
            Promise(
                f"{files} files, times raw sockets plus start-up",
                _check(files),
                "cold, times raw sockets plus start-up",
                most=2,
            ),
        )
    ),
    *(
        Promise(
            f"{files} files, Debian's registry, times {what}",
            f"{_check(files)}, Debian's registry",
            f"cold, times {figure}",
            most=most,
        )
        for files in ("200", "2,000")
        for what, figure, most in (
            ("pindock's seconds", "pindock", 1),
            ("raw sockets plus start-up", "raw sockets plus start-up", 2),
        )
    ),
    Promise(
        "200 files 50 ms away, warm, times a bare script",
        "check of 200 Dockerfiles, 50 ms away",
        "warm, times bare httpx",
        most=1.5,
    ),
    Promise(
        "2,000 files, times 200 with the same images",
        "growing tenfold, the same images",
        "2,000 files, times 200",
        most=1.5,
    ),
)


def measured(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Promise, float | None]]:
    """Each promise with what was measured; `None` where nothing was."""
    for promise in PROMISES:
        yield promise, sections.get(promise.section, {}).get(promise.figure)


def told(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A line of plain text for each promise that was measured."""
    for promise, value in measured(sections):
        if value is not None:
            kept = "kept    " if promise.kept(value) else "not kept"
            yield f"{kept}  {promise.what}: {value:g} ({promise.bound})"

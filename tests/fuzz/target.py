"""What a target of fuzzing is: one way by which bytes from outside come in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
SAMPLES = TESTS / "samples"
FOUND = Path(__file__).parent / "found"


@dataclass(frozen=True, slots=True)
class Target:
    """
    `read` takes any bytes, and raises nothing but `refuses`: that is how it says no.

    `seeds` are inputs that mean something to it, from which others are made. `words` are what its
    language is made of, beside what stands in the seeds.
    """

    name: str
    read: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    refuses: tuple[type[Exception], ...] = ()
    words: tuple[bytes, ...] = ()

    def feed(self, data: bytes) -> bool:
        """Read it; whether it was taken. Whatever is raised but a refusal is a finding."""
        try:
            self.read(data)
        except self.refuses:
            return False
        return True

    def known(self) -> tuple[bytes, ...]:
        """The seeds, made once."""
        return _made(self.seeds)

    @property
    def folder(self) -> str:
        """Its name, as that of a folder."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower())

    def kept(self) -> list[Path]:
        """The inputs that once were a finding."""
        return sorted((FOUND / self.folder).glob("*"))


@cache
def _made(seeds):
    return tuple(seeds())


def text(data):
    """Bytes as the text of a file: what is no UTF-8 survives."""
    return data.decode("utf-8", "surrogateescape")


def words(data):
    """Bytes as the text of an answer or a page."""
    return data.decode("utf-8", "replace")


def parts(data, count, by=b"\n"):
    """The first `count - 1` lines, each a text, and all that follows."""
    found = data.split(by, count - 1)
    return [words(part) for part in (*found, *[b""] * (count - len(found)))]


def head(data):
    """The first line as a text, and the bytes behind it."""
    first, _, rest = data.partition(b"\n")
    return text(first), rest


def given(*texts):
    """Seeds that were written down."""
    return lambda: [each if isinstance(each, bytes) else each.encode() for each in texts]

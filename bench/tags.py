"""Measure what tags are called, on published ones, and how fast."""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import BasewatchError
from bot.image import ImageRef
from bot.rules import load
from bot.tags import TagBook

PUBLISHED = Path(__file__).parents[1] / "tests" / "tags" / "published.yaml"
MANY, DIFFERENT = 100_000, 80_000
_STAMP = re.compile(r"(?<!\d)20\d\d(0[1-9]|1[0-2])[0-3]\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Seen:
    """A published tag: whether it moved, or rolls as its publisher says; and what it is called."""

    image: str
    tag: str
    moves: bool
    called: str

    @property
    def dated(self) -> bool:
        """Whether it bears a day."""
        return bool(_STAMP.search(self.tag))


def history(file: Path, book: TagBook) -> list[Seen]:
    """The tags of `official-tags.json.gz`: those that pointed at more than one build have moved."""
    images = json.loads(gzip.decompress(file.read_bytes()))["images"]
    return [
        Seen(image, tag, seen["builds"] > 1, _called(book, image, tag))
        for image, tags in images.items()
        for tag, seen in tags.items()
    ]


def published(book: TagBook) -> dict[str, list[Seen]]:
    """The tags of the table in the tests, by publisher."""
    groups = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))
    return {
        group: [
            Seen(image, tag, said == "rolling", _called(book, image, tag))
            for image, known in images.items()
            for said, tags in known.items()
            for tag in tags
        ]
        for group, images in groups.items()
    }


def _called(book: TagBook, image: str, tag: str) -> str:
    repository = ImageRef.parse(image).repository
    return book.facts(ImageRef(str(repository), tag)).mutability


def told(name: str, tags: Sequence[Seen]) -> Iterator[str]:
    """A row of the table in docs/tags.md."""
    moved = [each for each in tags if each.moves]
    wrong = [each for each in moved if each.called == "immutable"]
    stayed = [each for each in tags if not each.moves]
    dated = [each for each in stayed if each.dated]
    unknown = sum(each.called == "unknown" for each in tags)
    yield f"{name}: {len(tags)} tags of {len({each.image for each in tags})} images"
    yield f"  moved, called immutable        {_share(len(wrong), len(moved))}"
    if wrong:
        yield f"    of these, without a date     {sum(not each.dated for each in wrong)}"
    yield f"  dated and stayed, so called    {_share(_immutable(dated), len(dated))}"
    others = [each for each in stayed if not each.dated and each.image.count("/") > 0]
    if others:
        yield f"  others that stay, so called    {_share(_immutable(others), len(others))}"
    yield f"  called unknown                 {_share(unknown, len(tags))}"


def _immutable(tags: Iterable[Seen]) -> int:
    return sum(each.called == "immutable" for each in tags)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({part / whole:.2%})" if whole else "")


def speed(names: Sequence[tuple[str, str]]) -> str:
    """How long it takes one core to call many tags, each read anew as far as it is another."""
    book = TagBook(load())
    refs = [ImageRef(str(ImageRef.parse(image).repository), tag) for image, tag in names]
    start = time.process_time()
    for ref in refs:
        book.facts(ref)
    took = time.process_time() - start
    return f"{len(refs):,} tags, {len(set(names)):,} of them different: {took:.2f} s of one core"


def many(tags: Sequence[Seen]) -> list[tuple[str, str]]:
    """Many references, most of them different: the first number of each tag is counted on."""
    found: dict[tuple[str, str], None] = {}
    for step in itertools.count():
        found |= {(each.image, _counted(each.tag, step)): None for each in tags}
        if len(found) >= DIFFERENT:
            break
    names = list(found)[:DIFFERENT]
    return [*names, *names[: MANY - DIFFERENT]]


def _counted(tag: str, step: int) -> str:
    number = re.search(r"\d{1,12}", tag)
    if number is None:
        return tag
    return f"{tag[: number.start()]}{int(number[0]) + step}{tag[number.end() :]}"


def main(arguments: Sequence[str]) -> int:
    """Print the figures; a data file that is not there is said, and the rest is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.tags", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="official-tags.json.gz, where it is")
    file: Path | None = parser.parse_args(arguments).file
    book = TagBook(load())
    groups = published(book)
    if file and file.is_file():
        groups = {"history of ten official images": history(file, book), **groups}
    else:
        sys.stdout.write(
            f"{file or 'No file was named: the history'} is not there; it is not part of the"
            " repository. Measured is the table of the tests.\n"
        )
    for name, tags in groups.items():
        sys.stdout.write("\n".join(told(name, tags)) + "\n")
    every = [each for tags in groups.values() for each in tags]
    sys.stdout.write(f"{speed(many(every))}\n")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except BasewatchError as error:
        raise SystemExit(f"bench.tags: {error}") from None
    except BrokenPipeError:
        sys.stderr.close()

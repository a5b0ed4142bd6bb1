"""Trees of files to measure on, the same on every machine but for the port in names of images."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, cycle
from pathlib import Path

from bench.registry import before, digest
from bench.repositories import FRONTEND, SEED, Repositories, repositories

IN_USE = 15
"""Tags of each repository that files may name: most teams follow a handful."""
LIKED_ALIKE = 4
"""The place in the order of liking at which an image is named half as often as the first."""
OTHERS = 10
"""Other files for each Dockerfile."""

Image = tuple[str, str]
"""A repository and a tag."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree that was written, and what its files name: `references` are tags and lone digests."""

    folder: Path
    files: int
    dockerfiles: int
    references: frozenset[tuple[str, str]]

    @property
    def repositories(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.references)


@dataclass(slots=True)
class Writer:
    """Writes Dockerfiles that name images of `host`, and keeps what they named."""

    held: Repositories
    host: str
    chance: random.Random
    named: set[tuple[str, str]]

    def dockerfile(self, images: Sequence[Image]) -> str:
        """A build in two stages, with the common ways of naming an image, each by its share."""
        build_argument, build = self._from("BUILD", *images[0])
        run_argument, run = self._from("RUN", *images[1])
        return _DOCKERFILE.format(
            frontend=self._called(FRONTEND, next(iter(self.held[FRONTEND]))),
            arguments=build_argument + run_argument,
            build=build,
            run=run,
            copy=self._copied(*images[2]),
        )

    def _called(self, name: str, tag: str) -> str:
        self.named.add((name, tag))
        return f"{self.host}{name}:{tag}"

    def _copied(self, name: str, tag: str) -> str:
        """One in eight takes a file from an image of its own."""
        return f"COPY --from={self._called(name, tag)} /bin/tool /bin/\n" * self._happens(8)

    def _happens(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    def _from(self, which: str, name: str, tag: str) -> tuple[str, str]:
        """A `FROM` line, after the `ARG` that it needs before all stages."""
        image, build = f"{self.host}{name}", self.held[name][tag]
        match self.chance.randrange(16):
            case 0 | 1:
                return "", f"FROM {self._called(name, tag)}@{digest(name, build)}"
            case 2 | 3:
                return "", f"FROM {self._called(name, tag)}@{digest(name, before(build))}"
            case 4:
                self.named.add((name, digest(name, build)))
                return "", f"FROM {image}@{digest(name, build)}"
            case 5 if "latest" in self.held[name]:
                self.named.add((name, "latest"))
                return "", f"FROM {image}"
            case 6 | 7:
                self.named.add((name, tag))
                return f"ARG {which}_VERSION={tag}\n", f"FROM {image}:${{{which}_VERSION}}"
            case 8:
                called = self._called(name, tag)
                return f"ARG {which}_IMAGE={called}\n", f"FROM ${{{which}_IMAGE}}"
            case 9:
                return "", f"FROM --platform=$BUILDPLATFORM {self._called(name, tag)}"
            case _:
                return "", f"FROM {self._called(name, tag)}"


def in_use(held: Repositories) -> list[Image]:
    """The images that are in use: tags spread evenly over each repository."""
    return [
        (name, tag)
        for name, tags in held.items()
        if name != FRONTEND
        for tag in list(tags)[:: -(-len(tags) // IN_USE)]
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    So many Dockerfiles, of which so many are `different` (left out: all), on what is `held`.

    They name what they are given to name in turn (`named`); left out, images in use: few of them
    very often and most of them seldom.
    """

    dockerfiles: int
    different: int | None = None
    held: Repositories = field(default_factory=repositories)
    named: Sequence[Image] = ()


def write_tree(folder: Path, wanted: Wanted, host: str = "") -> Tree:
    """Write Dockerfiles among ten times as many other files; `host` is `127.0.0.1:5000/`."""
    chance = random.Random(SEED)
    writer = Writer(wanted.held, host, chance, set())
    several = _in_turn(wanted.named) if wanted.named else _by_liking(wanted.held, chance)
    texts = [
        writer.dockerfile(next(several)) for _ in range(wanted.different or wanted.dockerfiles)
    ]
    for number in range(wanted.dockerfiles):
        place = _service(folder, number)
        place.mkdir(parents=True)
        (place / "Dockerfile").write_text(texts[number % len(texts)], "utf-8")
    _write_others(folder, wanted.dockerfiles)
    files = wanted.dockerfiles * (1 + OTHERS)
    return Tree(folder, files, wanted.dockerfiles, frozenset(writer.named))


def _in_turn(images: Sequence[Image]) -> Iterator[list[Image]]:
    turns = cycle(images)
    while True:
        both = [next(turns), next(turns)]
        yield [*both, both[0]]


def _by_liking(held: Repositories, chance: random.Random) -> Iterator[list[Image]]:
    choice = in_use(held)
    chance.shuffle(choice)
    liked = list(accumulate(1 / (place + LIKED_ALIKE) for place in range(len(choice))))
    while True:
        yield chance.choices(choice, cum_weights=liked, k=3)


def _service(folder: Path, number: int) -> Path:
    return folder / f"team{number % 20}" / f"service{number}"


def _write_others(folder: Path, services: int) -> None:
    for number in range(services * OTHERS):
        place = _service(folder, number % services) / "src"
        place.mkdir(parents=True, exist_ok=True)
        kind = ("py", "js", "md", "json", "yaml")[number // services % 5]
        (place / f"file{number}.{kind}").write_text(f"key{number}: value\n" * 40, "utf-8")


_DOCKERFILE = """\
# syntax={frontend}
{arguments}{build} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/var/cache \\
    set -eu; \\
    # a comment between
    make dependencies
COPY . .
RUN make all

{run}
ENV PORT=8080 MODE=production
COPY --from=build /src/out /srv
{copy}RUN <<EOS
set -eu
useradd --system app
EOS
USER app
EXPOSE 8080
ENTRYPOINT ["/srv/run"]
"""

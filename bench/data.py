"""Made-up repositories and trees to measure on, the same on every machine."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.registry import digest

SEED = 20261122
_LANGUAGES = ("node", "python", "golang", "ruby", "php", "perl", "rust", "openjdk")
_SERVERS = ("nginx", "redis", "postgres", "httpd", "memcached", "haproxy", "traefik", "mongo")
_OWNERS = ("acme", "globex", "initech", "hooli", "umbrella", "wayne", "stark", "tyrell")
_PARTS = ("api", "worker", "gateway", "base", "builder", "runtime")


def repositories(count: int = 60, tags: int = 130) -> dict[str, list[str]]:
    """Repositories by the path a registry knows them under, each with about so many tags."""
    chance = random.Random(SEED)
    names = [f"library/{name}" for name in _LANGUAGES + _SERVERS]
    names += [f"{owner}/{part}" for part in _PARTS for owner in _OWNERS]
    schemes = (_semver, _revisions, _dated, _short)
    return {
        name: _some(schemes[number % len(schemes)](), chance.randint(tags - 30, tags + 30))
        for number, name in enumerate(names[:count])
    }


def _some(tags: Iterator[str], count: int) -> list[str]:
    return [tag for tag, _ in zip(tags, range(count), strict=False)]


def _semver() -> Iterator[str]:
    """`1.20.3-alpine`, with the short tags that follow it."""
    yield from ("latest", "alpine", "slim")
    for minor in range(40, 0, -1):
        yield from (f"1.{minor}", f"1.{minor}-alpine")
        for patch in range(5):
            yield from (f"1.{minor}.{patch}", f"1.{minor}.{patch}-alpine")


def _revisions() -> Iterator[str]:
    """`3.5.1-debian-12-r8`, as Bitnami writes."""
    yield "latest"
    for minor in range(30, 0, -1):
        yield f"3.{minor}"
        for revision in range(12):
            yield f"3.{minor}.1-debian-12-r{revision}"


def _dated() -> Iterator[str]:
    """`0.0.1-20240218`, as Wikimedia writes."""
    yield "latest"
    for month in range(12, 0, -1):
        for day in range(1, 29):
            yield f"0.0.1-2024{month:02}{day:02}"


def _short() -> Iterator[str]:
    """`v2.7.1` and `v2.7`."""
    yield "latest"
    for minor in range(40, 0, -1):
        yield f"v2.{minor}"
        for patch in range(4):
            yield f"v2.{minor}.{patch}"


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree that was written: how many files, and the distinct images that its files name."""

    folder: Path
    files: int
    dockerfiles: int
    references: frozenset[tuple[str, str]]

    @property
    def repositories(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.references)


def write_tree(folder: Path, dockerfiles: int, others: int) -> Tree:
    """Write Dockerfiles among other files, with the common ways of naming an image."""
    chance = random.Random(SEED)
    held = repositories()
    named: set[tuple[str, str]] = set()
    for number in range(dockerfiles):
        place = folder / f"team{number % 20}" / f"service{number}"
        place.mkdir(parents=True, exist_ok=True)
        images = [_image(chance, held) for _ in range(2)]
        named.update(images)
        (place / "Dockerfile").write_text(_dockerfile(chance, *images), "utf-8")
    for number in range(others):
        place = folder / f"team{number % 20}" / f"service{number % max(dockerfiles, 1)}" / "src"
        place.mkdir(parents=True, exist_ok=True)
        kind = ("py", "js", "md", "json", "yaml")[number % 5]
        (place / f"file{number}.{kind}").write_text(f"key{number}: value\n" * 40, "utf-8")
    return Tree(folder, dockerfiles + others, dockerfiles, frozenset(named))


def _image(chance: random.Random, held: dict[str, list[str]]) -> tuple[str, str]:
    name = chance.choice(sorted(held))
    # Few versions are in use at once: most teams follow a handful.
    return name, chance.choice(held[name][:: max(len(held[name]) // 6, 1)])


def _dockerfile(chance: random.Random, first: tuple[str, str], second: tuple[str, str]) -> str:
    build_argument, build = _from(chance, "BUILD_VERSION", *first)
    run_argument, run = _from(chance, "RUN_VERSION", *second)
    return f"""\
# syntax=docker/dockerfile:1
{build_argument}{run_argument}{build} AS build
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
RUN <<EOS
set -eu
useradd --system app
EOS
USER app
EXPOSE 8080
ENTRYPOINT ["/srv/run"]
"""


def _from(chance: random.Random, variable: str, name: str, tag: str) -> tuple[str, str]:
    """A `FROM` line, after the `ARG` that it needs before all stages."""
    short = name.removeprefix("library/")
    match chance.randrange(6):
        case 0:
            return "", f"FROM {short}:{tag}@{digest(name, tag)}"
        case 1:
            stale = hashlib.sha256(f"{name}:{tag} of last month".encode()).hexdigest()
            return "", f"FROM {short}:{tag}@sha256:{stale}"
        case 2:
            return f"ARG {variable}={tag}\n", f"FROM {short}:${{{variable}}}"
        case 3:
            return "", f"FROM --platform=$BUILDPLATFORM {short}:{tag}"
        case _:
            return "", f"FROM {short}:{tag}"

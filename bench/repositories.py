"""
Invented repositories with the tags that publishers of each kind have, the same on every machine.

A repository is `{tag: build}`: tags of one build are one image, so a tag that rolls is the same
image as the newest of those it stands for.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count, islice

SEED = 20261122
LEAST, MOST = 40, 400
"""Tags of a repository."""
FRONTEND = "docker/dockerfile"
"""What a syntax line names."""

Tags = Iterator[tuple[str, str]]
Publisher = Callable[[random.Random], Tags]
Repositories = dict[str, dict[str, str]]


def repositories(wanted: int = 60) -> Repositories:
    """So many repositories, by the path a registry knows them under."""
    return {name: _tags(name, publisher) for name, publisher in islice(_names(), wanted)}


def _names() -> Iterator[tuple[str, Publisher]]:
    """Sixty that people know, or nearly so, and from there on as many as are wanted."""
    for names, publisher in _PUBLISHERS:
        yield from ((name, publisher) for name in names.split())
    for number in count(1):
        for kind, (_, publisher) in enumerate(_PUBLISHERS):
            yield f"team{number}/part{kind}", publisher


def _tags(name: str, publisher: Publisher) -> dict[str, str]:
    """The newest tags, as many as this repository has; in the order in which registries tell."""
    chance = random.Random(f"{SEED}{name}")
    wanted = int(LEAST * (MOST / LEAST) ** chance.random())
    found: dict[str, str] = {}
    for tag, build in publisher(chance):
        found.setdefault(tag, build)
        if len(found) == wanted:
            break
    return dict(sorted(found.items()))


def _language(chance: random.Random) -> Tags:
    """`1.20.3-alpine`, `1.20-alpine`, `alpine`: as Docker's official images have it."""
    for major, minor, patch in _versions(chance):
        for variant in ("", "-alpine", "-slim", "-bookworm"):
            version = f"{major}.{minor}.{patch}"
            build = version + variant
            yield version + variant, build
            yield f"{major}.{minor}{variant}", build
            yield f"{major}{variant}", build
            yield variant.removeprefix("-") or "latest", build


def _bitnami(chance: random.Random) -> Tags:
    """`3.5.1-debian-12-r8`, with `3.5.1`, `3` and `latest` at the newest revision."""
    for major, minor, patch in _versions(chance):
        for revision in range(chance.randrange(18), -1, -1):
            build = f"{major}.{minor}.{patch}-debian-12-r{revision}"
            yield build, build
            yield f"{major}.{minor}.{patch}", build
            yield str(major), build
            yield "latest", build


def _wikimedia(chance: random.Random) -> Tags:
    """`0.0.1-20240218`: a version that stays, and a day."""
    for day in _days(chance, 1):
        yield f"0.0.1-{day}", day
        yield "latest", day


def _debian(chance: random.Random) -> Tags:
    """`bookworm-20240110-slim`, with what rolls."""
    for day in _days(chance, 14):
        for number, name in ((12, "bookworm"), (11, "bullseye"), (13, "trixie")):
            for variant in ("", "-slim"):
                build = f"{name}-{day}{variant}"
                yield build, build
                yield f"{name}{variant}", build
                yield f"{number}{variant}", build


def _prefixed(chance: random.Random) -> Tags:
    """`v2.7.1` and `v2.7`, with release candidates."""
    for major, minor, patch in _versions(chance):
        version = f"v{major}.{minor}.{patch}"
        yield version, version
        yield f"v{major}.{minor}", version
        yield "latest", version
        if patch == 0:
            yield f"{version}-rc.2", f"{version}-rc.2"
            yield f"{version}-rc.1", f"{version}-rc.1"


def _calendar(chance: random.Random) -> Tags:
    """`2024.7.2`."""
    for year in range(2025, 2010, -1):
        for month in range(12, 0, -1):
            for patch in range(chance.randrange(5), -1, -1):
                yield f"{year}.{month}.{patch}", f"{year}.{month}.{patch}"
                yield "latest", f"{year}.{month}.{patch}"


def _moments(chance: random.Random) -> Tags:
    """`RELEASE.2024-01-18T22-51-28Z`, as MinIO writes."""
    for day in _days(chance, 4):
        moment = f"RELEASE.{day[:4]}-{day[4:6]}-{day[6:]}T20-{day[6:]}-28Z"
        yield moment, moment
        yield "latest", moment


def _builds(chance: random.Random) -> Tags:
    """`9.2-726`, as UBI has it, with `9.2` at its newest build."""
    for minor in range(9, -1, -1):
        for build in range(chance.randrange(20, 60), 0, -1):
            name = f"9.{minor}-{minor * 100 + build}"
            yield name, name
            yield f"9.{minor}", name
            yield "latest", name


def _bare_days(chance: random.Random) -> Tags:
    """`20240204`."""
    for day in _days(chance, 3):
        yield day, day
        yield "latest", day


def _versions(chance: random.Random) -> Iterator[tuple[int, int, int]]:
    """Each major version has another number of minor versions, and each of those of patches."""
    for major in range(chance.randint(2, 25), -1, -1):
        for minor in range(chance.randrange(12), -1, -1):
            for patch in range(chance.randrange(9), -1, -1):
                yield major, minor, patch


def _days(chance: random.Random, step: int) -> Iterator[str]:
    """Days, newest first, without those that some months lack."""
    first = chance.randrange(28)
    days = (
        f"{year}{month:02}{day:02}"
        for year in range(2025, 2000, -1)
        for month in range(12, 0, -1)
        for day in range(28, 0, -1)
    )
    return islice(days, first, None, step)


_OFFICIAL = """
    library/node library/python library/golang library/ruby library/php library/perl library/rust
    library/eclipse-temurin library/nginx library/redis library/postgres library/httpd
    library/memcached library/haproxy library/traefik library/mongo
"""
_BITNAMI = """
    bitnami/etcd bitnami/kafka bitnami/redis bitnami/postgresql bitnami/nginx bitnami/mongodb
    bitnami/minio-client bitnami/zookeeper
"""
_WIKIMEDIA = """
    wikimedia/nodejs20-slim wikimedia/nodejs18-slim wikimedia/python3-build wikimedia/golang1.21
    wikimedia/bookworm wikimedia/buster wikimedia/php8.1-fpm wikimedia/httpd-fcgi
"""
_CLOUD = """
    jetstack/controller coreos/prometheus coreos/node-exporter grafana/agent cilium/operator
    calico/node argo/server fluxcd/source acme/api acme/worker acme/gateway globex/api
    globex/worker initech/base
"""
_YEARLY = "homeassistant/core hooli/search hooli/mail netbox/netbox umbrella/runtime"
_PUBLISHERS: tuple[tuple[str, Publisher], ...] = (
    (_OFFICIAL, _language),
    (_BITNAMI, _bitnami),
    (_WIKIMEDIA, _wikimedia),
    ("library/debian library/buildpack-deps", _debian),
    (_CLOUD, _prefixed),
    (_YEARLY, _calendar),
    ("minio/minio minio/mc", _moments),
    ("redhat/ubi9 redhat/ubi9-minimal", _builds),
    ("archlinux/base wayne/tools", _bare_days),
    (FRONTEND, _language),
)

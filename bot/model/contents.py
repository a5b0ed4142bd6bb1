"""What is inside an image, of one platform, as read from the registry alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

PackageFamily = Literal["deb", "apk", "rpm"]


class Package(NamedTuple):
    """
    One installed package of the operating system.

    `version` and `source_version` are whole, as their family's tools print them (`1:2.38.1-5`,
    `3.0.7-25.el9`, an epoch of 0 left out). `source` is the name of what it was built from; the
    package's own where its database names none. `commit` is the one it was built from (apk's `c:`).
    """

    family: PackageFamily
    name: str
    version: str
    source: str
    source_version: str
    architecture: str = ""
    commit: str = ""
    maintainer: str = ""


class OsRelease(NamedTuple):
    """What os-release(5) says; a field it lacks is empty. `id` is lower case (`debian`)."""

    id: str
    version_id: str = ""
    codename: str = ""
    name: str = ""
    id_like: tuple[str, ...] = ()
    cpe_name: str = ""


class HealthCheck(NamedTuple):
    """`HEALTHCHECK` as the image configuration holds it; durations in nanoseconds, 0: default."""

    test: tuple[str, ...]
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    retries: int = 0


class ImageConfig(NamedTuple):
    """
    What an image tells a build or a container that starts from it.

    https://github.com/opencontainers/image-spec/blob/main/config.md; `None` is "not said",
    which is another thing than an empty list for `entrypoint` and `command`.
    """

    user: str = ""
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = {}
    working_folder: str = ""
    ports: frozenset[str] = frozenset()
    volumes: frozenset[str] = frozenset()
    stop_signal: str = ""
    health_check: HealthCheck | None = None
    shell: tuple[str, ...] | None = None
    on_build: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    created: str = ""


class Layer(NamedTuple):
    """One layer, the lowest first; `size` is compressed, in bytes; `made_by` as history has it."""

    digest: str
    size: int
    media_type: str = ""
    diff_id: str = ""
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """
    What the manifest and configuration of one platform's image say, without its layers.

    `digest` is that of the platform's manifest, `index` of the index it was found in (the same
    where there is none). `annotations` are the index's entry's, the manifest's over them. `history`
    has every step that made it, the first first, also those that made no layer.
    """

    digest: str
    index: str
    platform: str
    config: ImageConfig
    layers: tuple[Layer, ...]
    annotations: Mapping[str, str] = field(default_factory=dict)
    history: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Of all layers, compressed, in bytes."""
        return sum(layer.size for layer in self.layers)


class Contents(NamedTuple):
    """
    One platform's image, opened.

    `databases`: the paths of the package databases that were read (`var/lib/dpkg/status`), by
    which an image without any is told from an empty one. `users` and `groups` are the names in
    `etc/passwd` and `etc/group`; `programs` the paths of what can be run (`usr/bin/wget`), links
    included. `missing`: full sentences on what could not be read, so that nothing is concluded
    from its absence.
    """

    image: Description
    packages: tuple[Package, ...] = ()
    databases: tuple[str, ...] = ()
    os: OsRelease | None = None
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()


class Opened(NamedTuple):
    """
    An image's contents, and where scanners find it.

    `layout` is the folder of an OCI image layout (image-layout.md) on this machine; its
    `index.json` has the image's manifest under the digest that the contents name.
    """

    contents: Contents
    layout: str

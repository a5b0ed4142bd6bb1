"""Turns the description of a registry into real images, down to their layers and digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.demo.blobs import archive, digest_of, document, gzipped
from bot.demo.systems import system_files, with_packages


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest or index: the bytes that its digest is taken of, and their media type."""

    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """What a reference pins."""
        return digest_of(self.data)


@dataclass(slots=True)
class Shelf:
    """
    One repository: tag → digest, digest → content.

    `builds` names every image that was ever made, also those that no tag points at (any more);
    `moves` says which tag is to be re-pointed at which build while the demo runs.
    """

    tags: dict[str, str] = field(default_factory=dict)
    builds: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Types:
    """The media types of one family of documents."""

    index: str
    manifest: str
    config: str
    layer: str


_OCI = _Types(
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.oci.image.layer.v1.tar+gzip",
)
_DOCKER = _Types(
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
)
_SHAPES = {
    "oci-index": (_OCI, True),
    "docker-list": (_DOCKER, True),
    "docker-manifest": (_DOCKER, False),
}
_IN_TOTO = "application/vnd.in-toto+json"


def load(path: Path) -> dict[str, Shelf]:
    """The repositories that a description (`examples/demo/registry.yaml`) speaks of."""
    # BaseLoader makes nothing but texts, so that the tag 3.10 stays 3.10; it builds no objects.
    text = path.read_text(encoding="utf-8")
    return build(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - see above


def build(description: Mapping[str, Any]) -> dict[str, Shelf]:
    """
    Make every image of a description; the same description gives the same digests everywhere.

    The keys are explained at the head of `examples/demo/registry.yaml`.
    """
    return {
        name: _Works(description, repository).shelf()
        for name, repository in description["repositories"].items()
    }


class _Works:
    """Makes the images of one repository."""

    def __init__(self, description: Mapping[str, Any], repository: Mapping[str, Any]) -> None:
        self._about: str = description["about"]
        self._sources: Mapping[str, str] = description["sources"]
        self._systems: Mapping[str, Any] = description["systems"]
        self._repository = repository
        self._types, self._indexed = _SHAPES[repository["shape"]]
        self._shelf = Shelf(moves=dict(repository.get("moves", {})))

    def shelf(self) -> Shelf:
        for name, build in self._repository["builds"].items():
            digest = self._image({"version": name.split()[0], **build})
            self._shelf.builds[name] = digest
            self._shelf.tags.update(dict.fromkeys(build.get("tags", ()), digest))
        return self._shelf

    def _image(self, build: Mapping[str, Any]) -> str:
        """Make one build for all its platforms; its digest."""
        platforms = [_platform(name) for name in build.get("platforms", self._default("platforms"))]
        manifests = [self._manifest(build, platform) for platform in platforms]
        if not self._indexed:
            return str(manifests[0]["digest"])
        attested = self._repository.get("attested") == "true"
        attestations = [self._attestation(manifest) for manifest in manifests if attested]
        return str(self._put(self._types.index, {"manifests": manifests + attestations})["digest"])

    def _default(self, key: str) -> Any:  # noqa: ANN401 - as YAML has it
        return self._repository["image"][key]

    def _manifest(self, build: Mapping[str, Any], platform: Mapping[str, str]) -> dict[str, Any]:
        """Make one platform's image; its descriptor."""
        layers = list(self._layers(build, platform))
        config = {
            **platform,
            "created": build["created"],
            "config": self._settings(build),
            "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
            "history": [
                {"created": build["created"], "created_by": "the basewatch demo"} for _ in layers
            ],
        }
        content = {
            "config": self._blob(self._types.config, document(config)),
            "layers": [self._blob(self._types.layer, gzipped(layer)) for layer in layers],
        }
        return {**self._put(self._types.manifest, content), "platform": dict(platform)}

    def _layers(self, build: Mapping[str, Any], platform: Mapping[str, str]) -> Iterable[bytes]:
        """The system by itself, which other images share, and what this image puts on top."""
        system = self._systems[build["system"]] if "system" in build else {}
        architecture = platform["architecture"]
        base = system_files(system, self._sources, architecture)
        added = {**self._repository["image"].get("packages", {}), **build.get("packages", {})}
        grown = system_files(with_packages(system, added), self._sources, architecture)
        changed = {path: text for path, text in grown.items() if base[path] != text}
        note = f"{self._about.strip()}\nThis stands for version {build['version']}.\n"
        if base:
            yield archive(base)
        if changed or self._repository["image"].get("bare") != "true":
            yield archive({**changed, "usr/local/share/doc/README.demo": note})

    def _settings(self, build: Mapping[str, Any]) -> dict[str, Any]:
        """The `config` of the image's configuration: how a container of it runs."""
        image = self._repository["image"]
        version = build["version"]
        env = {**image.get("env", {}), **build.get("env", {})}
        labels = {**image.get("labels", {}), "org.opencontainers.image.description": self._about}
        settings = {
            "User": build.get("user", image.get("user")),
            "ExposedPorts": {port: {} for port in image.get("ports", ())},
            "Env": [f"{key}={value.format(version=version)}" for key, value in env.items()],
            "Entrypoint": image.get("entrypoint"),
            "Cmd": image.get("cmd"),
            "WorkingDir": image.get("workdir"),
            "Labels": {key: value.format(version=version) for key, value in labels.items()},
        }
        return {key: value for key, value in settings.items() if value}

    def _attestation(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """
        A provenance statement for one platform's image, laid beside it as BuildKit does.

        https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
        """
        statement = document(
            {
                "_type": "https://in-toto.io/Statement/v0.1",
                "predicateType": "https://slsa.dev/provenance/v0.2",
                "subject": [{"name": "demo", "digest": {"sha256": manifest["digest"][7:]}}],
                "predicate": {"builder": {"id": ""}, "buildType": "demo"},
            }
        )
        nowhere = {"architecture": "unknown", "os": "unknown"}
        rootfs = {"type": "layers", "diff_ids": [digest_of(statement)]}
        config = document({**nowhere, "config": {}, "rootfs": rootfs})
        predicate = {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}
        content = {
            "config": self._blob(self._types.config, config),
            "layers": [{**self._blob(_IN_TOTO, statement), "annotations": predicate}],
        }
        about = {
            "vnd.docker.reference.digest": manifest["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        }
        descriptor = self._put(self._types.manifest, content)
        return {**descriptor, "annotations": about, "platform": nowhere}

    def _put(self, media_type: str, content: Mapping[str, Any]) -> dict[str, Any]:
        head = {"schemaVersion": 2, "mediaType": media_type}
        manifest = Manifest(media_type, document({**head, **content}))
        self._shelf.manifests[manifest.digest] = manifest
        return _descriptor(media_type, manifest.data)

    def _blob(self, media_type: str, data: bytes) -> dict[str, Any]:
        self._shelf.blobs[digest_of(data)] = data
        return _descriptor(media_type, data)


def _descriptor(media_type: str, data: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def _platform(name: str) -> dict[str, str]:
    """`linux/arm/v7` as OCI's documents have it."""
    system, architecture, *variant = name.split("/")
    return {"architecture": architecture, "os": system} | (
        {"variant": variant[0]} if variant else {}
    )

"""Turns the description of a registry into real images, down to their layers and digests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.demo.blobs import archive, digest_of, document, gzipped
from bot.demo.origins import PREDICATE, SIGNED, annotated, commit_of, signed, statement
from bot.demo.systems import grown, programs, system_files


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
    shelves: dict[str, Shelf] = {}
    for name, repository in description["repositories"].items():
        shelves[name] = _Works(description, name, shelves).shelf(repository["builds"])
    return shelves


class _Works:
    """Makes the images of one repository; `shelves` are those of the ones before it."""

    def __init__(
        self, description: Mapping[str, Any], name: str, shelves: Mapping[str, Shelf]
    ) -> None:
        self._about: str = description["about"]
        self._forge: str = description.get("forge", "")
        self._sources: Mapping[str, str] = description["sources"]
        self._systems: Mapping[str, Any] = description["systems"]
        self._name = name
        self._repository: Mapping[str, Any] = description["repositories"][name]
        self._types, self._indexed = _SHAPES[self._repository["shape"]]
        self._shelves = shelves
        self._shelf = Shelf(moves=dict(self._repository.get("moves", {})))

    def shelf(self, builds: Mapping[str, Mapping[str, Any]]) -> Shelf:
        for name, build in builds.items():
            digest = self._image({"version": name.split()[0], "name": name, **build})
            self._shelf.builds[name] = digest
            self._shelf.tags.update(dict.fromkeys(build.get("tags", ()), digest))
            if build.get("signed") == "true":
                self._sign(digest)
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
        # Docker's official images say it in both places: in the index, and in what that names.
        said = {"annotations": told} if (told := self._told(build, platform)) else {}
        made = self._put(self._types.manifest, {**content, **said})
        return {**made, **said, "platform": dict(platform)}

    def _told(self, build: Mapping[str, Any], platform: Mapping[str, str]) -> dict[str, str]:
        """The annotations on where the image comes from, of a build that has a recipe."""
        if "recipe" not in build:
            return {}
        source = f"{self._forge}/{self._name}.git"
        commit = commit_of(self._name, build["name"])
        base = build.get("base")
        on = (base["name"], self._base(base, platform)) if base else None
        return annotated(f"{source}#{commit}:{build['recipe']}", commit, build["created"], on)

    def _base(self, base: Mapping[str, str], platform: Mapping[str, str]) -> str:
        """The digest that a build is based on: that of the one platform, as Docker tells it."""
        shelf = self._shelves[f"library/{base['name'].partition(':')[0]}"]
        index = json.loads(shelf.manifests[shelf.builds[base["build"]]].data)
        entries = index["manifests"]
        return str(next(e["digest"] for e in entries if e["platform"] == dict(platform)))

    def _layers(self, build: Mapping[str, Any], platform: Mapping[str, str]) -> Iterable[bytes]:
        """The system by itself, which other images share, and what this image puts on top."""
        system = self._systems[build["system"]] if "system" in build else {}
        architecture = platform["architecture"]
        base = system_files(system, self._sources, architecture)
        after = system_files(self._grown(system, build), self._sources, architecture)
        changed = {path: text for path, text in after.items() if base.get(path) != text}
        changed |= programs(
            [*self._repository["image"].get("programs", ()), *build.get("programs", ())]
        )
        note = f"{self._about.strip()}\nThis stands for version {build['version']}.\n"
        if base:
            yield archive(base)
        if changed or self._repository["image"].get("bare") != "true":
            yield archive({**changed, "usr/local/share/doc/README.demo": note})

    def _grown(self, system: Mapping[str, Any], build: Mapping[str, Any]) -> dict[str, Any]:
        image = self._repository["image"]
        packages = {**image.get("packages", {}), **build.get("packages", {})}
        return grown(system, packages, image.get("users", {}))

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
        said = document(statement(manifest["digest"]))
        nowhere = {"architecture": "unknown", "os": "unknown"}
        rootfs = {"type": "layers", "diff_ids": [digest_of(said)]}
        config = document({**nowhere, "config": {}, "rootfs": rootfs})
        content = {
            "config": self._blob(self._types.config, config),
            "layers": [{**self._blob(_IN_TOTO, said), "annotations": PREDICATE}],
        }
        about = {
            "vnd.docker.reference.digest": manifest["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        }
        descriptor = self._put(self._types.manifest, content)
        return {**descriptor, "annotations": about, "platform": nowhere}

    def _sign(self, digest: str) -> None:
        """
        Lay a signature beside an image, under the tag where cosign looks for it.

        https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
        """
        payload, said = signed(self._name, digest)
        nowhere = {"architecture": "", "os": "", "config": {}}
        rootfs = {"type": "layers", "diff_ids": [digest_of(payload)]}
        content = {
            "config": self._blob(_OCI.config, document({**nowhere, "rootfs": rootfs})),
            "layers": [{**self._blob(SIGNED, payload), "annotations": said}],
        }
        signature = self._put(_OCI.manifest, content)
        self._shelf.tags[f"{digest.replace(':', '-')}.sig"] = str(signature["digest"])

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

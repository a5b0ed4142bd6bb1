"""Packages are those that Trivy's own SBOM of the same image lists."""

import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest

from bot.contents.reading import read
from tests.contents.databases import DPKG, STATUS_D, apk, stanza
from tests.contents.layering import Image, archive, digest_of, file, packed, symlink
from tests.packages.rpms import berkeley, blobs_made_by_rpm, made_by_rpm, ndb, needs

pytestmark = pytest.mark.slow
OCI = "application/vnd.oci.image"
DEBIAN = [
    file("etc/os-release", b'ID=debian\nVERSION_ID="12"\n'),
    file("etc/debian_version", b"12.5\n"),
]
ROCKY = file("etc/os-release", b'ID="rocky"\nVERSION_ID="9.3"\nNAME="Rocky Linux"\n')
ALPINE = [file("etc/os-release", b"ID=alpine\nVERSION_ID=3.20.3\n"), file("etc/alpine-release", b"3.20.3\n")]  # fmt: skip


def this_machine():
    needs("dpkg-query")
    where = subprocess.run(["dpkg-query", "--admindir"], capture_output=True, text=True)
    return Path(where.stdout.strip() or "/var/lib/dpkg", "status").read_bytes()


LAYERS = {
    "this machine's dpkg": lambda: [DEBIAN, [file(DPKG, this_machine())], [file("etc/motd")]],
    "distroless": lambda: [
        [*DEBIAN, file(STATUS_D + "base", stanza("base-files", "12.4+deb12u5", status=""))],
        [file(STATUS_D + "libc6", stanza("libc6", "2.36-9", status=""))],
    ],
    "alpine, changed above": lambda: [
        [*ALPINE, file("lib/apk/db/installed", apk("musl", "busybox", "curl"))],
        [file("lib/apk/db/installed", apk("musl", "busybox"))],
    ],
    "rpm of sqlite": lambda: [[ROCKY, file("var/lib/rpm/rpmdb.sqlite", made_by_rpm()[0])]],
    "rpm of ndb, linked": lambda: [
        [
            ROCKY,
            symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
            file("usr/lib/sysimage/rpm/Packages.db", ndb(blobs_made_by_rpm())),
        ]
    ],
    "rpm of berkeley": lambda: [
        [ROCKY, file("var/lib/rpm/Packages", berkeley(blobs_made_by_rpm()))],
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", LAYERS)
def test_packages_and_their_sources_are_those_of_the_sbom(trivy_program, tmp_path, kind):
    layers = LAYERS[kind]()
    image = Image(*[packed(*members) for members in layers])
    contents = read(image.description, image.blob)
    lay_out(tmp_path / "layout", image, [digest_of(archive(*members)) for members in layers])
    listed = sbom(trivy_program, tmp_path)
    assert listed
    assert {(p.name, p.version, p.source, version_of(p)) for p in contents.packages} == listed


def version_of(package):
    """Trivy gives a source the epoch of each package; we that of the source, where it is known."""
    if package.family != "rpm":
        return package.source_version
    epoch, colon, _ = package.version.partition(":")
    return (epoch + ":" if colon else "") + package.source_version.rpartition(":")[2]


def lay_out(folder, image, diff_ids):
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(data, kind):
        (blobs / digest_of(data).partition(":")[2]).write_bytes(data)
        return {"mediaType": f"{OCI}.{kind}", "digest": digest_of(data), "size": len(data)}

    described = [put(blob, "layer.v1.tar+gzip") for blob in image.blobs.values()]
    system = {"architecture": "amd64", "os": "linux"}
    config = {**system, "config": {}, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": put(json.dumps(config).encode(), "config.v1+json"),
        "layers": described,
    }
    entry = {**put(json.dumps(manifest).encode(), "manifest.v1+json"), "platform": system}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}), "utf-8")  # fmt: skip
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}', "utf-8")


def sbom(program, folder):
    """Name, version, source and source version of each package that Trivy finds."""
    quietly = ["--offline-scan", "--skip-db-update", "--quiet", "--cache-dir", folder / "cache"]
    ran = subprocess.run(
        [program, "image", "--input", folder / "layout", "--format", "cyclonedx", *quietly],
        capture_output=True,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        check=True,
    )
    parts = json.loads(ran.stdout).get("components", [])
    return {row(part) for part in parts if part["type"] == "library"}


def row(part):
    said = {each["name"].rpartition(":")[2]: each["value"] for each in part["properties"]}
    version = "-".join(filter(None, [said["SrcVersion"], said.get("SrcRelease")]))
    epoch = f"{said['SrcEpoch']}:" if said.get("SrcEpoch", "0") != "0" else ""
    return part["name"], part["version"], said["SrcName"], epoch + version


def test_layers_are_packed_as_the_layout_says():
    members = LAYERS["distroless"]()[0]
    assert gzip.decompress(packed(*members)) == archive(*members)

"""The demo's images are real: of the shape of the OCI image specification, digest by digest."""

import gzip
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.blobs import archive, digest_of, gzipped
from bot.demo.bundle import bundled
from bot.demo.images import build, load
from bot.demo.systems import grown, programs, system_files

SHELVES = load(bundled() / "registry.yaml")
INDEXES = {
    "application/vnd.oci.image.index.v1+json": "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json": "application/vnd.docker.distribution.manifest.v2+json",
}
PARTS = {
    "application/vnd.oci.image.manifest.v1+json": (
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip",
    ),
    "application/vnd.docker.distribution.manifest.v2+json": (
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ),
}
IN_TOTO = "application/vnd.in-toto+json"
SIGNED = "application/vnd.dev.cosign.simplesigning.v1+json"
OCI = "org.opencontainers.image."


def sha256(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def manifests(indexed):
    for name, shelf in SHELVES.items():
        for manifest in shelf.manifests.values():
            if (manifest.media_type in INDEXES) is indexed:
                yield name, shelf, json.loads(manifest.data)


def images():
    """The manifests of what can be run."""
    for name, shelf, manifest in manifests(indexed=False):
        if manifest["layers"][0]["mediaType"] not in (IN_TOTO, SIGNED):
            yield name, shelf, manifest


def config_of(shelf, manifest):
    return json.loads(shelf.blobs[manifest["config"]["digest"]])


def members_of(shelf, manifest):
    for layer in manifest["layers"]:
        data = gzip.decompress(shelf.blobs[layer["digest"]])
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            yield from ((m, tar.extractfile(m).read().decode()) for m in tar if m.isfile())


def files_of(shelf, manifest):
    return {member.name: text for member, text in members_of(shelf, manifest)}


def image(repository, name, architecture="amd64"):
    """The manifest of one platform of a tag or build."""
    shelf = SHELVES[repository]
    top = json.loads(shelf.manifests[shelf.tags.get(name) or shelf.builds[name]].data)
    for entry in top.get("manifests", ()):
        if entry["platform"]["architecture"] == architecture:
            return json.loads(shelf.manifests[entry["digest"]].data)
    return top


# ------------------------------------------------------------------------------ shape


def test_everything_is_kept_under_the_digest_of_its_bytes():
    for shelf in SHELVES.values():
        assert all(digest == sha256(m.data) == m.digest for digest, m in shelf.manifests.items())
        assert all(digest == sha256(data) for digest, data in shelf.blobs.items())


def test_every_tag_and_every_build_is_there():
    for shelf in SHELVES.values():
        assert {*shelf.tags.values(), *shelf.builds.values()} <= set(shelf.manifests)


def test_a_name_that_is_both_a_tag_and_a_build_means_the_same_image():
    for shelf in SHELVES.values():
        both = set(shelf.tags) & set(shelf.builds)
        assert {shelf.tags[name] for name in both} == {shelf.builds[name] for name in both}


def test_tags_are_tags():
    tags = [tag for shelf in SHELVES.values() for tag in shelf.tags]
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", tag) for tag in tags)


def test_an_index_lists_manifests_of_its_own_family_by_platform():
    for _name, shelf, index in manifests(indexed=True):
        assert index["schemaVersion"] == 2
        for entry in index["manifests"]:
            assert entry["mediaType"] == INDEXES[index["mediaType"]]
            assert entry["size"] == len(shelf.manifests[entry["digest"]].data)
            assert entry["platform"]["os"]
            assert entry["platform"]["architecture"]
        platforms = [json.dumps(entry["platform"]) for entry in index["manifests"]]
        images = [platform for platform in platforms if "unknown" not in platform]
        assert len(images) == len(set(images)) >= 1


def test_a_manifest_names_a_configuration_and_layers_that_are_there():
    for _name, shelf, manifest in manifests(indexed=False):
        config, layer = PARTS[manifest["mediaType"]]
        assert manifest["schemaVersion"] == 2
        assert manifest["config"]["mediaType"] == config
        assert {part["mediaType"] for part in manifest["layers"]} in ({layer}, {IN_TOTO}, {SIGNED})
        for part in (manifest["config"], *manifest["layers"]):
            assert part["size"] == len(shelf.blobs[part["digest"]])


def test_a_configuration_tells_its_platform_and_what_its_layers_unpack_to():
    for _name, shelf, manifest in images():
        config = config_of(shelf, manifest)
        assert config["os"] == "linux"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", config["created"])
        unpacked = [gzip.decompress(shelf.blobs[part["digest"]]) for part in manifest["layers"]]
        assert config["rootfs"] == {
            "type": "layers",
            "diff_ids": [sha256(data) for data in unpacked],
        }
        assert len(config["history"]) == len(unpacked)


def test_the_platform_of_an_index_is_that_of_the_configuration():
    for _name, shelf, index in manifests(indexed=True):
        for entry in index["manifests"]:
            config = config_of(shelf, json.loads(shelf.manifests[entry["digest"]].data))
            assert entry["platform"] == {
                key: config[key] for key in ("architecture", "os", "variant") if key in config
            }


def test_an_attestation_lies_beside_each_platform_of_an_attested_image():
    shelf = SHELVES["library/node"]
    index = json.loads(shelf.manifests[shelf.tags["20-alpine"]].data)
    images = [e["digest"] for e in index["manifests"] if e["platform"]["os"] == "linux"]
    beside = [e for e in index["manifests"] if e["platform"]["os"] == "unknown"]
    assert [e["annotations"]["vnd.docker.reference.digest"] for e in beside] == images
    assert {e["annotations"]["vnd.docker.reference.type"] for e in beside} == {
        "attestation-manifest"
    }
    statement = json.loads(shelf.manifests[beside[0]["digest"]].data)["layers"][0]
    subject = json.loads(shelf.blobs[statement["digest"]])["subject"][0]
    assert f"sha256:{subject['digest']['sha256']}" == images[0]


def test_every_image_says_that_it_is_invented():
    about = "Invented for the basewatch demo. It holds no software."
    for _name, shelf, manifest in images():
        labels = config_of(shelf, manifest)["config"]["Labels"]
        assert labels["org.opencontainers.image.description"] == about


# ------------------------------------------------------------------------------ origin


def entries(repository, tag):
    """The entries of images in the index of a tag."""
    shelf = SHELVES[repository]
    index = json.loads(shelf.manifests[shelf.tags[tag]].data)
    return [entry for entry in index["manifests"] if entry["platform"]["os"] == "linux"]


def test_an_official_image_names_its_recipe_and_its_base_in_index_and_manifest():
    for entry in entries("library/node", "20-alpine"):
        said = entry["annotations"]
        assert json.loads(SHELVES["library/node"].manifests[entry["digest"]].data)[
            "annotations"
        ] == (said)
        assert re.fullmatch(
            r"https://git\.example\.org/library/node\.git#[0-9a-f]{40}:20/alpine3\.21",
            said[f"{OCI}source"],
        )
        assert said[f"{OCI}revision"] in said[f"{OCI}source"]
        assert said[f"{OCI}base.name"] == "alpine:3.21"


def test_the_base_that_an_image_names_is_there_for_the_same_platform_and_its_lowest_layer():
    named = 0
    for name, shelf, index in manifests(indexed=True):
        for entry in index["manifests"]:
            said = entry.get("annotations", {})
            if f"{OCI}base.digest" in said:
                base = SHELVES[f"library/{said[f'{OCI}base.name'].partition(':')[0]}"]
                below = json.loads(base.manifests[said[f"{OCI}base.digest"]].data)
                own = json.loads(shelf.manifests[entry["digest"]].data)
                assert below["layers"] == own["layers"][:1], name
                assert config_of(base, below)["architecture"] == entry["platform"]["architecture"]
                named += 1
    assert named >= 30


def test_a_signature_lies_where_cosign_looks_for_it():
    shelf = SHELVES["bitnami/etcd"]
    digest = shelf.builds["3.5.17 r1"]
    manifest = json.loads(shelf.manifests[shelf.tags[f"sha256-{digest[7:]}.sig"]].data)
    (layer,) = manifest["layers"]
    assert layer["mediaType"] == SIGNED
    assert set(layer["annotations"]) == {"dev.cosignproject.cosign/signature"}
    payload = json.loads(shelf.blobs[layer["digest"]])["critical"]
    assert payload["image"] == {"docker-manifest-digest": digest}
    assert f"sha256-{shelf.builds['3.5.17 r0'][7:]}.sig" not in shelf.tags


# ------------------------------------------------------------------------------ contents


def test_how_a_container_runs_is_in_the_configuration():
    shelf = SHELVES["bitnami/etcd"]
    config = config_of(shelf, image("bitnami/etcd", "3.5.16-debian-12-r8"))["config"]
    assert config["User"] == "1001"
    assert config["ExposedPorts"] == {"2379/tcp": {}, "2380/tcp": {}}
    assert {"APP_VERSION=3.5.16", "IMAGE_REVISION=8"} <= set(config["Env"])
    assert config["Labels"]["org.opencontainers.image.version"] == "3.5.16"
    assert config["Entrypoint"] == ["/opt/bitnami/scripts/etcd/entrypoint.sh"]
    assert "WorkingDir" not in config


def test_an_image_names_its_system_and_its_packages():
    files = files_of(SHELVES["library/python"], image("library/python", "3.12-slim", "arm64"))
    release = dict(line.split("=", 1) for line in shlex.split(files["etc/os-release"]))
    assert (release["ID"], release["VERSION_ID"]) == ("debian", "12")
    assert "Package: libc6\n" in files["var/lib/dpkg/status"]
    assert "Architecture: arm64\n" in files["var/lib/dpkg/status"]
    assert "Source: glibc\n" in files["var/lib/dpkg/status"]
    assert "Package: netbase\n" in files["var/lib/dpkg/status"]
    assert "3.12.8" in files["usr/local/share/doc/README.demo"]


def test_an_alpine_image_has_apk_s_database():
    files = files_of(SHELVES["library/node"], image("library/node", "20-alpine"))
    installed = files["lib/apk/db/installed"]
    assert "P:libssl3\nV:3.3.2-r4\nA:x86_64\n" in installed
    assert "o:openssl\n" in installed
    assert all(line == "" or line[1] == ":" for line in installed.splitlines())


def test_an_image_without_a_system_holds_only_the_note_that_it_is_none():
    shelf = SHELVES["docker/dockerfile"]
    files = files_of(shelf, image("docker/dockerfile", "1"))
    assert list(files) == ["usr/local/share/doc/README.demo"]


def test_users_and_programs_are_those_of_the_system_and_of_what_is_on_it():
    held = list(members_of(SHELVES["library/node"], image("library/node", "20-alpine")))
    files = {member.name: text for member, text in held}
    assert "root:x:0:0:" in files["etc/passwd"]
    assert "node:x:1000:1000:" in files["etc/passwd"]
    assert "node:x:1000:\n" in files["etc/group"]
    programs = {member.name for member, _ in held if member.mode & 0o111}
    assert {"bin/sh", "usr/bin/wget", "usr/local/bin/node"} <= programs
    assert "etc/passwd" not in programs


def test_images_on_one_system_share_its_layer():
    debian = image("library/debian", "bookworm-slim")["layers"]
    python = image("library/python", "3.12-slim")["layers"]
    assert [part["digest"] for part in debian] == [python[0]["digest"]]
    assert len(python) == 2


def test_what_moves_goes_to_a_build_of_its_own_with_other_packages():
    moving = {name: shelf.moves for name, shelf in SHELVES.items() if shelf.moves}
    assert "3.12-slim" in moving["library/python"]
    for name, moves in moving.items():
        shelf = SHELVES[name]
        assert all(shelf.tags[tag] != shelf.builds[build] for tag, build in moves.items())
        assert not set(moves.values()) & set(shelf.tags)
    before, after = (
        files_of(SHELVES["library/python"], image("library/python", name))["var/lib/dpkg/status"]
        for name in ("3.12-slim", "3.12.8 rebuilt")
    )
    assert "Version: 3.0.15-1~deb12u1\n" in before
    assert "Version: 3.0.15-1~deb12u2\n" in after


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="dpkg is not installed")
def test_dpkg_reads_its_database(tmp_path):
    files = files_of(SHELVES["library/python"], image("library/python", "3.12-slim"))
    (tmp_path / "status").write_text(files["var/lib/dpkg/status"])
    (tmp_path / "info").mkdir()
    (tmp_path / "updates").mkdir()
    shown = subprocess.run(
        [
            "dpkg-query",
            f"--admindir={tmp_path}",
            "-W",
            "-f=${Package} ${source:Package} ${Version}\n",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    assert "libssl3 openssl 3.0.15-1~deb12u1" in shown.stdout.splitlines()
    assert "zlib1g zlib 1:1.2.13.dfsg-1" in shown.stdout.splitlines()


# ------------------------------------------------------------------------------ determinism


def test_two_builds_give_the_same_digests():
    again = load(bundled() / "registry.yaml")
    for name, shelf in SHELVES.items():
        assert again[name] == shelf


def test_another_process_gives_the_same_digests():
    code = (
        "from bot.demo.bundle import bundled; from bot.demo.images import load\n"
        "for shelf in load(bundled() / 'registry.yaml').values(): print(*shelf.manifests)"
    )
    seeded = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=seeded, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [d for shelf in SHELVES.values() for d in shelf.manifests]


def test_the_digests_written_in_the_repository_are_those_of_the_images():
    written = {
        path.parent.name: re.search(r"FROM (\S+?)@(\S+)", path.read_text())
        for path in (bundled() / "repository").rglob("Dockerfile")
        if "@sha256" in path.read_text()
    }
    assert {name: found.groups() for name, found in written.items()} == {
        "worker": ("python:3.12-slim", SHELVES["library/python"].builds["3.12.7"]),
        "backup": (
            "debian:bookworm-20241202-slim",
            SHELVES["library/debian"].tags["bookworm-20241202-slim"],
        ),
    }


def test_the_smallest_description_makes_an_image():
    (shelf,) = build(
        {
            "about": "Nothing.",
            "sources": {},
            "systems": {},
            "repositories": {
                "a": {
                    "shape": "docker-manifest",
                    "image": {"platforms": ["linux/amd64"]},
                    "builds": {"1": {"created": "2026-01-01T00:00:00Z"}},
                }
            },
        }
    ).values()
    assert list(shelf.manifests) == [shelf.builds["1"]]
    assert shelf.tags == {}


# ------------------------------------------------------------------------------ bytes


@given(st.binary(max_size=200))
def test_a_stored_gzip_unpacks_to_what_went_in(data):
    assert gzip.decompress(gzipped(data)) == data


@pytest.mark.parametrize("size", [0, 1, 65534, 65535, 65536, 131070, 131071, 200000])
def test_a_stored_gzip_of_several_blocks_unpacks_too(size):
    data = os.urandom(size)
    assert gzip.decompress(gzipped(data)) == data


paths = st.lists(
    st.text("abc.-", min_size=1, max_size=4).filter(lambda p: p.strip(".")), min_size=1, max_size=3
).map("/".join)


@given(st.dictionaries(paths, st.text(max_size=30), max_size=4))
def test_an_archive_holds_its_files_and_their_folders_whatever_the_order(files):
    # A path cannot be a file and a folder at once.
    files = {
        path: text
        for path, text in files.items()
        if not any(other.startswith(f"{path}/") for other in files)
    }
    data = archive(files)
    assert data == archive(dict(reversed(files.items())))
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        held = tar.getmembers()
        assert {m.name: tar.extractfile(m).read().decode() for m in held if m.isfile()} == files
    folders = {m.name for m in held if m.isdir()}
    assert folders == {
        path.rsplit("/", up)[0] for path in files for up in range(1, path.count("/") + 1)
    }
    assert {(m.mtime, m.uid, m.gid) for m in held} <= {(0, 0, 0)}


def test_a_digest_is_named_by_its_algorithm():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest_of(b"") == f"sha256:{empty}"


def test_no_system_leaves_no_files():
    assert system_files({}, {}, "amd64") == {}
    assert grown({}, {"a": "1"}, {"b": "2"}) == {}


def test_only_what_a_system_has_grows():
    assert grown({"dpkg": {"a": "1"}}, {"b": "2"}, {"c": "3"}) == {"dpkg": {"a": "1", "b": "2"}}


def test_a_program_can_be_run_and_a_text_cannot():
    data = archive({**programs(["bin/a"]), "etc/b": "text"})
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert {m.name: m.mode for m in tar if m.isfile()} == {"bin/a": 0o755, "etc/b": 0o644}


@pytest.mark.parametrize(
    ("architecture", "dpkg", "apk"),
    [
        ("amd64", "amd64", "x86_64"),
        ("arm64", "arm64", "aarch64"),
        ("arm", "armhf", "armv7"),
        ("s390x", "s390x", "s390x"),
        ("ppc64le", "ppc64el", "ppc64le"),
    ],
)
def test_each_distribution_has_its_own_name_for_an_architecture(architecture, dpkg, apk):
    both = {"os": {"ID": "x"}, "dpkg": {"a": "1"}, "apk": {"b": "2"}}
    files = system_files(both, {}, architecture)
    assert f"Architecture: {dpkg}\n" in files["var/lib/dpkg/status"]
    assert f"A:{apk}\n" in files["lib/apk/db/installed"]

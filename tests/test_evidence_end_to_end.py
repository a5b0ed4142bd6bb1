"""Evidence as a run gathers it: a real registry, real git, records on disk, and what goes wrong."""

import gzip
import json
import os
import subprocess

import httpx
import pytest

from bot.cli import main
from bot.contents.tar_unpacking import zstd
from tests.servers.advisories import record
from tests.servers.between import between
from tests.servers.layered import AMD64, ARM64, image, push
from tests.servers.registry import OCI_MANIFEST, Pusher, digest_of, layer

pytestmark = pytest.mark.registry

OS = b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'
PASSWD = b"root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n"
OLD = {"bash": "5.2.15-2", "openssl": "3.0.11-1~deb12u2", "perl": "5.36.0-7", "zlib": "1:1.2.13-1"}
NEW = {"bash": "5.2.15-2", "openssl": "3.0.15-1~deb12u1", "perl": "5.36.1-1", "zlib": "1:1.2.13-1"}
RECORDS = {
    "CVE-2024-1001": ("openssl", "0", "3.0.14-1~deb12u2"),
    "CVE-2024-1002": ("zlib", "0", None),
    "CVE-2024-1003": ("perl", "5.36.1-1", "5.36.2-1"),
    "CVE-2024-1004": ("openssl", "3.0.16", "3.0.17"),
}


def debian(packages, arch="amd64"):
    """The layer of a small Debian."""
    status = "".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: {arch}\n\n"
        for name, version in packages.items()
    )
    files = {"etc/os-release": OS, "etc/passwd": PASSWD, "var/lib/dpkg/status": status.encode()}
    return layer(files)


def both(packages, **more):
    """Such an image for two platforms."""
    return {
        platform: image([debian(packages, platform[6:])], platform=platform, **more)
        for platform in (AMD64, ARM64)
    }


@pytest.fixture
def registry(open_registry):
    with between(open_registry.base_url) as server:
        yield server


@pytest.fixture
def operator(tmp_path, registry, monkeypatch):
    """Writes the operator's configuration, some of its evidence otherwise than usual."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    records = tmp_path / "records"
    records.mkdir()
    for name, told in RECORDS.items():
        (records / f"{name}.json").write_text(json.dumps(record(name, *told)))

    def write(**more):
        evidence = {
            "cache": str(tmp_path / "cache"),
            "scanners": ["osv"],
            "osv": {"records": [str(records)]},
            "database_days": 3650,
            "notes": {"sources": ["recipe", "pages"]},
            **more,
        }
        said = {
            "registries": {registry.host: {"insecure": True}},
            "http": {"tries": 2},
            "evidence": evidence,
        }
        path = tmp_path / "operator.yaml"
        path.write_text(json.dumps(said))
        return path

    write()
    return write


@pytest.fixture
def bot(tmp_path, capsys, operator):
    """Runs the bot on a repository with these Dockerfiles; the bodies by folder, and the report."""
    root = tmp_path / "repo"

    def git(*words):
        command = ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *words]
        subprocess.run(command, check=True, capture_output=True)

    def run(files=None):
        for name, text in (files or {}).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        if files:
            git("init", "-q", "-b", "main")
            git("add", ".")
            git("commit", "-qm", "a change")
        out, config = tmp_path / "out", tmp_path / "operator.yaml"
        main(["run", str(root), "--config", str(config), "--out", str(out), "--json"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        bodies = {path.parent.name: path.read_text() for path in out.glob("*/body.md")}
        return bodies, {p["verb"] for p in json.loads(said.out)["proposals"]}

    return run


def pushed(open_registry, name, old=None, new=None):
    """Push the two images under `name`."""
    base = open_registry.base_url
    old, new = old or both(OLD), new or both(NEW)
    return [push(base, name, tag, images) for tag, images in (("1.0.0", old), ("1.1.0", new))]


def rows(body):
    """Each vulnerability in the body, under the heading that it stands."""
    heading, found = "", {}
    for line in body.splitlines():
        if "<summary>" in line:
            heading = line.partition("<summary>")[2].partition(" (")[0]
        if line.startswith("| [CVE-"):
            found[line[3:].partition("]")[0]] = heading
    return found


# ------------------------------------------------------------------------------ as it should be


def test_the_body_tells_what_is_fixed_introduced_and_still_there(bot, registry, open_registry):
    pushed(open_registry, "e2e/rows")
    bodies, verbs = bot({"Dockerfile": f"FROM {registry.host}/e2e/rows:1.0.0\n"})
    (body,) = bodies.values()
    assert verbs == {"created"}
    assert "**Fixes 1 vulnerability (critical), introduces 1 (critical).**" in body
    assert rows(body) == {
        "CVE-2024-1001": "Vulnerabilities fixed or gone",
        "CVE-2024-1003": "Vulnerabilities introduced",
        "CVE-2024-1002": "Vulnerabilities that remain",
    }
    assert "<summary>Packages: 2 upgraded</summary>" in body
    assert "| Packages | 4 | 4 (2 upgraded) |" in body
    assert f"`{AMD64}`, `{ARM64}`" in body


def test_a_second_run_changes_nothing_and_downloads_no_blob_and_no_manifest_again(
    bot, registry, open_registry
):
    pushed(open_registry, "e2e/again")
    first, _ = bot({"Dockerfile": f"FROM {registry.host}/e2e/again:1.0.0\n"})
    # Of two platforms one is opened: of each image its configuration and its layer.
    assert len(registry.blobs()) == 4 == len(set(registry.blobs()))
    registry.asked.clear()
    second, verbs = bot()
    assert verbs == {"unchanged"}
    assert second == first
    assert registry.blobs() == []
    assert [each for each in registry.asked if "/manifests/sha256:" in each[1]] == []


@pytest.mark.slow
def test_layers_that_images_share_are_downloaded_once(bot, registry, open_registry):
    shared, base = debian(OLD), open_registry.base_url
    for name in ("e2e/one", "e2e/two"):
        for tag, text in (("1.0.0", b"old"), ("1.1.0", b"new")):
            push(base, name, tag, {AMD64: image([shared, {"srv/app": name.encode() + text}])})
    files = {f"{n}/Dockerfile": f"FROM {registry.host}/e2e/{n}:1.0.0\n" for n in ("one", "two")}
    bodies, _ = bot(files)
    asked = [path for path in registry.blobs() if digest_of(shared) in path]
    assert (len(bodies), len(asked)) == (2, 1)


def test_a_layer_packed_with_zstandard_is_read(bot, registry, open_registry):
    pusher = Pusher(open_registry.base_url, "e2e/zstd")
    with pusher.client:
        for tag, packages in (("1.0.0", OLD), ("1.1.0", NEW)):
            plain = gzip.decompress(debian(packages))
            config = {"os": "linux", "architecture": "amd64", "config": {}}
            config["rootfs"] = {"type": "layers", "diff_ids": [digest_of(plain)]}
            packed = "application/vnd.oci.image.layer.v1.tar+zstd"
            manifest = {
                "schemaVersion": 2,
                "mediaType": OCI_MANIFEST,
                "config": pusher.blob(
                    json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"
                ),
                "layers": [pusher.blob(zstd.compress(plain), packed)],
            }
            pusher.manifest(manifest, tag)
    bodies, _ = bot({"Dockerfile": f"FROM {registry.host}/e2e/zstd:1.0.0\n"})
    (body,) = bodies.values()
    assert set(rows(body)) == {"CVE-2024-1001", "CVE-2024-1002", "CVE-2024-1003"}


# ------------------------------------------------------------------------------ as it is, too


@pytest.mark.slow
def test_an_old_image_that_is_gone_is_told_and_the_run_goes_on(bot, registry, open_registry):
    old, _ = pushed(open_registry, "e2e/gone")
    pushed(open_registry, "e2e/here")
    address = f"{open_registry.base_url}/v2/e2e/gone/manifests/{old}"
    httpx.delete(address, trust_env=False).raise_for_status()
    files = {
        "a/Dockerfile": f"FROM {registry.host}/e2e/gone:1.0.0@{old}\n",
        "b/Dockerfile": f"FROM {registry.host}/e2e/here:1.0.0\n",
    }
    bodies, verbs = bot(files)
    (gone,) = [body for name, body in bodies.items() if "gone" in name]
    (here,) = [body for name, body in bodies.items() if "here" in name]
    assert verbs == {"created"}
    assert "The present image could not be looked at" in gone
    assert rows(gone) == {}
    assert "Fixes" not in gone
    assert len(rows(here)) == 3


@pytest.mark.slow
@pytest.mark.parametrize("fault", [503, "cut"])
def test_a_registry_that_fails_in_the_middle_costs_what_it_did_not_send(
    fault, bot, registry, open_registry
):
    name = f"e2e/middle-{fault}"
    pushed(open_registry, name)
    layers = digest_of(debian(NEW))
    registry.fault = lambda path: fault if layers in path else None
    bodies, verbs = bot({"Dockerfile": f"FROM {registry.host}/{name}:1.0.0\n"})
    (body,) = bodies.values()
    assert verbs == {"created"}
    assert "What it does about vulnerabilities is not known" in body
    assert rows(body) == {}
    assert f"`{AMD64}`, `{ARM64}`" in body  # what was sent before is told

    registry.fault = lambda _path: None
    registry.asked.clear()
    bodies, verbs = bot()
    (body,) = bodies.values()
    assert verbs == {"updated"}
    assert len(rows(body)) == 3
    assert {path.rpartition("/")[2] for path in registry.blobs()} == {layers}


def test_an_image_that_is_too_large_is_not_downloaded(bot, registry, open_registry, operator):
    operator(max_image_size="1MiB")
    large = layer({"srv/data": os.urandom(3 << 19)})
    new = {AMD64: image([debian(NEW), large])}
    pushed(open_registry, "e2e/large", {AMD64: image([debian(OLD)])}, new)
    bodies, verbs = bot({"Dockerfile": f"FROM {registry.host}/e2e/large:1.0.0\n"})
    (body,) = bodies.values()
    assert verbs == {"created"}
    assert "more than the 1 MiB that are opened" in body
    assert not [path for path in registry.blobs() if digest_of(large) in path]


@pytest.mark.slow
def test_a_platform_that_only_the_old_one_has_gives_way_to_one_of_both(
    bot, registry, open_registry, operator
):
    operator(platform=ARM64)
    pushed(open_registry, "e2e/platform", both(OLD), {AMD64: image([debian(NEW)])})
    bodies, _ = bot({"Dockerfile": f"FROM {registry.host}/e2e/platform:1.0.0\n"})
    (body,) = bodies.values()
    assert f"`{ARM64}` is gone" in body
    assert len(rows(body)) == 3


def test_records_that_cannot_be_read_leave_the_packages(bot, registry, open_registry, operator):
    operator(osv={"records": ["nowhere"]})
    pushed(open_registry, "e2e/records")
    bodies, _ = bot({"Dockerfile": f"FROM {registry.host}/e2e/records:1.0.0\n"})
    (body,) = bodies.values()
    assert "What it does about vulnerabilities is not known" in body
    assert "<summary>Packages: 2 upgraded</summary>" in body


def test_evidence_can_be_left_out(bot, registry, open_registry, operator):
    operator(enabled=False)
    pushed(open_registry, "e2e/off")
    bodies, _ = bot({"Dockerfile": f"FROM {registry.host}/e2e/off:1.0.0\n"})
    (body,) = bodies.values()
    assert registry.blobs() == []
    assert "were not looked at" in body

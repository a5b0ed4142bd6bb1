"""Images laid out on disk, and what basewatch would read in them."""

import hashlib
import json

from bot.model import Contents, Description, ImageConfig, Opened, OsRelease, Package
from tests.servers.layered import described, image
from tests.servers.registry import digest_of

BOOKWORM = OsRelease("debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)")
OS_FILES = {
    "etc/debian_version": b"12.5\n",
    "etc/os-release": b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
}


def package(name, version, source=None, source_version=None, family="deb"):
    return Package(family, name, version, source or name, source_version or version)


def contents(*packages, os=BOOKWORM, digest=None, **more):
    digest = digest or "sha256:" + hashlib.sha256(repr((packages, os)).encode()).hexdigest()
    about = Description(digest, digest, "linux/amd64", ImageConfig(), ())
    databases = ("var/lib/dpkg/status",) if packages else ()
    return Contents(about, tuple(packages), databases, os, **more)


def opened(*packages, layout="/nowhere", **more):
    return Opened(contents(*packages, **more), str(layout))


def status(packages):
    """A dpkg status file of these packages."""
    return "\n".join(
        f"Package: {p.name}\nStatus: install ok installed\nMaintainer: Debian <a@b>\nArchitecture: amd64\n"
        f"Source: {p.source} ({p.source_version})\nVersion: {p.version}\nDescription: x\n"
        for p in packages
    ).encode()


def laid_out(folder, packages, files=OS_FILES):
    """A Debian image in an OCI layout of its own, and its contents."""
    manifest, blobs = image([{**files, "var/lib/dpkg/status": status(packages)}])
    digest = digest_of(manifest)
    place = folder / digest.replace(":", "-")
    (place / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
    for name, blob in {**blobs, digest: manifest}.items():
        (place / "blobs" / "sha256" / name.partition(":")[2]).write_bytes(blob)
    (place / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    entry = described(manifest, json.loads(manifest)["mediaType"])
    (place / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    return Opened(contents(*packages, digest=digest), str(place))

"""Targets: what images are made of."""

import gzip
import io
import json
from dataclasses import replace

from bot.contents.layers import read_layer
from bot.contents.layers_bounds import MIB, Bounds
from bot.contents.layers_databases import database_at
from bot.contents.reading import read as read_contents
from bot.contents.tar_members import Members
from bot.contents.tar_unpacking import Unpacking, zstd
from bot.diff.config.environment import shown, without_secrets
from bot.diff.difference import difference
from bot.diff.history import step_changes
from bot.errors import EvidenceError, LayerError, RegistryError
from bot.image import ImageRef
from bot.manifests import read_configuration, read_image, read_manifest, read_platform
from bot.model import Contents, Description, ImageConfig, Layer
from bot.origin import base_of, origin, project
from bot.packages import accounts, apk_index, os_release
from bot.packages.signed import is_signed, public_key
from bot.packages.versions import compare
from bot.provenance.certificates import signer_of
from tests.contents.databases import apk, debian, status
from tests.contents.layering import archive, file, hardlink, packed, symlink
from tests.fakes.package_indexes import record, tar, unsigned
from tests.fuzz.target import Target, given, parts, words
from tests.packages.rpms import berkeley, header, ndb, sqlite

SMALL = Bounds(
    unpacked=8 * MIB, unsuspected=4 * MIB, members=2_000, database=2 * MIB, text=64 << 10
)
A = "sha256:" + "a" * 64
OCI = "application/vnd.oci.image."
BLOBS = [
    header("bash", "5.1.8", "6.el9", source="bash-5.1.8-6.el9.src.rpm"),
    header("perl", "5.32.1", "481", epoch=4, source="(none)"),
    header("gpg-pubkey", "8483c65d", "5ccc5b19", arch="(none)"),
]
INDEX = {
    "schemaVersion": 2,
    "mediaType": OCI + "index.v1+json",
    "manifests": [
        {
            "mediaType": OCI + "manifest.v1+json",
            "digest": A,
            "size": 1234,
            "platform": {"architecture": "arm", "os": "linux", "variant": "v7", "os.version": "1"},
            "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
        }
    ],
}
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": OCI + "manifest.v1+json",
    "config": {"mediaType": OCI + "config.v1+json", "digest": A, "size": 7},
    "layers": [{"mediaType": OCI + "layer.v1.tar+gzip", "digest": A, "size": 7, "urls": ["x"]}],
    "annotations": {"org.opencontainers.image.source": "https://github.com/a/b#c"},
}
CONFIG = {
    "architecture": "amd64",
    "os": "linux",
    "created": "2024-01-01T00:00:00.123456789Z",
    "config": {
        "User": "0:0",
        "Env": ["PATH=/bin", "TOKEN=abc"],
        "Cmd": ["sh", "-c", "x"],
        "Entrypoint": None,
        "ExposedPorts": {"80/tcp": {}},
        "Volumes": {"/data": {}},
        "Labels": {"org.opencontainers.image.base.name": "docker.io/library/debian:12"},
        "Healthcheck": {"Test": ["CMD", "x"], "Interval": 30_000_000_000},
        "StopSignal": "SIGTERM",
    },
    "rootfs": {"type": "layers", "diff_ids": [A]},
    "history": [{"created_by": "RUN /bin/sh -c apt-get", "empty_layer": True}, {"created_by": "x"}],
}
CERTIFICATE = (
    bytes.fromhex("3081a33081a0a3819d30819a305406035511040103044d304b8649")
    + b"https://github.com/acme/images/.github/workflows/release.yaml@refs/heads/m"
)
PEM = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
KEY = (
    b"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7vbqajDw4o6gJy8UtmIbkcpnkO3Kwc4qsEnSZp/TR+fQi62F79RHW"
    b"mwKOtFmwteURgLbj7D/WGuNLGOfa/2vse3G2eHnHl5CB8ruRX9fBl/KgwCVr2JaEuUm66bBQeP5XeBotdR4cvX38uPYi"
    b"vCDdPjJ1QWPdspTBKcxeFbccDwIDAQAB"
)


def layer(data):
    about = Layer(A, len(data), "tar")
    facts = read_layer(about, lambda _: io.BytesIO(data), SMALL)
    assert facts.entries is not None


def contents(data):
    """An image of several layers, divided by an empty chunk of a megabyte no test needs."""
    blobs = data.split(b"\n--layer--\n")[:4]
    layers = tuple(Layer(f"sha256:{n:064x}", len(blob), "tar", "") for n, blob in enumerate(blobs))
    image = Description(A, A, "linux/amd64", ImageConfig(), layers)
    read_contents(image, lambda one: io.BytesIO(blobs[int(one.digest[-4:])]), bounds=SMALL)


def members(data):
    walk = Members([data[at : at + 700] for at in range(0, len(data), 700)], SMALL)
    for number, _ in enumerate(walk):
        if number % 2:
            walk.read()


def unpacked(data):
    for chunk in Unpacking(io.BytesIO(data), len(data), SMALL):
        assert len(chunk) <= MIB


def database(path):
    reader = database_at(path)
    return lambda data: reader(bytearray(data), SMALL)


def index(data):
    names, _, body = data.partition(b"\n")
    apk_index.read(body, set(words(names).split()))


def key(data):
    is_signed("RSA256", b"x" * 128, public_key(data), (b"y",))


def described(data):
    manifest, _, configuration = data.partition(b"\n\n")
    found = read_image(manifest)
    told = read_configuration(configuration)
    image = Description(A, A, "linux/amd64", told.config, (), found.annotations, told.history)
    difference(Contents(image), Contents(replace(image, digest="sha256:" + "b" * 64)))
    difference(Contents(image), Contents(Description(A, A, "linux/amd64", ImageConfig(), ())))
    origin(image, ImageRef.parse("node:20"), image)
    base_of(image)


def release(data):
    for path in os_release.FILES:
        os_release.os_release({path: words(data)})


def versions(data):
    one, other, _ = parts(data, 3)
    for family in ("deb", "apk", "rpm"):
        there, back = compare(family, one, other), compare(family, other, one)
        assert there is None or there == -(back or 0)


def settings(data):
    name, value, rest = parts(data, 3)
    shown(name, value)
    without_secrets(rest)
    step_changes(rest.splitlines()[:50], value.split(" ")[:50])


def bundle(data):
    signer_of(data)
    signer_of(words(data))


def layers():
    plain = archive(*debian(), symlink("lib", "usr/lib"), hardlink("etc/issue", "etc/os-release"))
    whiteout = archive(file("etc/.wh.passwd"), file("var/.wh..wh..opq"), file("x/" + "y" * 200))
    return [
        plain,
        gzip.compress(plain, 1, mtime=0),
        zstd.compress(plain),
        gzip.compress(plain[:1024], mtime=0) + gzip.compress(plain[1024:], mtime=0),
        whiteout,
        archive(file("é" * 120, b"1"), form=1),
        archive(file("a" * 150, b"1"), form=2),
        packed(file("lib/apk/db/installed", apk("musl", "busybox"))),
        packed(file("var/lib/rpm/rpmdb.sqlite", sqlite(BLOBS[:1]))),
    ]


def signed():
    plain = unsigned(record("bash", "5.2-r0", t="1700000000", c="abc"), record("curl", "8-r1", "c"))
    head = gzip.compress(tar([(".SIGN.RSA256.a.rsa.pub", b"x" * 128)], whole=False), mtime=0)
    return [b"bash curl\n" + plain, b"bash\n" + head + plain]


def chisel():
    lines = [
        '{"jsonwall":"1.0","schema":"1.0","count":2}',
        '{"kind":"package","name":"libc6","version":"2.39-0ubuntu8","sha256":"00","arch":"amd64"}',
        '{"kind":"path","path":"/etc/passwd","mode":"0644","slices":["base_x"]}',
    ]
    return zstd.compress("\n".join(lines).encode())


def plain(*documents):
    return lambda: [json.dumps(each).encode() for each in documents]


DPKG = status("bash", ("gone", "1", "deinstall ok config-files"), ("x", "1:2-3+b1")) + (
    b"Package: y\nStatus: install ok installed\nSource: z (1.2)\nVersion: 1\nDescription: a\n b\n\n"
)
REFUSED = (EvidenceError,)
TARGETS = [
    Target("manifest", read_manifest, plain(INDEX, MANIFEST), (ValueError,)),
    Target("manifest of an image", read_image, plain(MANIFEST), (ValueError,)),
    Target("configuration of an image", read_configuration, plain(CONFIG), (ValueError,)),
    Target("platform of an image", read_platform, plain(CONFIG), (ValueError,)),
    Target(
        "description of an image",
        described,
        lambda: [json.dumps(MANIFEST).encode() + b"\n\n" + json.dumps(CONFIG).encode()],
        (ValueError,),
    ),
    Target("layer", layer, layers, (LayerError,)),
    Target("image", contents, lambda: [b"\n--layer--\n".join(layers()[:2]), layers()[7]], REFUSED),
    Target("tar", members, lambda: [each for each in layers() if each[:2] != b"\x1f\x8b"], REFUSED),
    Target("unpacking", unpacked, layers, REFUSED),
    Target("database:dpkg", database("var/lib/dpkg/status"), given(DPKG), REFUSED),
    Target("database:status.d", database("var/lib/dpkg/status.d/base"), given(DPKG), REFUSED),
    Target(
        "database:apk", database("lib/apk/db/installed"), given(apk("musl", "busybox")), REFUSED
    ),
    Target(
        "database:rpm",
        database("var/lib/rpm/rpmdb.sqlite"),
        lambda: [sqlite(BLOBS), ndb(BLOBS), berkeley(BLOBS), berkeley(BLOBS, ">")],
        REFUSED,
    ),
    Target(
        "database:rpm manifest",
        database("var/lib/rpmmanifest/container-manifest-2"),
        given(
            "bash\t5.1.8-2.cm2\t1653816591\t1653753130\tMicrosoft\t(none)\t1\tx86_64\t0\tb.src.rpm\n"
        ),
        REFUSED,
    ),
    Target(
        "database:chisel", database("var/lib/chisel/manifest.wall"), lambda: [chisel()], REFUSED
    ),
    Target("index of packages", index, signed, (RegistryError,)),
    Target("key of an index", key, given(PEM % KEY), (RegistryError,)),
    Target(
        "os-release",
        release,
        given(
            b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="a \\"b\\" c"\n',
            b"12.5\n",
            b"3.19.1\n",
            b"AlmaLinux release 9.3 (Shamrock)\n",
            b"ID='x'\nID_LIKE=\"rhel fedora\"\n",
        ),
    ),
    Target(
        "accounts",
        lambda data: accounts.names(words(data)),
        given("root:x:0:0:root:/root:/bin/sh\n"),
    ),
    Target(
        "versions of packages",
        versions,
        given(
            "1:2.36-9+deb12u4\n1:2.36-9~rc1", "1.2.3_rc1-r4\n1.2.3_p2-r0", "5.1^git-6.el9\n5.1~a-1"
        ),
    ),
    Target(
        "settings of an image",
        settings,
        given("API_TOKEN\nabc\nRUN TOKEN=abc curl -H 'a: b' https://u:p@x/\nRUN y"),
    ),
    Target(
        "certificate",
        bundle,
        given(CERTIFICATE, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"),
    ),
    Target(
        "project",
        lambda data: project(words(data)),
        given(
            "https://github.com/docker-library/python.git#0123456789012345678901234567890123456789:3.12/slim",
            "git@gitlab.com:a/b/c.git",
            "https://gitlab.example/a/b/-/tree/main/x?y#z",
        ),
    ),
]

"""Images as the readers would tell of them."""

import hashlib

from bot.image import ImageRef
from bot.model import (
    Bump,
    Contents,
    Description,
    Finding,
    ImageConfig,
    Layer,
    OsRelease,
    Package,
    Scan,
    Scanned,
)

BOOKWORM = OsRelease("debian", "12", "bookworm", "Debian GNU/Linux")


def digest(word):
    return "sha256:" + hashlib.sha256(str(word).encode()).hexdigest()


def deb(name, version, source="", source_version="", arch="amd64"):
    return Package("deb", name, version, source or name, source_version or version, arch)


def apk(name, version, source=""):
    return Package("apk", name, version, source or name, version, "x86_64")


def rpm(name, version, source="", arch="x86_64"):
    return Package("rpm", name, version, source or name, version, arch)


def layers(*words, size=10_000_000):
    return tuple(Layer(digest(word), size, diff_id=digest(f"{word} diff")) for word in words)


def described(
    name,
    *,
    config=None,
    stack=("base",),
    annotations=None,
    index=None,
    size=10_000_000,
    history=(),
):
    return Description(
        digest(name),
        digest(index or f"{name} index"),
        "linux/amd64",
        config or ImageConfig(),
        layers(*stack, size=size),
        annotations or {},
        tuple(history),
    )


def image(name, packages=(), **more):
    about = {key: more.pop(key) for key in tuple(more) if key in DESCRIBED}
    known = {"databases": ("var/lib/dpkg/status",), "os": BOOKWORM} if packages else {}
    return Contents(described(name, **about), tuple(packages), **{**known, **more})


DESCRIBED = ("config", "stack", "annotations", "index", "size", "history")


def bump(old="node:20.11.0", new="node:20.18.1", kind="minor"):
    return Bump(ImageRef.parse(old), ImageRef.parse(new), kind)


def finding(name, package="glibc", installed="2.36-9", **more):
    return Finding(name, package, more.pop("family", "deb"), installed, **more)


def scanned(
    old=(),
    new=(),
    *,
    packages=(1, 1),
    database="2026-11-21",
    doubts=(),
    suppressed=(0, 0),
    libraries=(None, None),
):
    sides = zip((old, new), packages, suppressed, libraries, strict=True)
    return Scanned(
        *(
            Scan("x", "1", database, tuple(found), n, tuple(doubts), s, there)
            for found, n, s, there in sides
        )
    )

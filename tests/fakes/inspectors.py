"""Who looks into images, as far as a test has something for them to say: the ports, without any image."""

from contextlib import asynccontextmanager

from bot.errors import EvidenceError
from bot.model import (
    Contents,
    Description,
    ImageConfig,
    Layer,
    Opened,
    OsRelease,
    Package,
    Provenance,
    Scan,
    Scanned,
)
from bot.ports import Inspectors
from tests.altered import replace
from tests.fakes.shelf import digest_of

DEBIAN = OsRelease("debian", "12", "bookworm", "Debian GNU/Linux")


def deb(name, version):
    return Package("deb", name, version, name, version, "amd64")


def inside(*packages, config=None, annotations=None, os=DEBIAN, **more):
    """The contents of an image, to be put under a digest; `config` is of its `ImageConfig`."""
    word = repr((packages, config, annotations, more))
    described = Description(
        digest_of(word),
        "",
        "",
        ImageConfig(**(config or {})),
        (Layer(digest_of("layer", word), 1000),),
        annotations or {},
    )
    databases = ("var/lib/dpkg/status",) if packages else ()
    return Contents(described, tuple(packages), databases, os, **more)


def scanned(old=(), new=(), *, packages=1):
    """What a scanner says that found these."""
    old, new = (Scan("x", "1", "2026-11-21", tuple(found), packages) for found in (old, new))
    return Scanned(old, new)


class Pictures:
    """Images by digest, contents or a sentence on why not; `shut` can be described, not opened."""

    def __init__(self, images, shut=None):
        self.images, self.shut = images, shut or {}
        self.asked = []

    async def describe(self, image, platform=None):
        self.asked.append(("describe", image.digest, platform))
        return self._found(image, platform).image

    async def open(self, image, platform=None):
        self.asked.append(("open", image.digest, platform))
        if image.digest in self.shut:
            raise EvidenceError(self.shut[image.digest])
        return Opened(self._found(image, platform), "layout")

    def _found(self, image, platform):
        found = self.images.get(image.digest, f"{image}: there is no such image")
        if isinstance(found, str):
            raise EvidenceError(found)
        return replace(found, image=replace(found.image, index=image.digest, platform=platform))


class Says:
    """A scanner, a source of notes or origins: gives what it was told to, or fails for a reason."""

    def __init__(self, name, said):
        self.NAME = name
        self.said = said
        self.heard = []

    async def compare(self, old, new):
        return self._answer((old, new))

    async def about(self, compared):
        return self._answer(compared)

    async def of(self, image, found, base=None):
        said = self._answer((image, found, base))
        return said.get(image.digest, Provenance()) if isinstance(said, dict) else said

    def _answer(self, heard):
        self.heard.append(heard)
        if isinstance(self.said, str):
            raise EvidenceError(self.said)
        return self.said


def looking(pictures, **others):
    """What a `Desk` takes as its `inspectors`."""

    @asynccontextmanager
    async def opened(_registry):
        yield Inspectors(pictures, **others)

    return opened

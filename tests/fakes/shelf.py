"""A registry of a few lists: the port, without any network."""

import hashlib
from contextlib import asynccontextmanager
from pathlib import Path

from bot.errors import RegistryError
from bot.git import WorkTree
from bot.image import ImageRef
from bot.model import Document, ImageFacts, Outline, TagList


def content_digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()


def digest_of(*words):
    return "sha256:" + hashlib.sha256(" ".join(words).encode()).hexdigest()


class Shelf:
    """
    `images`: name → tags; a tag's digest is that of `name:tag` unless `moved` says otherwise.
    `platforms`: tag → platforms, `platforms_at`: digest → platforms, `children` → those of its
    index; `singles` are digests without index, `unreadable` names or digests of no outline.
    `alike` gives tags the digest of another; `told`: repositories whose listing carries digests.
    `broken`: names of which nothing is told, and `name:tag` of which no digest is.
    """

    def __init__(self, images, *, broken=(), platforms=None):
        self.images = {ImageRef.parse(name).repository: list(tags) for name, tags in images.items()}
        refs = [ImageRef.parse(name) for name in broken]
        self.broken = {ref.repository for ref in refs if not ref.tag}
        self.broken_tags = {ref for ref in refs if ref.tag}
        self.platforms = platforms or {}
        self.platforms_at = {}
        self.children = {}
        self.singles = set()
        self.unreadable = set()
        self.moved = {}
        self.alias = {}
        self.told = set()
        self.asked = []
        self.held = {}
        self.bodies = {}
        self.named = {}

    def digest_at(self, text):
        key = self._key(text)
        key = self.alias.get(key, key)
        if key in self.held:
            return self.held[key]
        return digest_of(key, str(self.moved.get(key, "")))

    def alike(self, *texts):
        for text in texts[1:]:
            self.alias[self._key(text)] = self._key(texts[0])

    def holds(self, text, *bodies):
        """What is really there: the document of a tag, and the documents and blobs that it names."""
        self.bodies |= {content_digest(body): body for body in bodies}
        self.held[self._key(text)] = content_digest(bodies[0])

    def refers(self, digest, *referrers):
        """What names the manifest of this digest as its subject."""
        self.named[digest] = referrers

    def tells(self, name):
        self.told.add(ImageRef.parse(name).repository)

    def _key(self, text):
        ref = ImageRef.parse(text)
        return f"{ref.repository}:{ref.effective_tag}"

    def move(self, text, to="moved"):
        self.moved[self._key(text)] = to

    async def tags(self, image):
        self.asked.append(("tags", str(image.repository)))
        if image.repository in self.broken:
            raise RegistryError(f"{image.repository}: the registry is out of order (500)")
        if image.repository not in self.images:
            raise RegistryError(f"{image.repository}: there is no such repository (404)")
        tags = tuple(self.images[image.repository])
        told = tags if image.repository in self.told else ()
        return TagList(tags, {tag: self.digest_at(str(image.at(tag))) for tag in told})

    async def digest(self, image):
        self.asked.append(("digest", str(image)))
        return await self._found(image)

    async def _found(self, image):
        if image.repository in self.broken or image in self.broken_tags:
            raise RegistryError(f"{image.repository}: the registry is out of order (500)")
        if image.effective_tag not in self.images.get(image.repository, ()):
            raise RegistryError(f"{image}: there is no such tag (404)")
        return self.digest_at(str(image))

    def _platforms(self, image):
        digest = image.digest or self.digest_at(str(image))
        usual = self.platforms.get(image.tag, ("linux/amd64", "linux/arm64"))
        return tuple(self.platforms_at.get(digest, usual))

    async def outline(self, image):
        self.asked.append(("outline", str(image)))
        digest = image.digest or await self._found(image)
        if image.repository in self.broken or {str(image), digest} & self.unreadable:
            raise RegistryError(f"{image.repository}: the registry is out of order (500)")
        platforms = self._platforms(image)
        if digest in self.singles:
            return Outline(digest, "application/vnd.oci.image.manifest.v1+json", platforms)
        children = tuple((p, digest_of(digest, p)) for p in platforms)
        index = "application/vnd.oci.image.index.v1+json"
        return Outline(digest, index, platforms, self.children.get(digest, children))

    async def facts(self, image):
        self.asked.append(("facts", str(image)))
        if image.repository in self.broken:
            raise RegistryError(f"{image.repository}: the registry is out of order (500)")
        platforms = self._platforms(image)
        size = 10_000_000 + len(str(image)) * 100_000
        index = "application/vnd.oci.image.index.v1+json"
        digest = image.digest or self.digest_at(str(image))
        return ImageFacts(digest, index, platforms, {"linux/amd64": size})

    async def document(self, image):
        self.asked.append(("document", str(image)))
        digest = image.digest or await self._found(image)
        return Document(digest, "", self._body(image, digest))

    async def blob(self, image, digest, size, write, have=()):
        self.asked.append(("blob", f"{image.repository}@{digest}"))
        write(self._body(image, digest)[sum(map(len, have)) : size])

    async def referrers(self, image):
        self.asked.append(("referrers", str(image)))
        return self.named.get(image.digest or await self._found(image), ())

    def _body(self, image, digest):
        if image.repository in self.broken:
            raise RegistryError(f"{image.repository}: the registry is out of order (500)")
        if digest not in self.bodies:
            raise RegistryError(f"{image.repository}@{digest}: there is no such image (404)")
        return self.bodies[digest]

    @asynccontextmanager
    async def open(self):
        yield self


def tree_of(root: Path, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return WorkTree(root)

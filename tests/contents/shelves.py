"""A registry port that has blobs and documents in a dict, and may be told to fail."""

from bot.errors import RegistryError
from bot.model import Contents, Document
from tests.servers.registry import digest_of


class Shelves:
    """`asked` is what it was asked for, in turn; `fault(digest, start)` gives other bytes, or raises."""

    def __init__(self, *bodies, tags=None):
        self.bodies = {digest_of(body): body for body in bodies}
        self.tags = tags or {}
        self.asked = []
        self.fault = None

    def put(self, *bodies):
        self.bodies |= {digest_of(body): body for body in bodies}

    async def document(self, image):
        digest = image.digest or self.tags.get(image.tag)
        self.asked.append(("document", image.digest or image.tag))
        if digest not in self.bodies:
            raise RegistryError(f"{image}: there is no such image")
        return Document(digest, "", self.bodies[digest])

    async def blob(self, image, digest, size, write, have=()):
        had = b"".join(have)
        self.asked.append(("blob", digest, len(had)))
        if digest not in self.bodies:
            raise RegistryError(f"{image}: there is no such blob")
        body = self.bodies[digest]
        rest = self.fault(digest, len(had)) if self.fault else body[len(had) :]
        for start in range(0, len(rest), 1000):
            write(rest[start : start + 1000])
        if len(had + rest) < size:
            raise RegistryError(f"{image}: it broke off the answer")
        if had + rest != body:
            raise RegistryError(f"{image}: sent other bytes")

    def blobs_asked(self):
        return [digest for what, digest, *_ in self.asked if what == "blob"]


def sizes(description, blob):
    """A reader that tells the size of each layer as if it were a database's path."""
    found = []
    for layer in description.layers:
        with blob(layer) as file:
            found.append(str(len(file.read())))
    return Contents(description, databases=tuple(found))

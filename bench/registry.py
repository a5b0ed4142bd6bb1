"""
A loopback registry that answers as fast as one Python process can, and counts what it is asked.

`python -m bench.registry FILE [SECONDS]` serves the repositories of a JSON file (`{name: [tags]}`),
each answer held back for SECONDS, and prints its port. `GET /counts` gives the requests since the
last such call, by kind.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections import Counter
from functools import cache
from pathlib import Path

INDEX = "application/vnd.oci.image.index.v1+json"


@cache
def index(name: str, tag: str) -> bytes:
    """The index at a tag, different for each; `digest` of it is what a pin holds."""
    manifests = [
        {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "sha256:" + hashlib.sha256(f"{name}:{tag}/{machine}".encode()).hexdigest(),
            "size": 1024,
            "platform": {"os": "linux", "architecture": machine},
        }
        for machine in ("amd64", "arm64")
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()


@cache
def digest(name: str, tag: str) -> str:
    """The digest of the index at a tag."""
    return "sha256:" + hashlib.sha256(index(name, tag)).hexdigest()


class Shelf:
    """What the registry holds, and how often it was asked for what."""

    def __init__(self, repositories: dict[str, list[str]]) -> None:
        self.tags = repositories
        self.by_digest = {
            (name, digest(name, tag)): tag for name, tags in repositories.items() for tag in tags
        }
        self.counts: Counter[str] = Counter()

    def answer(self, method: str, target: str) -> tuple[int, str, dict[str, str], bytes]:
        path = target.partition("?")[0]
        if path == "/counts":
            counted, self.counts = dict(self.counts), Counter()
            return 200, "application/json", {}, json.dumps(counted).encode()
        name, _, rest = path.removeprefix("/v2/").partition("/tags/list")
        if path.endswith("/tags/list") and not rest:
            self.counts["tags"] += 1
            return self._tag_list(name)
        name, manifests, reference = path.removeprefix("/v2/").rpartition("/manifests/")
        if manifests:
            self.counts["manifest " + method] += 1
            return self._manifest(name, reference)
        self.counts["other"] += 1
        return (200, "application/json", {}, b"{}") if path == "/v2/" else _missing()

    def _tag_list(self, name: str) -> tuple[int, str, dict[str, str], bytes]:
        if name not in self.tags:
            return _missing()
        body = json.dumps({"name": name, "tags": self.tags[name]}).encode()
        return 200, "application/json", {}, body

    def _manifest(self, name: str, reference: str) -> tuple[int, str, dict[str, str], bytes]:
        tag = self.by_digest.get((name, reference), reference)
        if tag not in self.tags.get(name, ()):
            return _missing()
        return 200, INDEX, {"Docker-Content-Digest": digest(name, tag)}, index(name, tag)


def _missing() -> tuple[int, str, dict[str, str], bytes]:
    return 404, "application/json", {}, b'{"errors": [{"code": "NAME_UNKNOWN"}]}'


class Conversation(asyncio.Protocol):
    """One connection: requests without a body, one after the other."""

    def __init__(self, shelf: Shelf, delay: float) -> None:
        self.shelf, self.delay, self.heard = shelf, delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while b"\r\n\r\n" in self.heard:
            head, _, self.heard = self.heard.partition(b"\r\n\r\n")
            method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
            reply = self._reply(method, target)
            if self.delay and target != "/counts":
                asyncio.get_running_loop().call_later(self.delay, self.transport.write, reply)
            else:
                self.transport.write(reply)

    def _reply(self, method: str, target: str) -> bytes:
        status, kind, extra, body = self.shelf.answer(method, target)
        lines = [
            f"HTTP/1.1 {status} {'OK' if status == 200 else 'Not Found'}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in extra.items()),
        ]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head if method == "HEAD" else head + body


async def serve(repositories: dict[str, list[str]], delay: float) -> None:
    shelf = Shelf(repositories)
    server = await asyncio.get_running_loop().create_server(
        lambda: Conversation(shelf, delay), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    wanted = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    asyncio.run(serve(wanted, float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))

"""
A loopback registry that answers faster than who is measured asks, and counts what it is asked.

`python -m bench.registry FILE [SECONDS]` serves the repositories of a JSON file (`{name: {tag:
build}}`), each answer held back for SECONDS, and prints its port. `GET /counts` gives the requests
since the last such call, by kind. Every image is an index of two platforms, with manifests and
configurations, and everything has the digest of what it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
PLATFORMS = ("amd64", "arm64")
_TLS_HELLO = b"\x16"
# As Go's server does it: its clients then speak HTTP at once, and elsewise try again for seconds.
_NO_TLS = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"


class Document(NamedTuple):
    """Something that a registry keeps by its digest."""

    kind: str
    body: bytes
    digest: str


@cache
def image(name: str, build: str) -> tuple[Document, ...]:
    """The index of a build, different for each, and after it all that it leads to."""
    children = [_child(name, build, platform) for platform in PLATFORMS]
    listed = [
        {**_reference(manifest), "platform": {"os": "linux", "architecture": platform}}
        for platform, (manifest, _) in zip(PLATFORMS, children, strict=True)
    ]
    index = _document(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed})
    return index, *(document for pair in children for document in pair)


def _child(name: str, build: str, platform: str) -> tuple[Document, Document]:
    layer = _digest(f"{name}:{build}/{platform}".encode())
    config = _document(
        CONFIG,
        {
            "architecture": platform,
            "os": "linux",
            "created": "2025-01-01T00:00:00Z",
            "config": {"Cmd": ["/bin/sh"], "Labels": {"version": build}},
            "rootfs": {"type": "layers", "diff_ids": [layer]},
        },
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _reference(config),
        "layers": [{"mediaType": LAYER, "digest": layer, "size": 30_000_000}],
    }
    return _document(MANIFEST, manifest), config


def _document(kind: str, value: dict[str, object]) -> Document:
    body = json.dumps(value).encode()
    return Document(kind, body, _digest(body))


def _reference(document: Document) -> dict[str, object]:
    return {
        "mediaType": document.kind,
        "digest": document.digest,
        "size": len(document.body),
    }


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def digest(name: str, build: str) -> str:
    """The digest of the index of a build."""
    return image(name, build)[0].digest


def before(build: str) -> str:
    """The build that a tag had before: to be had by its digest alone."""
    return f"{build}, of last month"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is ready to be sent: what goes before the body, and the body."""

    counted: str
    head: bytes
    body: bytes
    tag: bytes = b""


class Shelf:
    """What the registry holds, and how often it was asked for what."""

    def __init__(self, repositories: dict[str, dict[str, str]]) -> None:
        self.counts: Counter[str] = Counter()
        self._answers = {"/v2/": _answer("ping", "application/json", b"{}")}
        for name, tags in repositories.items():
            self._take(name, tags)

    def _take(self, name: str, tags: dict[str, str]) -> None:
        listed = json.dumps({"name": name, "tags": list(tags)}).encode()
        self._answers[f"/v2/{name}/tags/list"] = _answer("tags", "application/json", listed)
        for build in set(tags.values()):
            for document in (*image(name, build), *image(name, before(build))):
                self._keep(name, document)
        for tag, build in tags.items():
            at = self._answers[f"/v2/{name}/manifests/{digest(name, build)}"]
            self._answers[f"/v2/{name}/manifests/{tag}"] = at

    def _keep(self, name: str, document: Document) -> None:
        counted = "blob" if document.kind == CONFIG else "manifest"
        self._answers[f"/v2/{name}/{counted}s/{document.digest}"] = _answer(
            counted, document.kind, document.body, document.digest
        )

    def answer(self, method: str, target: str, wanted: bytes) -> bytes:
        """The whole answer; `wanted` is what follows the line of the request."""
        path = target.partition("?")[0]
        if path == "/counts":
            counted, self.counts = self.counts, Counter()
            answer = _answer("", "application/json", json.dumps(counted).encode())
            return answer.head + answer.body
        answer = self._answers.get(path, _MISSING)
        if answer.tag and answer.tag in _held(wanted):
            self.counts[f"{answer.counted} {method}, unchanged"] += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + answer.tag + b"\r\n\r\n"
        self.counts[f"{answer.counted} {method}"] += 1
        return answer.head if method == "HEAD" else answer.head + answer.body


def _held(headers: bytes) -> bytes:
    """The value of `If-None-Match`, and what comes after it."""
    return headers[at:] if (at := headers.lower().find(b"\nif-none-match:")) >= 0 else b""


def _answer(
    counted: str, kind: str, body: bytes, known: str = "", status: str = "200 OK"
) -> Answer:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += ["Docker-Distribution-Api-Version: registry/2.0"]
    if known:
        lines += [f"Docker-Content-Digest: {known}", f'ETag: "{known}"']
    tag = f'"{known}"' if known else ""
    return Answer(counted, "\r\n".join([*lines, "\r\n"]).encode(), body, tag.encode())


_MISSING = _answer(
    "missing",
    "application/json",
    b'{"errors": [{"code": "NAME_UNKNOWN"}]}',
    status="404 Not Found",
)


class Conversation(asyncio.Protocol):
    """One connection: requests without a body, one after the other; whoever tries TLS is left."""

    def __init__(self, shelf: Shelf, delay: float) -> None:
        self.shelf, self.delay, self.heard = shelf, delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if self.heard.startswith(_TLS_HELLO):
            self.transport.write(_NO_TLS)
            self.transport.close()
            return
        while b"\r\n\r\n" in self.heard:
            head, _, self.heard = self.heard.partition(b"\r\n\r\n")
            line, _, headers = head.partition(b"\r")
            method, target, _ = line.decode().split(" ", 2)
            reply = self.shelf.answer(method, target, headers)
            if self.delay and target != "/counts":
                asyncio.get_running_loop().call_later(self.delay, self.transport.write, reply)
            else:
                self.transport.write(reply)


async def serve(repositories: dict[str, dict[str, str]], delay: float) -> None:
    shelf = Shelf(repositories)
    server = await asyncio.get_running_loop().create_server(
        lambda: Conversation(shelf, delay), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    wanted = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    asyncio.run(serve(wanted, float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))

"""
The least that a job can cost in Python: what basewatch is compared with.

`python -m bench.floors walk FOLDER` walks a tree and reads its Dockerfiles; `read FOLDER` reads
every file; `httpx PORT FILE` and `raw PORT FILE` make the requests of a JSON file (`{"lists": [],
"heads": []}`) by sixteen connections, with httpx and with nothing but sockets.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

CONNECTIONS = 16
# A registry may say that it has no image where it has one of a kind that was not asked for.
ACCEPT = "application/vnd.oci.image.index.v1+json, */*"

Questions = dict[str, list[str]]


def walk(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from walk(entry.path)
            else:
                yield entry


def read(folder: str, names: frozenset[str] | None) -> int:
    total = 0
    for entry in walk(folder):
        if names is None or entry.name in names:
            with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123 - Path.open costs more
                total += len(file.read())
    return total


async def ask(port: str, questions: Questions) -> int:
    """How many tags there are; raises where an answer is no success."""
    import httpx

    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    base = f"http://127.0.0.1:{port}"
    headers = {"Accept": ACCEPT}
    async with httpx.AsyncClient(
        base_url=base, limits=limits, headers=headers, timeout=60
    ) as client:
        lists = await asyncio.gather(*map(client.get, questions["lists"]))
        heads = await asyncio.gather(*map(client.head, questions["heads"]))
    for answer in (*lists, *heads):
        answer.raise_for_status()
    return sum(len(answer.json()["tags"]) for answer in lists)


class Connection(asyncio.Protocol):
    """Takes questions from those that are left, one after the other, until none is."""

    def __init__(self, left: deque[tuple[str, str]], bodies: list[bytes]) -> None:
        self.left, self.bodies = left, bodies
        self.heard = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport
        self._next()

    def _next(self) -> None:
        if not self.left:
            self.done.set_result(None)
            self.transport.close()
            return
        self.method, path = self.left.popleft()
        self.transport.write(
            f"{self.method} {path} HTTP/1.1\r\nHost: registry\r\nAccept: {ACCEPT}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, end, body = self.heard.partition(b"\r\n\r\n")
        if not end:
            return
        if not head.startswith(b"HTTP/1.1 200 "):
            self.done.set_exception(ValueError(head.decode()))
            return
        if self.method == "GET":
            came = whole(head.lower(), body)
            if came is None:
                return
            self.bodies.append(came)
        self.heard = b""
        self._next()


def whole(head: bytes, body: bytes) -> bytes | None:
    """The body of an answer as it was meant, its head in small letters; `None`: more is to come."""
    if b"\r\ntransfer-encoding: chunked" in head:
        # To divide it with each piece that comes would take longer the longer it is.
        return _joined(body) if body.endswith(b"0\r\n\r\n") else None
    length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
    return body if len(body) >= length else None


def _joined(body: bytes) -> bytes | None:
    """https://www.rfc-editor.org/rfc/rfc9112#section-7.1, without extensions and trailers."""
    found, at = [], 0
    while (end := body.find(b"\r\n", at)) > at:
        size = int(body[at:end], 16)
        if not size:
            return b"".join(found)
        found.append(body[end + 2 : end + 2 + size])
        at = end + 4 + size
    return None


async def ask_raw(port: str, questions: Questions) -> int:
    """As `ask`, without a library."""
    left = deque(("GET", path) for path in questions["lists"])
    left.extend(("HEAD", path) for path in questions["heads"])
    bodies: list[bytes] = []
    loop = asyncio.get_running_loop()
    opened = await asyncio.gather(
        *(
            loop.create_connection(lambda: Connection(left, bodies), "127.0.0.1", int(port))
            for _ in range(CONNECTIONS)
        )
    )
    await asyncio.gather(*(connection.done for _, connection in opened))
    return sum(len(json.loads(body)["tags"]) for body in bodies)


if __name__ == "__main__":
    job, *words = sys.argv[1:]
    if job == "walk":
        print(read(words[0], frozenset({"Dockerfile"})))
    elif job == "read":
        print(read(words[0], None))
    else:
        asked = {"httpx": ask, "raw": ask_raw}[job]
        print(asyncio.run(asked(words[0], json.loads(Path(words[1]).read_text("utf-8")))))

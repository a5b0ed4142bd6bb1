"""
The least that a job can cost in Python: what basewatch is compared with.

`python -m bench.floors walk FOLDER` walks a tree and reads its Dockerfiles; `read FOLDER` reads
every file; `ask PORT FILE` makes the requests of a JSON file (`{"lists": [], "heads": []}`).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

CONNECTIONS = 16


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


async def ask(port: str, questions: dict[str, list[str]]) -> int:
    import httpx

    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=60) as client:
        lists = await asyncio.gather(*map(client.get, questions["lists"]))
        heads = await asyncio.gather(*map(client.head, questions["heads"]))
    for answer in (*lists, *heads):
        answer.raise_for_status()
    return sum(len(answer.json()["tags"]) for answer in lists)


if __name__ == "__main__":
    job, *words = sys.argv[1:]
    if job == "walk":
        print(read(words[0], frozenset({"Dockerfile"})))
    elif job == "read":
        print(read(words[0], None))
    else:
        print(asyncio.run(ask(words[0], json.loads(Path(words[1]).read_text("utf-8")))))

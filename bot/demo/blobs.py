"""The bytes that images are made of, the same on every machine: archives, documents, digests."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

_STORED = 0xFFFF  # RFC 1951, 3.2.4: the most bytes that one stored block holds


def digest_of(data: bytes) -> str:
    """The content's name in a registry: `sha256:…`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def document(content: object) -> bytes:
    """A JSON document, to the byte the same for the same content."""
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def archive(files: Mapping[str, str]) -> bytes:
    """
    A tar of text files and the folders they lie in, sorted, owned by root, of 1970.

    A file that begins with `#!` may be run.
    """
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in sorted(_folders(files)):
            tar.addfile(_entry(folder, tarfile.DIRTYPE, 0o755))
        for path, text in sorted(files.items()):
            data = text.encode()
            entry = _entry(path, tarfile.REGTYPE, 0o755 if text.startswith("#!") else 0o644)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return held.getvalue()


def gzipped(data: bytes) -> bytes:
    """
    A gzip file (RFC 1952) that stores `data` uncompressed.

    Written by hand, because what a compressor makes of the same bytes differs between zlib and
    its successors, and the digests of the demo are written down in its Dockerfiles.
    """
    head = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"
    tail = struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return head + b"".join(_blocks(data)) + tail


def _blocks(data: bytes) -> Iterator[bytes]:
    for start in range(0, max(len(data), 1), _STORED):
        part = data[start : start + _STORED]
        last = start + _STORED >= len(data)
        yield struct.pack("<BHH", last, len(part), len(part) ^ _STORED) + part


def _folders(paths: Mapping[str, str]) -> set[str]:
    return {str(above) for path in paths for above in PurePosixPath(path).parents} - {"."}


def _entry(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.type, entry.mode = kind, mode
    return entry

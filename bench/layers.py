"""Layers as a Debian has them, of 120 MB: of invented files, and of this machine's own."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

SIZE = 120_000_000
"""Bytes of a layer before compression: as a Debian with everything has."""

STATUS = Path("/var/lib/dpkg/status")
PACKAGES = 400
_RELEASE = b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n'
_LARGEST = 16_000_000


def invented(number: int) -> bytes:
    """A layer of files that compress to about two fifths."""
    return _packed(_invented(random.Random(number)), _status(number))


def real(number: int) -> bytes:
    """
    A layer of this machine's `/usr`, in the order of names, with its packages.

    In the second one every fifth file is another one of this machine, and every fifth package has
    another version.
    """
    return _packed(_real(number), _own_status(number))


def _packed(files: Iterable[tuple[str, bytes]], status: bytes) -> bytes:
    """The package database comes last, so that all has to be read for it."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        _add(tar, "etc/os-release", _RELEASE)
        for name, content in files:
            _add(tar, name, content)
            if raw.tell() >= SIZE:
                break
        _add(tar, "var/lib/dpkg/status", status)
    return gzip.compress(raw.getvalue(), 6, mtime=0)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(f"./{name}")
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _invented(source: random.Random) -> Iterator[tuple[str, bytes]]:
    for number in range(100_000):
        size = int(source.lognormvariate(9, 1.6)) % 4_000_000
        content = source.randbytes(size * 2 // 5).ljust(size, b"\0")
        yield f"usr/share/{source.randrange(200)}/{number}", content


def _real(number: int) -> Iterator[tuple[str, bytes]]:
    files = _files(Path("/usr"))
    others = reversed(files)
    for at, path in enumerate(files):
        content = (path if number == 1 or at % 5 else next(others)).read_bytes()
        yield str(path).lstrip("/"), content


def _files(folder: Path) -> list[Path]:
    """The packages' own files: what was put beside them differs from machine to machine."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if "local" not in path.parts
        and path.is_file()
        and not path.is_symlink()
        and path.stat().st_size < _LARGEST
    ]


def _status(number: int) -> bytes:
    return b"".join(
        f"Package: package-{n}\nStatus: install ok installed\nArchitecture: amd64\n"
        f"Version: 1.{n}-{number if n % 5 == 0 else 1}\nDescription: {'words ' * 200}\n\n".encode()
        for n in range(PACKAGES)
    )


def _own_status(number: int) -> bytes:
    entries = STATUS.read_bytes().split(b"\n\n")
    moved = range(0, len(entries) if number == 2 else 0, 5)
    for at in moved:
        entries[at] = entries[at].replace(b"\nVersion: ", b"\nVersion: 9", 1)
    return b"\n\n".join(entries)

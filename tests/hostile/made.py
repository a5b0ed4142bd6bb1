"""Objects of git that git itself would not make."""

import os
import struct
import subprocess
import zlib
from hashlib import sha1
from pathlib import Path

from tests.git.made import PERSON, SURROUNDINGS


def put(root, kind, data):
    """An object as it is, looked at by nobody; its name."""
    whole = b"%s %d\0" % (kind.encode(), len(data)) + data
    name = sha1(whole).hexdigest()
    path = Path(root, ".git/objects", name[:2], name[2:])
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(zlib.compress(whole, 1))
    return name


def tree(root, *entries):
    """A folder of (mode, name, object), the name in bytes, in the order given."""
    return put(
        root,
        "tree",
        b"".join(b"%s %s\0%s" % (m.encode(), n, bytes.fromhex(o)) for m, n, o in entries),
    )


def committed(root, whole, branch="main"):
    """A commit of a folder, and the branch on it."""
    done = subprocess.run(
        ["git", "-C", root, "commit-tree", "-m", "made by hand", whole],
        env=SURROUNDINGS | PERSON, capture_output=True, check=True, text=True,
    )  # fmt: skip
    name = done.stdout.strip()
    Path(root, ".git/refs/heads", branch).write_text(f"{name}\n")
    return name


def bomb(root, blob, *, wide=10, deep=8):
    """A folder of `wide ** deep` files, in so few objects that anybody can send it."""
    inner = tree(root, *[("100644", b"Dockerfile%d" % n, blob) for n in range(wide)])
    for _ in range(deep - 1):
        inner = tree(root, *[("40000", b"d%d" % n, inner) for n in range(wide)])
    return inner


def nested(root, blob, deep):
    """A file below so many folders."""
    inner = tree(root, ("100644", b"Dockerfile", blob))
    for _ in range(deep):
        inner = tree(root, ("40000", b"d", inner))
    return inner


def sparse(path, size):
    """A file of so many bytes that takes no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        os.truncate(file.fileno(), size)


def indexed(root, *entries):
    """The index of these (name, object), whatever the names: version 2, as git reads it."""
    body = b""
    for name, oid in sorted(entries):
        entry = struct.pack(">10I", 0, 0, 0, 0, 0, 0, 0o100644, 0, 0, 0) + bytes.fromhex(oid)
        entry += struct.pack(">H", min(len(name), 0xFFF)) + name
        body += entry + b"\0" * (8 - len(entry) % 8)
    whole = b"DIRC" + struct.pack(">2I", 2, len(entries)) + body
    Path(root, ".git/index").write_bytes(whole + sha1(whole).digest())

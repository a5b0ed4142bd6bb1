"""The members of a tar archive as it streams by; their bodies are passed over unless asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.contents.layers_bounds import MIB, Bounds
from bot.errors import EvidenceError

Kind = Literal["file", "folder", "symlink", "hardlink", "other"]

_BLOCK = 512
_EMPTY = bytes(_BLOCK)
_KINDS: dict[bytes, Kind] = {
    b"1": "hardlink",
    b"2": "symlink",
    b"3": "other",
    b"4": "other",
    b"5": "folder",
    b"6": "other",
}
_LONGEST_NAME = 64 << 10
_LONGEST_PAX = MIB
_SPARSE = b"S"


@dataclass(slots=True)
class Member:
    """
    One member; `path` has no `./`, `/` or `..` in it, and the root is the empty one.

    `link` is as written, of a hard link as `path` is. `size` is that of the body. `sparse` bodies
    hold less than the file did, so they are not to be read.
    """

    path: str
    kind: Kind
    size: int = 0
    mode: int = 0
    link: str = ""
    sparse: bool = False


class Members:
    """
    The members of the archive that `chunks` are of, in its order.

    POSIX ustar and pax (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html), GNU's
    long names, sizes and sparse files. An archive may lack its end, as Docker allows, but may not
    end within a member. All of `chunks` is taken. Raises `EvidenceError`.
    """

    def __init__(self, chunks: Iterable[bytes], bounds: Bounds) -> None:
        self._stream = _Stream(chunks)
        self._most = bounds.members
        self._body = 0  # of the member that was given last: what is left of it
        self._padding = 0

    def __iter__(self) -> Iterator[Member]:
        count = 0
        while (header := self._header()) is not None:
            count += 1
            if count > self._most:
                raise EvidenceError(f"it has more than {self._most} members")
            yield self._member(header)
            self._stream.skip(self._body + self._padding)
        self._stream.skip_all()

    def read(self) -> bytearray:
        """The body of the member that was given last: it may be asked for once."""
        body = self._stream.take(self._body)
        self._body = 0
        return body

    def _header(self) -> bytearray | None:
        block = self._stream.take(_BLOCK, or_nothing=True)
        if not block or block == _EMPTY:
            return None
        found, said = sum(block) - sum(block[148:156]) + 8 * 32, block[148:156]
        if said != b"%06o\0 " % found and _number(said) != found:
            raise EvidenceError("it is no tar archive, or a broken one")
        return block

    def _member(self, block: bytearray) -> Member:
        """With what the headers before it say of it: a long name, a long link, pax records."""
        said: dict[str, str] = {}
        for _ in range(16):
            kind = bytes(block[156:157])
            if kind not in b"xgLKXV":
                return self._plain(block, kind, said)
            said |= _records(kind, self._small(block))
            following = self._header()
            if following is None:
                raise EvidenceError("it ends within a member")
            block = following
        raise EvidenceError("a member of it has too many headers")

    def _small(self, block: bytearray) -> bytearray:
        """The body of a header that is about the next member."""
        size = _number(block[124:136])
        if size > (_LONGEST_PAX if block[156:157] in b"xgX" else _LONGEST_NAME):
            raise EvidenceError(f"a header of {size} bytes is in it")
        body = self._stream.take(size)
        self._stream.skip(-size % _BLOCK)
        return body

    def _plain(self, block: bytearray, kind: bytes, said: dict[str, str]) -> Member:
        name = said.get("path") or _name(block)
        what = _KINDS.get(kind, "file")
        if what == "file" and name.endswith("/"):
            what = "folder"
        size = _decimal(said["size"]) if "size" in said else _number(block[124:136])
        self._body = size if what == "file" or kind not in _KINDS else 0
        self._padding = -self._body % _BLOCK
        if kind == _SPARSE and block[482]:
            self._pass_sparse_maps()
        link = said.get("linkpath") or _text(block[157:257])
        return Member(
            path=path_of(name),
            kind=what,
            size=self._body,
            mode=_number(block[100:108]),
            link=path_of(link) if what == "hardlink" else link,
            sparse=kind == _SPARSE or "sparse" in said,
        )

    def _pass_sparse_maps(self) -> None:
        while self._stream.take(_BLOCK)[504]:
            pass


class _Stream:
    """Chunks, by the number of bytes that are wanted of them."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._chunk = b""
        self._at = 0

    def take(self, count: int, *, or_nothing: bool = False) -> bytearray:
        """So many bytes, copied; none at the end of the stream, where that is allowed."""
        end = self._at + count
        taken = bytearray(self._chunk[self._at : end])
        self._at = min(end, len(self._chunk))
        while len(taken) < count:
            if not self._next():
                if or_nothing and not taken:
                    return taken
                raise EvidenceError("it ends within a member")
            self._at = min(count - len(taken), len(self._chunk))
            taken += self._chunk[: self._at]
        return taken

    def skip(self, count: int) -> None:
        """Pass over so many bytes."""
        self._at += count
        while self._at > len(self._chunk):
            rest = self._at - len(self._chunk)
            if not self._next():
                raise EvidenceError("it ends within a member")
            self._at = rest

    def skip_all(self) -> None:
        """Pass over the rest."""
        while self._next():
            pass

    def _next(self) -> bool:
        self._chunk, self._at = next(self._chunks, b""), 0
        return bool(self._chunk)


def path_of(name: str) -> str:
    """A name as its path from the root: `./etc/passwd`, `/etc/passwd`, `etc//passwd` are one."""
    name = name.removeprefix("./")  # most have it, and normpath takes its time
    if "//" in name or "/." in name or name[:1] in {"/", "."}:
        name = posixpath.normpath("/" + name).lstrip("/")
    return name.rstrip("/")


def _name(block: bytearray) -> str:
    name = _text(block[:100])
    prefix = block[345] and block[257:263] == b"ustar\0"  # GNU has other things there
    return f"{_text(block[345:500])}/{name}" if prefix else name


def _text(field: bytes | bytearray) -> str:
    end = field.find(0)
    return (field if end < 0 else field[:end]).decode("utf-8", "replace")


def _number(field: bytearray) -> int:
    """Octal digits, or after a first byte of 0x80 the number itself (GNU, star)."""
    usual = field.rstrip(b"\0 ")
    if usual.isdigit() and b"8" not in usual and b"9" not in usual:
        return int(usual, 8)
    if field[0] & 0x80:
        number = int.from_bytes(field[1:], "big")
        if field[0] != 0x80 or number >= 1 << 60:
            raise EvidenceError("a number in it makes no sense")
        return number
    end = field.find(0)
    digits = (field if end < 0 else field[:end]).strip()
    if digits and (not digits.isdigit() or b"8" in digits or b"9" in digits):
        raise EvidenceError("it is no tar archive, or a broken one")
    return int(digits, 8) if digits else 0


def _decimal(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise EvidenceError("a number in it makes no sense")
    return int(digits)


def _records(kind: bytes, body: bytearray) -> dict[str, str]:
    """What a header says about the next member; `g` is about all of them, which nobody heeds."""
    if kind in b"LK":
        return {"path" if kind == b"L" else "linkpath": _text(body)}
    if kind not in b"xX":
        return {}
    found: dict[str, str] = {}
    at = 0
    while at < len(body) and body[at]:
        space = body.find(b" ", at, at + 20)
        length = _decimal(body[at:space].decode("ascii", "replace")) if space > at else 0
        if at + length <= space + 1 or at + length > len(body) or not length:
            raise EvidenceError("a pax header in it is broken")
        key, _, value = bytes(body[space + 1 : at + length - 1]).partition(b"=")
        _note(found, key, value)
        at += length
    return found


def _note(found: dict[str, str], key: bytes, value: bytes) -> None:
    if key in {b"path", b"linkpath", b"size"}:
        found.setdefault(key.decode(), value.decode("utf-8", "replace"))
    elif key == b"GNU.sparse.name":
        found["path"] = value.decode("utf-8", "replace")
    elif key.startswith(b"GNU.sparse."):
        found["sparse"] = "yes"

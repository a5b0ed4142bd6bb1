"""
Secrets that can be recognised wherever they come out: each that a test configures is one of these.

`canary("github-token", "ghp_")` makes one. The guard of `tests/canary_guard.py` looks for them
after every test, in whatever it said, wrote, sent and started.
"""

import base64
import contextlib
import itertools
import os
import re
import stat
import zlib
from pathlib import Path

MARK = "xq7canary7qx"
_NAMED = re.compile(rf"{MARK}-([a-z0-9-]*?)-7qx")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_MOST = 4 << 20  # bytes that are looked at of one text, at either end, and of what it holds packed
_PACKS = 2000

HOMES = {}
"""By the name of a canary, the pattern of the hosts that it may be shown to, if there is one."""
TRADED = set()
"""The names of those that are sent in the body of a request, as OAuth has it."""
RECOGNISED = {}
"""By a part of a secret that cannot be made to hold the mark, as a private key, its name."""


def canary(name, prefix="", suffix="", *, hosts=None, traded=False):
    """
    A secret by this name, of letters, digits and `-`.

    `prefix` is how such a token begins, and `suffix` what a secret may well have that has to be
    escaped; `hosts` is a pattern of those that may be shown it, where they are only claimed.
    """
    assert re.fullmatch("[a-z0-9-]+", name)
    if hosts:
        home = re.compile(hosts)
        assert HOMES.setdefault(name, home) == home, "another test has one by this name"
    if traded:
        TRADED.add(name)
    return f"{prefix}{MARK}-{name}-7qx{suffix}"


def recognised(name, secret):
    """Have a secret of several lines be looked for too; gives it."""
    RECOGNISED[max(secret.splitlines()[1:-1], key=len)[8:56].encode()] = name
    return secret


def _forms():
    """The mark as it is, in capitals, in hexadecimal, and within base64, wherever it begins there."""
    plain = MARK.encode()
    yield from (plain, plain.upper(), plain.hex().encode())
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + plain)
        # What shares a digit with a neighbour differs from secret to secret.
        yield encoded[(before * 8 + 5) // 6 : len(encoded) - 4 if encoded.endswith(b"=") else None]


FORMS = (*_forms(),)
_TEXTS = tuple(form.decode() for form in FORMS)


def is_in(text):
    """Whether any canary is in a text or in bytes, in any form."""
    forms = _TEXTS if isinstance(text, str) else FORMS
    return any(form in text for form in forms) or bool(RECOGNISED and _recognised_in(text))


def _recognised_in(text):
    if isinstance(text, str):
        return {name for part, name in RECOGNISED.items() if part.decode() in text}
    return {name for part, name in RECOGNISED.items() if part in text}


def names_in(text):
    """The names of the canaries in a text, in any form; `?` for one that cannot be read."""
    if not is_in(text):
        return set()
    text = text if isinstance(text, str) else text.decode("latin-1")
    found = {*_NAMED.findall(text.lower()), *_recognised_in(text)}
    for run in _ENCODED.findall(text):
        if is_in(run):
            found |= {*_NAMED.findall(_decoded(run))}
    return found or {"?"}


def _decoded(run):
    """Base64 that may begin amid four digits; all four ways of it."""
    data = run.replace("-", "+").replace("_", "/")
    ways = (data[start:] + "A" * (-len(data[start:]) % 4) for start in range(4))
    return " ".join(base64.b64decode(way).decode("latin-1").lower() for way in ways)


# ---------------------------------------------------------------- files


def _files_below(folder, kept):
    if not kept.isdisjoint((folder, *map(str, Path(folder).parents))):
        return
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if f"{here}/{name}" not in kept]
        for name in files:
            path = f"{here}/{name}"
            if path not in kept and not name.endswith(".sample") and _is_plain(path):
                yield path


def _is_plain(path):
    """Neither a link, nor a pipe that would be waited for."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def names_in_file(path):
    """The names of the canaries in a file, packed parts of databases and git's objects unpacked."""
    with Path(path).open("rb") as file:
        data = file.read(_MOST)
        rest = os.fstat(file.fileno()).st_size - len(data)
        if rest > 0:
            file.seek(max(len(data), len(data) + rest - _MOST))
            data += file.read(_MOST)
    found = names_in(data)
    if path.endswith(".sqlite") or "/objects/" in path or data.startswith(b"\x1f\x8b\x08"):
        for inner in _unpacked(data):
            found |= names_in(inner)
    return found


def _unpacked(data):
    """Whatever in it is a stream of zlib's, wherever it begins, as far as it goes."""
    left, at = _MOST, 0
    for _ in range(_PACKS):
        begin = _ZLIB.search(data, at)
        if begin is None or left <= 0:
            return
        stream = zlib.decompressobj(wbits=47)
        try:
            inner = stream.decompress(data[begin.start() :], left)
        except zlib.error:
            at = begin.start() + 1
            continue
        left -= len(inner)
        at = max(begin.start() + 1, len(data) - len(stream.unused_data) if stream.eof else 0)
        yield inner


# ---------------------------------------------------------------- what happened in this test


class Leaks(list):
    """Where canaries came out, since it was last asked; `kept` are files that a test put them in."""

    def __init__(self):
        super().__init__()
        self.kept = set()

    def look(self, where, text):
        """Write down which canaries a text holds."""
        if text and is_in(text):
            self.note(names_in(text), where)

    def note(self, names, where):
        """Write down that there are these, if there are any."""
        if names:
            self.append(f"{', '.join(sorted(names))}: in {where}")

    def look_in(self, folder, files=3000):
        """Write down which canaries the files of a folder hold, but for those put there."""
        kept = {str(path) for path in self.kept}
        for path in itertools.islice(_files_below(str(folder), kept), files):
            self.look("the name of a file", path.rpartition("/")[2])
            with contextlib.suppress(OSError):
                self.note(names_in_file(path), f"the file {os.path.relpath(path, folder)}")

    def taken(self):
        """What there is, which is then forgotten."""
        found, self[:] = sorted(set(self)), []
        return found


LEAKS = Leaks()


def keeps(path):
    """A file, or folder, that a test itself puts a secret in; gives the path."""
    LEAKS.kept.add(path)
    return path


def received(host, target, headers, body=b"", own=None):
    """
    What a server of a test was sent: a secret belongs in a header alone, and to its own server.

    `own`: the names of the canaries that this server knows; without it, those whose `hosts` it is
    one of.
    """
    LEAKS.look(f"an address asked of {host}", target)
    sent = names_in(body if isinstance(body, bytes | str) else repr(body))
    LEAKS.note(_strange(sent, host, own) | (sent - TRADED), f"what {host} was sent")
    for header, value in headers.items():
        LEAKS.note(_strange(names_in(value), host, own), f"the header {header} to {host}")


def _strange(names, host, own):
    if own is not None:
        return names - set(own)
    return {name for name in names if name in HOMES and not HOMES[name].fullmatch(host)}

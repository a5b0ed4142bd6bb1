"""rpm databases for tests: made by rpm and Berkeley DB where they are at hand, and written here."""

import functools
import shutil
import sqlite3
import struct
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.packages.rpm import sqlite as rpm_sqlite

TAGS = {
    "name": 1000,
    "version": 1001,
    "release": 1002,
    "vendor": 1011,
    "arch": 1022,
    "source": 1044,
}

SPEC = """
Name: perl
Epoch: 4
Version: 5.32.1
Release: 481
Summary: A language
License: none
BuildArch: noarch
%description
%package Errno
Epoch: 0
Version: 1.30
Summary: A part of it
%description Errno
%files
%files Errno
"""


def header(name, version="1.0", release="1", *, epoch=None, arch="x86_64", source="", vendor="Us"):
    """A package header as databases hold it, its entries in no special order."""
    words = {
        "source": source or f"{name}-{version}-{release}.src.rpm",
        "name": name,
        "version": version,
        "release": release,
        "vendor": vendor,
        "arch": arch,
    }
    data = struct.pack(">I", epoch or 0)
    index = struct.pack(">IIII", 1003, 4, 0, 1) if epoch is not None else b""
    for word, text in words.items():
        index += struct.pack(">IIII", TAGS[word], 6, len(data), 1)
        data += text.encode() + b"\0"
    data += bytes(200)  # as if there were files
    return struct.pack(">II", len(index) // 16, len(data)) + index + data


def ndb(blobs):
    """One page of slots, then blobs in blocks of 16 bytes."""
    slots, bodies, block = b"", b"", 4096 // 16
    for number, blob in enumerate(blobs, 1):
        body = struct.pack("<4sIII", b"BlbS", number, 0, len(blob)) + blob
        body += bytes(-len(body) % 16)
        slots += struct.pack("<4sIII", b"Slot", number, block, len(body) // 16)
        bodies += body
        block += len(body) // 16
    free = 4096 // 16 - 2 - len(blobs)
    slots += struct.pack("<4sIII", b"Slot", 0, 0, 0) * free
    return struct.pack("<4sIII", b"RpmP", 0, 1, 1) + bytes(16) + slots + bodies


def berkeley(blobs, order="<", size=512):
    """A hash of one page of entries; values on pages of their own, the record of a number not."""
    pages = [bytearray(size), bytearray(size)]
    room = size - 26
    items = [b"\1" + bytes(4), b"\1" + struct.pack(order + "I", len(blobs))]
    for number, blob in enumerate(blobs, 1):
        first = len(pages)
        parts = [blob[at : at + room] for at in range(0, len(blob), room)]
        for part in parts:
            number_of_page = len(pages)
            following = number_of_page + 1 if part is not parts[-1] else 0
            head = bytes(8) + struct.pack(
                order + "IIIHHBB", number_of_page, 0, following, 1, len(part), 0, 7
            )
            pages.append(bytearray((head + part).ljust(size, b"\0")))
        items.append(b"\1" + struct.pack(order + "I", number))
        items.append(b"\3\0\0\0" + struct.pack(order + "II", first, len(blob)))
    places, at = [], size
    for item in items:
        at -= len(item)
        places.append(at)
        pages[1][at : at + len(item)] = item
    struct.pack_into(order + "IIIHHBB", pages[1], 8, 1, 0, 0, len(items), at, 0, 13)
    struct.pack_into(f"{order}{len(places)}H", pages[1], 26, *places)
    struct.pack_into(order + "III", pages[0], 12, 0x061561, 9, size)
    pages[0][25] = 8
    struct.pack_into(order + "I", pages[0], 32, len(pages) - 1)
    return b"".join(bytes(page) for page in pages)


def sqlite(blobs, schema="CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)"):
    connection = sqlite3.connect(":memory:")
    connection.execute(schema)
    if blobs:
        rows = [(blob,) for blob in blobs]
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", rows)
    connection.commit()
    with closing(connection):
        return connection.serialize()


def needs(program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not at hand")


@functools.cache
def made_by_rpm():
    """A database that rpm made of packages that rpmbuild made, and what rpm says is in it."""
    needs("rpmbuild")
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        (top / "perl.spec").write_text(SPEC, "utf-8")
        macros = ["--define", f"_topdir {top}", "--define", "vendor Us"]
        build = ["rpmbuild", "-bb", "--quiet", *macros, top / "perl.spec"]
        subprocess.run(build, capture_output=True, check=True, env={"HOME": folder, "PATH": PATH})
        files = sorted(top.glob("RPMS/*/*.rpm"))
        install = ["rpm", "--dbpath", top / "db", "-i", "--justdb", "--nodeps", *files]
        subprocess.run(install, capture_output=True, check=True)
        asked = "%{NAME}\\t%{EVR}\\t%{SOURCERPM}\\t%{ARCH}\\t%{VENDOR}\\n"
        said = subprocess.run(
            ["rpm", "--dbpath", top / "db", "-qa", "--qf", asked],
            capture_output=True,
            check=True,
            text=True,
        )
        database = (top / "db" / "rpmdb.sqlite").read_bytes()
    lines = said.stdout.replace("\t0:", "\t").splitlines()
    return database, {tuple(line.split("\t")) for line in lines}


def blobs_made_by_rpm():
    """The headers of that database, for those of other kinds."""
    return list(rpm_sqlite.headers(made_by_rpm()[0]))


PATH = "/usr/local/bin:/usr/bin:/bin"


def made_by_berkeley(blobs, path):
    """The hash that Berkeley DB itself makes of numbered blobs."""
    needs("db5.3_load")
    lines = ["VERSION=3", "format=bytevalue", "type=hash", "db_pagesize=4096", "HEADER=END"]
    for number, blob in enumerate([struct.pack("<I", len(blobs)), *blobs]):
        lines += [" " + struct.pack("<I", number).hex(), " " + blob.hex()]
    text = "\n".join([*lines, "DATA=END", ""])
    subprocess.run(["db5.3_load", path], input=text, check=True, text=True, capture_output=True)
    return path.read_bytes()

"""rpm's databases, each kind: made by rpm, by Berkeley DB, and written by hand with what is wrong."""

import sqlite3
import struct
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages import rpm
from tests.packages.rpms import berkeley, header, made_by_berkeley, made_by_rpm, ndb, sqlite

BASH = header("bash", "5.1.8", "6.el9", source="bash-5.1.8-6.el9.src.rpm")
PERL = header("perl-interpreter", "5.32.1", "481", epoch=4, source="perl-5.32.1-481.src.rpm")
ERRNO = header("perl-Errno", "1.30", "481", epoch=0, source="perl-5.32.1-481.src.rpm")
KEY = header("gpg-pubkey", "8483c65d", "5ccc5b19", arch="(none)", source="(none)")
BIG = header("kernel-core", "5.14", "1" * 900)  # on several pages of any kind
ALL = [BASH, PERL, ERRNO, KEY, BIG]

WRITERS = {
    "sqlite": sqlite,
    "ndb": ndb,
    "berkeley": berkeley,
    "berkeley of the other byte order": lambda blobs: berkeley(blobs, ">"),
}


def told(packages):
    return [(each.name, each.version, each.source, each.source_version) for each in packages]


# ---------------------------------------------------------------- every kind


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_of_database_gives_the_packages_that_are_in_it(kind):
    packages = rpm.packages(WRITERS[kind](ALL))
    assert told(packages) == [
        ("bash", "5.1.8-6.el9", "bash", "5.1.8-6.el9"),
        ("perl-interpreter", "4:5.32.1-481", "perl", "4:5.32.1-481"),
        ("perl-Errno", "1.30-481", "perl", "4:5.32.1-481"),
        ("kernel-core", "5.14-" + "1" * 900, "kernel-core", "5.14-" + "1" * 900),
    ]
    assert packages[0] == Package(
        "rpm", "bash", "5.1.8-6.el9", "bash", "5.1.8-6.el9", "x86_64", maintainer="Us"
    )


@pytest.mark.parametrize("kind", WRITERS)
def test_a_database_of_nothing_has_no_package(kind):
    assert rpm.packages(WRITERS[kind]([])) == ()


def test_a_database_that_rpm_made_is_read_as_rpm_lists_it():
    database, listed = made_by_rpm()
    assert database[18:20] == b"\2\2"  # with a write-ahead log, as rpm leaves it
    for each in (database, bytearray(database)):
        assert {row(package) for package in rpm.packages(each)} == listed
    assert len(listed) == 2


def row(package):
    """As rpm prints it, but that rpm prints an epoch of 0 where the package was made with one."""
    source = f"{package.source}-{package.source_version.removeprefix('4:')}.src.rpm"
    return package.name, package.version, source, package.architecture, package.maintainer


def test_a_database_that_berkeley_db_made_is_read(tmp_path):
    many = [header(f"package-{number}", release=str(number) * 50) for number in range(300)]
    packages = rpm.packages(made_by_berkeley([*ALL, *many], tmp_path / "Packages"))
    assert {each.name for each in packages} == {
        "bash",
        "perl-interpreter",
        "perl-Errno",
        "kernel-core",
        *(f"package-{number}" for number in range(300)),
    }


# ---------------------------------------------------------------- one header


def test_a_package_without_source_stands_for_its_own():
    (package,) = rpm.packages(ndb([header("local", "1", "2", source="(none)")]))
    assert (package.source, package.source_version) == ("local", "1-2")


def test_a_package_whose_source_has_another_version_and_no_sibling_keeps_its_own_epoch():
    (package,) = rpm.packages(ndb([header("sub", "1", "2", epoch=3, source="main-9-2.src.rpm")]))
    assert (package.version, package.source_version) == ("3:1-2", "3:9-2")


def test_a_name_that_is_absurdly_long_is_no_name():
    with pytest.raises(EvidenceError, match=r"name or version of 50\d\d bytes"):
        rpm.packages(ndb([header("x" * 5000)]))


BROKEN_HEADERS = [
    b"",
    b"\0" * 7,
    struct.pack(">II", 1, 1) + bytes(3),
    struct.pack(">II", 0xFFFFFFFF, 0),
    struct.pack(">II", 1, 4) + struct.pack(">IIII", 1000, 6, 0, 1) + b"name",
    struct.pack(">II", 1, 4) + struct.pack(">IIII", 1000, 6, 0xFFFFFFF0, 1) + b"abc\0",
]


@pytest.mark.parametrize("blob", BROKEN_HEADERS)
def test_a_header_that_does_not_hold_what_it_says_is_an_error(blob):
    with pytest.raises(EvidenceError, match="cut off"):
        rpm.packages(sqlite([blob]))


# ---------------------------------------------------------------- broken databases


def test_what_is_no_database_is_said_to_be_none():
    for junk in (b"", b"junk", bytes(8192), b"GDBM" * 500):
        with pytest.raises(EvidenceError, match="no rpm database"):
            rpm.packages(junk)


def test_a_view_in_the_place_of_the_table_is_not_asked():
    forever = (
        "CREATE VIEW Packages AS WITH RECURSIVE n(hnum) AS "
        "(SELECT 1 UNION ALL SELECT hnum + 1 FROM n) SELECT hnum, x'00' AS blob FROM n"
    )
    with pytest.raises(EvidenceError, match="no table of packages"):
        rpm.packages(sqlite([], forever))
    with pytest.raises(EvidenceError, match="no table of packages"):
        rpm.packages(sqlite([], "CREATE TABLE Other (x)"))


def test_a_column_that_computes_something_is_not_computed():
    huge = "CREATE TABLE Packages (n, blob AS (hex(zeroblob(n))))"
    connection = sqlite3.connect(":memory:")
    connection.execute(huge)
    connection.execute("INSERT INTO Packages (n) VALUES (1000000)")
    connection.commit()
    with closing(connection), pytest.raises(EvidenceError, match="is computed"):
        rpm.packages(connection.serialize())


def test_pages_that_are_counted_again_and_again_come_to_an_end():
    # Each of twelve pages leads thirty times to the next: 30^12 rows in a file of some kilobytes.
    size, links = 512, 30
    connection = sqlite3.connect(":memory:")
    connection.execute(f"PRAGMA page_size = {size}")
    connection.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob)")
    connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(None,)] * 3000)
    connection.commit()
    with closing(connection):
        database = bytearray(connection.serialize())
    root = 2
    for number in range(root, root + 12):
        cells = struct.pack(">IB", number + 1, 1) * links
        start = size - len(cells)
        places = [start + 5 * each for each in range(links)]
        head = struct.pack(">BHHHBI", 5, 0, links, start, 0, number + 1)
        page = head + struct.pack(f">{links}H", *places)
        database[(number - 1) * size : number * size] = page.ljust(start, b"\0") + cells
    with pytest.raises(EvidenceError, match="SQLite cannot read it: interrupted"):
        rpm.packages(database)


def test_a_table_of_other_columns_is_an_error():
    with pytest.raises(EvidenceError, match="SQLite cannot read it"):
        rpm.packages(sqlite([], "CREATE TABLE Packages (x)"))


def test_a_row_that_is_text_is_passed_over():
    assert rpm.packages(sqlite(["text", BASH]))[0].name == "bash"


def ndb_of(change):
    database = bytearray(ndb(ALL))
    change(database)
    return bytes(database)


NDB = {
    "cut off": lambda d: d.__delitem__(slice(20, None)),
    "cut off, or of a version": lambda d: d.__setitem__(slice(12, 16), b"\xff\xff\xff\xff"),
    "a slot of it is broken": lambda d: d.__setitem__(32, 0),
    "a package in it is broken": lambda d: d.__setitem__(4096, 0),
    "it is cut off": lambda d: d.__setitem__(slice(40, 44), b"\xff\xff\xff\x0f"),
}


@pytest.mark.parametrize("why", NDB)
def test_a_broken_ndb_is_an_error(why):
    with pytest.raises(EvidenceError, match=why):
        rpm.packages(ndb_of(NDB[why]))


def test_slots_that_share_a_package_do_not_multiply_it():
    database = bytearray(ndb([header("x", release="9" * 900)]))
    for slot in range(33, 4096 // 16):
        database[slot * 16 : slot * 16 + 16] = database[32:48]
    with pytest.raises(EvidenceError, match="overlap"):
        rpm.packages(bytes(database))


def berkeley_of(change):
    database = bytearray(berkeley(ALL))
    change(database)
    return bytes(database)


def pointing(database, page, field, value):
    struct.pack_into("<" + ("I" if field == 16 else "H"), database, page * 512 + field, value)


BERKELEY = {
    "encrypted": lambda d: d.__setitem__(24, 1),
    "no size": lambda d: struct.pack_into("<I", d, 20, 1000),
    "a page of it is broken": lambda d: pointing(d, 1, 20, 500),
    "lead nowhere": lambda d: pointing(d, 2, 16, 2),
    "pages of it lead nowhere": lambda d: pointing(d, 2, 16, 9999),
    "page of it is broken": lambda d: pointing(d, 1, 28, 600),
    "of it is broken": lambda d: d.__setitem__(2 * 512 + 25, 0),
    "is cut off": lambda d: pointing(d, 2, 22, 3),
}


@pytest.mark.parametrize("why", BERKELEY)
def test_a_broken_berkeley_database_is_an_error(why):
    with pytest.raises(EvidenceError, match=why):
        rpm.packages(berkeley_of(BERKELEY[why]))


def test_a_small_value_may_stand_on_the_page_itself():
    small = struct.pack(">II", 1, 4) + struct.pack(">IIII", 1000, 6, 0, 1) + b"abc\0"
    database = bytearray(berkeley([]))
    places = [512 - 5, 512 - 5 - 1 - len(small)]
    database[512 + places[1] : 512 + places[0]] = b"\1" + small
    struct.pack_into("<HHHH", database, 512 + 20, 2, 0, 0x0D00, places[0])
    struct.pack_into("<H", database, 512 + 28, places[1])
    assert rpm.packages(bytes(database)) == ()  # it has no version, so it is no package


@pytest.mark.parametrize("kind", WRITERS)
@given(data=st.data())
def test_whatever_is_wrong_with_a_database_the_exception_is_ours(kind, data):
    database = bytearray(WRITERS[kind](ALL))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(database) - 1) | st.integers(0, 120))
        database[at] = data.draw(st.sampled_from([0, 1, 2, 3, 255]) | st.integers(0, 255))
    if data.draw(st.booleans()):
        del database[data.draw(st.integers(0, len(database))) :]
    try:
        packages = rpm.packages(bytes(database))
    except EvidenceError:
        return
    assert all(each.name and each.version for each in packages)


# ---------------------------------------------------------------- the manifest of CBL-Mariner

MANIFEST = (
    b"bash\t5.1.8-1.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t7\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm\n"
    b"bind-libs\t9.16-1.cm2\t1\t1\tMicrosoft Corporation\t32\t7\tx86_64\t32\tbind-9.16-1.cm2.src.rpm\n"
)


def test_a_manifest_is_read_like_a_database():
    assert told(rpm.packages_of_manifest(MANIFEST)) == [
        ("bash", "5.1.8-1.cm2", "bash", "5.1.8-1.cm2"),
        ("bind-libs", "32:9.16-1.cm2", "bind", "32:9.16-1.cm2"),
    ]


def test_a_manifest_of_other_fields_is_an_error():
    with pytest.raises(EvidenceError, match="ten fields"):
        rpm.packages_of_manifest(b"bash 5.1\n")

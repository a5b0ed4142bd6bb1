"""Archives of all who write layers are walked as Python's own tarfile walks them."""

import io
import os
import shutil
import struct
import subprocess
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contents.layers_bounds import Bounds
from bot.contents.tar_members import Members, path_of
from bot.errors import EvidenceError
from tests.contents.layering import archive, device, file, folder, hardlink, symlink

LONG = "usr/share/" + "a-long-name/" * 12 + "end"
VERY_LONG = "x/" * 300 + "end"
FORMS = {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT, "ustar": tarfile.USTAR_FORMAT}


def walked(data, step=700, bounds=None):
    chunks = (data[at : at + step] for at in range(0, len(data), step))
    members = Members(chunks, bounds or Bounds())
    return [(each, bytes(members.read())) for each in members]


ALL = [
    folder("etc"),
    file("etc/hostname", b"here"),
    file("empty"),
    file("big", bytes(5000) + b"end"),
    symlink("bin", "usr/bin"),
    hardlink("etc/other", "etc/hostname"),
    device("dev/null"),
    file("ünïcode/ß", b"x"),
]
LONG_ONES = [file(LONG, b"long"), symlink("l", LONG[:90])]
VERY_LONG_ONES = [file(VERY_LONG, b"v"), symlink("v", VERY_LONG), hardlink("h", VERY_LONG)]


@pytest.mark.parametrize("step", [1, 511, 4096, 1 << 20])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_walked_as_tarfile_walks_it(form, step):
    members = [*ALL, *LONG_ONES, *([] if form == "ustar" else VERY_LONG_ONES)]
    data = archive(*members, form=FORMS[form])
    kinds = {"0": "file", "1": "hardlink", "2": "symlink", "3": "other", "5": "folder"}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        expected = [
            (
                each.name,
                kinds[each.type.decode()],
                each.linkname,
                each.mode,
                tar.extractfile(each).read() if each.isreg() else b"",
            )
            for each in tar
        ]
    ours = [(m.path, m.kind, m.link, m.mode, body) for m, body in walked(data, step)]
    assert ours == expected


def test_bodies_that_nobody_asks_for_are_passed_over():
    data = archive(file("a", bytes(3_000_000)), file("b", b"here"))
    members = Members((data[at : at + 9999] for at in range(0, len(data), 9999)), Bounds())
    assert [member.path for member in members] == ["a", "b"]


PATHS = [
    ("./etc/passwd", "etc/passwd"),
    ("/etc/passwd", "etc/passwd"),
    ("//etc//passwd", "etc/passwd"),
    ("etc/./passwd", "etc/passwd"),
    ("a/../etc/passwd", "etc/passwd"),
    ("../../etc/passwd", "etc/passwd"),
    ("etc/", "etc"),
    ("./", ""),
    (".", ""),
    ("/", ""),
    (".wh.x", ".wh.x"),
    ("etc/..data", "etc/..data"),
]


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_a_name_is_a_path_from_the_root(name, path):
    assert path_of(name) == path


@given(st.text(alphabet="ab./", max_size=12))
def test_no_path_leads_out_of_the_root(name):
    path = path_of(name)
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert path_of(path) == path


def header(name=b"x", size=b"0000000\0", kind=b"0", magic=b"ustar\x0000", link=b"", tail=b""):
    """A header of raw fields, its sum right."""
    block = bytearray(512)
    block[:100] = name.ljust(100, b"\0")
    block[100:108] = b"0000644\0"
    block[124:136] = size.ljust(12, b"\0")
    block[156:157] = kind
    block[157:257] = link.ljust(100, b"\0")
    block[257:265] = magic
    block[345 : 345 + len(tail)] = tail
    block[148:156] = b"        "
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def body(data):
    return data + bytes(-len(data) % 512)


def pax(**records):
    text = b""
    for key, value in records.items():
        line = f" {key.replace('__', '.')}={value}\n".encode()
        length = len(line) + len(str(len(line) + 2))
        text += str(length).encode() + line
    return header(kind=b"x", size=f"{len(text):011o}\0".encode()) + body(text)


def test_a_size_in_base_256_is_read():
    size = b"\x80" + (5).to_bytes(11, "big")
    ((member, data),) = walked(header(size=size) + body(b"hello"))
    assert (member.size, data) == (5, b"hello")


def test_a_size_in_a_pax_header_is_read():
    ((member, data),) = walked(pax(size=5) + header() + body(b"hello"))
    assert (member.size, data) == (5, b"hello")


def test_gnu_has_no_prefix_where_posix_has_it():
    posix = header(b"name", tail=b"folder/of")
    gnu = header(b"name", magic=b"ustar  \0", tail=b"1234567")
    assert [member.path for member, _ in walked(posix + gnu)] == ["folder/of/name", "name"]


def test_a_header_for_all_members_is_about_none():
    data = pax(path="elsewhere")
    data = header(kind=b"g", size=data[124:136]) + data[512:]
    assert [member.path for member, _ in walked(data + header(b"here"))] == ["here"]


def test_an_old_file_that_ends_in_a_slash_is_a_folder():
    ((member, _),) = walked(header(b"etc/", kind=b"\0"))
    assert (member.path, member.kind) == ("etc", "folder")


def test_a_link_has_no_body_whatever_its_size_says():
    data = header(b"l", kind=b"1", size=b"00000001000\0", link=b"/x") + header(b"next")
    assert [(m.path, m.link) for m, _ in walked(data)] == [("l", "x"), ("next", "")]


def test_sparse_files_are_told_and_passed_over():
    first = bytearray(header(b"old", kind=b"S", size=b"00000000004\0", magic=b"ustar  \0"))
    first[482] = 1
    first[148:156] = b"        "
    first[148:156] = f"{sum(first):06o}\0 ".encode()
    more = bytearray(512)
    more[504] = 1
    data = bytes(first) + bytes(more) + bytes(512) + body(b"text")
    data += pax(GNU__sparse__major=1, GNU__sparse__name="new") + header(b"GNUSparseFile/new")
    data += header(b"end")
    found = [(member.path, member.sparse) for member, _ in walked(data)]
    assert found == [("old", True), ("new", True), ("end", False)]


def test_gnu_tar_s_own_archives_are_walked(tmp_path):
    if not shutil.which("tar"):
        pytest.skip("tar is not at hand")
    (tmp_path / "in" / LONG).parent.mkdir(parents=True)
    (tmp_path / "in" / LONG).write_text("text", "utf-8")
    with (tmp_path / "in" / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 20)
    os.link(tmp_path / "in" / "sparse", tmp_path / "in" / "zlink")
    for form in ("gnu", "posix", "oldgnu"):
        data = subprocess.run(
            ["tar", "-cS", f"--format={form}", "--sort=name", "-C", tmp_path / "in", "."],
            capture_output=True,
            check=True,
        ).stdout
        found = {m.path: m for m, _ in walked(data)}
        assert LONG in found, form
        assert found["zlink"].link == "sparse"
        assert found["sparse"].sparse


def test_an_archive_without_its_end_is_whole():
    data = archive(file("a", b"x"))
    assert [m.path for m, _ in walked(data[:1024])] == ["a"]
    assert walked(b"") == []
    assert walked(bytes(1024)) == []


def test_what_follows_the_end_is_taken_and_not_read():
    data = archive(file("a")) + b"rubbish" * 1000
    taken = []
    chunks = (taken.append(at) or data[at : at + 512] for at in range(0, len(data), 512))
    assert [member.path for member in Members(chunks, Bounds())] == ["a"]
    assert taken[-1] + 512 >= len(data)


WRONG = [
    (b"rubbish" * 200, "no tar archive"),
    (b"\x1f" * 512, "no tar archive"),
    (header()[:300], "ends within a member"),
    (header(size=b"00000002000\0") + bytes(512), "ends within a member"),
    (header(size=b"00000002000\0"), "ends within a member"),
    (header(size=b"\xff" * 12), "makes no sense"),
    (header(size=b"\x80" + b"\xff" * 11), "makes no sense"),
    (header(size=b"-1"), "no tar archive"),
    (header(size=b"9"), "no tar archive"),
    (header(kind=b"L", size=b"00001000000\0"), "a header of 262144 bytes"),
    (header(kind=b"x", size=b"00010000000\0"), "a header of 2097152 bytes"),
    (header(kind=b"L", size=b"00000000001\0") + body(b"x"), "ends within a member"),
    ((header(kind=b"L", size=b"00000000001\0") + body(b"x")) * 20, "too many headers"),
    (header(kind=b"x", size=b"00000000005\0") + body(b"abcde"), "makes no sense|pax header"),
    (header(kind=b"x", size=b"00000000005\0") + body(b"2 a=b"), "pax header"),
    (header(kind=b"x", size=b"00000000005\0") + body(b"99 a="), "pax header"),
    (pax(size="-5") + header(), "makes no sense"),
    (pax(size="9" * 30) + header(), "makes no sense"),
]


@pytest.mark.parametrize(("data", "why"), WRONG)
def test_what_is_wrong_is_said(data, why):
    with pytest.raises(EvidenceError, match=why):
        walked(data)


def test_an_archive_of_countless_members_is_refused():
    with pytest.raises(EvidenceError, match="more than 10 members"):
        walked(archive(*[file(str(number)) for number in range(11)]), bounds=Bounds(members=10))


@given(st.data())
def test_whatever_is_wrong_the_exception_is_ours(data):
    form = FORMS[data.draw(st.sampled_from(["gnu", "pax"]))]
    tar = bytearray(archive(*ALL, *LONG_ONES, *VERY_LONG_ONES, form=form))
    for _ in range(data.draw(st.integers(1, 4))):
        block = data.draw(st.integers(0, len(tar) // 512 - 1)) * 512
        tar[block + data.draw(st.sampled_from([0, 124, 125, 134, 156, 157, 257, 345]))] = data.draw(
            st.integers(0, 255)
        )
        if data.draw(st.booleans()):  # let the sum be right, so that the rest is believed
            struct.pack_into("8s", tar, block + 148, b"        ")
            struct.pack_into(
                "8s", tar, block + 148, f"{sum(tar[block : block + 512]):06o}\0 ".encode()
            )
    try:
        walked(bytes(tar))
    except EvidenceError as error:
        said = str(error)
    else:
        said = ""
    assert "\n" not in said

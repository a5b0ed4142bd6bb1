"""Images of every make are read right: each case that is known to mislead a scanner, and more."""

import gzip
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contents.layers_bounds import Bounds
from bot.contents.reading import read
from bot.contents.tar_unpacking import zstd
from bot.errors import EvidenceError
from bot.model import OsRelease
from tests.contents.databases import (
    DPKG,
    OS,
    PASSWD,
    STATUS_D,
    apk,
    debian,
    names,
    stanza,
    status,
)
from tests.contents.layering import (
    Image,
    archive,
    digest_of,
    file,
    folder,
    hardlink,
    packed,
    program,
    symlink,
)
from tests.packages.rpms import berkeley, header, made_by_rpm, ndb, needs, sqlite

WHITEOUT_STATUS = file("var/lib/dpkg/.wh.status")


def opened(*layers, **options):
    """Contents of layers, each a list of members or bytes."""
    blobs = [each if isinstance(each, bytes) else packed(*each) for each in layers]
    image = Image(*blobs)
    return read(image.description, image.blob, **options)


# ---------------------------------------------------------------- one image, whole


def test_an_image_is_opened():
    contents = opened(debian())
    assert names(contents) == ["bash", "wget"]
    assert contents.databases == (DPKG,)
    assert contents.os == OsRelease("debian", "12", "bookworm")
    assert contents.users == {"root", "_apt"}
    assert contents.groups == {"root", "mail"}
    assert contents.programs == {"usr/bin/wget"}
    assert contents.missing == ()


def test_an_image_without_databases_has_none():
    contents = opened([program("app"), file("etc/passwd", b"nonroot:x:65532:65532:::\n")])
    assert (contents.packages, contents.databases, contents.os) == ((), (), None)
    assert contents.users == {"nonroot"}
    assert contents.programs == {"app"}
    assert opened(b"").programs == opened([]).programs == opened().programs == set()


def test_an_empty_database_is_one_nevertheless():
    contents = opened([file(DPKG, b"")])
    assert (contents.packages, contents.databases) == ((), (DPKG,))


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("prefix", ["./", "/", "//", "./././"])
def test_names_with_a_dot_or_a_slash_before_them_are_the_same(prefix):
    contents = opened(debian(prefix), [file(prefix + "usr/bin/.wh.wget")])
    assert names(contents) == ["bash", "wget"]
    assert contents.os.id == "debian"
    assert contents.programs == set()


def test_what_is_packed_otherwise_is_the_same():
    plain = archive(*debian())
    half = len(plain) // 2
    ways = [
        plain,
        gzip.compress(plain),
        gzip.compress(plain[:half]) + gzip.compress(plain[half:]),
        zstd.compress(plain),
        zstd.compress(plain[:half]) + b"\x50\x2a\x4d\x18\0\0\0\0" + zstd.compress(plain[half:]),
        plain[: plain.rstrip(b"\0").rindex(b"\n") // 512 * 512 + 512],  # without its end
    ]
    for blob in ways:
        assert names(opened(blob)) == ["bash", "wget"]


# ---------------------------------------------------------------- links


def test_a_status_that_is_a_hard_link_is_read():
    layer = [
        file("var/lib/dpkg/status-old", status("bash")),
        hardlink(DPKG, "var/lib/dpkg/status-old"),
    ]
    assert names(opened(layer)) == ["bash"]


def test_a_hard_link_leads_wherever_ostree_keeps_its_files():
    database = ndb([header("glibc")])
    layer = [
        file("sysroot/ostree/repo/objects/ab/cd.file", database),
        file("sysroot/ostree/repo/objects/ab/ef.file", OS),
        hardlink("usr/share/rpm/Packages.db", "./sysroot/ostree/repo/objects/ab/cd.file"),
        hardlink("usr/lib/os-release", "/sysroot/ostree/repo/objects/ab/ef.file"),
    ]
    contents = opened(layer)
    assert names(contents) == ["glibc"]
    assert contents.os.id == "debian"


def test_a_hard_link_to_another_wanted_file_is_that_file():
    layer = [file("usr/lib/os-release", OS), hardlink("etc/os-release", "usr/lib/os-release")]
    assert opened(layer).os.id == "debian"


def test_a_hard_link_to_a_symbolic_one_leads_where_that_does():
    layer = [
        file("usr/lib/os-release", OS),
        symlink("etc/redhat-release", "../usr/lib/os-release"),
        hardlink("etc/os-release", "etc/redhat-release"),
    ]
    assert opened(layer).os.id == "debian"


def test_a_hard_link_into_a_lower_layer_is_followed():
    contents = opened(
        [file("usr/lib/os-release", OS)], [hardlink("etc/os-release", "usr/lib/os-release")]
    )
    assert contents.os.id == "debian"
    assert contents.missing == ()


def test_a_hard_link_to_nothing_is_said():
    contents = opened([hardlink(DPKG, "nowhere")])
    assert contents.missing == (
        "`var/lib/dpkg/status` is a link to `nowhere`, which could not be found.",
    )


def test_a_hard_link_to_a_broken_database_is_said():
    contents = opened([file("x", b"junk"), hardlink("var/lib/rpm/Packages", "x")])
    assert contents.missing == (
        "`var/lib/rpm/Packages` could not be read: it is no rpm database of a known kind.",
    )


def test_a_hard_link_that_a_file_replaces_later_is_no_link():
    assert names(opened([hardlink(DPKG, "x"), file(DPKG, status("bash"))])) == ["bash"]


@pytest.mark.parametrize(
    "target", ["../usr/lib/os-release", "/usr/lib/os-release", "../../../usr//lib/./os-release"]
)
def test_symbolic_links_are_followed_within_the_image(target):
    assert (
        opened([symlink("etc/os-release", target), file("usr/lib/os-release", OS)]).os.id
        == "debian"
    )


def test_a_link_to_where_nobody_looked_is_said_unless_there_is_another_file():
    contents = opened([symlink("etc/passwd", "/nix/store/passwd"), symlink("etc/os-release", "/x")])
    assert contents.missing == ("`etc/passwd` leads to `nix/store/passwd`, which was not read.",)


def test_a_folder_that_leads_to_where_nobody_looked_is_said():
    contents = opened(
        [symlink("var/lib/dpkg", "../../opt/dpkg"), file("opt/dpkg/status", status("x"))]
    )
    assert contents.missing == ("`var/lib/dpkg` leads to `opt/dpkg`, which was not read.",)


def test_links_in_a_circle_come_to_an_end():
    circle = [
        symlink("etc/os-release", "../usr/lib/os-release"),
        symlink("usr/lib/os-release", "/etc/os-release"),
    ]
    assert opened(circle).os is None


# ---------------------------------------------------------------- usr-merged


def test_both_names_of_a_merged_alpine_are_one_database():
    contents = opened([symlink("lib", "usr/lib"), file("usr/lib/apk/db/installed", apk("musl"))])
    assert names(contents) == ["musl"]
    assert contents.databases == ("usr/lib/apk/db/installed",)


def test_a_layer_may_use_the_old_name_of_a_merged_folder():
    contents = opened(
        [symlink("lib", "usr/lib"), file("usr/lib/apk/db/installed", apk("musl"))],
        [file("lib/apk/db/installed", apk("musl", "curl"))],
    )
    assert names(contents) == ["curl", "musl"]


@pytest.mark.parametrize(
    "path", ["lib/apk/db/installed", "usr/lib/apk/db/installed", "var/lib/apk/db/installed"]
)
def test_apk_s_database_is_found_in_each_of_its_places(path):
    contents = opened([file(path, apk("musl"))])
    assert [(p.name, p.source) for p in contents.packages] == [("musl", "musl-src")]
    assert contents.databases == (path,)


def test_programs_are_known_by_the_links_to_their_folder_too():
    contents = opened(
        [symlink("bin", "usr/bin"), symlink("usr/sbin", "bin"), program("usr/bin/wget")],
        [program("bin/late")],
    )
    paths = {
        f"{folder}/{name}" for folder in ("bin", "usr/bin", "usr/sbin") for name in ("wget", "late")
    }
    assert contents.programs == paths


def test_what_can_be_run_is_a_program():
    layer = [
        program("usr/local/go/bin/go"),
        program("docker-entrypoint.sh"),
        program("busybox/sh"),
        program("bin/busybox"),
        symlink("sbin/busybox", "../bin/busybox"),
        symlink("usr/bin/python", "python3"),
        hardlink("usr/bin/perl5", "usr/bin/perl"),
        file("usr/bin/README"),
        program("usr/lib/x.so"),
        program("usr/lib/node_modules/npm/bin/npm-cli.js"),
        folder("usr/bin"),
        file("etc/hosts"),
    ]
    assert opened(layer).programs == {
        "usr/local/go/bin/go",
        "docker-entrypoint.sh",
        "busybox/sh",
        "bin/busybox",
        "sbin/busybox",
        "usr/bin/python",
        "usr/bin/perl5",
    }


# ---------------------------------------------------------------- layers over each other


def test_the_uppermost_database_counts():
    assert names(opened([file(DPKG, status("old"))], [file(DPKG, status("new"))], [file("x")])) == [
        "new"
    ]


def test_a_whiteout_hides_what_is_below_and_not_its_own_layer():
    below = [file(DPKG, status("old"))]
    assert opened(below, [WHITEOUT_STATUS]).databases == ()
    assert names(opened(below, [WHITEOUT_STATUS, file(DPKG, status("new"))])) == ["new"]
    assert names(opened([WHITEOUT_STATUS, file(DPKG, status("same"))])) == ["same"]
    assert names(opened(below, [WHITEOUT_STATUS], [file(DPKG, status("again"))])) == ["again"]


@pytest.mark.parametrize(
    "name",
    [
        ".wh.var",
        "var/.wh.lib",
        "var/lib/.wh.dpkg",
        "var/lib/dpkg/.wh..wh..opq",
        "var/.wh..wh..opq",
        ".wh..wh..opq",
    ],
)
def test_a_whiteout_hides_all_that_is_in_a_folder(name):
    contents = opened([file(DPKG, status("old")), file("etc/passwd", PASSWD)], [file(name)])
    assert contents.databases == ()
    assert contents.users == (set() if name == ".wh..wh..opq" else {"root", "_apt"})


def test_an_opaque_folder_has_what_its_own_layer_brings():
    above = [file("var/lib/dpkg/.wh..wh..opq"), file(DPKG, status("new"))]
    assert names(opened([file(DPKG, status("old"))], above)) == ["new"]
    assert names(opened([file(DPKG, status("old"))], above[::-1])) == ["new"]


@pytest.mark.parametrize(
    "name", [".wh.", ".wh..", ".wh...", "var/.wh.", "var/lib/dpkg/.wh..wh.plnk"]
)
def test_whiteouts_of_nothing_hide_nothing(name):
    assert names(opened([file(DPKG, status("bash"))], [file(name)])) == ["bash"]


def test_a_whiteout_by_the_old_name_of_a_merged_folder_hides_the_file():
    below = [
        symlink("lib", "usr/lib"),
        file("usr/lib/apk/db/installed", apk("musl")),
        program("usr/bin/x"),
    ]
    assert opened(below, [file("lib/apk/db/.wh.installed")]).databases == ()


def test_a_file_in_the_place_of_a_folder_hides_what_was_in_it():
    assert opened([file(DPKG, status("old"))], [file("var/lib/dpkg")]).databases == ()
    assert opened([file(DPKG, status("old"))], [symlink("var/lib/dpkg", "/x")]).databases == ()


def test_a_folder_in_the_place_of_a_link_is_a_folder_of_its_own():
    below = [symlink("lib", "usr/lib"), file("usr/lib/apk/db/installed", apk("musl"))]
    contents = opened(below, [folder("lib"), file("lib/apk/db/installed", apk("curl"))])
    assert contents.databases == ("lib/apk/db/installed", "usr/lib/apk/db/installed")
    assert names(contents) == ["curl", "musl"]


def test_a_folder_that_is_there_already_changes_nothing():
    assert names(
        opened([folder("var"), folder("var/lib/dpkg"), *debian()], [folder("var/lib/dpkg")])
    ) == ["bash", "wget"]


def test_a_program_that_is_removed_is_gone():
    below = [program("usr/bin/curl"), program("usr/bin/wget"), program("opt/x/bin/y")]
    assert opened(below, [file("usr/bin/.wh.curl"), file(".wh.opt")]).programs == {"usr/bin/wget"}


# ---------------------------------------------------------------- distroless


def test_status_d_is_gathered_from_all_layers():
    contents = opened(
        [
            file(STATUS_D + "base", stanza("base-files", status="")),
            file(STATUS_D + "base.md5sums", b"0 x"),
        ],
        [file(STATUS_D + "libc6", stanza("libc6", "2.36-9", status=""))],
        [
            file(STATUS_D + "tzdata", stanza("tzdata", status="")),
            file(STATUS_D + "libc6.postinst", b"#!/bin/sh\n"),
        ],
    )
    assert names(contents) == ["base-files", "libc6", "tzdata"]
    assert contents.databases == ("var/lib/dpkg/status.d",)
    assert contents.missing == ()


def test_a_later_layer_replaces_or_removes_one_of_status_d():
    contents = opened(
        [
            file(STATUS_D + "a", stanza("a", status="")),
            file(STATUS_D + "b", stanza("b", "1", status="")),
        ],
        [file(STATUS_D + ".wh.a"), file(STATUS_D + "b", stanza("b", "2", status=""))],
    )
    assert [(p.name, p.version) for p in contents.packages] == [("b", "2")]


def test_a_broken_one_of_status_d_is_said():
    contents = opened([file(STATUS_D + "a", b"Package: " + b"x" * 5000)])
    assert contents.missing == (
        "`var/lib/dpkg/status.d/a` could not be read: a name or version of 5000 bytes is in it.",
    )


# ---------------------------------------------------------------- rpm, chisel, Mariner


@pytest.mark.parametrize("folder_", ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"])
@pytest.mark.parametrize(
    ("name", "writer"), [("rpmdb.sqlite", sqlite), ("Packages.db", ndb), ("Packages", berkeley)]
)
def test_rpm_s_databases_are_found_in_each_of_their_places(folder_, name, writer):
    contents = opened([file(f"{folder_}/{name}", writer([header("bash")]))])
    assert names(contents) == ["bash"]
    assert contents.databases == (f"{folder_}/{name}",)


def test_an_image_of_rpms_has_what_rpm_lists():
    database, listed = made_by_rpm()
    layer = [
        symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
        file("usr/lib/sysimage/rpm/rpmdb.sqlite", database),
        file("usr/lib/sysimage/rpm/rpmdb.sqlite-wal", b""),
    ]
    contents = opened(layer)
    assert {(p.name, p.version) for p in contents.packages} == {line[:2] for line in listed}
    assert contents.databases == ("usr/lib/sysimage/rpm/rpmdb.sqlite",)
    assert contents.missing == ()


def test_of_two_kinds_in_a_folder_the_newer_counts_unless_it_is_empty():
    old = file("var/lib/rpm/Packages", berkeley([header("old")]))
    assert names(opened([old, file("var/lib/rpm/rpmdb.sqlite", sqlite([header("new")]))])) == [
        "new"
    ]
    contents = opened([old, file("var/lib/rpm/rpmdb.sqlite", sqlite([]))])
    assert names(contents) == ["old"]
    assert opened([file("var/lib/rpm/rpmdb.sqlite", sqlite([]))]).databases == (
        "var/lib/rpm/rpmdb.sqlite",
    )


def test_a_log_that_was_not_written_back_is_said():
    contents = opened(
        [
            file("var/lib/rpm/rpmdb.sqlite", sqlite([header("x")])),
            file("var/lib/rpm/rpmdb.sqlite-wal", b"log"),
        ]
    )
    assert contents.missing == (
        "`var/lib/rpm/rpmdb.sqlite-wal` could not be read: it holds changes that are not in the database yet.",
    )


def test_a_manifest_of_rpms_is_read():
    line = b"bash\t5.1-1\t1\t1\tUs\t(none)\t7\tx86_64\t0\tbash-5.1-1.src.rpm\n"
    assert names(opened([file("var/lib/rpmmanifest/container-manifest-2", line)])) == ["bash"]


def test_a_chiselled_ubuntu_is_read():
    wall = b'{"jsonwall":"1.0","schema":"1.0","count":2}\n{"kind":"package","name":"libc6","version":"2.39-0ubuntu8","arch":"amd64"}\n'
    contents = opened([file("var/lib/chisel/manifest.wall", zstd.compress(wall))])
    assert names(contents) == ["libc6"]
    broken = opened([file("var/lib/chisel/manifest.wall", zstd.compress(wall)[:-9])])
    assert broken.missing == ("`var/lib/chisel/manifest.wall` could not be read: it is cut off.",)


def test_this_machine_s_own_database_is_read_as_dpkg_lists_it():
    needs("dpkg-query")
    where = subprocess.run(["dpkg-query", "--admindir"], capture_output=True, text=True)
    database = Path(where.stdout.strip() or "/var/lib/dpkg", "status").read_bytes()
    said = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n"],
        capture_output=True,
        text=True,
        check=True,
    )
    listed = [line.split() for line in said.stdout.splitlines()]
    contents = opened([file(DPKG, database)])
    assert sorted((p.name, p.version) for p in contents.packages) == sorted(
        (name, version) for state, name, version in listed if state == "installed"
    )


# ---------------------------------------------------------------- what cannot be read


def test_a_layer_that_is_elsewhere_is_said_and_not_asked_for():
    image = Image(
        packed(*debian()), media_type="application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    )
    contents = read(image.description, image.blob)
    assert image.asked == []
    assert contents.databases == ()
    (said,) = contents.missing
    assert said.startswith("Layer sha256:")
    assert "not published with the image" in said


def test_what_is_too_large_or_sparse_is_said():
    contents = opened(
        [file("etc/passwd", bytes(2000)), file(DPKG, bytes(5000))],
        bounds=Bounds(text=1000, database=4000),
    )
    assert contents.missing == (
        "`etc/passwd` could not be read: it has 2000 bytes.",
        "`var/lib/dpkg/status` could not be read: it has 5000 bytes.",
    )


def test_a_broken_file_that_an_upper_layer_replaces_does_not_matter():
    contents = opened(
        [file("var/lib/rpm/Packages", b"junk")], [file("var/lib/rpm/Packages", ndb([header("x")]))]
    )
    assert (names(contents), contents.missing) == (["x"], ())


BROKEN = {
    "no tar archive": lambda blob: gzip.compress(b"rubbish" * 500),
    "cut off": lambda blob: blob[:-20],
    "ends within a member": lambda blob: gzip.compress(gzip.decompress(blob)[:700]),
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_layer_is_one_clear_line_that_names_it(why):
    blob = BROKEN[why](packed(*debian()))
    with pytest.raises(EvidenceError, match=f"^layer {digest_of(blob)[:19]}: .*{why}"):
        opened([file("x")], blob)


def test_a_layer_that_is_not_the_one_the_configuration_names_is_refused():
    blob = packed(*debian())
    right = Image(blob, diff_ids=[digest_of(archive(*debian()))])
    assert names(read(right.description, right.blob)) == ["bash", "wget"]
    wrong = Image(blob, diff_ids=["sha256:" + "0" * 64])
    with pytest.raises(EvidenceError, match="not the one its image names"):
        read(wrong.description, wrong.blob)


def test_a_layer_that_is_gone_from_disk_is_one_clear_line(tmp_path):
    image = Image(packed(*debian()))
    with pytest.raises(EvidenceError, match=r"^layer sha256:.* could not be read: No such file"):
        read(image.description, lambda layer: (tmp_path / layer.digest).open("rb"))


def test_an_image_that_is_too_large_is_refused_before_anything_is_fetched():
    image = Image(packed(*debian()))
    with pytest.raises(EvidenceError, match="MiB of layers, more than are read"):
        read(image.description, image.blob, bounds=Bounds(compressed=10))
    assert image.asked == []


def test_an_image_of_countless_notes_is_refused(monkeypatch):
    monkeypatch.setattr("bot.contents.layers._MOST_NOTES", 10)
    for each in (
        [program(f"bin/{number}") for number in range(11)],
        [file(f".wh.{number}") for number in range(11)],
        [file(f"{STATUS_D}{number}") for number in range(11)],
    ):
        with pytest.raises(EvidenceError, match="more than 10 of its files"):
            opened(each)


@given(st.data())
def test_whatever_is_wrong_with_a_layer_the_exception_is_ours(data):
    tar = bytearray(
        archive(
            *debian(),
            folder("var/lib/rpm"),
            file("var/lib/rpm/Packages", berkeley([header("x")])),
            file("usr/lib/apk/db/installed", apk("y")),
            symlink("lib", "usr/lib"),
            hardlink("usr/lib/os-release", "etc/os-release"),
            file("usr/bin/.wh.old"),
        )
    )
    for _ in range(data.draw(st.integers(1, 5))):
        tar[data.draw(st.integers(0, len(tar) - 1))] = data.draw(st.integers(0, 255))
        block = data.draw(st.integers(0, len(tar) // 512 - 1)) * 512
        tar[block + 148 : block + 156] = b"        "
        tar[block + 148 : block + 156] = f"{sum(tar[block : block + 512]):06o}\0 ".encode()
    try:
        contents = opened(bytes(tar))
    except EvidenceError as error:
        said = str(error)
    else:
        said = "".join(contents.missing)
    assert "\n" not in said


# ---------------------------------------------------------------- packages only


def test_packages_alone_need_no_layer_below_their_database():
    blobs = [packed(file("base")), packed(*debian()), packed(file("top"))]
    image = Image(*blobs)
    contents = read(image.description, image.blob, packages_only=True)
    assert image.asked == [digest_of(blobs[2]), digest_of(blobs[1])]
    assert names(contents) == ["bash", "wget"]
    assert contents.os.id == "debian"
    assert (contents.users, contents.groups, contents.programs) == (frozenset(),) * 3


def test_a_database_that_tells_its_system_suffices():
    upper = packed(file(DPKG, stanza("base-files", "12.4+deb12u5")))
    image = Image(packed(*debian()), upper)
    assert read(image.description, image.blob, packages_only=True).os == OsRelease("debian", "12")
    assert image.asked == [digest_of(upper)]


@pytest.mark.parametrize(
    "upper", [file(DPKG, status("bash")), file(STATUS_D + "x", stanza("x", status="")), file(DPKG)]
)
def test_what_is_not_settled_goes_on_below(upper):
    image = Image(packed(file("etc/os-release", OS)), packed(upper))
    read(image.description, image.blob, packages_only=True)
    assert len(image.asked) == 2

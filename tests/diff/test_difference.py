"""All that differs between two images, why, and what is to be warned of."""

import pytest

from bot.diff import difference, platform_change
from bot.diff.layers import layer_change
from bot.model import ImageConfig, Layer, LayerChange, OsRelease, PlatformChange
from tests.diff.made import BOOKWORM, apk, bump, deb, described, digest, image

OCI = "org.opencontainers.image."
LIBC = [deb("libc6", "2.36-9", "glibc")]
NEWER = [deb("libc6", "2.36-10", "glibc")]


def because(old, new, of=None):
    found = difference(old, new, of)
    return found.cause, found.because


# ---------------------------------------------------------------- why


def test_the_same_image_did_not_move():
    assert because(image("a", LIBC), image("a", LIBC)) == ("nothing", "Both are the same image.")


def test_the_same_image_in_another_index_moved_in_its_index_only():
    found = because(image("a", LIBC, index="1"), image("a", LIBC, index="2"))
    assert found == ("index", "Only the index changed: the image for linux/amd64 is the very same.")


def test_the_same_layers_with_another_configuration():
    new = image("b", LIBC, config=ImageConfig(user="node"))
    assert because(image("a", LIBC), new)[1] == (
        "Only the configuration changed: every layer is as it was."
    )
    assert because(image("a", LIBC), image("b", LIBC))[1] == (
        "Only metadata changed: layers and configuration are as they were."
    )


def test_layers_compressed_differently_are_the_same():
    one, other = (Layer(digest(n), 9, diff_id=digest("files")) for n in "ab")
    old, new = described("old"), described("new")
    object.__setattr__(old, "layers", (one,))
    object.__setattr__(new, "layers", (other,))
    assert layer_change(old, new) == LayerChange(1, 1, 1, 0, 0)


def test_packages_refreshed():
    old = image("a", [*LIBC, deb("wget", "1")], stack=("1",))
    new = image("b", [*NEWER, deb("curl", "1"), deb("git", "1")], stack=("2",))
    assert because(old, new) == (
        "packages",
        "Packages were refreshed: 1 package upgraded, 2 added, 1 removed.",
    )


def env(**values):
    return {"config": ImageConfig(environment=values)}


def test_a_new_version_by_the_variable_of_the_image():
    old = image("a", LIBC, stack=("1", "x"), **env(NODE_VERSION="20.1.0", YARN_VERSION="1"))
    new = image("b", NEWER, stack=("2", "y"), **env(NODE_VERSION="20.2.0", YARN_VERSION="2"))
    assert because(old, new, bump(kind="digest")) == (
        "version",
        (
            "New version: NODE_VERSION went from 20.1.0 to 20.2.0, rebuilt on a newer base: its lowest"
            " layer is another one, with 1 package upgraded."
        ),
    )


def test_a_new_version_by_annotation_or_tag():
    old = image("a", stack=("1",), annotations={f"{OCI}version": "1.0"})
    new = image("b", stack=("2",), annotations={f"{OCI}version": "1.1"})
    assert because(old, new) == (
        "version",
        (
            "New version: its version label went from 1.0 to 1.1. Its packages are not known, and its"
            " only layer is another one."
        ),
    )
    old, new = image("a", LIBC, stack=("1",)), image("b", NEWER, stack=("2",))
    assert because(old, new, bump()) == (
        "version",
        "New version: the tag went from 20.11.0 to 20.18.1, with 1 package upgraded.",
    )


BACK = [
    ("debian:12.1", "debian:12.0", "the tag went back from 12.1 to 12.0"),
    ("debian:12.10-slim", "debian:12.9-slim", "the tag went back from 12.10-slim to 12.9-slim"),
    ("debian:12.0", "debian:12.1", ""),
    ("debian:12.1", "debian:12.0-slim", ""),
    ("debian:12.1", "ubuntu:12.0", ""),
    ("debian:12.1", "debian:12.1", ""),
    (f"debian@{digest('1')}", f"debian@{digest('2')}", ""),
]


@pytest.mark.parametrize(("old", "new", "said"), BACK)
def test_a_tag_that_goes_back_is_an_older_version(old, new, said):
    before, after = image("a", NEWER, stack=("1",)), image("b", LIBC, stack=("2",))
    told = f"An older version: {said}, with 1 package downgraded."
    went_back = ("packages", "Packages went back: 1 package downgraded.")
    found = because(before, after, bump(old, new, "digest"))
    assert found == (("version", told) if said else went_back)


def test_packages_that_go_both_ways_are_not_refreshed():
    old = image("a", [*LIBC, deb("wget", "2")], stack=("1",))
    new = image("b", [*NEWER, deb("wget", "1")], stack=("2",))
    assert because(old, new)[1] == "Packages changed: 1 package upgraded, 1 downgraded."


def test_a_version_that_goes_back_is_an_older_one():
    old = image("a", LIBC, stack=("1",), **env(NODE_VERSION="20.18.1"))
    new = image("b", NEWER, stack=("2",), **env(NODE_VERSION="20.11.0"))
    assert because(old, new, bump(kind="digest"))[1] == (
        "An older version: NODE_VERSION went back from 20.18.1 to 20.11.0, with 1 package upgraded."
    )


def test_a_version_that_its_base_told_is_not_its_own():
    labels = {f"{OCI}ref.name": "ubuntu"}
    old, new = (
        image(name, LIBC, stack=(name,), config=ImageConfig(labels={**labels, f"{OCI}version": v}))
        for name, v in (("a", "22.04"), ("b", "24.04"))
    )
    assert because(old, new)[0] == "content"


def test_tools_that_ride_along_are_no_version_of_the_image():
    old = image("a", LIBC, stack=("1",), **env(PYTHON_PIP_VERSION="24"))
    new = image("b", LIBC, stack=("2",), **env(PYTHON_PIP_VERSION="25"))
    assert because(old, new, bump(kind="digest"))[0] == "content"


def test_a_variable_of_another_program_is_no_version_of_the_image():
    old = image("a", LIBC, stack=("1",), **env(NGINX_VERSION="1"))
    new = image("b", LIBC, stack=("2",), **env(NGINX_VERSION="2"))
    assert because(old, new, bump(kind="digest"))[0] == "content"


def based(name, base, digest_, packages):
    notes = {f"{OCI}base.name": base, f"{OCI}base.digest": digest(digest_)}
    return image(name, packages, stack=(digest_, "top"), annotations=notes)


def test_a_newer_base_by_its_digest():
    old = based("a", "debian:bookworm-slim", "one", LIBC)
    new = based("b", "debian:bookworm-slim", "two", NEWER)
    cause, sentence = because(old, new)
    assert cause == "base"
    assert sentence.startswith("Rebuilt on a newer debian:bookworm-slim (")
    assert sentence.endswith("), with 1 package upgraded.")


def test_another_base_by_its_name():
    old = based("a", "docker.io/library/debian:bookworm", "one", LIBC)
    new = based("b", "debian:trixie", "two", LIBC)
    assert because(old, new) == (
        "base",
        (
            "Built on another base, debian:bookworm → debian:trixie. The packages are the same, but 1"
            " of its 2 layers is another one."
        ),
    )


def test_the_same_base_is_no_cause():
    old, new = (based(name, "debian:bookworm", "one", p) for name, p in (("a", LIBC), ("b", NEWER)))
    new = image("b", NEWER, stack=("one", "other"), annotations=new.image.annotations)
    assert because(old, new)[0] == "packages"


LAYERS = [
    (("1", "x"), ("1", "y"), "1 of its 2 layers is another one"),
    (("1", "x", "z"), ("1", "y", "v"), "2 of its 3 layers are other ones"),
    (("x",), ("y",), "its only layer is another one"),
    (("1",), ("2", "y"), "none of its 2 layers is as it was"),
    (("1",), ("1", "y"), "1 layer was put on top of them"),
    (("1",), ("1", "y", "z"), "2 layers were put on top of them"),
    (("1", "x"), ("1",), "it has 1 of its 2 layers"),
]


@pytest.mark.parametrize(("before", "after", "told"), LAYERS)
def test_the_same_packages_in_other_layers(before, after, told):
    old, new = image("a", LIBC, stack=before), image("b", LIBC, stack=after)
    assert because(old, new) == ("content", f"The packages are the same, but {told}.")
    assert because(old, new, bump("node:1.0.0", "node:1.1.0")) == (
        "version",
        f"New version: the tag went from 1.0.0 to 1.1.0. The packages are the same, but {told}.",
    )


def test_a_lowest_layer_is_no_base_where_no_packages_are():
    old, new = image("a", stack=("1", "x")), image("b", stack=("2", "y"))
    assert because(old, new) == (
        "unknown",
        "Its packages are not known, and none of its 2 layers is as it was.",
    )


def test_what_cannot_be_known():
    old, new = image("a", stack=("1", "x")), image("b", stack=("1", "y"))
    assert because(old, new) == (
        "unknown",
        "Its packages are not known, and 1 of its 2 layers is another one.",
    )


# ---------------------------------------------------------------- what is compared


def test_layers_are_shared_from_the_lowest_on():
    old, new = image("a", LIBC, stack=("1", "2", "3")), image("b", LIBC, stack=("1", "x", "3", "4"))
    assert difference(old, new).layers == LayerChange(1, 3, 4, 20_000_000, 30_000_000, fresh=2)


def test_packages_are_unknown_where_a_database_is_missing():
    found = difference(image("a"), image("b"))
    assert found.packages is None
    assert found.unknown.startswith("Neither image has a package database")
    found = difference(image("a", LIBC), image("b"))
    assert found.unknown == "The new image has no package database."
    empty = image("b", databases=("var/lib/dpkg/status",), missing=("It was too large.",))
    assert difference(image("a", LIBC), empty).unknown == (
        "The packages of the new image could not be read: It was too large."
    )


BROKEN = "`var/lib/rpm/rpmdb.sqlite` could not be read: it is no SQLite database."


def test_a_database_that_cannot_be_read_is_not_one_that_is_gone():
    new = image("b", missing=(BROKEN,))
    found = difference(image("a", LIBC), new)
    assert found.packages is None
    assert found.unknown == f"The packages of the new image could not be read: {BROKEN}"
    assert found.warnings[0] == (
        f"The packages of the new image could not be read, where the old one has 1: {BROKEN}"
    )
    assert not any("no package database" in said or "Not all" in said for said in found.warnings)
    both = difference(image("a", missing=(BROKEN,)), new)
    assert both.unknown == f"The packages of the old image could not be read: {BROKEN}"
    assert len(both.warnings) == 2


def test_an_empty_database_is_not_a_missing_one():
    found = difference(image("a", LIBC), image("b", databases=("var/lib/dpkg/status",)))
    assert [change.direction for change in found.packages] == ["removed"]


def test_a_point_release_is_told_by_base_files():
    old = image("a", [deb("base-files", "12.4+deb12u7")])
    new = image("b", [deb("base-files", "12.4+deb12u8")], stack=("x",))
    found = difference(old, new)
    assert [os.version_id for os in found.os] == ["12.7", "12.8"]
    assert found.warnings == ()


# ---------------------------------------------------------------- warnings


def warnings(old, new):
    return difference(old, new).warnings


MANY = [deb(f"p{n}", "1") for n in range(20)]


def test_a_database_that_vanished():
    assert warnings(image("a", MANY), image("b"))[0] == (
        "The new image has no package database any more, where the old one knew 20 packages:"
        " scanners will find little in it, whatever is there."
    )


def test_far_fewer_packages():
    assert warnings(image("a", MANY), image("b", MANY[:9])) == (
        "The new image knows of far fewer packages: 9, where it was 20.",
    )


def test_packages_that_are_older():
    olds = [deb(f"p{n}", "2") for n in range(5)]
    assert warnings(image("a", olds), image("b", [deb(f"p{n}", "1") for n in range(5)])) == (
        "Packages are older than they were: p0 (2 → 1), p1 (2 → 1), p2 (2 → 1) and 2 more.",
    )


def test_a_jump_in_size_or_layers():
    small, large = image("a", LIBC), image("b", LIBC, stack=("1", "2", "3", "4"))
    assert warnings(small, large) == (
        "The new image is 4.0 times as large as the old one.",
        "The new image has 4 layers, where it had 1.",
    )
    assert warnings(large, small) == ("The old image was 4.0 times as large as the new one.",)
    assert "many times" in warnings(image("a", LIBC, size=0), image("b", LIBC, stack=("1",)))[0]


def test_an_older_build():
    old = image("a", LIBC, config=ImageConfig(created="2026-08-24T00:00:00Z"))
    new = image("b", LIBC, annotations={f"{OCI}created": "2026-08-03T12:00:00.123456Z"})
    assert warnings(old, new) == (
        (
            "The new image was made on 2026-08-03, before the old one (2026-08-24): it may be an older"
            " build."
        ),
    )


@pytest.mark.parametrize("created", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "soon", ""])
def test_a_fixed_clock_tells_no_age(created):
    old = image("a", LIBC, config=ImageConfig(created="2026-08-24T00:00:00Z"))
    assert warnings(old, image("b", LIBC, config=ImageConfig(created=created))) == ()


def test_layers_that_could_not_be_read():
    new = image("b", LIBC, missing=("Layer 3 is not published.",))
    assert warnings(image("a", LIBC), new) == (
        "Not all of the new image could be read: Layer 3 is not published.",
    )


def test_two_platforms():
    new = image("b", LIBC)
    object.__setattr__(new.image, "platform", "linux/arm64")
    assert warnings(image("a", LIBC), new) == (
        "Images of two platforms are compared here: linux/amd64 and linux/arm64.",
    )


SYSTEMS = [
    (BOOKWORM, OsRelease("debian", "13"), "A new release of the operating system, from Debian 12 to Debian 13: packages may have other names."),
    (OsRelease("alpine", "3.19.1"), OsRelease("alpine", "3.20.0"), "A new release of the operating system, from Alpine Linux 3.19.1 to Alpine Linux 3.20.0: packages may have other names."),
    (OsRelease("alpine", "3.19.1"), OsRelease("alpine", "3.19.2"), None),
    (OsRelease("rhel", "9.4"), OsRelease("rhel", "9.5"), None),
    (OsRelease("debian", "13"), BOOKWORM, "The operating system went back from Debian 13 to Debian 12."),
    (BOOKWORM, OsRelease("alpine", "3.20.0"), "The distribution changed from Debian 12 to Alpine Linux 3.20.0: packages, paths and tools are other ones."),
    (BOOKWORM, None, "The old image was Debian 12; the new one does not say what it is."),
    (None, BOOKWORM, None),
    (None, None, None),
    (OsRelease("x", "", "", "X Linux"), OsRelease("x", "b", "", "X Linux"), None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), SYSTEMS)
def test_another_operating_system(old, new, sentence):
    one, other = image("a", [apk("a", "1-r0")], os=old), image("b", [apk("a", "1-r0")], os=new)
    assert warnings(one, other) == ((sentence,) if sentence else ())


# ---------------------------------------------------------------- platforms


def test_platforms_of_two_indexes():
    old = {"linux/amd64": "1", "linux/arm64": "2", "linux/s390x": "3"}
    new = {"linux/amd64": "9", "linux/arm64": "2", "linux/riscv64": "4"}
    assert platform_change(old, new) == PlatformChange(
        added=("linux/riscv64",),
        dropped=("linux/s390x",),
        moved=("linux/amd64",),
        lagging=("linux/arm64",),
    )


def test_none_lags_where_none_moved():
    assert platform_change({"linux/amd64": "1"}, {"linux/amd64": "1"}) == PlatformChange()

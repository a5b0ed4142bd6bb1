"""Package URLs as their specification has them."""

import string
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.purls import of_image, of_package, purl, without_epoch
from bot.image import ImageRef
from bot.model import Description, ImageConfig, OsRelease, Package

DEBIAN = OsRelease("debian", "12")
DIGEST = "sha256:" + "a" * 64


def described(platform="linux/amd64"):
    return Description(DIGEST, DIGEST, platform, ImageConfig(), ())


def package(family, name, version, source=None, source_version=None, architecture="amd64"):
    return Package(family, name, version, source or name, source_version or version, architecture)


@pytest.mark.parametrize(
    ("found", "system", "written"),
    [
        (package("deb", "curl", "7.88-10"), DEBIAN, "deb/debian/curl@7.88-10?arch=amd64&distro=debian-12"),
        (
            package("deb", "bsdutils", "1:2.38.1-5+b1", "util-linux", "2.38.1-5"),
            DEBIAN,
            "deb/debian/bsdutils@1:2.38.1-5%2Bb1?arch=amd64&distro=debian-12&upstream=util-linux%402.38.1-5",
        ),
        (
            package("deb", "g++", "4:12.2.0-3", "gcc-defaults", "1.203"),
            OsRelease("ubuntu", "24.04"),
            "deb/ubuntu/g%2B%2B@4:12.2.0-3?arch=amd64&distro=ubuntu-24.04&upstream=gcc-defaults%401.203",
        ),
        (
            package("apk", "libcrypto3", "3.1.4-r5", "openssl", architecture="x86_64"),
            OsRelease("alpine", "3.19.1"),
            "apk/alpine/libcrypto3@3.1.4-r5?arch=x86_64&distro=alpine-3.19.1&upstream=openssl%403.1.4-r5",
        ),
        (package("apk", "bash", "5", architecture=""), OsRelease("wolfi"), "apk/wolfi/bash@5?distro=wolfi"),
        (
            package("rpm", "openssl-libs", "1:3.0.7-25.el9", "openssl", architecture="x86_64"),
            OsRelease("rhel", "9.4"),
            "rpm/redhat/openssl-libs@3.0.7-25.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-25.el9.src.rpm",
        ),
        (package("deb", "curl", "7~rc1"), None, "deb/curl@7~rc1?arch=amd64"),
    ],
)  # fmt: skip
def test_a_package_is_named_by_its_family_and_distribution(found, system, written):
    assert of_package(found, system) == f"pkg:{written}"


@pytest.mark.parametrize(
    ("image", "written"),
    [
        ("debian", f"debian@{DIGEST}?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=latest"),
        ("localhost:5000/a/b:1", f"b@{DIGEST}?arch=amd64&repository_url=localhost:5000%2Fa%2Fb&tag=1"),
        (f"ghcr.io/a/b@{DIGEST}", f"b@{DIGEST}?arch=amd64&repository_url=ghcr.io%2Fa%2Fb"),
    ],
)  # fmt: skip
def test_an_image_is_named_by_the_digest_of_its_platform(image, written):
    assert of_image(ImageRef.parse(image), described()) == f"pkg:oci/{written}"


def test_an_image_of_an_unknown_platform_has_no_architecture():
    assert "arch=" not in of_image(ImageRef.parse("debian"), described(platform=""))


@pytest.mark.parametrize(
    ("version", "parts"),
    [("1:2-3", ("1", "2-3")), ("2-3", ("", "2-3")), ("a:2", ("", "a:2")), (":2", ("", ":2")), ("²:2", ("", "²:2"))],
)  # fmt: skip
def test_an_epoch_is_a_number_before_a_colon(version, parts):
    assert without_epoch(version) == parts


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
names = words.filter(lambda name: name.strip("/"))
keys = st.text(string.ascii_lowercase, min_size=1, max_size=5)


@given(path=st.tuples(names, names), version=words, said=st.dictionaries(keys, words))
def test_a_package_url_reads_back_as_it_was_meant(path, version, said):
    # Read from the right, as "How to parse" of the specification has it.
    written = purl("rpm", path, version, said)
    assert written.isascii()
    head, _, query = written.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    assert [key for key, _, _ in pairs] == sorted(said)
    assert {key: unquote(value) for key, _, value in pairs} == said
    head, _, read = head.rpartition("@")
    assert unquote(read) == version
    kind, *parts = head.removeprefix("pkg:").split("/")
    assert (kind, tuple(map(unquote, parts))) == ("rpm", path)


@given(st.text(st.characters(), max_size=10))
def test_no_text_is_too_odd_for_a_package_url(text):
    assert purl("deb", (text, text), text, {"arch": text}).startswith("pkg:deb/")

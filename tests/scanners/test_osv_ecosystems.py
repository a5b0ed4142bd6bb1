"""What OSV calls distributions, and what it is asked about their packages."""

import pytest

from bot.model import OsRelease
from bot.scanners.osv.ecosystems import Query, feed, queries, same
from tests.scanners.images import contents, package

FEEDS = [
    ("debian", "12", ("Debian:12",)),
    ("debian", "12.5", ("Debian:12",)),
    ("ubuntu", "22.04", ("Ubuntu:22.04:LTS",)),
    ("ubuntu", "23.10", ("Ubuntu:23.10",)),
    ("ubuntu", "23.04", ("Ubuntu:23.04",)),
    ("alpine", "3.22.1", ("Alpine:v3.22",)),
    ("alpine", "3.22", ("Alpine:v3.22",)),
    ("wolfi", "20230201", ("Wolfi",)),
    ("chainguard", "20230214", ("Chainguard",)),
    (
        "rhel",
        "9.4",
        ("Red Hat:enterprise_linux:9::baseos", "Red Hat:enterprise_linux:9::appstream"),
    ),
    ("rocky", "9.3", ("Rocky Linux:9",)),
    ("almalinux", "9.4", ("AlmaLinux:9",)),
    ("opensuse-leap", "15.6", ("openSUSE:Leap 15.6",)),
    ("opensuse-tumbleweed", "20260101", ("openSUSE:Tumbleweed",)),
    ("azurelinux", "3.0", ("Azure Linux:3",)),
    ("mageia", "9", ("Mageia:9",)),
]


@pytest.mark.parametrize(("name", "version", "ecosystems"), FEEDS)
def test_a_distribution_has_the_ecosystem_of_its_release(name, version, ecosystems):
    assert feed(OsRelease(name, version)).ecosystems == ecosystems


@pytest.mark.parametrize(
    ("name", "version"),
    [("debian", ""), ("debian", "sid"), ("ubuntu", "22"), ("alpine", "3.23_alpha20250612"), ("alpine", "3"), ("rhel", ""),
     ("rocky", "x"), ("opensuse-leap", "15"), ("sles", "15.5"), ("fedora", "40"), ("amzn", "2023"), ("photon", "5.0"), ("", "")],
)  # fmt: skip
def test_a_release_that_is_not_sure_has_none(name, version):
    assert feed(OsRelease(name, version)) is None


def asked(*packages, os):
    image = contents(*packages, os=os)
    return list(queries(image, feed(os)))


def test_binaries_of_one_source_are_one_question():
    some = [package(name, "1:2.38-1+b2", "util-linux", "2.38-1") for name in ("mount", "bsdutils")]
    assert asked(*some, os=OsRelease("debian", "12")) == [
        Query("Debian:12", "util-linux", "2.38-1")
    ]


def test_records_that_may_name_binaries_are_asked_about_both():
    ssl = package("libssl3", "3.3.0-r1", "openssl", "3.3.0-r1", family="apk")
    assert asked(ssl, os=OsRelease("wolfi")) == [
        Query("Wolfi", "libssl3", "3.3.0-r1"),
        Query("Wolfi", "openssl", "3.3.0-r1"),
    ]


def test_each_part_of_a_distribution_is_asked():
    rpm = package("bash", "5.1.8-9.el9", family="rpm")
    got = asked(rpm, os=OsRelease("rhel", "9.4"))
    assert [query.ecosystem.rpartition(":")[2] for query in got] == ["appstream", "baseos"]


def test_packages_of_another_family_and_without_version_are_not_asked_about():
    odd = [package("musl", "1", family="apk"), package("x", "", "x", "")]
    assert asked(*odd, os=OsRelease("debian", "12")) == []


def test_long_support_makes_no_other_ecosystem():
    assert same("Ubuntu:22.04:LTS", "Ubuntu:22.04")
    assert not same("Ubuntu:Pro:22.04:LTS", "Ubuntu:22.04:LTS")

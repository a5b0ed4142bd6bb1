"""dpkg's status, as dpkg itself lists it, and distroless's."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages import dpkg
from tests.packages.rpms import needs

STATUS = b"""\
Package: bash
Essential: yes
Status: install ok installed
Maintainer: Matthias Klose <doko@debian.org>
Architecture: amd64
Source: bash (5.2.15-2)
Version: 5.2.15-2+b13
Description: GNU Bourne Again SHell
 Version: 9 is what a description may say
 .
 Status: of no meaning here

Package: bsdutils
Status: install ok installed
Architecture: amd64
Source: util-linux (2.38.1-5)
Version: 1:2.38.1-5

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: half
Status: install reinstreq half-installed
Version: 1.0

Package: libc6
Status: hold ok installed
Architecture: i386
Source: glibc
Version: 0:2.36-9

Package: unfinished
Status: install ok installed
"""


def test_what_is_installed_is_listed_with_its_source():
    bash, bsdutils, libc = dpkg.packages(STATUS)
    assert bash == Package(
        family="deb",
        name="bash",
        version="5.2.15-2+b13",
        source="bash",
        source_version="5.2.15-2",
        architecture="amd64",
        maintainer="Matthias Klose <doko@debian.org>",
    )
    assert (bsdutils.version, bsdutils.source, bsdutils.source_version) == (
        "1:2.38.1-5",
        "util-linux",
        "2.38.1-5",
    )
    assert (libc.version, libc.source, libc.source_version, libc.architecture) == (
        "2.36-9",
        "glibc",
        "2.36-9",
        "i386",
    )


def test_a_file_of_status_d_needs_no_status():
    stanza = b"Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n"
    assert dpkg.packages(stanza) == ()
    (package,) = dpkg.packages(stanza, status_needed=False)
    assert (package.name, package.source) == ("tzdata", "tzdata")


def test_what_has_no_stanza_has_no_package():
    for text in (b"", b"\n\n\n", b"#!/bin/sh\nset -e\n", b"\xff\xfe\0\0"):
        assert dpkg.packages(text, status_needed=False) == ()


def test_a_status_that_holds_no_package_is_broken_unless_it_is_blank():
    assert dpkg.packages(b"\n \n\n") == ()
    assert dpkg.packages(b"Package: gone\nStatus: deinstall ok config-files\n") == ()
    for text in (b"\0\xff garbage\n:::\n\n", b"Package\0: x\nStatus: install ok installed\n"):
        with pytest.raises(EvidenceError, match="no package is named in it"):
            dpkg.packages(text)


def test_this_machine_s_packages_are_those_that_dpkg_lists():
    needs("dpkg-query")
    asked = "${db:Status-Status}\t${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}\n"
    said = subprocess.run(
        ["dpkg-query", "-W", "-f", asked], capture_output=True, check=True, text=True
    )
    listed = [line.split("\t") for line in said.stdout.splitlines()]
    where = subprocess.run(["dpkg-query", "--admindir"], capture_output=True, text=True)
    folder = where.stdout.strip() or "/var/lib/dpkg"
    ours = dpkg.packages(Path(folder, "status").read_bytes())
    assert len(ours) > 50
    assert sorted(
        (p.name, p.version, p.source, p.source_version, p.architecture) for p in ours
    ) == sorted(tuple(rest) for status, *rest in listed if status == "installed")


def test_absurd_sizes_are_errors():
    with pytest.raises(EvidenceError, match="name or version of 2000 bytes"):
        dpkg.packages(b"Status: installed\nVersion: 1\nPackage: " + b"x" * 2000)
    with pytest.raises(EvidenceError, match="more than 100000 packages"):
        dpkg.packages(b"P: x\n\n" * 100_001)


@given(
    st.binary(max_size=300)
    | st.text(alphabet="Package: Vrsion\nSt\t(), i", max_size=300).map(str.encode)
)
def test_whatever_the_bytes_are_there_is_a_list(text):
    assert isinstance(dpkg.packages(text, status_needed=False), tuple)

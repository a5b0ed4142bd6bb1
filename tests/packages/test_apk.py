"""apk's database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages import apk

INSTALLED = b"""\
C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
P:libcrypto3
V:3.3.2-r0
A:x86_64
S:1
T:Crypto library from openssl
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
t:1725535700
c:c4a3b7f0a1e7f5d1e0b7c5c5c0d3a3f0e0d1c2b3
p:so:libcrypto.so.3=3
F:usr
F:usr/lib
R:libcrypto.so.3
a:0:0:755
Z:Q1mJ5c1z

C:Q1x
P:musl
V:1.2.5-r0
A:x86_64

P:virtual
V:

F:nothing
"""


def test_each_package_has_its_origin_and_the_commit_it_was_built_from():
    openssl, musl = apk.packages(INSTALLED)
    assert openssl == Package(
        family="apk",
        name="libcrypto3",
        version="3.3.2-r0",
        source="openssl",
        source_version="3.3.2-r0",
        architecture="x86_64",
        commit="c4a3b7f0a1e7f5d1e0b7c5c5c0d3a3f0e0d1c2b3",
        maintainer="Ariadne Conill <ariadne@dereferenced.org>",
    )
    assert (musl.name, musl.source, musl.commit) == ("musl", "musl", "")


def test_what_holds_no_package_is_broken_unless_it_is_blank():
    assert apk.packages(b"") == apk.packages(b"\n\n") == ()
    for text in (b"F:usr\nR:bin\n", b"\0\xff", b"<html>P:x</html>"):
        with pytest.raises(EvidenceError, match="no package is named in it"):
            apk.packages(text)


@given(st.binary(max_size=300) | st.text(alphabet="PVoAcm:\n 1", max_size=300).map(str.encode))
def test_whatever_the_bytes_are_each_package_has_a_name(text):
    try:
        found = apk.packages(text)
    except EvidenceError:
        return
    assert all(package.name and package.version for package in found)

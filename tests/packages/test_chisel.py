"""Chisel's manifest."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages import chisel

WALL = b"""\
{"jsonwall":"1.0","schema":"1.0","count":6}
{"kind":"content","slice":"libc6_libs","path":"/package"}
{"kind":"package","name":"libc6","version":"2.39-0ubuntu8.3","sha256":"00","arch":"amd64"}
{"kind":"package","name":"openssl","version":"0:3.0.13-0ubuntu3.4","sha256":"00","arch":"amd64"}
{"kind":"package","name":"nameless"}
{"kind":"slice","name":"package"}
["package"]
"""


def test_the_packages_are_those_that_slices_were_cut_from():
    assert chisel.packages(WALL) == (
        Package("deb", "libc6", "2.39-0ubuntu8.3", "libc6", "2.39-0ubuntu8.3", "amd64"),
        Package("deb", "openssl", "3.0.13-0ubuntu3.4", "openssl", "3.0.13-0ubuntu3.4", "amd64"),
    )


BROKEN = [
    (b"", "no jsonwall"),
    (b"{}", "no jsonwall"),
    (WALL + b'"package"{\n', "no JSON"),
    (WALL + b'"package"' + b"[" * 60_000, "no JSON"),
    (WALL + b'"package"' + b" " * 70_000, "a line of"),
]


@pytest.mark.parametrize(("wall", "why"), BROKEN)
def test_what_is_no_manifest_is_an_error(wall, why):
    with pytest.raises(EvidenceError, match=why):
        chisel.packages(wall)


@given(
    st.dictionaries(
        st.sampled_from(["kind", "name", "version", "arch"]),
        st.just("package") | st.integers() | st.none() | st.text(max_size=3),
    )
)
def test_whatever_a_line_says_there_is_a_list(line):
    assert isinstance(chisel.packages(WALL + json.dumps(line).encode()), tuple)

import base64
import datetime as dt
import gzip
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RegistryError
from bot.model import Published
from bot.packages import apk_index
from bot.packages.apk_index import read
from bot.packages.signed import is_signed, public_key
from tests.fakes.package_indexes import KEY, OTHER, pem, record, signed, tar, unsigned

SOME = (
    record("bash", "5.2.21-r1", t="1700000000", c="abc", D="so:libc " * 9_000),
    record("openssl", "3.3.1-r0"),
    record("bash", "5.2.26-r0"),
    record("libssl3", "3.3.1-r0", "openssl"),
)


def is_of(data, key=None):
    """Whether the first signature of an index is that of a key."""
    found = read(data, ())
    (one, *_) = found.signatures
    return is_signed(one.kind, one.value, public_key(key or pem()), (data[found.signed_from :],))


def test_an_index_tells_all_versions_of_what_was_asked_about():
    found = read(signed(*SOME), {"bash", "libssl3", "zsh"})
    built = dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)
    assert found.published == {
        "bash": (Published("5.2.21-r1", "bash", built, "abc"), Published("5.2.26-r0", "bash")),
        "libssl3": (Published("3.3.1-r0", "openssl"),),
    }


def test_an_index_without_signature_is_read_too():
    assert read(unsigned(*SOME), {"openssl"}).signatures == ()


@pytest.mark.parametrize("kind", ["RSA", "RSA256"])
def test_a_signature_is_its_key_s_and_no_other_s(kind):
    data = signed(*SOME, kind=kind, name="wolfi-signing.rsa.pub")
    assert read(data, ()).signatures[0][:2] == (kind, "wolfi-signing.rsa.pub")
    assert is_of(data)
    assert not is_of(data, pem(OTHER))


def test_a_signature_is_of_every_byte_behind_it():
    data = signed(*SOME)
    other = signed(*SOME[1:])
    start = read(data, ()).signed_from
    assert not is_of(data[:start] + other[read(other, ()).signed_from :])


def test_nothing_is_read_that_stands_before_what_is_signed():
    genuine = signed(*SOME)
    forged = tar([("APKINDEX", record("bash", "9-r9").encode())], whole=False)
    head = gzip.decompress(genuine[: read(genuine, ()).signed_from])
    for first in (head + forged, forged + head, head + forged[:512], head + forged[:100]):
        data = gzip.compress(first) + genuine[read(genuine, ()).signed_from :]
        try:
            found = read(data, {"bash"})
        except RegistryError:
            continue
        assert not found.signatures or "9-r9" not in str(found.published)


@given(st.binary(max_size=300))
def test_no_bytes_but_the_key_s_own_make_a_signature(value):
    assert not is_signed("RSA256", value, public_key(pem()), (b"x",))


def test_a_signature_that_is_no_number_below_the_modulus_is_none():
    assert not is_signed("RSA", b"\xff" * 256, public_key(pem()), (b"x",))


def spki(bits):
    """A key whose bits are these, and whose head is right."""
    der = bytes.fromhex("300d06092a864886f70d0101010500") + bits
    text = base64.b64encode(bytes([0x30, len(der)]) + der)
    return b"-----BEGIN PUBLIC KEY-----" + text + b"-----END PUBLIC KEY-----"


SPKI = PublicFormat.SubjectPublicKeyInfo


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        b"-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----",
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.PEM, SPKI),
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        pem().replace(b"MIIB", b"MIIC", 1),
        spki(b"\x04"),
        spki(b"\x03\x02\x01\x05"),
        spki(b"\x03\x09\x00\x30\x06\x02\x01\x05\x02\x01\x03"),
        spki(b"\x03\x0a\x00\x30\x06\x02\x01\x05\x02\x01\x03\x00"),
        pem().replace(b"AQAB", b"AQAA", 1),
    ],
)
def test_what_is_no_rsa_key_is_refused(text):
    with pytest.raises(RegistryError):
        public_key(text)


def test_a_key_says_the_numbers_that_it_has():
    numbers = KEY.public_key().public_numbers()
    assert public_key(b"# a comment\n" + pem()) == (numbers.n, numbers.e)


@given(st.binary(max_size=80), st.integers(0, 400), st.integers(0, 3))
def test_no_key_that_is_broken_raises_anything_else(more, at, less):
    text = pem()
    with suppress(RegistryError):
        assert public_key(text[:at] + more + text[at + less :]).exponent % 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no index in it"),
        (b"hello", "not compressed"),
        (signed(*SOME)[:-20], "too early"),
        (gzip.compress(b"x" * 5_000), "broken"),
        (gzip.compress(tar([("DESCRIPTION", b"v1")], whole=True)), "no index in it"),
        (gzip.compress(tar([("APKINDEX", b"P:a\nV:1\n")], whole=False)[:520]), "too early"),
        (gzip.compress(b"") * 20, "pieces"),
        (gzip.compress(tar([(".SIGN.RSA.a.rsa.pub", b"x" * 20_000)], whole=True)), "signatures"),
        (gzip.compress(tar([(".SIGN.RSA.a.rsa.pub", b"x")] * 20, whole=True)), "signatures"),
    ],
)
def test_what_is_no_index_is_told(data, why):
    with pytest.raises(RegistryError, match=why):
        read(data, {"a"})


def test_an_index_that_unpacks_to_far_more_is_given_up(monkeypatch):
    monkeypatch.setattr(apk_index, "MOST_UNPACKED", 100_000)
    with pytest.raises(RegistryError, match="unpacks to more"):
        read(unsigned(record("a", "1", D="x" * 200_000)), {"a"})


def test_a_record_or_a_package_without_end_is_given_up(monkeypatch):
    with pytest.raises(RegistryError, match="longer than any"):
        read(unsigned(record("a", "1", D="x" * (6 << 20))), {"a"})
    monkeypatch.setattr(apk_index, "MOST_OF_ONE", 3)
    with pytest.raises(RegistryError, match="more versions"):
        read(unsigned(*[record("a", str(n)) for n in range(9)]), {"a"})


def test_records_are_told_apart_however_large_the_index_is():
    many = [record(f"p{n}", "1", D="y" * 900) for n in range(3_000)]
    found = read(unsigned(*many), {"p0", "p1500", "p2999"})
    assert sorted(found.published) == ["p0", "p1500", "p2999"]


def test_fields_that_make_no_sense_are_left_out():
    odd = "P:a\nV:1\nt:later\no:" + "x" * 2_000 + "\n\nP:a\n\nV:2\n\n"
    assert read(unsigned(odd), {"a"}).published == {"a": (Published("1", "a"),)}


@given(st.data())
def test_no_accident_to_an_index_raises_anything_else(data):
    whole = signed(*SOME)
    at = data.draw(st.integers(0, len(whole)))
    broken = whole[:at] + data.draw(st.binary(max_size=40)) + whole[at + 3 :]
    with suppress(RegistryError):
        assert set(read(broken, {"bash"}).published) <= {"bash"}


@given(st.binary(max_size=2_000))
def test_no_archive_raises_anything_else(data):
    with suppress(RegistryError):
        assert not read(gzip.compress(data), {"bash"}).signatures

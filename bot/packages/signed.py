"""
Whether the holder of a key signed some bytes: RSA with PKCS #1 v1.5 padding, as apk has it.

Nothing in it is secret, so the little that it takes is here, and no library is needed: the padded
hash is made anew and compared whole, which leaves nothing to be parsed
(https://www.rfc-editor.org/rfc/rfc8017#section-8.2.2).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.errors import RegistryError

MOST_BITS = 16_384
LEAST_BITS = 1_024
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]{1,8000})-----END PUBLIC KEY-----")
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # the identifier of the algorithm, in DER
_SEQUENCE, _BITS, _INTEGER = 0x30, 0x03, 0x02
_HASHES = {
    "RSA": ("sha1", bytes.fromhex("3021300906052b0e03021a05000414")),
    "RSA256": ("sha256", bytes.fromhex("3031300d060960864801650304020105000420")),
}


class PublicKey(NamedTuple):
    """An RSA key: its modulus and its exponent."""

    modulus: int
    exponent: int


def public_key(pem: bytes) -> PublicKey:
    """The key that a PEM text holds. Raises `RegistryError` where it is no RSA key of today."""
    match = _PEM.search(pem[:65_536])
    try:
        der = base64.b64decode(b"".join(match[1].split()), validate=True) if match else b""
        modulus, exponent = _numbers(der)
    except (binascii.Error, IndexError, ValueError):
        raise RegistryError("it is no RSA public key in PEM") from None
    if not LEAST_BITS <= modulus.bit_length() <= MOST_BITS or exponent not in range(3, 1 << 33, 2):
        raise RegistryError("its RSA key is of a size that nobody has")
    return PublicKey(modulus, exponent)


def is_signed(kind: str, signature: bytes, key: PublicKey, parts: Iterable[bytes]) -> bool:
    """Whether a signature (`RSA` by SHA-1, or `RSA256`) is the key's, of what the parts make up."""
    name, prefix = _HASHES[kind]
    digest = hashlib.new(name, usedforsecurity=False)
    for part in parts:
        digest.update(part)
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= key.modulus:
        return False
    tail = b"\0" + prefix + digest.digest()
    padded = b"\0\1" + b"\xff" * (size - 2 - len(tail)) + tail
    return pow(number, key.exponent, key.modulus).to_bytes(size, "big") == padded


def _numbers(der: bytes) -> tuple[int, int]:
    """Modulus and exponent of a `SubjectPublicKeyInfo` (RFC 5280, RFC 8017 appendix A.1.1)."""
    outer, rest = _element(der, _SEQUENCE)
    if rest or not outer.startswith(_RSA):
        raise ValueError
    bits, rest = _element(outer[len(_RSA) :], _BITS)
    if rest or bits[0] != 0:
        raise ValueError
    pair, rest = _element(bits[1:], _SEQUENCE)
    modulus, more = _element(pair, _INTEGER)
    exponent, end = _element(more, _INTEGER)
    if rest or end:
        raise ValueError
    return int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")


def _element(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the element that DER begins with, and what follows it."""
    if der[0] != tag:
        raise ValueError
    length, at = der[1], 2
    if length & 0x80:
        at += length & 0x7F
        length = int.from_bytes(der[2:at], "big")
    if at > 6 or len(der) < at + length:
        raise ValueError
    return der[at : at + length], der[at + length :]

"""
Who a signing certificate says it is for. Pure; nothing is verified here.

Sigstore's certificates name the signer in the subject alternative name and the one who vouched for
them in an extension: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

_LIMIT = 64 << 10
_PEM = re.compile(
    r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,90000})-----END CERTIFICATE-----"
)

_SEQUENCE, _OCTETS, _OID, _UTF8 = 0x30, 0x04, 0x06, 0x0C
_EXTENSIONS = 0xA3  # [3] of TBSCertificate, https://www.rfc-editor.org/rfc/rfc5280#section-4.1
_EMAIL, _URI = 0x81, 0x86  # GeneralName, section 4.2.1.6
_SUBJECT_NAMES = bytes.fromhex("551d11")  # 2.5.29.17
_ISSUER_1 = bytes.fromhex("2b0601040183bf300101")  # 1.3.6.1.4.1.57264.1.1: the bare text
_ISSUER_2 = bytes.fromhex("2b0601040183bf300108")  # ….1.8: a UTF8String


class Signer(NamedTuple):
    """A mail address or the URI of a workflow, and the URL of who vouched; empty where unsaid."""

    identity: str = ""
    issuer: str = ""


class _Node(NamedTuple):
    tag: int
    body: bytes


def signer_of(certificate: bytes | str) -> Signer:
    """Whom a certificate, in DER or PEM, was made for; empty for what is none."""
    if isinstance(certificate, str):
        certificate = _der(certificate)
    if len(certificate) > _LIMIT:
        return Signer()
    identity = issuer = ""
    for oid, value in _extensions(certificate):
        if oid == _SUBJECT_NAMES:
            identity = identity or _first_name(value)
        elif oid == _ISSUER_2:
            issuer = next((_text(n.body) for n in _nodes(value) if n.tag == _UTF8), "") or issuer
        elif oid == _ISSUER_1:
            issuer = issuer or _text(value)
    return Signer(identity, issuer)


def _der(text: str) -> bytes:
    match = _PEM.search(text[: 2 * _LIMIT])
    try:
        return base64.b64decode("".join((match[1] if match else text[: 2 * _LIMIT]).split()))
    except (binascii.Error, ValueError):
        return b""


def _extensions(certificate: bytes) -> Iterator[tuple[bytes, bytes]]:
    for certified in _inside(certificate, _SEQUENCE):
        for part in _inside(certified, _SEQUENCE)[:1]:
            for wrapped in _inside(part, _EXTENSIONS):
                for listed in _inside(wrapped, _SEQUENCE):
                    for extension in _inside(listed, _SEQUENCE):
                        yield from _extension(extension)


def _extension(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    nodes = list(_nodes(body))
    if len(nodes) >= 2 and nodes[0].tag == _OID and nodes[-1].tag == _OCTETS:
        yield nodes[0].body, nodes[-1].body


def _first_name(value: bytes) -> str:
    for names in _inside(value, _SEQUENCE):
        for node in _nodes(names):
            if node.tag in (_EMAIL, _URI):
                return _text(node.body)
    return ""


def _inside(data: bytes, tag: int) -> list[bytes]:
    return [node.body for node in _nodes(data) if node.tag == tag]


def _nodes(data: bytes) -> Iterator[_Node]:
    """The elements of a DER encoding that stand side by side; it ends where they make no sense."""
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > len(data):
                return
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            return
        yield _Node(tag, data[at : at + length])
        at += length


def _text(data: bytes) -> str:
    text = data[:500].decode("utf-8", "replace")
    return text if text.isprintable() else ""

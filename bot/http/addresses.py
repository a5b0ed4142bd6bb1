"""Which hosts are never to be asked, however their address is spelled."""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

# Where clouds keep the secrets of the machine, beside link-local 169.254.169.254.
_METADATA_NAMES = frozenset(
    (
        *("metadata", "metadata.google.internal", "metadata.goog"),
        *("instance-data", "instance-data.ec2.internal"),
    )
)
_METADATA = frozenset(
    map(
        ip_address,
        (
            *("100.100.100.200", "168.63.129.16", "192.0.0.192"),
            *("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe"),
        ),
    )
)
_STANDING_FOR = tuple(
    map(
        IPv6Network,
        (
            *("64:ff9b::/96", "64:ff9b:1::/48"),  # NAT64, of all and of one's own (RFC 8215)
            *("::ffff:0:0:0/96", "::/96"),  # translated (RFC 2765), compatible (RFC 4291)
        ),
    )
)
"""Where the last four bytes of an IPv6 address are those of an IPv4 one."""
_NUMERIC = re.compile(r"[0-9a-fA-FxX.]{1,64}")


def literal(host: str) -> Address | None:
    """
    The address that `host` spells; `None` where it is a name.

    Every spelling that a resolver takes: `[::ffff:a9fe:a9fe]`, `2852039166`, `0xa9.0376.43518`.
    """
    name = host.strip("[]").rstrip(".").partition("%")[0]
    try:
        return _inner(ip_address(name))
    except ValueError:
        return _old_spelling(name)


def _old_spelling(name: str) -> Address | None:
    """What inet_aton(3) reads: one to four numbers, each decimal, octal or hexadecimal."""
    if not _NUMERIC.fullmatch(name):
        return None
    try:
        return IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in _STANDING_FOR):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def forbidden(host: str) -> bool:
    """Whether `host` is link-local, a cloud's metadata service or multicast: never a registry."""
    if host.rstrip(".").lower() in _METADATA_NAMES:
        return True
    address = literal(host)
    return address is not None and (
        address.is_link_local or address.is_multicast or address in _METADATA
    )


def private(host: str) -> bool:
    """Whether `host` spells this machine or an address that only a private network has."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = literal(host)
    return address is not None and not address.is_global


@lru_cache(maxsize=1024)  # asked before every request that is sent
def told_of(address: str) -> tuple[str, bool, bool]:
    """
    The address of a connection without its zone, whether it is `forbidden`, and `private`.

    Raises `ValueError` where it is no address.
    """
    peer = str(ip_address(address.partition("%")[0]))
    return peer, forbidden(peer), private(peer)

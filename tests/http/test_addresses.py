import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.http import addresses

FORBIDDEN = [
    "169.254.169.254",
    "169.254.0.1",
    "169.254.169.254.",
    "2852039166",
    "0xa9fea9fe",
    "0xA9.0xFE.0xA9.0xFE",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.16689662",
    "[fe80::1]",
    "fe80::1",
    "fe80::1%eth0",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "[::169.254.169.254]",
    "[::ffff:0:169.254.169.254]",
    "[64:ff9b:1::a9fe:a9fe]",
    "100.100.100.200",
    "metadata.google.internal",
    "instance-data",
    "Metadata.Google.Internal.",
    "224.0.0.1",
    "ff02::1",
]
PRIVATE = ["127.0.0.1", "127.1", "0", "0.0.0.0", "[::1]", "10.1.2.3", "192.168.0.1", "172.16.9.9",
           "100.64.0.1", "fd00::1", "localhost", "LOCALHOST.", "a.localhost", "0x7f000001", "[::ffff:10.0.0.1]"]  # fmt: skip
PUBLIC = ["registry.example", "8.8.8.8", "[2606:4700::1]", "169.253.1.1", "deadbeef", "1.2.3.4.5",
          "cafe.example", "", ".", "256.256.256.256", "localhost.example", "0xzz"]  # fmt: skip


@pytest.mark.parametrize("host", FORBIDDEN)
def test_link_local_and_metadata_hosts_are_forbidden_in_every_spelling(host):
    assert addresses.forbidden(host)


@pytest.mark.parametrize("host", PRIVATE)
def test_private_hosts_are_private_and_not_forbidden(host):
    assert addresses.private(host)
    assert not addresses.forbidden(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_public_hosts_are_neither(host):
    assert not addresses.private(host)
    assert not addresses.forbidden(host)


@given(st.ip_addresses(v=4, network="169.254.0.0/16"), st.data())
def test_no_spelling_of_a_link_local_address_passes(address, data):
    number = int(address)
    octets = list(address.packed)
    spelling = data.draw(
        st.sampled_from(
            [
                str(address),
                str(number),
                hex(number),
                f"0{number:o}",
                ".".join(f"{octet:#x}" for octet in octets),
                ".".join(f"0{octet:o}" for octet in octets),
                f"{octets[0]}.{number & 0xFFFFFF}",
                f"[{ipaddress.IPv6Address('::ffff:0:0') + number}]",
                f"[{ipaddress.IPv6Address('64:ff9b::') + number}]",
            ]
        )
    )
    assert addresses.forbidden(spelling)


@given(st.text(max_size=70))
def test_any_text_is_looked_at_without_an_exception(host):
    addresses.forbidden(host)
    addresses.private(host)

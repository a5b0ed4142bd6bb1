"""The tests ask nobody but this machine, and one that would is told so."""

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", b"example.org"])
def test_a_test_that_asks_anybody_else_is_refused_and_noted(host, asked_abroad):
    with pytest.raises(OSError, match="nobody but this machine"):
        socket.create_connection((host, 80), 1)
    assert asked_abroad == [host]
    asked_abroad.clear()


def test_an_address_that_was_looked_up_elsewhere_is_refused_too(asked_abroad):
    with socket.socket() as probe, pytest.raises(OSError, match="nobody but this machine"):
        probe.connect_ex(("192.0.2.1", 80))
    assert asked_abroad == ["192.0.2.1"]
    asked_abroad.clear()


def test_this_machine_may_be_asked(asked_abroad):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 1).close()
    assert socket.getaddrinfo("localhost", 80)
    assert asked_abroad == []

"""A proxy that is none is told at once, and never its password."""

import asyncio
import socket

import httpx
import pytest

from bot.errors import ConfigError, HttpError
from bot.http import Limits, Question, client, proxies
from bot.http.words import trouble
from tests.canaries import canary, is_in
from tests.servers.registry import free_port

PASSWORD = canary("proxy-password")
NAMES = [f"{scheme}_proxy" for scheme in ("http", "https", "all")]


@pytest.fixture(autouse=True)
def environ(monkeypatch):
    for name in (*NAMES, *map(str.upper, NAMES)):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"http://me:{PASSWORD}/x@127.0.0.1:1", "as %2F for a slash"),
        (f"http://me:{PASSWORD}\n@127.0.0.1:1", "is no address of a proxy"),
        (f"http://me:{PASSWORD}", "is no address of a proxy"),
        (f"ftp://me:{PASSWORD}@127.0.0.1:1", "is named as http://host:port"),
        (f"http://me:{PASSWORD}@", "is named as http://host:port"),
        (f"http://me:{PASSWORD}@127.0.0.1:99999", "no port has this number"),
        (f"http://me:{PASSWORD}@127.0.0.1:0", "no port has this number"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_proxy_is_told_without_its_password(environ, name, url, why):
    environ.setenv(name, url)
    with pytest.raises(ConfigError) as told:
        asyncio.run(ask())
    assert str(told.value).startswith(f"${name.upper()}: ")
    assert why in str(told.value)
    assert not is_in(str(told.value))


def test_a_proxy_of_socks_takes_a_package(environ, monkeypatch):
    environ.setenv("all_proxy", f"socks5://me:{PASSWORD}@127.0.0.1:1")
    with pytest.raises(ConfigError, match=r"^\$ALL_PROXY: it is of SOCKS"):
        proxies.named()
    monkeypatch.setattr(proxies, "find_spec", lambda _: True)
    assert proxies.named()


@pytest.mark.parametrize(
    "url", [f"http://me:{PASSWORD}@127.0.0.1:1", f"me:{PASSWORD}@127.0.0.1:1", "https://proxy"]
)
def test_what_is_a_proxy_is_one(environ, url):
    assert not proxies.named()
    environ.setenv("https_proxy", url)
    assert proxies.named()


def test_a_proxy_that_is_not_there_is_told_from_a_host_that_is_not(environ):
    environ.setenv("https_proxy", f"http://me:{PASSWORD}@127.0.0.1:{free_port()}")
    with pytest.raises(HttpError) as told:
        asyncio.run(ask(Limits(tries=1)))
    why = "a.example: the proxy of $HTTPS_PROXY refuses connections; try again later"
    assert str(told.value) == why


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (socket.gaierror("no name"), "the name of the proxy cannot be resolved (DNS)"),
        (httpx.ConnectTimeout("late"), "no connection to the proxy within 10 s; try again later"),
        (httpx.ConnectError("unreachable"), "no connection to the proxy; try again later"),
        (httpx.ProxyError("407"), "the proxy refuses to connect to it"),
    ],
)
def test_what_happens_on_the_way_to_a_proxy_is_told_of_the_proxy(error, why):
    assert trouble(error, Limits(), "the proxy").reason == why


@pytest.mark.parametrize(
    ("url", "variable"),
    [
        ("https://a.example/v2/", "$HTTPS_PROXY"),
        ("http://a.example/v2/", "$ALL_PROXY"),
        ("https://a.example.org:5000/v2/", ""),
        ("https://127.0.0.1:5000/v2/", ""),
        ("https://[::1]:5000/v2/", ""),
    ],
)
def test_what_no_proxy_leaves_out_and_this_machine_are_asked_directly(environ, url, variable):
    assert proxies.on_the_way_to(url) == ""
    environ.setenv("https_proxy", "http://proxy:1")
    environ.setenv("all_proxy", "http://proxy:1")
    environ.setenv("no_proxy", "example.org")
    assert proxies.on_the_way_to(url) == variable


async def ask(limits=None):
    async with client(limits) as http:
        await http.ask(Question("https://a.example/"))

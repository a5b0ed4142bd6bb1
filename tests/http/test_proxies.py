"""A proxy that is none is told at once, and never its password."""

import asyncio

import pytest

from bot.errors import ConfigError
from bot.http import Question, client, proxies
from tests.canaries import canary, is_in

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


async def ask():
    async with client() as http:
        await http.ask(Question("https://a.example/"))

"""What puts a request puts nothing else: hosts learn nothing from one answer to the next."""

import asyncio

import pytest

from bot.http import Limits, Question, client
from tests.servers.scripted import answer, scripted

NAMES = [f"{scheme}_proxy" for scheme in ("http", "https", "all")]


@pytest.fixture
def environ(monkeypatch):
    for name in (*NAMES, *map(str.upper, NAMES), "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def asked_twice(environ, *, by_proxy):
    """The requests that a host, or a proxy in front of it, got from one client."""
    seen = []

    def script(_method, path, headers):
        seen.append((path, headers))
        return answer(body=b"ok", set_cookie="who=you; Path=/")

    async def ask():
        async with scripted(script) as base:
            if by_proxy:
                environ.setenv("http_proxy", base)
            host = "http://a.example" if by_proxy else base
            async with client(Limits(per_host=1)) as http:
                return [(await http.ask(Question(f"{host}/{n}"))).body for n in range(2)]

    assert asyncio.run(ask()) == [b"ok", b"ok"]
    return seen


def test_a_cookie_is_not_sent_back(environ):
    seen = asked_twice(environ, by_proxy=False)
    assert [path for path, _ in seen] == ["/0", "/1"]
    assert not any("cookie" in headers for _, headers in seen)


def test_nor_is_one_that_came_by_way_of_a_proxy(environ):
    seen = asked_twice(environ, by_proxy=True)
    assert [path for path, _ in seen] == ["http://a.example/0", "http://a.example/1"]
    assert not any("cookie" in headers for _, headers in seen)

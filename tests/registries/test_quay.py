import datetime as dt

import httpx
import pytest
from hypothesis import given

from bot.image import ImageRef
from bot.registries import HostSettings, KnownCredentials, quay
from bot.registries.credentials import Credential
from tests.canaries import canary
from tests.registries.answered import JSON, a_digest, gone
from tests.servers.claims import Claims, answers, listing

API = "https://quay.io/api/v1/repository/prometheus/node-exporter/tag/"
FIRST = f"{API}?limit=100&page=1&onlyActiveTags=true"
SECOND = f"{API}?limit=100&page=2&onlyActiveTags=true"
TAGS = "https://quay.io/v2/prometheus/node-exporter/tags/list"
IMAGE = ImageRef.parse("quay.io/prometheus/node-exporter")


def entry(name, **more):
    return {
        "name": name,
        "reversion": False,
        "start_ts": 1717680780,
        "manifest_digest": a_digest("a"),
        "is_manifest_list": False,
        "last_modified": "Thu, 06 Jun 2024 13:33:00 -0000",
        **more,
    }


def page(*entries, more=False, number=1):
    said = {"tags": list(entries), "page": number, "has_additional": more}
    return httpx.Response(200, json=said)


def tags(routes, image=IMAGE, **options):
    return answers(routes, lambda r: r.tags(image), **options)


def test_a_short_list_comes_whole_from_quays_api_in_one_request():
    claims = Claims({FIRST: page(entry("v1.8.1"), entry("v1.8.0", manifest_digest=a_digest("b")))})
    found = tags(claims)
    assert (found.tags, found.complete) == (("v1.8.1", "v1.8.0"), True)
    assert found.digests == {"v1.8.1": a_digest("a"), "v1.8.0": a_digest("b")}
    assert found.pushed["v1.8.1"] == dt.datetime(2024, 6, 6, 13, 33, tzinfo=dt.UTC)
    assert claims.sent() == [f"GET {FIRST}"]


def test_a_long_list_comes_from_the_registry_and_the_api_adds_what_it_knows_of_the_latest():
    routes = {
        FIRST: page(entry("v2"), more=True),
        SECOND: page(entry("v1"), entry("gone"), more=True, number=2),
        TAGS: listing("v0", "v1", "v2"),
    }
    found = tags(routes)
    assert found.tags == ("v0", "v1", "v2")
    assert set(found.digests) == set(found.pushed) == {"v1", "v2"}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error_type": "invalid_token"}),
        httpx.Response(404),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"tags": []}),
        httpx.Response(200, json={"tags": [entry("x")]}),  # it must say whether there are more
        httpx.Response(200, json={"tags": [entry("x")], "has_additional": "no"}),
        httpx.Response(200, json={"tags": [{}] * 101, "has_additional": False}),
        httpx.Response(200, content=b"x" * (5 << 20)),
        httpx.Response(302, headers={"location": "http://evil.example"}),
        httpx.Response(429, headers={"retry-after": "86400"}),
        gone,
    ],
)
def test_where_the_api_gives_nothing_the_registry_does(answer):
    claims = Claims({FIRST: answer, TAGS: listing("v1", "v2")})
    found = tags(claims)
    assert (found.tags, found.digests, found.pushed) == (("v1", "v2"), {}, {})
    assert len(claims.asked) == 2


@pytest.mark.parametrize(
    ("status", "asked"), [(401, 2), (403, 2), (404, 2), (429, 1), (500, 1), (503, 1)]
)
def test_an_api_that_is_out_of_order_is_left_alone(status, asked):
    def answer(request):
        if request.url.path.startswith("/api/"):
            return httpx.Response(status)
        return listing("1")

    claims = Claims({"quay.io": answer})

    async def both(registries):
        await registries.tags(IMAGE)
        await registries.tags(ImageRef.parse("quay.io/prometheus/alertmanager"))

    answers(claims, both)
    assert sum(request.url.path.startswith("/api/") for request in claims.asked) == asked


def test_the_api_never_gets_the_credentials_of_the_registry():
    known = KnownCredentials(
        {"quay.io": Credential("me", canary("quay-password", hosts=r"quay\.io"))}
    )
    claims = Claims({FIRST: httpx.Response(401), TAGS: listing("1")})
    tags(claims, credentials=known)
    assert claims.heard() == [(API, None), (TAGS, None)]


@pytest.mark.parametrize("odd", [None, "", "sha256:abc", 5, [], {}])
def test_a_digest_that_is_none_is_left_out(odd):
    assert tags({FIRST: page(entry("v1", manifest_digest=odd))}).digests == {}


@pytest.mark.parametrize("odd", [None, 0, -5, "1717680780", 1 << 60, float("1e300"), 12345, [], {}])
def test_a_time_that_is_none_is_left_out(odd):
    assert tags({FIRST: page(entry("v1", start_ts=odd))}).pushed == {}


@pytest.mark.parametrize("odd", [{"name": "../x"}, {"name": None}, {"name": ["x"]}])
def test_entries_that_are_no_tags_are_left_out(odd):
    assert tags({FIRST: page({**entry("x"), **odd}, "x", None, entry("v1"))}).tags == ("v1",)


def test_a_quay_of_ones_own_is_asked_where_it_is_configured():
    own = (
        "https://quay.example/api/v1/repository/team/app/tag/?limit=100&page=1&onlyActiveTags=true"
    )
    image = ImageRef.parse("quay.example/team/app")
    claims = Claims({own: page(entry("1"))})
    assert tags(claims, image, hosts={"quay.example": HostSettings(kind="quay")}).tags == ("1",)


def test_who_wants_only_the_plain_api_of_quay_says_so():
    claims = Claims({TAGS: listing("1")})
    assert tags(claims, hosts={"quay.io": HostSettings(kind="oci")}).tags == ("1",)
    assert len(claims.asked) == 1


@given(JSON)
def test_any_page_is_read_without_an_exception(said):
    quay._page(said)
    quay._page({"tags": said, "has_additional": False})
    quay._page({"tags": [said], "has_additional": True})

import datetime as dt

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.image import ImageRef
from bot.registries import docker_hub
from tests.servers.claims import Claims, answers, listing

HUB = "https://hub.docker.com/v2/repositories/library/node/tags"
FIRST = f"{HUB}?page_size=100&page=1&ordering=last_updated"
SECOND = f"{HUB}?page_size=100&page=2&ordering=last_updated"
TAGS = "https://registry-1.docker.io/v2/library/node/tags/list"
INDEX = "application/vnd.oci.image.index.v1+json"
LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
NODE = ImageRef.parse("node")


def a_digest(character):
    return "sha256:" + character * 64


def entry(name, **more):
    return {
        "name": name,
        "digest": a_digest("a"),
        "media_type": INDEX,
        "tag_last_pushed": "2025-08-04T15:40:07.906572Z",
        "images": [{"digest": a_digest("b")}],
        **more,
    }


def page(*entries, onward=None):
    return httpx.Response(200, json={"count": 9, "next": onward, "results": list(entries)})


def tags(routes, image=NODE):
    return answers(routes, lambda r: r.tags(image))


def test_a_short_list_comes_whole_from_hub_in_one_request():
    claims = Claims({FIRST: page(entry("22"), entry("20"))})
    found = tags(claims)
    assert (found.tags, found.complete) == (("22", "20"), True)
    assert found.digests == {"22": a_digest("a"), "20": a_digest("a")}
    assert found.pushed["22"] == dt.datetime(2025, 8, 4, 15, 40, 7, 906572, tzinfo=dt.UTC)
    assert claims.sent() == [f"GET {FIRST}"]


def test_a_long_list_comes_from_the_registry_and_hub_adds_what_it_knows_of_the_latest():
    claims = Claims(
        {
            FIRST: page(entry("22"), onward="https://hub.docker.com/anything"),
            SECOND: page(entry("20", digest=a_digest("c")), onward="more"),
            TAGS: listing("18", "20", "22"),
        }
    )
    found = tags(claims)
    assert found.tags == ("18", "20", "22")
    assert found.digests == {"22": a_digest("a"), "20": a_digest("c")}
    assert set(found.pushed) == {"20", "22"}
    assert len(claims.asked) == 3


def test_what_hub_knows_of_tags_that_the_registry_does_not_list_is_left_out():
    routes = {FIRST: page(entry("gone"), entry("22"), onward="x"), TAGS: listing("22")}
    found = tags(routes)
    assert found.tags == ("22",)
    assert set(found.digests) == set(found.pushed) == {"22"}


def test_the_next_page_is_never_asked_elsewhere():
    routes = {FIRST: page(entry("22"), onward="https://evil.example/x"), TAGS: listing("22")}
    claims = Claims(routes)
    tags(claims)
    assert {request.url.host for request in claims.asked} == {
        "hub.docker.com",
        "registry-1.docker.io",
    }


def gone(_):
    raise httpx.ConnectError("gone")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(429),
        httpx.Response(403),
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"results": []}),
        httpx.Response(200, json={"results": {}}),
        httpx.Response(200, json={"results": [{}] * 101}),
        httpx.Response(200, content=b"x" * (5 << 20)),
        httpx.Response(302, headers={"location": "http://evil.example"}),
        gone,
    ],
)
def test_where_hub_gives_nothing_the_registry_does(answer):
    claims = Claims({"hub.docker.com": answer, TAGS: listing("20", "22")})
    found = tags(claims)
    assert (found.tags, found.digests, found.pushed) == (("20", "22"), {}, {})
    assert len(claims.asked) == 2


@pytest.mark.parametrize(("status", "asked"), [(404, 2), (429, 1), (500, 1), (403, 1)])
def test_hub_is_not_asked_again_once_it_fails_but_for_what_it_does_not_have(status, asked):
    claims = Claims(
        {"hub.docker.com": httpx.Response(status), "registry-1.docker.io": listing("1")}
    )

    async def both(registries):
        await registries.tags(NODE)
        await registries.tags(ImageRef.parse("python"))

    answers(claims, both)
    assert sum(request.url.host == "hub.docker.com" for request in claims.asked) == asked


def test_a_name_that_hub_cannot_have_is_asked_of_the_registry_only():
    claims = Claims({"https://registry-1.docker.io/v2/a/b/c/tags/list": listing("1")})
    assert tags(claims, ImageRef("docker.io/a/b/c")).tags == ("1",)
    assert len(claims.asked) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"digest": None},
        {"digest": "sha256:abc"},
        {"digest": a_digest("b")},  # that of one of its platforms
        {"media_type": "application/vnd.docker.distribution.manifest.v2+json"},
        {"media_type": None},
        {"media_type": ["x"]},
    ],
)
def test_a_digest_is_believed_only_where_it_is_that_of_an_index(odd):
    assert tags({FIRST: page(entry("22", **odd))}).digests == {}


@pytest.mark.parametrize("images", [None, [], 5, [None], [{"digest": None}], [{"digest": [1]}]])
def test_a_digest_needs_no_list_of_images(images):
    found = tags({FIRST: page(entry("22", media_type=LIST, images=images))})
    assert found.digests == {"22": a_digest("a")}


@pytest.mark.parametrize(
    "odd", [None, "", "yesterday", 5, "2025-08-04T15:40:07", "0001-01-01T00:00:00Z", "9" * 50, []]
)
def test_a_push_date_that_is_none_is_left_out(odd):
    assert tags({FIRST: page(entry("22", tag_last_pushed=odd))}).pushed == {}


def test_a_push_date_may_have_nanoseconds():
    found = tags({FIRST: page(entry("22", tag_last_pushed="2025-08-11T14:01:54.103614048Z"))})
    assert found.pushed["22"].microsecond == 103614


@pytest.mark.parametrize("odd", [{"name": "../x"}, {"name": None}, {"name": 5}, {}, None, "x"])
def test_entries_that_are_no_tags_are_left_out(odd):
    bad = {**entry("x"), **odd} if isinstance(odd, dict) else odd
    bad = {} if odd == {} else bad
    assert tags({FIRST: page(bad, entry("22"))}).tags == ("22",)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([a_digest("a"), INDEX]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "digest", "media_type", "images", "tag_last_pushed", "results"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=3), JSON)
def test_any_page_is_read_without_an_exception(results, onward):
    docker_hub._page({"results": results, "next": onward})
    docker_hub._page(onward)

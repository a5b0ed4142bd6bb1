import base64
import datetime as dt

import httpx
import pytest
from hypothesis import given

from bot.image import ImageRef
from bot.registries import HostSettings, KnownCredentials, harbor
from bot.registries.credentials import Credential
from tests.canaries import canary
from tests.registries.answered import INDEX, JSON, OLD, SINGLE, a_digest, gone
from tests.servers.claims import Claims, answers, listing

HOST = "https://harbor.example"
PROJECT = f"{HOST}/api/v2.0/projects/team"
ASKED = "with_tag=true&page_size=100&page={}&sort=-push_time"
FIRST = f"{PROJECT}/repositories/app/artifacts?{ASKED.format(1)}"
SECOND = f"{PROJECT}/repositories/app/artifacts?{ASKED.format(2)}"
TAGS = f"{HOST}/v2/team/app/tags/list"
IMAGE = ImageRef.parse("harbor.example/team/app")
OWN = httpx.Response(200, json={"name": "team", "registry_id": None})
HARBOR = {"harbor.example": HostSettings(kind="harbor")}


def artifact(*tags, **more):
    named = [{"name": tag, "push_time": "2024-05-13T09:10:11.123Z"} for tag in tags]
    return {
        "digest": a_digest("a"),
        "type": "IMAGE",
        "manifest_media_type": INDEX,
        "tags": named or None,
        **more,
    }


def page(*artifacts):
    return httpx.Response(200, json=list(artifacts))


def tags(routes, image=IMAGE, hosts=HARBOR, **options):
    return answers(routes, lambda r: r.tags(image), hosts=hosts, **options)


def test_a_short_list_comes_whole_from_harbors_api():
    other = artifact("1.0", digest=a_digest("b"), manifest_media_type=SINGLE)
    claims = Claims({PROJECT: OWN, FIRST: page(artifact("1.1", "latest"), artifact(), other)})
    found = tags(claims)
    assert (found.tags, found.complete) == (("1.1", "latest", "1.0"), True)
    assert found.digests == {"1.1": a_digest("a"), "latest": a_digest("a"), "1.0": a_digest("b")}
    assert found.pushed["1.0"] == dt.datetime(2024, 5, 13, 9, 10, 11, 123000, tzinfo=dt.UTC)
    assert len(claims.asked) == 2


def test_a_long_list_comes_from_the_registry_and_the_api_adds_what_it_knows_of_the_latest():
    full = [artifact(f"2.{number}") for number in range(100)]
    routes = {
        PROJECT: OWN,
        FIRST: page(*full),
        SECOND: page(*[artifact(f"1.{number}") for number in range(100)]),
        TAGS: listing("0.1", "1.0", "2.0"),
    }
    found = tags(routes)
    assert found.tags == ("0.1", "1.0", "2.0")
    assert set(found.digests) == {"1.0", "2.0"}


def test_a_registry_that_is_not_said_to_be_harbor_is_not_taken_for_one():
    claims = Claims({TAGS: listing("1.0")})
    assert tags(claims, hosts={}).tags == ("1.0",)
    assert len(claims.asked) == 1


@pytest.mark.parametrize("behind", [1, "1"])
def test_of_a_project_that_is_a_proxy_the_registry_alone_is_believed(behind):
    proxy = httpx.Response(200, json={"name": "team", "registry_id": behind})
    claims = Claims({PROJECT: proxy, FIRST: page(artifact("old")), TAGS: listing("1.0")})
    found = tags(claims)
    assert (found.tags, found.digests) == (("1.0",), {})
    assert len(claims.asked) == 2


@pytest.mark.parametrize(
    "said", [[], {}, {"name": "another"}, "x", {"errors": [{"code": "NOT_FOUND"}]}]
)
def test_a_project_that_says_nothing_of_itself_may_be_a_proxy(said):
    claims = Claims({PROJECT: httpx.Response(200, json=said), TAGS: listing("1.0")})
    assert tags(claims).tags == ("1.0",)
    assert len(claims.asked) == 2


def test_a_project_is_asked_about_once():
    other = FIRST.replace("/app/", "/other/")
    claims = Claims({PROJECT: OWN, FIRST: page(artifact("1")), other: page(artifact("2"))})

    async def both(registries):
        await registries.tags(IMAGE)
        return await registries.tags(ImageRef.parse("harbor.example/team/other"))

    assert answers(claims, both, hosts=HARBOR).tags == ("2",)
    assert len(claims.asked) == 3


def test_a_slash_in_a_name_is_encoded_twice():
    deep = f"{PROJECT}/repositories/a%252Fb/artifacts?{ASKED.format(1)}"
    claims = Claims({PROJECT: OWN, deep: page(artifact("1"))})
    assert tags(claims, ImageRef.parse("harbor.example/team/a/b")).tags == ("1",)


def test_a_mirror_speaks_the_plain_api_whatever_it_is():
    hosts = {"docker.io": HostSettings(lookup=f"{HOST}/hub", kind="harbor")}
    claims = Claims({f"{HOST}/v2/hub/library/node/tags/list": listing("22")})
    assert tags(claims, ImageRef.parse("node"), hosts).tags == ("22",)
    assert len(claims.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401),
        httpx.Response(403),
        httpx.Response(404),
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"tags": []}),
        httpx.Response(200, json=[{}] * 101),
        httpx.Response(200, content=b"x" * (5 << 20)),
        httpx.Response(302, headers={"location": "http://evil.example"}),
        httpx.Response(429, headers={"retry-after": "86400"}),
        gone,
    ],
)
def test_where_the_api_gives_nothing_the_registry_does(answer):
    claims = Claims({PROJECT: OWN, FIRST: answer, TAGS: listing("1.0")})
    found = tags(claims)
    assert (found.tags, found.digests, found.pushed) == (("1.0",), {}, {})


def test_credentials_go_to_their_own_host_and_to_no_other():
    secret = canary("harbor-robot", hosts=r"harbor\.example")
    known = KnownCredentials({"harbor.example": Credential("robot$ci", secret)})
    away = httpx.Response(302, headers={"location": "https://evil.example/x"})
    claims = Claims({PROJECT: OWN, FIRST: away, TAGS: listing("1.0")})
    tags(claims, credentials=known)
    basic = "Basic " + base64.b64encode(f"robot$ci:{secret}".encode()).decode()
    heard = dict(claims.heard())
    assert heard[PROJECT] == basic
    assert heard["https://evil.example/x"] is None


def test_an_identity_token_is_none_of_harbors_apis():
    known = KnownCredentials({"harbor.example": Credential("<token>", "t", identity=True)})
    claims = Claims({PROJECT: OWN, FIRST: page(artifact("1"))})
    assert tags(claims, credentials=known).tags == ("1",)
    assert {value for _, value in claims.heard()} == {None}


@pytest.mark.parametrize(
    "odd",
    [{"digest": "sha256:abc"}, {"digest": None}, {"manifest_media_type": OLD}, {"digest": []}],
)
def test_a_digest_that_no_builder_would_be_told_is_left_out(odd):
    found = tags({PROJECT: OWN, FIRST: page(artifact("1.0", **odd))})
    assert (found.tags, found.digests) == (("1.0",), {})


def test_tags_that_are_none_are_left_out():
    odd = artifact(tags=[{"name": "../x"}, None, "x", {"name": "1.0", "push_time": "soon"}])
    found = tags({PROJECT: OWN, FIRST: page(odd, artifact(tags="x"))})
    assert (found.tags, found.pushed) == (("1.0",), {})


@given(JSON)
def test_any_page_is_read_without_an_exception(said):
    harbor._page(said)
    harbor._page([said])
    harbor._page([{"tags": said}, {"tags": [said]}])

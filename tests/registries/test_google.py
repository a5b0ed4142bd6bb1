import datetime as dt

import httpx
import pytest
from hypothesis import given

from bot.image import ImageRef
from bot.registries import google
from bot.registries.oci import Listing
from tests.registries.answered import INDEX, JSON, OLD, SINGLE, a_digest
from tests.servers.claims import Claims, answers

TAGS = "https://gcr.io/v2/distroless/static/tags/list"
IMAGE = ImageRef.parse("gcr.io/distroless/static")


def entry(*tags, **more):
    return {
        "imageSizeBytes": "1234",
        "layerId": "",
        "mediaType": INDEX,
        "tag": list(tags),
        "timeCreatedMs": "0",
        "timeUploadedMs": "1717680780000",
        **more,
    }


def listed(*tags, link=None, **manifests):
    said = {"child": [], "name": "distroless/static", "tags": list(tags)}
    said["manifest"] = {a_digest(key): value for key, value in manifests.items()}
    return httpx.Response(200, json=said, headers={"link": link} if link else {})


def tags(routes, image=IMAGE, **options):
    return answers(routes, lambda r: r.tags(image), **options)


def test_one_answer_tells_tags_digests_and_dates():
    claims = Claims({TAGS: listed("latest", "nonroot", a=entry("latest", "debug"), b=entry())})
    found = tags(claims)
    assert found.tags == ("latest", "nonroot")
    assert found.digests == {"latest": a_digest("a")}
    assert found.pushed == {"latest": dt.datetime(2024, 6, 6, 13, 33, tzinfo=dt.UTC)}
    assert len(claims.asked) == 1


def test_every_page_of_a_list_tells_of_its_own_tags():
    second = f"{TAGS}?page=2"
    routes = {
        f"{TAGS}?n=1000": listed("a1", link=f'<{second}>; rel="next"', a=entry("a1")),
        second: listed("b1", b=entry("b1", mediaType=SINGLE)),
    }
    assert tags(routes).digests == {"a1": a_digest("a"), "b1": a_digest("b")}


@pytest.mark.parametrize(
    "name", ["us.gcr.io/x/y", "europe-docker.pkg.dev/p/r/i", "registry.k8s.io/x"]
)
def test_it_is_so_at_all_of_googles_hosts(name):
    image = ImageRef.parse(name)
    url = f"https://{image.registry}/v2/{image.repository.path}/tags/list"
    assert tags({url: listed("1", a=entry("1"))}, image).digests == {"1": a_digest("a")}


def test_another_host_that_answers_like_google_is_not_believed():
    url = "https://pkg.dev.example/v2/p/i/tags/list"
    found = tags({url: listed("1", a=entry("1"))}, ImageRef.parse("pkg.dev.example/p/i"))
    assert (found.tags, found.digests, found.pushed) == (("1",), {}, {})


def test_a_tag_of_two_images_has_the_digest_of_neither():
    found = tags({TAGS: listed("1", a=entry("1"), b=entry("1"), c=entry("1"))})
    assert (found.tags, found.digests, found.pushed) == (("1",), {}, {})


@pytest.mark.parametrize(
    "odd",
    [
        {"mediaType": OLD},
        {"mediaType": None},
        {"tag": None},
        {"tag": "1"},
        {"tag": [None, 5, "../1"]},
    ],
)
def test_what_is_no_image_of_the_tag_is_left_out(odd):
    assert tags({TAGS: listed("1", a=entry("1", **odd))}).digests == {}


@pytest.mark.parametrize("odd", [None, "", "0", "-5", "9" * 15, "9" * 5000, 1717680780000, "²", []])
def test_a_time_that_is_none_is_left_out(odd):
    found = tags({TAGS: listed("1", a=entry("1", timeUploadedMs=odd))})
    assert (found.digests, found.pushed) == ({"1": a_digest("a")}, {})


@pytest.mark.parametrize("odd", [None, [], "x", 5, {"x": entry("1")}, {a_digest("a"): "x"}])
def test_without_manifests_the_list_is_a_plain_one(odd):
    said = httpx.Response(200, json={"tags": ["1"], "manifest": odd})
    found = tags({TAGS: said})
    assert (found.tags, found.digests, found.pushed) == (("1",), {}, {})


@given(JSON)
def test_any_answer_is_read_without_an_exception(said):
    registry = google.Google.__new__(google.Google)
    for data in (said, {"manifest": said}, {"manifest": {a_digest("a"): said}}):
        registry._learn(data, Listing())

import asyncio
import contextlib
import hashlib
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import manifests
from bot.errors import RegistryError
from bot.image import ImageRef
from bot.registries import HostSettings, paging
from tests.servers.claims import Claims, answers, document, listing
from tests.servers.registry import digest_of

REF = ImageRef.parse("r.example/a:1")
TAGS = "https://r.example/v2/a/tags/list"
MANIFEST = "https://r.example/v2/a/manifests/1"
INDEX = "application/vnd.oci.image.index.v1+json"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
DIGEST = "sha256:" + "0" * 64
EMPTY_INDEX = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}).encode()


def tags(routes, image=REF, **options):
    return answers(routes, lambda r: r.tags(image), **options)


def digest(routes, image=REF, **options):
    return answers(routes, lambda r: r.digest(image), **options)


def facts(routes, image=REF, **options):
    return answers(routes, lambda r: r.facts(image), **options)


def outline(routes, image=REF, **options):
    return answers(routes, lambda r: r.outline(image), **options)


def refused(ask, routes, image=REF, **options):
    with pytest.raises(RegistryError) as error:
        ask(routes, image, **options)
    text = str(error.value)
    assert text.splitlines() == [text]
    return text


# ---------------------------------------------------------------- tags


def test_pages_of_tags_are_followed_to_the_end():
    pages = {
        f"{TAGS}?n=1000": listing("1", "2", link='</v2/a/tags/list?last=2&n=2>; rel="next"'),
        f"{TAGS}?last=2&n=2": listing("3", link=f'<{TAGS}?last=3>; rel="next"'),
        f"{TAGS}?last=3": listing("4"),
    }
    found = tags(pages)
    assert (found.tags, found.complete) == (("1", "2", "3", "4"), True)


def test_the_order_is_the_registrys_and_each_tag_comes_once():
    pages = {
        f"{TAGS}?n=1000": listing("b", "a", "b", link="<?last=b>; rel=next"),
        f"{TAGS}?last=b": listing("a", "c"),
    }
    assert tags(pages).tags == ("b", "a", "c")


@pytest.mark.parametrize("status", [400, 405])
def test_a_registry_that_refuses_large_pages_is_asked_without_a_size(status):
    claims = Claims({f"{TAGS}?n=1000": httpx.Response(status), TAGS: listing("1")})
    assert tags(claims).tags == ("1",)
    assert claims.sent() == [f"GET {TAGS}?n=1000", f"GET {TAGS}"]


@pytest.mark.parametrize("body", [b'{"tags": null}', b'{"name": "a"}', b'{"tags": []}'])
def test_a_repository_may_have_no_tags(body):
    found = tags({TAGS: httpx.Response(200, content=body)})
    assert (found.tags, found.complete) == ((), True)


def test_what_cannot_be_a_tag_is_left_out():
    assert tags({TAGS: listing("1", "../../evil", "<b>", "a b", "x" * 129, "ok")}).tags == (
        "1",
        "ok",
    )


def test_pages_that_repeat_are_not_followed_for_ever():
    claims = Claims({TAGS: listing("1", link="<?n=1>; rel=next")})
    found = tags(claims)
    assert (found.tags, found.complete) == (("1",), False)
    assert len(claims.asked) == 2


def endless(request):
    number = int(request.url.params.get("last", "0")) + 1
    return listing(f"t{number}", link=f"<?last={number}>; rel=next")


def test_pages_without_end_are_cut_and_said_to_be():
    claims = Claims({TAGS: endless})
    found = tags(claims)
    assert len(found.tags) == paging.MOST_PAGES
    assert not found.complete
    assert len(claims.asked) <= paging.MOST_PAGES + 1


def test_tags_without_end_are_cut_and_said_to_be(monkeypatch):
    monkeypatch.setattr(paging, "MOST_TAGS", 5)
    found = tags({TAGS: listing(*"abcdefg", link="<?last=g>; rel=next")})
    assert (len(found.tags), found.complete) == (5, False)


def test_a_single_page_that_is_cut_is_said_to_be(monkeypatch):
    monkeypatch.setattr(paging, "MOST_TAGS", 5)
    found = tags({TAGS: listing(*"abcdefg")})
    assert (len(found.tags), found.complete) == (5, False)
    assert tags({TAGS: listing(*"abcde")}).complete


@pytest.mark.parametrize(
    "link",
    [
        "<https://evil.example/v2/a/tags/list?last=1>; rel=next",
        "<http://r.example/v2/a/tags/list?last=1>; rel=next",
        "<http://169.254.169.254/latest/meta-data/>; rel=next",
        "<file:///etc/passwd>; rel=next",
    ],
)
def test_a_next_page_on_another_server_is_refused_and_not_asked(link):
    claims = Claims({TAGS: listing("1", link=link)})
    assert "names a next page of tags that is refused" in refused(tags, claims)
    assert {request.url.host for request in claims.asked} == {"r.example"}


# ---------------------------------------------------------------- digests


def test_the_header_of_a_head_tells_the_digest():
    claims = Claims(
        {f"HEAD {MANIFEST}": httpx.Response(200, headers={"docker-content-digest": DIGEST})}
    )
    assert digest(claims) == DIGEST
    accept = claims.asked[0].headers["accept"]
    assert accept.split(", ") == [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]


@pytest.mark.parametrize(
    "head",
    [httpx.Response(200), httpx.Response(404), httpx.Response(405), httpx.Response(501)],
    ids=["no header", "404", "405", "501"],
)
@pytest.mark.parametrize("told", [True, False])
def test_where_a_head_does_not_tell_it_the_body_is_hashed(head, told):
    whole = document(EMPTY_INDEX, **({} if told else {"docker-content-digest": None}))
    assert digest({f"HEAD {MANIFEST}": head, f"GET {MANIFEST}": whole}) == digest_of(EMPTY_INDEX)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[[", b"<html>Sign in</html>", b'"manifest"'], ids=repr
)
def test_a_body_that_is_no_manifest_has_no_digest_worth_writing(body):
    whole = document(body, **{"docker-content-digest": None})
    routes = {f"HEAD {MANIFEST}": httpx.Response(200), f"GET {MANIFEST}": whole}
    assert "r.example" in refused(digest, routes)


def test_a_page_for_people_tells_no_digest_whatever_its_headers_say():
    headers = {"docker-content-digest": DIGEST, "content-type": "text/html; charset=utf-8"}
    text = refused(digest, {f"HEAD {MANIFEST}": httpx.Response(200, headers=headers)})
    assert "sent a web page" in text


def test_a_digest_may_be_of_another_algorithm():
    body = EMPTY_INDEX
    told = "sha512:" + hashlib.sha512(body).hexdigest()
    routes = {
        f"HEAD {MANIFEST}": httpx.Response(405),
        f"GET {MANIFEST}": document(body, **{"docker-content-digest": told}),
    }
    assert digest(routes) == told


@pytest.mark.parametrize(
    "told", ["sha256:abc", "md5:" + "0" * 32, "latest", DIGEST.upper(), f" {DIGEST}x"]
)
def test_a_digest_that_is_none_is_an_error(told):
    head = httpx.Response(200, headers={"docker-content-digest": told})
    assert "sent a digest that is none" in refused(digest, {f"HEAD {MANIFEST}": head})
    whole = document(b"{}", **{"docker-content-digest": told})
    routes = {f"HEAD {MANIFEST}": httpx.Response(404), f"GET {MANIFEST}": whole}
    assert "sent a digest that is none" in refused(digest, routes)


def test_a_body_that_is_not_what_its_digest_says_is_an_error():
    lying = document(b"{}", **{"docker-content-digest": DIGEST})
    routes = {f"HEAD {MANIFEST}": httpx.Response(200), f"GET {MANIFEST}": lying}
    assert f"sent other bytes than {DIGEST} stands for" in refused(digest, routes)


def test_a_head_by_digest_that_tells_another_one_is_an_error():
    other = "sha256:" + "1" * 64
    url = f"https://r.example/v2/a/manifests/{other}"
    head = httpx.Response(200, headers={"docker-content-digest": DIGEST})
    text = refused(digest, {f"HEAD {url}": head}, ImageRef.parse(f"r.example/a@{other}"))
    assert "their digest differs" in text


def test_a_schema_1_manifest_is_said_to_be_one():
    headers = {
        "docker-content-digest": DIGEST,
        "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws",
    }
    assert "schema 1" in refused(digest, {f"HEAD {MANIFEST}": httpx.Response(200, headers=headers)})


# ---------------------------------------------------------------- facts


def described(body, media_type, **more):
    return {"mediaType": media_type, "digest": digest_of(body), "size": len(body), **more}


def image_manifest(config=b'{"os": "linux", "architecture": "amd64"}', sizes=(10, 20)):
    layers = [{"digest": DIGEST, "size": size, "mediaType": "x"} for size in sizes]
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": IMAGE,
            "config": described(config, CONFIG),
            "layers": layers,
        }
    ).encode()


def single(config, manifest=None):
    manifest = manifest or image_manifest(config)
    blob = f"https://r.example/v2/a/blobs/{digest_of(config)}"
    return {MANIFEST: document(manifest, IMAGE), blob: document(config, "application/octet-stream")}


def test_an_image_of_one_platform_has_the_size_of_its_layers():
    found = facts(single(b'{"os": "linux", "architecture": "arm", "variant": "v7"}'))
    assert (found.platforms, found.sizes) == (("linux/arm/v7",), {"linux/arm/v7": 30})


@pytest.mark.parametrize(
    ("config", "platforms"),
    [
        ({"os": "linux", "architecture": "arm64", "variant": "v8"}, ("linux/arm64",)),
        ({"os": "linux", "architecture": "amd64", "variant": "v2"}, ("linux/amd64/v2",)),
        ({"os": "windows", "architecture": "amd64", "os.version": "10.0"}, ("windows/amd64",)),
        ({"os": "linux"}, ()),
        ({"os": "unknown", "architecture": "unknown"}, ()),
        ({"os": "li nux", "architecture": "amd64"}, ()),
        ({"os": "linux", "architecture": ["amd64"]}, ()),
        ({"os": "linux", "architecture": "@everyone #1"}, ()),
    ],
)
def test_platforms_are_named_as_builders_name_them_or_not_at_all(config, platforms):
    assert facts(single(json.dumps(config).encode())).platforms == platforms


def test_an_artifact_that_is_no_image_has_no_platform_and_is_not_opened():
    manifest = {"schemaVersion": 2, "mediaType": IMAGE, "layers": [],
                "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": DIGEST, "size": 1}}  # fmt: skip
    claims = Claims({MANIFEST: document(manifest, IMAGE)})
    assert facts(claims).platforms == ()
    assert len(claims.asked) == 1


def test_a_configuration_on_a_content_network_is_fetched_without_the_token():
    config = b'{"os": "linux", "architecture": "amd64"}'
    routes = single(config)
    blob = f"https://r.example/v2/a/blobs/{digest_of(config)}"
    routes[blob] = httpx.Response(307, headers={"location": "https://cdn.example/blob?sig=x"})
    routes["https://cdn.example/blob?sig=x"] = document(config, **{"docker-content-digest": None})
    assert facts(routes).platforms == ("linux/amd64",)


def index(*children):
    return {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(children)}


def child(platform, body=None):
    os, architecture, *variant = platform.split("/")
    where = {"os": os, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
    return described(body or image_manifest(), IMAGE, platform=where)


def test_the_first_platform_is_measured_where_there_is_no_amd64():
    body = image_manifest(sizes=(7,))
    routes = {
        MANIFEST: document(index(child("linux/arm64", body), child("linux/s390x"))),
        f"https://r.example/v2/a/manifests/{digest_of(body)}": document(body, IMAGE),
    }
    found = facts(routes)
    assert found.platforms == ("linux/arm64", "linux/s390x")
    assert found.sizes == {"linux/arm64": 7}


def test_an_index_of_nothing_but_attestations_has_no_platforms():
    found = facts({MANIFEST: document(index(child("unknown/unknown")))})
    assert (found.platforms, found.sizes) == ((), {})


def test_an_outline_is_one_question_and_has_every_image_of_the_index():
    anybodys = described(image_manifest(sizes=(1,)), IMAGE)
    bill = described(image_manifest(sizes=(2,)), IMAGE, artifactType="application/spdx+json")
    children = child("linux/arm64"), child("windows/amd64"), child("windows/amd64"), anybodys, bill
    claims = Claims({MANIFEST: document(index(*children))})
    found = outline(claims)
    assert [platform for platform, _ in found.children] == [
        "linux/arm64", "windows/amd64", "windows/amd64", "",
    ]  # fmt: skip
    assert found.children[0] == ("linux/arm64", digest_of(image_manifest()))
    assert found.platforms == ("linux/arm64", "windows/amd64")
    assert len(claims.asked) == 1


def test_the_outline_of_a_single_image_has_no_children():
    found = outline(single(b'{"os": "linux", "architecture": "arm64"}'))
    assert (found.platforms, found.children, found.size) == (("linux/arm64",), (), 30)


def test_an_index_within_an_index_is_not_measured():
    inner = json.dumps(index()).encode()
    routes = {
        MANIFEST: document(index(child("linux/amd64", inner))),
        f"https://r.example/v2/a/manifests/{digest_of(inner)}": document(inner),
    }
    assert facts(routes).sizes == {}


def test_a_missing_child_is_an_error_because_the_image_is_broken():
    assert "has no such repository or tag" in refused(
        facts, {MANIFEST: document(index(child("linux/amd64")))}
    )


CONFIGURED = {"mediaType": CONFIG, "digest": DIGEST, "size": 1}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is not JSON"),
        (b"<html>", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "it is no JSON object"),
        (b"{}", "neither an index nor the manifest"),
        ({"schemaVersion": 1, "fsLayers": []}, "schema 1"),
        ({"manifests": [], "config": CONFIGURED}, "neither an index nor the manifest"),
        ({"manifests": {}}, "it lists nothing, or far too much"),
        ({"manifests": [{}] * 10_001}, "it lists nothing, or far too much"),
        ({"manifests": [1]}, "an entry that describes nothing"),
        ({"manifests": [{"digest": "sha256:0"}]}, "an entry without a digest"),
        ({"manifests": [{"digest": 5}]}, "an entry without a digest"),
        ({"manifests": [], "mediaType": IMAGE}, "its media type is not that of a container image"),
        ({"manifests": [], "mediaType": ["x"]}, "its media type is not that of a container image"),
        ({"config": CONFIGURED, "mediaType": INDEX}, "its media type is not that of a container"),
        ({"config": 5}, "an entry that describes nothing"),
        ({"config": CONFIGURED, "layers": 5}, "it lists nothing, or far too much"),
        ({"config": CONFIGURED, "layers": [{"size": -1}]}, "a layer without a size"),
        ({"config": CONFIGURED, "layers": [{"size": "1"}]}, "a layer without a size"),
        ({"config": CONFIGURED, "layers": [{"size": True}]}, "a layer without a size"),
        ({"config": CONFIGURED, "layers": [{"size": 1 << 60}]}, "a layer without a size"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_an_error_with_the_reason(data, why):
    assert why in refused(facts, {MANIFEST: document(data)})


def test_a_platform_may_be_anything_and_is_then_left_out():
    entries = [
        {"digest": DIGEST, "platform": p, "annotations": a} for p, a in [(5, None), ({"os": 1}, [])]
    ]
    assert facts({MANIFEST: document({"manifests": entries})}).platforms == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(DIGEST),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["manifests", "config", "layers", "platform", "os", "architecture", "variant",
                 "digest", "mediaType", "size", "annotations"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_any_json_is_a_manifest_or_a_value_error(data):
    body = json.dumps(data).encode()
    with contextlib.suppress(ValueError):
        manifests.read_manifest(body)
    with contextlib.suppress(ValueError):
        manifests.read_platform(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_manifest_or_a_value_error(body):
    with contextlib.suppress(ValueError):
        manifests.read_manifest(body)


@pytest.mark.parametrize("config", [b"[]", b"{", b"\x00\xff"])
def test_a_configuration_that_makes_no_sense_is_an_error(config):
    assert "has an image configuration of no use" in refused(facts, single(config))


def test_a_configuration_with_other_bytes_is_an_error():
    routes = single(b'{"os": "linux", "architecture": "amd64"}')
    (blob,) = (url for url in routes if "/blobs/" in url)
    routes[blob] = document(b'{"os": "evil"}', **{"docker-content-digest": None})
    assert "sent other bytes than sha256:" in refused(facts, routes)


def test_facts_by_digest_with_other_bytes_are_an_error():
    image = ImageRef.parse(f"r.example/a@{DIGEST}")
    routes = {f"https://r.example/v2/a/manifests/{DIGEST}": document(b"{}")}
    assert f"sent other bytes than {DIGEST} stands for" in refused(facts, routes, image)


# ---------------------------------------------------------------- what every question may meet

PAGE = httpx.Response(200, html="<html>Please log in</html>")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(401), "r.example asks for credentials: there are none for it; run `docker login r.example`"),
        (httpx.Response(401, headers={"www-authenticate": "Negotiate"}), "asks for credentials"),
        (httpx.Response(403), "r.example refuses access"),
        (httpx.Response(404), "r.example has no such repository or tag"),
        (httpx.Response(409), "answered status 409, which was not expected"),
        (httpx.Response(204), "answered status 204, which was not expected"),
        (httpx.Response(304), "answered status 304, which was not expected"),
        (httpx.Response(302), "answered status 302, which was not expected"),
        (httpx.Response(429), "limits how often it is asked; try again later"),
        (httpx.Response(429, headers={"retry-after": "3600"}), "try again in 3600 s, or log in for a higher limit"),
        (httpx.Response(500), "is out of order (status 500); try again later"),
        (httpx.Response(503), "is out of order (status 503)"),
        (httpx.Response(504), "is out of order (status 504)"),
        (PAGE, "sent a web page; is it behind a login or a proxy?"),
        (httpx.Response(302, headers={"location": "https://10.0.0.1/"}), "redirects to the private address 10.0.0.1"),
        (httpx.Response(302, headers={"location": "http://r.example/"}), "redirects from https to http"),
        (httpx.Response(302, headers={"location": "https://r.example/v2/a/tags/list"}), "redirects more than 5 times"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ask", [tags, digest, outline, facts])
def test_no_answer_of_use_is_an_error_that_says_what_to_do(ask, answer, why):
    text = refused(ask, {"r.example": answer})
    assert why in text
    assert text.startswith(("r.example/a: ", "r.example/a:1: "))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"errors": [{"code": "NAME_UNKNOWN", "message": "canary"}]}', " (NAME_UNKNOWN)"),
        (b'{"errors": [{"code": "<script>"}]}', ""),
        (b'{"errors": [{"code": "A\\nB"}]}', ""),
        (b'{"errors": []}', ""),
        (b'{"errors": 5}', ""),
        (b"[" * 60_000, ""),
        (b"\xff", ""),
    ],
)
def test_of_what_a_registry_says_only_its_error_code_is_shown(body, told):
    text = refused(tags, {TAGS: httpx.Response(404, content=body)})
    assert text == (
        "r.example/a: r.example has no such repository or tag, or hides it from who has no"
        f" credentials{told}"
    )


@pytest.mark.parametrize("body", [b"not json", b"", b"[" * 100_000, b"\xff\xfe"])
def test_tags_that_are_not_json_are_an_error(body):
    assert "sent what is not JSON" in refused(tags, {TAGS: httpx.Response(200, content=body)})


@pytest.mark.parametrize(
    "data", [[], "x", None, {"tags": {}}, {"tags": "1.0"}, {"tags": 7}, {"tags": ["1.0", 2]}]
)
def test_json_that_is_no_list_of_tags_is_an_error(data):
    answer = httpx.Response(200, content=json.dumps(data))
    assert "sent no list of tags" in refused(tags, {TAGS: answer})


def test_a_listing_that_is_too_large_is_an_error():
    huge = httpx.Response(200, content=b" " * ((16 << 20) + 1))
    assert "sent more than 16384 KiB" in refused(tags, {TAGS: huge})


def test_a_manifest_that_is_too_large_is_an_error():
    huge = httpx.Response(200, content=b" " * ((4 << 20) + 1))
    assert "sent more than 4096 KiB" in refused(facts, {MANIFEST: huge})


def test_what_cannot_be_reached_is_an_error_and_never_no_change():
    def gone(_):
        raise httpx.ConnectError("gone")

    for ask in (tags, digest, outline, facts):
        assert "r.example: no connection to it" in refused(ask, {"r.example": gone})


# ---------------------------------------------------------------- how many requests


def test_the_first_question_goes_alone_and_the_rest_at_once():
    under_way, at_once, together = 0, [], asyncio.Event()

    async def head(_):
        nonlocal under_way
        under_way += 1
        at_once.append(under_way)
        if under_way == 8:
            together.set()
        if len(at_once) > 1:
            await asyncio.wait_for(together.wait(), 20)
        under_way -= 1
        return httpx.Response(200, headers={"docker-content-digest": DIGEST})

    async def many(registries):
        images = [ImageRef.parse(f"r.example/a:{number}") for number in range(9)]
        return await asyncio.gather(*map(registries.digest, images))

    assert answers({"r.example": head}, many) == [DIGEST] * 9
    assert at_once[0] == 1
    assert max(at_once) == 8


def test_a_failing_first_question_does_not_hold_up_the_others():
    calls = iter(range(100))

    def first_fails(_):
        if next(calls) == 0:
            return httpx.Response(404)
        return httpx.Response(200, headers={"docker-content-digest": DIGEST})

    async def several(registries):
        images = [ImageRef.parse(f"r.example/a:{number}") for number in range(3)]
        return await asyncio.gather(*map(registries.digest, images), return_exceptions=True)

    assert answers({"r.example": first_fails}, several).count(DIGEST) >= 2


def test_upper_case_hosts_are_the_same_host():
    claims = Claims({TAGS: listing("1")})

    async def both(registries):
        return await asyncio.gather(
            registries.tags(REF), registries.tags(ImageRef.parse("R.example/a"))
        )

    answers(claims, both)
    assert len(claims.asked) == 1


def test_who_stops_waiting_takes_the_answer_from_nobody():
    async def slow(_):
        await asyncio.sleep(0.01)
        return listing("1")

    async def one_leaves(registries):
        leaving = asyncio.create_task(registries.tags(REF))
        staying = asyncio.create_task(registries.tags(REF))
        await asyncio.sleep(0)
        leaving.cancel()
        return (await staying).tags

    assert answers({TAGS: slow}, one_leaves) == ("1",)


def test_a_mirror_is_asked_with_its_own_scope_and_prefix():
    claims = Claims({"https://m.example/v2/hub/library/node/tags/list": listing("20")})
    hosts = {"Docker.io": HostSettings(lookup="https://m.example/hub")}
    assert tags(claims, ImageRef.parse("node"), hosts=hosts).tags == ("20",)
    assert {request.url.host for request in claims.asked} == {"m.example"}


@pytest.mark.parametrize("registry", ["169.254.169.254", "2852039166:80", "[fe80::1]"])
def test_metadata_services_are_never_asked(registry):
    claims = Claims({})
    image = ImageRef(f"{registry}/latest/meta-data", "x")
    assert "link-local or metadata" in refused(tags, claims, image)
    assert claims.asked == []


def test_private_registries_are_not_asked_where_they_are_not_allowed():
    claims = Claims({})
    image = ImageRef.parse("10.0.0.1:5000/a")
    assert "private address" in refused(tags, claims, image, allow_private=False)
    assert claims.asked == []

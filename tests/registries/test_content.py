import asyncio
import contextlib
import hashlib
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PiecedError, RegistryError
from bot.http import Limits, client
from bot.image import ImageRef
from bot.registries import HostSettings, KnownCredentials, Registries
from bot.registries.allowed import Allowed
from bot.registries.credentials import Credential
from tests.canaries import canary
from tests.servers.claims import Claims, answers, document
from tests.servers.registry import OCI_INDEX, OCI_MANIFEST, digest_of
from tests.servers.scripted import RESET, answer, scripted

LOGIN = canary("blob-login", hosts=r"r\.example")

REF = ImageRef.parse("r.example/a:1")
BASE = "https://r.example/v2/a"
BODY = b"0123456789" * 1000
SIZE = len(BODY)
DIGEST = digest_of(BODY)
BLOB = f"{BASE}/blobs/{DIGEST}"
QUICK = Limits(connect=0.5, read=0.2, attempt=5, tries=3, backoff=0.001, patience=2)


def blob(routes, digest=DIGEST, size=SIZE, have=(), **options):
    got = bytearray()
    answers(routes, lambda r: r.blob(REF, digest, size, got.extend, have), **options)
    return bytes(got)


def manifest(routes, image=REF):
    return answers(routes, lambda r: r.document(image))


def referrers(routes, image=REF):
    return answers(routes, lambda r: r.referrers(image))


def refused(ask, *words, **options):
    with pytest.raises(RegistryError) as error:
        ask(*words, **options)
    text = str(error.value)
    assert text.splitlines() == [text]
    return text


def served(*acts, path=None):
    """What is got of a blob from a scripted server that does these in turn, and what it was asked."""
    asked, got, rest = [], bytearray(), list(acts)

    def script(method, where, headers):
        asked.append(
            (where.rpartition("/")[2][:12], headers.get("range"), headers.get("authorization"))
        )
        act = rest.pop(0) if len(rest) > 1 else rest[0]
        return act(headers) if callable(act) else act

    async def ask():
        async with scripted(script) as base, client(QUICK) as http:
            host = base.removeprefix("http://")
            known = KnownCredentials({host: Credential("u", LOGIN)})
            registries = Registries(http, {host: HostSettings(insecure=True)}, known)
            await registries.blob(ImageRef.parse(f"{host}/a:1"), DIGEST, len(BODY), got.extend)

    asyncio.run(ask())
    return bytes(got), asked


# ---------------------------------------------------------------- documents


def test_a_document_has_its_bytes_its_digest_and_its_own_media_type():
    body = json.dumps({"mediaType": OCI_MANIFEST}).encode()
    found = manifest({f"{BASE}/manifests/1": document(body, "application/json; charset=utf-8")})
    assert (found.body, found.digest, found.media_type) == (body, digest_of(body), OCI_MANIFEST)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"not JSON", b'{"mediaType": 3}', b"[" * 9999])
def test_a_document_that_says_no_media_type_has_its_registrys(body):
    found = manifest({f"{BASE}/manifests/1": document(body, "text/x; charset=utf-8")})
    assert found.media_type == "text/x"


def test_a_document_by_digest_is_checked_against_it():
    image = REF.at("1", DIGEST)
    assert (
        manifest({f"{BASE}/manifests/{DIGEST}": httpx.Response(200, content=BODY)}, image).body
        == BODY
    )
    wrong = {f"{BASE}/manifests/{DIGEST}": httpx.Response(200, content=b"x")}
    assert "sent other bytes" in refused(manifest, wrong, image)


def test_a_document_is_asked_for_once_by_whatever_name():
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []}).encode()
    claims = Claims(
        {
            f"{BASE}/manifests/1": document(body),
            f"{BASE}/manifests/{digest_of(body)}": document(body),
        }
    )

    async def both(registries):
        first = await registries.document(REF)
        by_digest = REF.at(None, first.digest)
        assert (await registries.document(by_digest)).body == body
        assert (await registries.outline(by_digest)).digest == first.digest
        await asyncio.gather(*(registries.document(REF) for _ in range(5)))

    answers(claims, both)
    assert claims.sent() == [f"GET {BASE}/manifests/1"]


def test_a_large_document_is_not_held():
    body = json.dumps({"mediaType": OCI_INDEX, "x": "y" * (1 << 20)}).encode()
    by_digest = REF.at(None, digest_of(body))
    claims = Claims({f"{BASE}/manifests/{digest_of(body)}": document(body)})

    async def twice(registry):
        await registry._registry(REF).document(by_digest)
        await registry._registry(REF).document(by_digest)

    answers(claims, twice)
    assert len(claims.sent()) == 2


# ---------------------------------------------------------------- blobs


def test_a_blob_is_handed_over_and_verified():
    assert blob({BLOB: httpx.Response(200, content=BODY)}) == BODY


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_blob_is_verified_by_the_algorithm_of_its_digest(algorithm):
    digest = f"{algorithm}:{hashlib.new(algorithm, BODY).hexdigest()}"
    assert blob({f"{BASE}/blobs/{digest}": httpx.Response(200, content=BODY)}, digest) == BODY
    wrong = {f"{BASE}/blobs/{digest}": httpx.Response(200, content=BODY[::-1])}
    assert f"sent other bytes than {digest}" in refused(blob, wrong, digest)


@pytest.mark.parametrize("digest", ["", "sha256:12", "sha256:" + "0" * 63 + "/", "../../x"])
def test_what_is_no_digest_is_not_asked_for(digest):
    claims = Claims({})
    assert "no digest" in refused(blob, claims, digest)
    assert claims.sent() == []


def test_what_is_there_already_is_verified_with_the_rest_and_not_handed_over():
    def rest(request):
        assert request.headers["range"] == "bytes=4000-"
        told = f"bytes 4000-{len(BODY) - 1}/{len(BODY)}"
        return httpx.Response(206, content=BODY[4000:], headers={"content-range": told})

    assert blob({BLOB: rest}, have=[BODY[:1000], BODY[1000:4000]]) == BODY[4000:]
    assert "sent other bytes" in refused(blob, {BLOB: rest}, have=[b"x" * 4000])


def test_a_blob_that_is_all_there_is_only_verified():
    claims = Claims({})
    assert blob(claims, have=[BODY]) == b""
    assert "sent other bytes" in refused(blob, claims, have=[BODY[::-1]])
    assert claims.sent() == []


def test_an_empty_blob_needs_no_question():
    assert blob({}, digest_of(b""), 0) == b""


def test_a_registry_that_takes_no_ranges_is_asked_for_all_of_it():
    def script(request):
        return (
            httpx.Response(416) if "range" in request.headers else httpx.Response(200, content=BODY)
        )

    assert blob({BLOB: script}, have=[BODY[:10]]) == BODY[10:]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "asks for credentials"),
        (403, "refuses access"),
        (404, "has no such blob, or hides it"),
        (416, "status 416"),
        (429, "limits how often"),
        (500, "out of order"),
    ],
)
def test_a_refusal_is_told_as_any_other(status, said):
    assert said in refused(blob, {BLOB: httpx.Response(status)})


def test_a_web_page_is_no_blob():
    page = httpx.Response(200, content=BODY, headers={"content-type": "text/html"})
    assert "web page" in refused(blob, {BLOB: page})


def test_a_blob_that_is_too_long_is_refused():
    assert "sent more than the 9999 bytes" in refused(
        blob, {BLOB: httpx.Response(200, content=BODY)}, size=9999
    )


def test_a_blob_that_breaks_off_is_taken_up_there():
    told = f"bytes 3000-{len(BODY) - 1}/{len(BODY)}"
    got, asked = served(
        [answer(200, b"", content_length=len(BODY)), BODY[:3000], RESET],
        answer(206, BODY[3000:], content_range=told),
    )
    assert got == BODY
    assert [each[1] for each in asked] == [None, "bytes=3000-"]


def test_of_a_blob_in_parts_that_is_wrong_it_is_told_that_it_came_in_parts():
    told = f"bytes 3000-{len(BODY) - 1}/{len(BODY)}"
    with pytest.raises(PiecedError, match="sent other bytes than"):
        served(
            [answer(200, b"", content_length=len(BODY)), b"x" * 3000, RESET],
            answer(206, BODY[3000:], content_range=told),
        )
    with pytest.raises(RegistryError, match="sent other bytes than") as whole:
        served([answer(200, b"x" * len(BODY), content_length=len(BODY))])
    assert not isinstance(whole.value, PiecedError)


def test_a_blob_that_always_breaks_off_is_an_error_in_the_end():
    with pytest.raises(RegistryError, match="broke off the answer"):
        served([answer(200, b"", content_length=len(BODY)), BODY[:3000], RESET])


def test_a_blob_that_stalls_for_ever_is_an_error_in_the_end():
    with pytest.raises(RegistryError, match=r"nothing heard for 0\.2 s"):
        served([answer(200, b"", content_length=len(BODY)), 30])


def test_a_blob_behind_a_login_is_fetched_after_it():
    asks = answer(401, b"", www_authenticate='Basic realm="x"')
    got, asked = served(asks, answer(200, BODY))
    assert got == BODY
    assert [each[2] is None for each in asked] == [True, False]


def test_credentials_do_not_follow_a_blob_to_another_host():
    elsewhere = "https://cdn.example/x"
    asks = httpx.Response(401, headers={"www-authenticate": 'Basic realm="x"'})

    def guarded(request):
        there = httpx.Response(307, headers={"location": elsewhere})
        return there if "authorization" in request.headers else asks

    claims = Claims({BLOB: guarded, elsewhere: httpx.Response(200, content=BODY)})
    known = KnownCredentials({"r.example": Credential("u", LOGIN)})
    assert blob(claims, credentials=known) == BODY
    assert [(url == elsewhere, said is None) for url, said in claims.heard()] == [
        (False, True),
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize(
    "location",
    [
        "http://cdn.example/x",
        "https://169.254.169.254/x",
        "https://10.0.0.1/x",
        "file:///etc/passwd",
    ],
)
def test_a_blob_is_not_followed_to_where_nothing_is_asked(location):
    claims = Claims({BLOB: httpx.Response(307, headers={"location": location})})
    assert "redirects" in refused(blob, claims)
    assert len(claims.sent()) == 1


# ---------------------------------------------------------------- referrers

SUBJECT = "sha256:" + "1" * 64
IMAGE = REF.at("1", SUBJECT)
LIST = f"{BASE}/referrers/{SUBJECT}"
TAG = f"{BASE}/manifests/sha256-{'1' * 64}"


def entry(number, **fields):
    return {"digest": f"sha256:{number:064}", "mediaType": OCI_MANIFEST, "size": 1, **fields}


def index(*entries, **headers):
    return document(
        {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(entries)}, **headers
    )


def test_referrers_are_read_from_the_list():
    signed = entry(1, artifactType="application/vnd.x", annotations={"a": "b", "c": 3})
    found = referrers({LIST: index(signed, entry(2))}, IMAGE)
    assert [(each.digest[-1], each.artifact_type, dict(each.annotations)) for each in found] == [
        ("1", "application/vnd.x", {"a": "b"}),
        ("2", "", {}),
    ]
    assert {each.media_type for each in found} == {OCI_MANIFEST}


@pytest.mark.parametrize("status", [400, 404, 405, 406, 501])
def test_where_there_is_no_such_list_the_tag_in_its_place_is_read(status):
    claims = Claims({LIST: httpx.Response(status), TAG: index(entry(1))})
    assert len(referrers(claims, IMAGE)) == 1
    assert claims.sent() == [f"GET {LIST}", f"GET {TAG}"]


@pytest.mark.parametrize("hello", [b"<html>", b"{}", b"[]", b'{"manifests": 3}'])
def test_a_page_that_says_hello_is_no_list(hello):
    page = httpx.Response(200, content=hello, headers={"content-type": "text/html"})
    assert len(referrers({LIST: page, TAG: index(entry(1))}, IMAGE)) == 1


def test_where_there_is_neither_list_nor_tag_nothing_refers_to_it():
    assert referrers({}, IMAGE) == ()


@pytest.mark.parametrize("where", [LIST, TAG])
@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_registry_that_fails_is_never_nothing(where, status):
    refused(referrers, {where: httpx.Response(status)}, IMAGE)


def test_pages_of_referrers_are_followed():
    first = index(entry(1), entry(2), link=f'<{LIST}?last=2>; rel="next"')
    assert len(referrers({LIST: first, f"{LIST}?last=2": index(entry(2), entry(3))}, IMAGE)) == 3


def test_pages_without_end_end():
    claims = Claims(
        {LIST: lambda request: index(entry(len(claims.asked)), link=f'<{LIST}?x=1>; rel="next"')}
    )
    assert len(referrers(claims, IMAGE)) == 10


def test_a_page_elsewhere_is_refused():
    away = index(entry(1), link='<https://evil.example/>; rel="next"')
    assert "another server" in refused(referrers, {LIST: away}, IMAGE)


@pytest.mark.parametrize("odd", [3, None, {}, {"digest": "x"}, {"digest": ["sha256:"]}])
def test_entries_that_are_none_are_passed_over(odd):
    assert len(referrers({LIST: index(odd, entry(1))}, IMAGE)) == 1


def test_of_a_tag_the_digest_is_asked_first():
    head = httpx.Response(200, headers={"docker-content-digest": SUBJECT})
    claims = Claims({f"HEAD {BASE}/manifests/1": head, LIST: index(entry(1))})
    assert len(referrers(claims)) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["manifests", "digest", "mediaType", "annotations"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_a_registry_says_of_referrers_ends_in_a_list_or_one_line(said):
    with contextlib.suppress(RegistryError):
        referrers(
            {LIST: httpx.Response(200, json=said), TAG: httpx.Response(200, json=said)}, IMAGE
        )


# ---------------------------------------------------------------- hosts that may not be asked


def test_a_host_that_may_not_be_asked_is_asked_for_nothing():
    claims = Claims({})

    async def ask(registries):
        allowed = Allowed(registries, ["docker.io"])
        for question in (
            allowed.document(REF),
            allowed.referrers(IMAGE),
            allowed.blob(REF, DIGEST, 1, print),
        ):
            with pytest.raises(RegistryError, match="allow_hosts"):
                await question

    answers(claims, ask)
    assert claims.sent() == []


def test_a_host_that_may_be_asked_is_asked_as_without_the_rule():
    routes = {
        f"{BASE}/manifests/1": document(b"{}"),
        LIST: index(entry(1)),
        BLOB: httpx.Response(200, content=BODY),
    }

    async def ask(registries):
        allowed, got = Allowed(registries, ["r.example"]), bytearray()
        await allowed.blob(REF, DIGEST, len(BODY), got.extend)
        return (await allowed.document(REF)).body, len(await allowed.referrers(IMAGE)), bytes(got)

    assert answers(routes, ask) == (b"{}", 1, BODY)

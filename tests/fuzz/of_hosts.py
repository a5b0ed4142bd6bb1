"""Targets: what registries, forges with releases and databases of vulnerabilities answer."""

import datetime as dt
import json
from contextlib import suppress

import httpx

from bot.endoflife import _one
from bot.errors import EvidenceError, HttpError, RegistryError
from bot.http import Download
from bot.http.addresses import forbidden, private, told_of
from bot.http.client import Answer
from bot.http.patience import retry_after
from bot.http.proxies import on_the_way_to
from bot.http.redirects import joined, target, web_url
from bot.image import ImageRef
from bot.model import Comparison, Description, ImageConfig, Layer
from bot.model.bumps import Bump
from bot.notes import NOTES, GitHub, GitLab, Sources
from bot.notes.changelogs import sections
from bot.notes.official import tagged
from bot.notes.spans import is_unripe, numbers
from bot.provenance import Origins
from bot.registries.challenges import challenges
from bot.registries.credentials import KnownCredentials
from bot.registries.docker_hub import DockerHub
from bot.registries.endpoint import HostSettings, endpoint
from bot.registries.google import Google
from bot.registries.harbor import Harbor
from bot.registries.oci import OciRegistry
from bot.registries.paging import next_link
from bot.registries.quay import Quay
from bot.registries.realms import token_service, trusted
from bot.registries.words import refusal
from bot.tags import NotesPlace
from tests.fuzz.answers import Host, answer, ended
from tests.fuzz.of_images import CONFIG, INDEX, MANIFEST, A
from tests.fuzz.target import Target, given, parts, words

B = "sha256:" + "b" * 64
LINK = '</v2/a/b/tags/list?n=1&last=x>; rel="next"'
BEARER = 'Bearer realm="https://auth.example.org/token",service="r",scope="repository:a/b:pull"'
WHOLE = Description(A, A, "linux/amd64", ImageConfig(), (Layer(A, 1, "tar"),))


def asked(kind, question, image):
    """A reader of what a registry of a kind answers to a question."""
    image = ImageRef.parse(image)
    known = endpoint(image.registry, HostSettings(), allow_private=False)

    def read(data):
        registry = kind(Host(data), known, KnownCredentials())
        try:
            ended(question(registry, image))
        finally:
            registry.close()

    return read


def tags(registry, image):
    return registry.tags(image)


async def everything(registry, image):
    await registry.facts(image)
    await registry.digest(image)


async def attached(registry, image):
    await Origins(registry).of(image, WHOLE)


def tag_list(*told, **headers):
    return answer(json.dumps({"name": "a/b", "tags": [*told]}), **headers)


def document(data, kind):
    return answer(json.dumps(data), content_type=f"application/vnd.oci.image.{kind}.v1+json")


def entries(data):
    return answer(json.dumps(data))


HUB = entries(
    {
        "next": None,
        "results": [
            {
                "name": "20",
                "digest": A,
                "media_type": "application/vnd.oci.image.index.v1+json",
                "images": [{"digest": B}],
                "tag_last_pushed": "2024-06-06T13:33:00.5Z",
            }
        ],
    }
)
QUAY = entries(
    {
        "has_additional": False,
        "tags": [{"name": "1", "manifest_digest": A, "start_ts": 1717680780}],
    }
)
GOOGLE = entries(
    {
        "tags": ["1"],
        "manifest": {
            A: {
                "mediaType": "application/vnd.oci.image.index.v1+json",
                "tag": ["1"],
                "timeUploadedMs": "1717680780000",
            }
        },
    }
)
HARBOR = (
    entries({"name": "a"})
    + b"\0"
    + entries(
        [
            {
                "digest": A,
                "manifest_media_type": "application/vnd.oci.image.index.v1+json",
                "tags": [{"name": "1", "push_time": "2024-06-06T13:33:00Z"}],
            }
        ]
    )
)
RELEASES = entries(
    [{"tag_name": "v1.1.0", "html_url": "https://x", "body": "a", "prerelease": False}]
)
GITLABS = entries([{"tag_name": "v1.1.0", "_links": {"self": "https://x"}, "description": "a"}])
LISTED = entries([{"name": "CHANGELOG.md", "type": "file"}])
CHANGELOG = "# Changes\n\n## [1.1.0] - 2024-01-01\n* a\n\n1.0.0\n-----\nb\n```\n# 3\n```\n"
LIBRARY = """Maintainers: A (@a)
GitRepo: https://github.com/docker-library/python.git
Builder: buildkit

Tags: 3.12-slim, 3-slim
SharedTags: latest
Architectures: amd64, arm64v8
GitCommit: 0123456789012345678901234567890123456789
amd64-Directory: 3.12/slim
"""


def released(data):
    """Notes of every kind on one move, by a forge that answers so."""
    host = Host(data)
    forges = {"github.com": GitHub(host, "t0ken"), "gitlab.com": GitLab(host)}
    gitlabs = data[:1] == b"5"

    def places(_image):
        kind = "gitlab" if gitlabs else "github"
        return (NotesPlace(("**",), kind, "gitlab.com/a/b" if gitlabs else "a/b", "v{version}"),)

    sources = Sources(host, forges, places, "https://example.org/library/")
    bump = Bump(ImageRef.parse("node:1.0.0"), ImageRef.parse("node:1.1.0"), "minor")
    for name in NOTES:
        ended(NOTES[name](sources).about(Comparison(bump, WHOLE, WHOLE, (None, None))))


def waited(data):
    said, *_ = parts(data, 2)
    retry_after(httpx.Headers([(b"retry-after", said.encode("utf-8", "replace"))]), 0.0)


def redirected(data):
    where, status, _ = parts(data, 3)
    code = int(status) if status in {"301", "302", "303", "307", "308"} else 301
    target("https://r.example/v2/", code, httpx.Headers([(b"location", where.encode())]))


def linked(data):
    for link in [next_link([words(data)])]:
        if link is not None:
            joined(httpx.URL("https://r.example/v2/a/b/tags/list"), link)


def realm(data):
    known = endpoint("registry.example.org", HostSettings(), allow_private=False)
    for challenge in challenges([words(data)]):
        trusted(token_service(challenge.params.get("realm", ""), known), known)


def hosted(data):
    name = words(data)
    forbidden(name)
    private(name)
    with suppress(ValueError):  # most names are no addresses
        told_of(name)
    web_url(f"https://{name}/")
    base = endpoint(name, HostSettings(), allow_private=False).base
    try:
        on_the_way_to(base)
    except ValueError as error:  # what may be asked is an address to the standard library too
        raise AssertionError(base) from error


def refused(data):
    headers, body = data.partition(b"\n\n")[::2]
    pairs = [line.partition(b": ")[::2] for line in headers.split(b"\n")[:9]]
    for status in (401, 403, 404, 429, 500, 418):
        told = Answer(status, httpx.Headers(pairs), body, httpx.URL("https://r.example"))
        refusal("x", "r.example", told)


def begun(data):
    length, span, body = parts(data, 3)
    told = {"content-length": length.encode(), "content-range": span.encode()}
    response = httpx.Response(206, headers=told, request=httpx.Request("GET", "https://r.example"))
    download = Download(100, bytearray().extend)
    download.came = 7
    download.begin(response)
    download.take(body.encode()[:50], response)


def lived(data):
    ended(_one(Host(data), "https://e.example/x/", dt.date(2026, 11, 22)))


def logged(data):
    for version, body in sections(words(data)):
        numbers(version)
        is_unripe(version)
        assert isinstance(body, str)


NO = (RegistryError,)
UNHELPFUL = (EvidenceError,)
TARGETS = [
    Target(
        "registry:tags",
        asked(OciRegistry, tags, "r.example/a/b:1"),
        given(
            tag_list("1", "2", link=LINK) + b"\0" + tag_list("3"),
            answer("{}", 401, www_authenticate=BEARER)
            + b"\0"
            + entries({"token": "abc", "expires_in": 300})
            + b"\0"
            + tag_list("1"),
            answer('{"errors":[{"code":"TOOMANYREQUESTS"}]}', 429, retry_after="5"),
        ),
        NO,
    ),
    Target(
        "registry:images",
        asked(OciRegistry, everything, "r.example/a/b:1"),
        given(
            document(INDEX, "index") + b"\0" + document(MANIFEST, "manifest"),
            document(MANIFEST, "manifest") + b"\0" + document(CONFIG, "config"),
        ),
        NO,
    ),
    Target(
        "registry:attached",
        asked(OciRegistry, attached, f"r.example/a/b@{A}"),
        given(
            entries({"manifests": [{"digest": A, "artifactType": "application/spdx+json"}]}),
            entries({"layers": [{"annotations": {"dev.sigstore.cosign/certificate": "x"}}]}),
        ),
        (*NO, *UNHELPFUL),
    ),
    Target("registry:hub", asked(DockerHub, tags, "a/b:1"), given(HUB), NO),
    Target("registry:quay", asked(Quay, tags, "quay.io/a/b:1"), given(QUAY), NO),
    Target("registry:google", asked(Google, tags, "gcr.io/a/b:1"), given(GOOGLE), NO),
    Target("registry:harbor", asked(Harbor, tags, "harbor.example/a/b:1"), given(HARBOR), NO),
    Target(
        "challenge",
        realm,
        given(BEARER, 'Basic realm="x", Negotiate ab==, Bearer a=b'),
        (ValueError,),
    ),
    Target(
        "link",
        linked,
        given(LINK, '<x>; a="\\"<>", <https://r.example/y>; rel=next'),
        (ValueError,),
    ),
    Target("retry-after", waited, given("120", "Wed, 21 Oct 2026 07:28:00 GMT")),
    Target(
        "redirect", redirected, given("/v2/x?y\n302", "https://cdn.example/a\n307"), (HttpError,)
    ),
    Target(
        "host",
        hosted,
        given("r.example:5000", "[::ffff:a9fe:a9fe]", "0xa9.0376.43518"),
        (ValueError, RegistryError),
    ),
    Target("refusal", refused, given('retry-after: 5\n\n{"errors":[{"code":"DENIED"}]}')),
    Target("download", begun, given("93\nbytes 7-99/100\nabc"), (HttpError,)),
    Target(
        "life cycles",
        lived,
        given(
            answer('[{"cycle":"12","eol":"2028-06-30","lts":true,"support":false,"codename":"B"}]'),
            answer('{"result":{"releases":[{"name":"12","eolFrom":"2028-06-30","isLts":true}]}}'),
        ),
    ),
    Target(
        "notes",
        released,
        given(
            RELEASES + b"\0" + LISTED + b"\0" + answer(CHANGELOG),
            b"500\n\n\0" + GITLABS,
            answer("", 404) + b"\0" + answer(LIBRARY),
        ),
        UNHELPFUL,
    ),
    Target("changelog", logged, given(CHANGELOG, "1.2.3 (2024)\n  a\n1.2.2\n  b\n")),
    Target("library file", lambda data: list(tagged(words(data))), given(LIBRARY)),
]

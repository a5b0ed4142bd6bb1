"""The demo's registry keeps to the distribution specification, as far as pulling and listing go."""

import hashlib
import http.client
import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from bot.demo.bundle import bundled
from bot.demo.images import load
from bot.demo.registry import DemoRegistry

INDEX = "application/vnd.oci.image.index.v1+json"
LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
NODE = "/v2/library/node"


@pytest.fixture(scope="module")
def shelves():
    return load(bundled() / "registry.yaml")


@pytest.fixture
def registry(shelves):
    with DemoRegistry(shelves) as registry:
        yield registry


@pytest.fixture
def client(registry):
    with httpx.Client(base_url=registry.url, trust_env=False, verify=False) as client:
        yield client


def codes(response):
    return [error["code"] for error in response.json()["errors"]]


def sha256(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_it_says_that_it_is_a_registry_and_listens_on_the_loopback_interface_only(registry, client):
    assert registry.url == f"http://{registry.host}"
    assert registry.host.startswith("127.0.0.1:")
    answer = client.get("/v2/")
    assert answer.status_code == 200
    assert answer.headers["docker-distribution-api-version"] == "registry/2.0"


@pytest.mark.parametrize("reference", ["20-alpine", "latest", "20.11.0-alpine"])
def test_a_manifest_comes_with_its_type_and_the_digest_of_its_very_bytes(client, reference):
    answer = client.get(f"{NODE}/manifests/{reference}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == INDEX == answer.json()["mediaType"]
    assert answer.headers["docker-content-digest"] == sha256(answer.content)
    assert answer.headers["etag"] == f'"{sha256(answer.content)}"'


def test_a_manifest_can_be_asked_for_by_its_digest(client):
    by_tag = client.get(f"{NODE}/manifests/20-alpine")
    by_digest = client.get(f"{NODE}/manifests/{by_tag.headers['docker-content-digest']}")
    assert by_digest.content == by_tag.content


def test_an_image_that_lost_its_tag_is_still_there_by_its_digest(registry, client):
    digest = registry.digest("library/python", "3.12.8")
    registry.move("library/python", "3.12-slim", "3.12.7")
    assert client.head(f"/v2/library/python/manifests/{digest}").status_code == 200


def test_a_manifest_belongs_to_its_repository(registry, client):
    digest = registry.digest("library/python", "3.12.8")
    assert client.get(f"{NODE}/manifests/{digest}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v2/",
        f"{NODE}/manifests/20-alpine",
        f"{NODE}/manifests/no-such-tag",
        f"{NODE}/tags/list",
        "/v2/no/such/tags/list",
        "/elsewhere",
    ],
)
def test_head_says_all_that_get_says_but_the_body(client, path):
    get, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}


def test_a_client_that_has_it_already_is_told_so(client):
    tag = client.head(f"{NODE}/manifests/20-alpine").headers["etag"]
    again = client.get(f"{NODE}/manifests/20-alpine", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{NODE}/manifests/22-alpine", headers={"If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (INDEX, 200),
        (f"{LIST}, {INDEX};q=0.9", 200),
        ("*/*", 200),
        (LIST, 404),
        ("application/vnd.docker.distribution.manifest.v2+json", 404),
    ],
)
def test_what_the_client_cannot_read_is_not_there(client, accept, status):
    answer = client.get(f"{NODE}/manifests/20-alpine", headers={"Accept": accept})
    assert answer.status_code == status


def test_several_accept_headers_count_as_one(client):
    headers = [("Accept", LIST), ("Accept", INDEX)]
    assert client.get(f"{NODE}/manifests/20-alpine", headers=headers).status_code == 200


def test_a_docker_image_is_served_as_one(client):
    assert client.get("/v2/bitnami/etcd/manifests/3.5").headers["content-type"] == LIST
    single = client.get("/v2/nodejs20-slim/manifests/0.0.1-20240218")
    assert single.headers["content-type"] == "application/vnd.docker.distribution.manifest.v2+json"


def test_every_blob_that_a_manifest_names_is_there_with_its_size_and_digest(client):
    manifest = client.get("/v2/nodejs20-slim/manifests/latest").json()
    for part in (manifest["config"], *manifest["layers"]):
        blob = client.get(f"/v2/nodejs20-slim/blobs/{part['digest']}")
        assert len(blob.content) == part["size"]
        assert sha256(blob.content) == part["digest"] == blob.headers["docker-content-digest"]
        assert blob.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{NODE}/manifests/no-such-tag", "MANIFEST_UNKNOWN"),
        (f"{NODE}/manifests/sha256:{'0' * 64}", "MANIFEST_UNKNOWN"),
        (f"{NODE}/blobs/sha256:{'0' * 64}", "BLOB_UNKNOWN"),
        ("/v2/example/billing-base/manifests/2.1", "NAME_UNKNOWN"),
        ("/v2/example/billing-base/tags/list", "NAME_UNKNOWN"),
        ("/v2/library/node", "UNSUPPORTED"),
    ],
)
def test_what_is_not_there_is_404_with_the_specified_code(client, path, code):
    answer = client.get(path)
    assert answer.status_code == 404
    assert codes(answer) == [code]
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_nothing_can_be_written(client, method):
    answer = client.request(method, f"{NODE}/manifests/20-alpine", content=b"{}")
    assert answer.status_code == 405
    assert codes(answer) == ["UNSUPPORTED"]
    assert client.get(f"{NODE}/manifests/20-alpine").status_code == 200


# ------------------------------------------------------------------------------ listing


def test_tags_come_sorted_and_at_once_where_they_fit(client, shelves):
    answer = client.get(f"{NODE}/tags/list")
    assert answer.json() == {"name": "library/node", "tags": sorted(shelves["library/node"].tags)}
    assert "link" not in answer.headers


@pytest.mark.parametrize("count", [1, 3, 7, 40, 100])
def test_following_the_links_gives_every_tag_once(client, shelves, count):
    tags, url = [], f"{NODE}/tags/list?n={count}"
    while url:
        answer = client.get(url)
        assert len(answer.json()["tags"]) <= count
        tags += answer.json()["tags"]
        url = answer.links["next"]["url"] if "next" in answer.links else None
        assert url is None or url.startswith(f"{NODE}/tags/list?")
    assert tags == sorted(shelves["library/node"].tags)


def test_a_registry_may_give_fewer_tags_than_asked_for(shelves):
    with DemoRegistry(shelves, page=5) as registry:
        answer = httpx.get(f"{registry.url}{NODE}/tags/list", trust_env=False, verify=False)
        assert len(answer.json()["tags"]) == 5
        assert answer.links["next"]["rel"] == "next"


def test_last_need_not_be_a_tag(client):
    assert client.get(f"{NODE}/tags/list?last=iron").json()["tags"][0] == "iron-alpine"
    assert client.get(f"{NODE}/tags/list?last=zzz").json()["tags"] == []


def test_a_page_of_none_is_empty_and_has_no_next(client):
    answer = client.get(f"{NODE}/tags/list?n=0")
    assert answer.json()["tags"] == []
    assert "link" not in answer.headers


@pytest.mark.parametrize("count", ["-1", "many", "1e3", "٣", "1" * 5000])
def test_a_page_size_that_is_no_number_is_refused(client, count):
    answer = client.get(f"{NODE}/tags/list", params={"n": count})
    assert answer.status_code == 400
    assert codes(answer) == ["PAGINATION_NUMBER_INVALID"]


# ------------------------------------------------------------------------------ moving, logging


def test_a_tag_moves_to_a_build_a_tag_or_somewhere_new(registry, client):
    def pointed(tag):
        answer = client.head(f"/v2/library/python/manifests/{tag}")
        return answer.headers.get("docker-content-digest")

    before = pointed("3.12-slim")
    registry.move("library/python", "3.12-slim", "3.12.8 rebuilt")
    assert pointed("3.12-slim") not in {before, None}
    assert pointed("3.12.8-slim") == before
    registry.move("library/python", "3.12-slim", "3.12.8-slim")
    assert pointed("3.12-slim") == before
    registry.move("library/python", "3.12.9-slim", "3.12.8 rebuilt")
    assert "3.12.9-slim" in client.get("/v2/library/python/tags/list").json()["tags"]


def test_what_it_was_given_stays_as_it_is(shelves, registry):
    registry.move("library/python", "3.12-slim", "3.12.8 rebuilt")
    assert shelves["library/python"].tags["3.12-slim"] == shelves["library/python"].builds["3.12.8"]


def test_a_tag_cannot_move_to_what_was_never_made(registry):
    with pytest.raises(KeyError):
        registry.move("library/python", "3.12-slim", "4.0.0")


def test_what_was_asked_is_logged_in_order(registry, client):
    client.head(f"{NODE}/manifests/20-alpine")
    client.get(f"{NODE}/tags/list?n=2")
    assert registry.requests == [
        ("HEAD", f"{NODE}/manifests/20-alpine"),
        ("GET", f"{NODE}/tags/list?n=2"),
    ]


def test_one_connection_serves_many_requests(registry):
    connection = http.client.HTTPConnection(registry.host)
    connection.connect()
    local = connection.sock.getsockname()
    for _ in range(3):
        connection.request("GET", f"{NODE}/manifests/20-alpine")
        assert connection.getresponse().read()
        assert connection.sock.getsockname() == local
    connection.close()


def test_it_is_gone_after_the_context(shelves):
    with DemoRegistry(shelves) as registry:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{registry.url}/v2/", trust_env=False, verify=False)


# ------------------------------------------------------------------------------ tokens


@pytest.fixture
def guarded(shelves):
    with (
        DemoRegistry(shelves, token=True) as registry,
        httpx.Client(base_url=registry.url, trust_env=False, verify=False) as client,
    ):
        yield client


def token_for(client, scope):
    answer = client.get("/token", params={"service": "basewatch-demo", "scope": scope})
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.parametrize("path", [f"{NODE}/manifests/20-alpine", f"{NODE}/tags/list"])
def test_a_guarded_registry_says_where_to_get_a_token_and_for_what(guarded, path):
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert codes(answer) == ["UNAUTHORIZED"]
    assert answer.headers["www-authenticate"] == (
        f'Bearer realm="{guarded.base_url}/token",service="basewatch-demo",'
        'scope="repository:library/node:pull"'
    )


def test_a_token_opens_what_it_was_given_out_for_and_nothing_else(guarded):
    token = token_for(guarded, "repository:library/node:pull")
    assert guarded.get(f"{NODE}/manifests/20-alpine", headers=token).status_code == 200
    assert guarded.get(f"{NODE}/tags/list", headers=token).status_code == 200
    elsewhere = guarded.get("/v2/library/python/tags/list", headers=token)
    assert elsewhere.status_code == 401
    assert 'error="invalid_token"' in elsewhere.headers["www-authenticate"]


def test_any_token_opens_the_root_and_none_does_not(guarded):
    assert "scope" not in guarded.get("/v2/").headers["www-authenticate"]
    assert guarded.get("/v2/", headers=token_for(guarded, "")).status_code == 200
    assert guarded.get("/v2/", headers=token_for(guarded, "x")).status_code == 200


@pytest.mark.parametrize("word", ["Bearer made-up", "Basic dTpw", "Bearer", ""])
def test_a_token_of_ones_own_making_opens_nothing(guarded, word):
    answer = guarded.get(f"{NODE}/tags/list", headers={"Authorization": word})
    assert answer.status_code == 401


# ------------------------------------------------------------------------------ other people's clients

skopeo = pytest.mark.skipif(not shutil.which("skopeo"), reason="skopeo is not installed")


def run_skopeo(*arguments):
    done = subprocess.run(
        ["skopeo", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@skopeo
@pytest.mark.parametrize("token", [False, True])
def test_skopeo_reads_an_image(shelves, token):
    with DemoRegistry(shelves, token=token, page=6) as registry:
        shown = json.loads(
            run_skopeo(
                "inspect",
                "--tls-verify=false",
                "--override-arch=amd64",
                f"docker://{registry.host}/library/node:20-alpine",
            )
        )
        assert shown["Digest"] == registry.digest("library/node", "20.18.1 on Alpine")
    assert shown["RepoTags"] == sorted(shelves["library/node"].tags)
    assert "NODE_VERSION=20.18.1" in shown["Env"]
    assert shown["Architecture"] == "amd64"
    assert len(shown["Layers"]) == 2


@skopeo
@pytest.mark.parametrize(
    "image",
    ["library/node:20-alpine", "bitnami/etcd:3.5.17-debian-12-r1", "nodejs20-slim:latest"],
)
def test_skopeo_copies_an_image_whole(registry, image, tmp_path: Path):
    """It checks every digest and size on the way, and the archives against their `diff_ids`."""
    run_skopeo(
        "copy",
        "--all",
        "--preserve-digests",
        "--src-tls-verify=false",
        f"docker://{registry.host}/{image}",
        f"dir:{tmp_path}/copy",
    )
    copied = (tmp_path / "copy" / "manifest.json").read_bytes()
    assert sha256(copied) == registry.digest(*image.split(":"))

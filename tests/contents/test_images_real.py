"""Images from a real registry, opened as a run does; and from one that breaks off."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.config import EvidenceConfig
from bot.contents.opening import opened as images_opened
from bot.errors import EvidenceError
from bot.http import Limits
from bot.image import ImageRef
from bot.registries import HostSettings, KnownCredentials, opened
from bot.registries.credentials import Credential
from bot.wiring import image_store, images
from tests.servers.layered import AMD64, ARM64, image, push
from tests.servers.registry import PASSWORD, USER, digest_of, layer
from tests.servers.scripted import RESET, answer, scripted

pytestmark = pytest.mark.registry

QUICK = Limits(connect=0.5, read=0.2, attempt=5, backoff=0.001, tries=2)
STATUS = b"Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n\n"
SYSTEM = layer({"etc/os-release": b"ID=debian\nVERSION_ID=12\n", "var/lib/dpkg/status": STATUS})
OLD, NEW = layer({"srv/app": b"old" * 9000}), layer({"srv/app": b"new" * 9000})


@asynccontextmanager
async def run(host, folder, credentials=None, *, limits=QUICK):
    """A run of its own: its images, and what was sent for them."""
    async with (
        opened({host: HostSettings(insecure=True)}, credentials, limits=limits) as registries,
        images_opened(registries, folder) as found,
    ):
        yield found, registries.requests


def opened_in_turn(host, folder, *texts, **options):
    """The contents of these images, and how many requests they took."""

    async def ask():
        async with run(host, folder, **options) as (found, requests):
            contents = [
                (await found.open(ImageRef.parse(f"{host}/{text}"))).contents for text in texts
            ]
            return contents, requests.total()

    return asyncio.run(ask())


@pytest.fixture
def pair(open_registry):
    base = open_registry.base_url
    both = {AMD64: image([SYSTEM, OLD]), ARM64: image([OLD], platform=ARM64)}
    push(base, "evidence/pair", "old", both)
    push(base, "evidence/pair", "new", {AMD64: image([SYSTEM, NEW])}, kind="docker")
    return open_registry.host


def test_a_pair_is_opened_with_one_request_for_each_document_and_blob(pair, tmp_path):
    (old, new), requests = opened_in_turn(pair, tmp_path, "evidence/pair:old", "evidence/pair:new")
    assert [each.name for each in old.packages] == ["bash"]
    assert (old.os.id, old.packages) == (new.os.id, new.packages)
    assert (
        requests == 8
    )  # index, manifest, configuration, two layers; manifest, configuration, layer


def test_a_second_run_asks_for_the_two_tags_and_nothing_else(pair, tmp_path):
    texts = ("evidence/pair:old", "evidence/pair:new")
    first, _ = opened_in_turn(pair, tmp_path, *texts)
    again, requests = opened_in_turn(pair, tmp_path, *texts)
    assert (again, requests) == (first, 2)


def test_behind_a_password_it_is_the_same(password_registry, tmp_path):
    server = password_registry
    push(server.base_url, "evidence/app", "1", {AMD64: image([SYSTEM])}, headers=server.push)
    known = KnownCredentials({server.host: Credential(USER, PASSWORD)})
    (found,), _ = opened_in_turn(server.host, tmp_path, "evidence/app:1", credentials=known)
    assert [each.name for each in found.packages] == ["bash"]


def test_what_the_operator_says_holds(pair, tmp_path):
    said = EvidenceConfig(
        cache=str(tmp_path), cache_size="1MiB", platform="linux/arm64", max_image_size="1MiB"
    )

    async def ask():
        async with (
            opened({pair: HostSettings(insecure=True)}) as registries,
            images(said, registries, lambda *_: None) as found,
        ):
            image = ImageRef.parse(f"{pair}/evidence/pair:old")
            return (await found.open(image)).contents.image.platform

    assert asyncio.run(ask()) == ARM64
    store = image_store(said)
    assert (store.root, store.most) == (tmp_path / "images", 1 << 20)
    assert store.blobs()


# ---------------------------------------------------------------- a registry that misbehaves


def served(folder, misbehave):
    """The contents of an image of a server that answers as told; `misbehave(body, headers)` for its layer."""
    manifest, blobs = image([SYSTEM])
    top = json.loads(manifest)
    asked = []

    def script(method, path, headers):
        name = path.rpartition("/")[2]
        asked.append(name)
        if name == digest_of(SYSTEM):
            return misbehave(SYSTEM, headers)
        if name in blobs:
            return answer(200, blobs[name])
        return answer(200, manifest, content_type=top["mediaType"])

    async def ask():
        async with scripted(script) as base:
            host = base.removeprefix("http://")
            async with run(host, folder) as (found, _):
                return (await found.open(ImageRef.parse(f"{host}/a:1"))).contents

    return asyncio.run(ask()), asked.count(digest_of(SYSTEM))


@pytest.mark.parametrize(
    ("misbehave", "why"),
    [
        (lambda body, _: answer(200, body[::-1]), "sent other bytes"),
        (lambda body, _: answer(200, body + b"x"), "sent more than the"),
        (lambda body, _: answer(200, body[:-1]), "broke off"),
        (
            lambda body, _: [answer(200, b"", content_length=len(body)), body[:99], RESET],
            "broke off",
        ),
        (lambda body, _: [answer(200, b"", content_length=len(body)), 30], "nothing heard"),
        (lambda body, _: answer(307, b"", location="http://169.254.169.254/x"), "redirects"),
        (lambda body, _: answer(307, b"", location="http://10.1.1.1/x"), "private address"),
        (lambda body, _: answer(401, b""), "asks for credentials"),
        (lambda body, _: answer(404, b""), "has no such"),
        (lambda body, _: answer(429, b""), "limits how often"),
        (lambda body, _: answer(500, b""), "out of order"),
    ],
)
def test_a_layer_that_does_not_come_is_one_line_and_nothing_wrong_is_kept(tmp_path, misbehave, why):
    with pytest.raises(EvidenceError) as error:
        served(tmp_path, misbehave)
    text = str(error.value)
    assert why in text
    assert text.splitlines() == [text]
    kept = {path.name for path in (tmp_path / "images" / "blobs" / "sha256").iterdir()}
    assert digest_of(SYSTEM)[7:] not in kept


def test_a_layer_that_broke_off_in_one_run_is_gone_on_with_in_the_next(tmp_path):
    with pytest.raises(EvidenceError):
        served(
            tmp_path, lambda body, _: [answer(200, b"", content_length=len(body)), body[:99], RESET]
        )
    (partial,) = (tmp_path / "images" / "partial").iterdir()
    assert Path(partial).read_bytes() == SYSTEM[:99]

    def rest(body, headers):
        assert headers["range"] == "bytes=99-"
        told = f"bytes 99-{len(body) - 1}/{len(body)}"
        return answer(206, body[99:], content_range=told)

    found, asked = served(tmp_path, rest)
    assert [each.name for each in found.packages] == ["bash"]
    assert asked == 1

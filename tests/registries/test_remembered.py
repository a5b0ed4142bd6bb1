import asyncio
import json

import pytest

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import ImageFacts, Outline
from bot.registries.remembered import Remembered
from tests.servers.claims import Claims, answers, document
from tests.servers.layered import AMD64, ARM64, image, index
from tests.servers.registry import digest_of

REF = ImageRef.parse("r.example/a:1")
BASE = "https://r.example/v2/a"
ANSWER = "what the registry says"


class Asked:
    """A registry of which it only matters that it was asked."""

    async def facts(self, _image):
        return ANSWER

    outline = digest = document = facts


def known(*bodies):
    """What a repository was seen to have, by digest."""
    by_digest = {digest_of(body): body for body in bodies}
    return lambda repository, digest: (
        by_digest.get(digest) if repository == REF.repository else None
    )


def told(bodies, top, repository=REF):
    """Facts and outline of what is at the digest of `top`, where these documents are here."""

    async def ask():
        remembered = Remembered(Asked(), known(*bodies))
        at = repository.at(repository.tag, top and digest_of(top))
        return await remembered.facts(at), await remembered.outline(at)

    return asyncio.run(ask())


def said(bodies, top):
    """The same as the registry itself says it, that has these documents."""
    routes = {}
    for body in bodies:
        for place in ("manifests", "blobs"):
            routes[f"{BASE}/{place}/{digest_of(body)}"] = document(body)

    async def both(registries):
        at = REF.at(None, digest_of(top))
        return await registries.facts(at), await registries.outline(at)

    return answers(Claims(routes), both)


def documents(platform=AMD64, **options):
    """A manifest and its configuration."""
    manifest, blobs = image([{"a": b"a"}], platform=platform, **options)
    return manifest, next(iter(blobs.values()))


AMD, AMD_CONFIG = documents()
ARM, ARM_CONFIG = documents(ARM64)
BOTH = index([(ARM64, ARM, {}), (AMD64, AMD, {})])
ONE = index([(ARM64, ARM, {})])
NONE = index([])
ARTIFACT = AMD.replace(b"image.config.v1", b"something.else.v1")


@pytest.mark.parametrize(
    ("bodies", "top"),
    [
        ([AMD, AMD_CONFIG], AMD),
        ([ARM, ARM_CONFIG], ARM),
        ([BOTH, AMD], BOTH),
        ([ONE, ARM], ONE),
        ([NONE], NONE),
        ([ARTIFACT], ARTIFACT),
    ],
)
def test_documents_tell_what_their_registry_would(bodies, top):
    facts, outline = told(bodies, top)
    assert (facts, outline) == said(bodies, top)
    assert (type(facts), type(outline)) == (ImageFacts, Outline)


@pytest.mark.parametrize(
    ("bodies", "top"),
    [
        ([], AMD),
        ([AMD], AMD),
        ([AMD_CONFIG], AMD),
        ([b"no JSON"], b"no JSON"),
        ([AMD_CONFIG, AMD.replace(b"2,", b"1,")], AMD.replace(b"2,", b"1,")),
    ],
)
def test_what_documents_do_not_tell_their_registry_is_asked(bodies, top):
    assert told(bodies, top) == (ANSWER, ANSWER)


def sent(routes, bodies, ask):
    """What a registry with these documents was asked, where others are here already."""
    claims = Claims(routes)

    async def all_of_it(registries):
        return await ask(Remembered(registries, known(*bodies)))

    answer = answers(claims, all_of_it)
    return answer, [line.replace(BASE, "") for line in claims.sent()]


def test_a_tag_is_asked_for_and_nothing_else_that_is_here():
    async def both(remembered):
        return await remembered.facts(REF), await remembered.outline(REF)

    (facts, outline), asked = sent({f"{BASE}/manifests/1": document(AMD)}, [AMD_CONFIG], both)
    assert asked == ["GET /manifests/1"]
    assert (facts, outline) == said([AMD, AMD_CONFIG], AMD)


def test_a_configuration_that_told_its_platform_is_no_blob_to_ask_for():
    routes = {
        f"{BASE}/manifests/1": document(AMD),
        f"{BASE}/blobs/{digest_of(AMD_CONFIG)}": document(AMD_CONFIG),
    }
    got = []

    async def twice(remembered):
        await remembered.facts(REF)
        digest, size = digest_of(AMD_CONFIG), len(AMD_CONFIG)
        await remembered.blob(REF, digest, size, got.append)
        await remembered.blob(REF, digest, size, got.append, [AMD_CONFIG[:10]])

    _, asked = sent(routes, [], twice)
    assert asked == ["GET /manifests/1", f"GET /blobs/{digest_of(AMD_CONFIG)}"]
    assert got == [AMD_CONFIG, AMD_CONFIG[10:]]


def test_a_configuration_of_no_use_is_left_to_the_registry_to_complain_of():
    config = b"no JSON"
    manifest = json.loads(AMD)
    manifest["config"] |= {"digest": digest_of(config), "size": len(config)}
    body = json.dumps(manifest).encode()
    assert told([body, config], body) == (ANSWER, ANSWER)


def test_an_index_whose_child_is_not_here_has_an_outline_and_no_size():
    facts, outline = told([BOTH], BOTH)
    assert facts == ANSWER
    assert outline.platforms == (ARM64, AMD64)


def test_what_another_repository_has_is_asked_of_this_one():
    other = ImageRef.parse("r.example/b")
    assert told([AMD, AMD_CONFIG], AMD, other) == (ANSWER, ANSWER)


def test_what_is_no_manifest_at_a_tag_its_registry_complains_of():
    async def facts(remembered):
        with pytest.raises(RegistryError, match="sent no manifest of an image"):
            await remembered.facts(REF)

    sent({f"{BASE}/manifests/1": document(b"[]"), f"{BASE}/manifests/{digest_of(b'[]')}": document(b"[]")}, [], facts)  # fmt: skip


def test_the_registry_says_where_a_tag_points_and_what_is_there():
    async def ask():
        remembered = Remembered(Asked(), known(AMD, AMD_CONFIG))
        at = REF.at("1", digest_of(AMD))
        return await remembered.digest(at), await remembered.document(REF)

    assert asyncio.run(ask()) == (ANSWER, ANSWER)


def documented(body, repository=REF):
    """The document at the digest of a body that is here."""
    remembered = Remembered(Asked(), known(body))
    return asyncio.run(remembered.document(repository.at(None, digest_of(body))))


@pytest.mark.parametrize("body", [AMD, BOTH], ids=["manifest", "index"])
def test_a_manifest_that_is_here_is_handed_out(body):
    found = documented(body)
    assert (found.digest, found.body) == (digest_of(body), body)
    assert found.media_type == json.loads(body)["mediaType"]


def test_what_is_no_manifest_or_another_repositorys_is_asked_for():
    assert documented(AMD_CONFIG) == ANSWER
    assert documented(b"{") == ANSWER
    assert documented(AMD, ImageRef.parse("r.example/b:1")) == ANSWER

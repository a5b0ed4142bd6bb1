"""Against a real registry: distribution 2.8.2 as Debian packages it."""

import asyncio
import base64
import json

import pytest

from bot.errors import RegistryError
from bot.http import Limits
from bot.image import ImageRef
from bot.registries import Credential, DockerConfig, HostSettings, KnownCredentials, opened
from tests.canaries import canary, keeps
from tests.servers.registry import PASSWORD, REFRESH, USER, push_image

pytestmark = pytest.mark.registry

QUICK = Limits(backoff=0.001, tries=2)
INSECURE = HostSettings(insecure=True)


def asked(server, question, *, hosts=None, credentials=None):
    """What `question(registries)` gives, and what was sent for it."""

    async def ask():
        known = {server.host: INSECURE} if hosts is None else hosts
        async with opened(known, credentials, limits=QUICK) as registries:
            return await question(registries), registries.requests

    return asyncio.run(ask())


def ref(server, text):
    return ImageRef.parse(f"{server.host}/{text}")


@pytest.fixture(scope="module")
def pushed(open_registry):
    """Digests by name of what the open registry has."""
    base = open_registry.base_url
    both = ("linux/amd64", "linux/arm64/v8", "linux/arm/v7")
    return {
        "index": push_image(base, "team/app", "1.0", platforms=both, content="one"),
        "moved": push_image(base, "team/app", "1.1", platforms=both, content="two"),
        "list": push_image(base, "team/app", "list", platforms=both, kind="docker"),
        "single": push_image(base, "team/app", "single", platforms=("linux/arm/v7",)),
        "docker": push_image(base, "team/app", "docker", kind="docker", content="plain"),
        "attested": push_image(
            base, "team/attested", "latest", platforms=both[:2], attestations=True
        ),
        "deep": push_image(base, "a/b/c/d", "latest"),
    }


# ---------------------------------------------------------------- tags


def test_all_tags_of_a_repository_are_listed(open_registry, pushed):
    tags, _ = asked(open_registry, lambda r: r.tags(ref(open_registry, "team/app")))
    assert sorted(tags.tags) == ["1.0", "1.1", "docker", "list", "single"]
    assert tags.complete


def test_a_repository_that_is_not_there_is_said_to_be_missing(open_registry, pushed):
    with pytest.raises(RegistryError) as error:
        asked(open_registry, lambda r: r.tags(ref(open_registry, "team/none")))
    host = open_registry.host
    assert str(error.value) == (
        f"{host}/team/none: {host} has no such repository or tag, or hides it from who has no"
        " credentials (NAME_UNKNOWN)"
    )


# ---------------------------------------------------------------- digests


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("team/app:1.0", "index"),
        ("team/app:1.1", "moved"),
        ("team/app:list", "list"),
        ("team/app:single", "single"),
        ("team/app:docker", "docker"),
        ("team/attested", "attested"),
        ("a/b/c/d:latest", "deep"),
    ],
)
def test_a_tag_has_the_digest_of_its_index_or_else_manifest(open_registry, pushed, reference, name):
    image = ref(open_registry, reference)
    digest, requests = asked(open_registry, lambda r: r.digest(image))
    assert digest == pushed[name]
    assert dict(requests) == {("HEAD", open_registry.host): 1}


def test_a_reference_by_digest_alone_is_looked_up_by_it(open_registry, pushed):
    image = ref(open_registry, f"team/app@{pushed['moved']}")
    assert asked(open_registry, lambda r: r.digest(image))[0] == pushed["moved"]


def test_a_missing_tag_is_an_error_and_never_no_change(open_registry, pushed):
    with pytest.raises(RegistryError, match=r"team/app:9\.9: .* has no such repository or tag"):
        asked(open_registry, lambda r: r.digest(ref(open_registry, "team/app:9.9")))


# ---------------------------------------------------------------- facts


def test_an_index_tells_its_platforms_and_the_size_of_one(open_registry, pushed):
    facts, requests = asked(open_registry, lambda r: r.facts(ref(open_registry, "team/app:1.0")))
    assert facts.digest == pushed["index"]
    assert facts.media_type == "application/vnd.oci.image.index.v1+json"
    assert facts.platforms == ("linux/amd64", "linux/arm64", "linux/arm/v7")
    assert list(facts.sizes) == ["linux/amd64"]
    assert facts.sizes["linux/amd64"] > 50
    assert requests.total() == 2


def test_a_manifest_list_of_docker_is_an_index_too(open_registry, pushed):
    facts, _ = asked(open_registry, lambda r: r.facts(ref(open_registry, "team/app:list")))
    assert facts.media_type == "application/vnd.docker.distribution.manifest.list.v2+json"
    assert facts.platforms == ("linux/amd64", "linux/arm64", "linux/arm/v7")


@pytest.mark.parametrize(
    ("tag", "platform"), [("single", "linux/arm/v7"), ("docker", "linux/amd64")]
)
def test_an_image_of_one_platform_tells_it_in_its_configuration(
    open_registry, pushed, tag, platform
):
    facts, _ = asked(open_registry, lambda r: r.facts(ref(open_registry, f"team/app:{tag}")))
    assert facts.platforms == (platform,)
    assert list(facts.sizes) == [platform]


def test_facts_are_those_of_the_digest_where_the_tag_has_moved_on(open_registry, pushed):
    image = ref(open_registry, f"team/app:1.1@{pushed['index']}")
    assert asked(open_registry, lambda r: r.facts(image))[0].digest == pushed["index"]


def test_attestations_are_no_platforms(open_registry, pushed):
    facts, _ = asked(open_registry, lambda r: r.facts(ref(open_registry, "team/attested")))
    assert facts.platforms == ("linux/amd64", "linux/arm64")


# ---------------------------------------------------------------- each question once


def test_a_question_put_many_times_is_sent_once(open_registry, pushed):
    spellings = [ref(open_registry, "team/app:1.0"), ref(open_registry, "team/app:1.0")]

    async def many(registries):
        asks = [registries.digest(image) for image in spellings * 10]
        asks += [registries.tags(image) for image in spellings * 10]
        asks += [registries.facts(image) for image in spellings * 10]
        return await asyncio.gather(*asks)

    answers, requests = asked(open_registry, many)
    assert set(answers[:20]) == {pushed["index"]}
    assert requests == {("HEAD", open_registry.host): 1, ("GET", open_registry.host): 3}


def test_what_was_read_by_tag_is_not_asked_for_again_by_its_digest(open_registry, pushed):
    async def both(registries):
        outline = await registries.outline(ref(open_registry, "team/app:1.0"))
        by_digest = ref(open_registry, f"team/app@{outline.digest}")
        assert await registries.outline(by_digest) == outline
        return outline, await registries.facts(by_digest)

    (outline, facts), requests = asked(open_registry, both)
    assert outline.digest == facts.digest == pushed["index"]
    assert [platform for platform, _ in outline.children] == list(facts.platforms)
    assert requests == {("GET", open_registry.host): 2}  # the index, and a child for its size


# ---------------------------------------------------------------- mirrors


def test_another_registry_is_asked_where_a_lookup_is_configured(open_registry, pushed):
    push_image(open_registry.base_url, "hub/library/node", "20", content="node")
    hosts = {"docker.io": HostSettings(lookup=f"{open_registry.base_url}/hub", insecure=True)}
    tags, requests = asked(open_registry, lambda r: r.tags(ImageRef.parse("node:20")), hosts=hosts)
    assert tags.tags == ("20",)
    assert dict(requests) == {("GET", open_registry.host): 1}


def test_plain_http_is_refused_where_it_is_not_configured(open_registry):
    hosts = {"docker.io": HostSettings(lookup=open_registry.base_url)}
    with pytest.raises(RegistryError, match="is plain HTTP; say `insecure` if that is meant"):
        asked(open_registry, lambda r: r.tags(ImageRef.parse("node")), hosts=hosts)


def test_a_registry_that_does_not_speak_tls_is_told_from_a_broken_one(open_registry):
    with pytest.raises(RegistryError, match="does not speak TLS; if it is meant to be plain HTTP"):
        asked(open_registry, lambda r: r.tags(ref(open_registry, "team/app")), hosts={})


# ---------------------------------------------------------------- a password


@pytest.fixture(scope="module")
def guarded(password_registry):
    return push_image(
        password_registry.base_url, "team/secret", "1", headers=password_registry.push
    )


def test_a_password_from_the_settings_opens_the_registry(password_registry, guarded):
    settings = HostSettings(insecure=True, credential=Credential(USER, PASSWORD))
    image = ref(password_registry, "team/secret:1")

    async def both(registries):
        return await asyncio.gather(registries.digest(image), registries.tags(image))

    (digest, tags), requests = asked(
        password_registry, both, hosts={password_registry.host: settings}
    )
    assert digest == guarded
    assert tags.tags == ("1",)
    assert requests.total() == 3  # one 401 for the registry, not one for each question


def test_a_password_from_dockers_configuration_opens_the_registry(
    password_registry, guarded, tmp_path
):
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    config = {"auths": {f"http://{password_registry.host}/v1/": {"auth": auth}}}
    keeps(tmp_path / "config.json").write_text(json.dumps(config))
    credentials = DockerConfig.load({"DOCKER_CONFIG": str(tmp_path)})
    image = ref(password_registry, "team/secret:1")
    digest, _ = asked(password_registry, lambda r: r.digest(image), credentials=credentials)
    assert digest == guarded


def test_without_a_password_the_error_says_what_to_do(password_registry, guarded):
    host = password_registry.host
    with pytest.raises(RegistryError) as error:
        asked(password_registry, lambda r: r.tags(ref(password_registry, "team/secret")))
    assert str(error.value) == (
        f"{host}/team/secret: {host} asks for credentials: there are none for it; run"
        f" `docker login {host}` or configure them (UNAUTHORIZED)"
    )


def test_a_wrong_password_is_told_from_none_and_not_shown(password_registry, guarded):
    known = KnownCredentials({password_registry.host: Credential(USER, canary("registry-wrong"))})
    with pytest.raises(RegistryError, match="those that there are were refused") as error:
        asked(
            password_registry,
            lambda r: r.tags(ref(password_registry, "team/secret")),
            credentials=known,
        )
    assert "canary" not in str(error.value)


# ---------------------------------------------------------------- tokens


@pytest.fixture(scope="module")
def behind_tokens(token_registry):
    issuer = token_registry.issuer
    return {
        name: push_image(
            token_registry.base_url, name, "1", headers=issuer.push(name), content=name
        )
        for name in ("public/a", "public/b", "private/c")
    }


def test_a_public_repository_takes_one_anonymous_token(token_registry, behind_tokens):
    issuer = token_registry.issuer
    issuer.asked.clear()
    image = ref(token_registry, "public/a:1")

    async def all_of_it(registries):
        return await asyncio.gather(
            registries.digest(image), registries.tags(image), registries.facts(image)
        )

    (digest, _, _), _ = asked(token_registry, all_of_it)
    assert digest == behind_tokens["public/a"]
    assert issuer.asked == [(None, ("repository:public/a:pull",))]


def test_only_the_first_repository_meets_a_401(token_registry, behind_tokens):
    async def both(registries):
        images = [ref(token_registry, f"public/{name}:1") for name in "ab"]
        return await asyncio.gather(*map(registries.digest, images))

    digests, requests = asked(token_registry, both)
    assert digests == [behind_tokens["public/a"], behind_tokens["public/b"]]
    assert requests["HEAD", token_registry.host] == 3
    assert requests["GET", token_registry.issuer.base_url.removeprefix("http://")] == 2


@pytest.mark.parametrize(
    "credential",
    [Credential(USER, PASSWORD), Credential("", REFRESH, identity=True)],
    ids=["password", "identity token"],
)
def test_credentials_get_the_token_for_a_private_repository(
    token_registry, behind_tokens, credential
):
    image = ref(token_registry, "private/c:1")
    known = KnownCredentials({token_registry.host: credential})
    digest, _ = asked(token_registry, lambda r: r.digest(image), credentials=known)
    assert digest == behind_tokens["private/c"]


def test_an_anonymous_token_that_opens_nothing_is_a_refusal(token_registry, behind_tokens):
    with pytest.raises(RegistryError, match="asks for credentials: there are none for it"):
        asked(token_registry, lambda r: r.digest(ref(token_registry, "private/c:1")))


def test_credentials_that_the_token_service_refuses_are_said_to_be(token_registry, behind_tokens):
    known = KnownCredentials({token_registry.host: Credential(USER, canary("registry-wrong"))})
    with pytest.raises(RegistryError, match="refused the credentials; run `docker login") as error:
        asked(
            token_registry,
            lambda r: r.digest(ref(token_registry, "private/c:1")),
            credentials=known,
        )
    assert "canary" not in str(error.value)

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError, RegistryError
from bot.registries import helper
from bot.registries.credentials import Credential, DockerConfig, KnownCredentials
from tests.canaries import canary, is_in, keeps

KEEPER = """#!/bin/sh
read server
echo "$1 $server" >> "$DOCKER_CONFIG/asked"
env > "$DOCKER_CONFIG/env"
"""


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def docker(tmp_path):
    """Write a config.json and read it back."""

    def load(config, **environ):
        text = config if isinstance(config, str) else json.dumps(config)
        keeps(tmp_path / "config.json").write_text(text)
        return DockerConfig.load({"DOCKER_CONFIG": str(tmp_path), **environ})

    return load


@pytest.fixture
def keeper(tmp_path, monkeypatch):
    """Install a credential helper that ends with these lines of shell."""

    def install(name, lines):
        program = keeps(tmp_path / f"docker-credential-{name}")
        program.write_text(KEEPER + lines)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return {"PATH": f"{tmp_path}:/usr/bin:/bin"}

    return install


def says(**answer):
    return f"echo '{json.dumps(answer)}'\n"


# ---------------------------------------------------------------- auths


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("https://index.docker.io/v1/", "docker.io"),
        ("index.docker.io", "docker.io"),
        ("docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("https://registry.example", "registry.example"),
        ("http://registry.example/v2/", "registry.example"),
        ("registry.example/v1/", "registry.example"),
        ("Registry.Example", "registry.example"),
        ("registry.example:5000", "registry.example:5000"),
        ("https://registry.example:5000/v2/", "registry.example:5000"),
    ],
)
def test_a_key_is_read_as_docker_reads_it(docker, key, host):
    config = docker({"auths": {key: {"auth": encoded("me:pa:ss")}}})
    assert config.for_host(host) == Credential("me", "pa:ss")
    assert config.for_host("other.example") is None


def test_the_port_is_part_of_the_host(docker):
    config = docker({"auths": {"registry.example:5000": {"auth": encoded("a:b")}}})
    assert config.for_host("registry.example") is None


def test_a_key_that_is_just_the_host_counts_before_one_with_a_scheme(docker):
    auths = {
        "https://a.example/v1/": {"auth": encoded("b:b")},
        "a.example": {"auth": encoded("a:a")},
    }
    assert docker({"auths": auths}).for_host("a.example") == Credential("a", "a")


@pytest.mark.parametrize(
    ("entry", "credential"),
    [
        ({"username": "me", "password": "pw"}, Credential("me", "pw")),
        ({"auth": encoded("me:pw\0\0")}, Credential("me", "pw")),
        (
            {"auth": encoded("me:"), "identitytoken": "t"},
            Credential("me", "t", identity=True),
        ),
        ({"auth": ""}, None),
        ({}, None),
    ],
)
def test_an_entry_holds_a_password_or_an_identity_token_or_nothing(docker, entry, credential):
    assert docker({"auths": {"a.example": entry}}).for_host("a.example") == credential


@pytest.mark.parametrize("config", [{}, {"auths": None}, {"auths": {}, "credsStore": ""}])
def test_a_configuration_may_hold_no_credentials(docker, config):
    assert docker(config).for_host("a.example") is None


def test_no_configuration_is_an_empty_one(tmp_path):
    assert DockerConfig.load({"DOCKER_CONFIG": str(tmp_path)}) == DockerConfig()
    assert DockerConfig.load({"HOME": str(tmp_path)}) == DockerConfig()
    assert DockerConfig.load({}) == DockerConfig()


def test_without_docker_config_it_is_below_the_home_folder(tmp_path):
    (tmp_path / ".docker").mkdir()
    entry = {"auths": {"a.example": {"auth": encoded("a:b")}}}
    (tmp_path / ".docker" / "config.json").write_text(json.dumps(entry))
    assert DockerConfig.load({"HOME": str(tmp_path)}).for_host("a.example") == Credential("a", "b")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not what Docker writes"),
        ("[]", "not what Docker writes"),
        ("null", "not what Docker writes"),
        ('{"auths": []}', None),
        ('{"auths": [1]}', "not what Docker writes"),
        ('{"auths": {"a": 1}}', "not what Docker writes"),
        ('{"auths": {"a.example": {"auth": "%%canary"}}}', "`auth` for 'a.example' is not base64"),
        ('{"credsStore": "../../bin/evil"}', "a credential helper has a name that no program has"),
        ('{"credHelpers": {"a": "x y"}}', "a credential helper has a name that no program has"),
        ('{"credHelpers": {"a": 5}}', "a credential helper has a name that no program has"),
        ("[" * 100_000, "not what Docker writes"),
        ('{"auths": {"a": {"auth": "' + encoded("\xff") + '/w=="}}}', "is not base64"),
    ],
)
def test_a_broken_configuration_is_named_and_nothing_of_it_shown(docker, tmp_path, text, why):
    if why is None:
        assert docker(text).for_host("a") is None
        return
    with pytest.raises(ConfigError, match=why) as error:
        docker(text)
    assert str(error.value).startswith(str(tmp_path / "config.json"))
    assert "canary" not in str(error.value)


def test_a_configuration_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "config.json").mkdir()
    with pytest.raises(ConfigError, match=r"config\.json cannot be read"):
        DockerConfig.load({"DOCKER_CONFIG": str(tmp_path)})


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["auths", "credHelpers", "credsStore", "auth", "a"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_json_is_a_configuration_or_an_error_of_ours(tmp_path_factory, config):
    folder = tmp_path_factory.getbasetemp() / "any-json"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    with contextlib.suppress(ConfigError):
        DockerConfig.load({"DOCKER_CONFIG": str(folder)})


# ---------------------------------------------------------------- helpers


def test_a_helper_of_the_host_is_asked_before_the_store(docker, keeper, tmp_path):
    path = keeper("own", says(Username="me", Secret=canary("from-own")))
    keeper("store", says(Username="me", Secret=canary("from-store")))
    config = docker({"credHelpers": {"https://a.example": "own"}, "credsStore": "store"}, **path)
    assert config.for_host("a.example") == Credential("me", canary("from-own"))
    assert config.for_host("b.example") == Credential("me", canary("from-store"))
    assert (tmp_path / "asked").read_text() == "get a.example\nget b.example\n"


def test_docker_hub_has_its_old_name_in_the_store(docker, keeper, tmp_path):
    path = keeper("store", says(Username="me", Secret="s"))
    docker({"credsStore": "store"}, **path).for_host("docker.io")
    assert (tmp_path / "asked").read_text() == "get https://index.docker.io/v1/\n"


def test_an_identity_token_in_the_store_is_known_by_its_user_name(docker, keeper):
    path = keeper("store", says(Username="<token>", Secret="t"))
    found = docker({"credsStore": "store"}, **path).for_host("a.example")
    assert found == Credential("<token>", "t", identity=True)


@pytest.mark.parametrize(
    "lines",
    ["echo credentials not found in native keychain\nexit 1\n", says(Username="me", Secret="")],
)
def test_what_the_store_does_not_have_is_looked_up_in_the_file(docker, keeper, lines):
    path = keeper("store", lines)
    auths = {"a.example": {"auth": encoded("a:b")}}
    config = docker({"credsStore": "store", "auths": auths}, **path)
    assert config.for_host("a.example") == Credential("a", "b")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("echo canary\nexit 3\n", r"docker-credential-store failed for a\.example \(exit code 3\)"),
        ("echo canary\n", "answered for a.example in no form that is known"),
        ("echo '[1]'\n", "in no form that is known"),
        ('echo \'{"Username": "canary"}\'\n', "in no form that is known"),
    ],
)
def test_a_helper_that_fails_is_an_error_without_its_output(docker, keeper, lines, why):
    path = keeper("store", lines)
    with pytest.raises(RegistryError, match=why) as error:
        docker({"credsStore": "store"}, **path).for_host("a.example")
    assert "canary" not in str(error.value)


def test_a_helper_that_is_not_installed_is_named(docker, tmp_path):
    config = docker({"credsStore": "missing"}, PATH=str(tmp_path))
    with pytest.raises(
        RegistryError, match="docker-credential-missing, which Docker's configuration"
    ):
        config.for_host("a.example")


def test_a_helper_that_hangs_is_ended_with_all_it_started(docker, keeper, monkeypatch):
    monkeypatch.setattr(helper, "SECONDS", 0.2)
    path = keeper("store", "sleep 60 &\nwait\n")
    with pytest.raises(RegistryError, match=r"did not answer within 0\.2 s"):
        docker({"credsStore": "store"}, **path).for_host("a.example")


def test_a_helper_sees_none_of_the_tokens_of_forges(docker, keeper, tmp_path):
    path = keeper("store", says(Username="me", Secret="s"))
    environ = {
        "GITHUB_TOKEN": canary("github-token"),
        "GITLAB_TOKEN": canary("gitlab-token"),
        "AWS_PROFILE": "work",
        "HOME": "/x",
    }
    docker({"credsStore": "store"}, **path, **environ).for_host("a.example")
    seen = (tmp_path / "env").read_text()
    assert not is_in(seen)
    assert "AWS_PROFILE=work" in seen


# ---------------------------------------------------------------- what shows


def test_no_credential_shows_anything_of_itself(docker):
    credential = Credential("canary-user", canary("login"))
    assert "canary" not in repr(credential)
    assert "canary" not in repr(KnownCredentials({"a": credential}))
    config = docker({"auths": {"a": {"auth": encoded(canary("login"))}}}, X=canary("environment"))
    assert "canary" not in repr(config)


def test_credentials_given_beforehand_are_known_by_host():
    known = KnownCredentials({"a.example": Credential("me", "pw")})
    assert known.for_host("a.example").basic() == f"Basic {encoded('me:pw')}"
    assert known.for_host("b.example") is None

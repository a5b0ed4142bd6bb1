import pytest

from bot.errors import RegistryError
from bot.registries.credentials import Credential
from bot.registries.endpoint import Endpoint, HostSettings, endpoint
from tests.canaries import canary


def at(registry, settings=None, *, allow_private=True):
    return endpoint(registry, settings, allow_private=allow_private)


def test_docker_hub_is_asked_at_its_registry():
    assert at("docker.io") == Endpoint(
        host="registry-1.docker.io", base="https://registry-1.docker.io", login="docker.io"
    )


@pytest.mark.parametrize(
    ("registry", "base"),
    [
        ("quay.io", "https://quay.io"),
        ("GCR.io", "https://gcr.io"),
        ("registry.example:5000", "https://registry.example:5000"),
        ("[2606:4700::1]:5000", "https://[2606:4700::1]:5000"),
        ("localhost:5000", "https://localhost:5000"),
        ("10.1.2.3", "https://10.1.2.3"),
    ],
)
def test_a_registry_is_asked_over_https_at_its_own_name(registry, base):
    assert at(registry).base == base


def test_plain_http_is_spoken_where_it_is_meant():
    where = at("registry.example:5000", HostSettings(insecure=True))
    assert (where.base, where.insecure) == ("http://registry.example:5000", True)


def test_a_mirror_is_asked_instead_with_its_path_before_the_repository():
    where = at("docker.io", HostSettings(lookup="https://Harbor.example:8443/hub-proxy/x/"))
    assert where.base == "https://harbor.example:8443"
    assert where.prefix == "hub-proxy/x/"
    assert where.login == "harbor.example:8443"


def test_a_mirror_over_https_is_secure_whatever_else_is_said():
    where = at("docker.io", HostSettings(lookup="https://m.example", insecure=True))
    assert not where.insecure


@pytest.mark.parametrize(
    ("lookup", "why"),
    [
        ("http://mirror.example", "plain HTTP; say `insecure`"),
        ("ftp://mirror.example", "no web address"),
        ("mirror.example", "no web address"),
        ("https://me:canary@mirror.example", "user name"),
        ("https://mirror.example/a?b=c", "more than a host and a path"),
        ("https://mirror.example/a#b", "more than a host and a path"),
        ("https://mirror.example/A", "more than a host and a path"),
        ("https://mirror.example/a/../b", None),
        ("https://169.254.169.254/x", "link-local"),
    ],
)
def test_a_mirror_that_is_no_place_to_ask_is_refused(lookup, why):
    if why is None:
        assert at("docker.io", HostSettings(lookup=lookup)).prefix == "b/"
        return
    with pytest.raises(RegistryError, match=why) as error:
        at("docker.io", HostSettings(lookup=lookup))
    assert str(error.value).startswith("docker.io")


@pytest.mark.parametrize(
    "registry",
    ["169.254.169.254", "169.254.169.254:80", "2852039166:80", "0xa9fea9fe:80", "[fe80::1]",
     "[::ffff:169.254.169.254]", "metadata.google.internal", "100.100.100.200:80"],
)  # fmt: skip
def test_link_local_and_metadata_addresses_are_no_registries_even_if_configured(registry):
    for settings in (None, HostSettings(), HostSettings(insecure=True)):
        with pytest.raises(RegistryError, match="link-local or metadata"):
            at(registry, settings)


@pytest.mark.parametrize("registry", ["127.0.0.1:5000", "10.0.0.1", "localhost:5000", "[::1]:5000"])
def test_private_registries_are_the_operators_to_allow(registry):
    assert at(registry).private
    assert at(registry, HostSettings(), allow_private=False).private
    with pytest.raises(RegistryError, match="private address, which only the operator may name"):
        at(registry, allow_private=False)


def test_a_public_name_may_not_lead_to_a_private_address_where_those_are_not_allowed():
    assert not at("registry.example", allow_private=False).private


@pytest.mark.parametrize("registry", ["a.example:99999", "xn--a", "a.example:0x"])
def test_a_host_that_is_none_is_an_error_of_ours(registry):
    with pytest.raises(RegistryError):
        at(registry)


def test_settings_show_no_secret():
    assert "canary" not in repr(
        HostSettings(credential=Credential("canary-user", canary("endpoint")))
    )

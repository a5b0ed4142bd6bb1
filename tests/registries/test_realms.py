import pytest

from bot.registries.endpoint import HostSettings, endpoint
from bot.registries.realms import token_service, trusted


def at(registry, **settings):
    known = HostSettings(**settings) if settings else None
    return endpoint(registry, known, allow_private=True)


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("docker.io", "https://auth.docker.io/token"),
        ("registry.gitlab.com", "https://gitlab.com/jwt/auth"),
        ("registry.digitalocean.com", "https://api.digitalocean.com/v2/registry/auth"),
        ("ghcr.io", "https://ghcr.io/token"),
        ("quay.io", "https://quay.io/v2/auth"),
        ("team.azurecr.io", "https://team.azurecr.io/oauth2/token"),
        ("docker.elastic.co", "https://docker-auth.elastic.co/auth"),
        ("registry.example.com:5000", "https://example.com/token"),
        ("registry.example.com", "https://auth.example.com/token"),
        ("registry.example.co.uk", "https://auth.example.co.uk/token"),
        ("registry.example.com", "https://REGISTRY.example.com:444/token"),
        ("10.0.0.1:5000", "https://10.0.0.1/token"),
    ],
)
def test_a_token_service_of_the_same_house_may_see_credentials(registry, realm):
    where = at(registry)
    assert trusted(token_service(realm, where), where)


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("registry.example.com", "https://evil.example/token"),
        ("registry.example.com", "https://example.com.evil.example/token"),
        ("registry.example.com", "https://notexample.com/token"),
        ("example.com", "https://evil.com/token"),
        ("shop.co.uk", "https://evil.co.uk/token"),
        ("shop.com.au", "https://evil.com.au/token"),
        ("me.github.io", "https://evil.github.io/token"),
        ("me.azurecr.io", "https://evil.azurecr.io/oauth2/token"),
        ("1234.dkr.ecr.eu-west-1.amazonaws.com", "https://evil.amazonaws.com/token"),
        ("me.fly.dev", "https://evil.fly.dev/token"),
        ("a.io", "https://io/token"),
        ("docker.io", "https://hub.docker.io.evil.example/token"),
        ("docker.io", "https://auth.docker.com/token"),
        ("8.8.8.8", "https://9.8.8.8/token"),
        ("localhost", "https://auth.example/token"),
    ],
)
def test_a_token_service_of_somebody_else_is_asked_without_credentials(registry, realm):
    where = at(registry)
    assert not trusted(token_service(realm, where), where)


def test_a_token_service_that_the_operator_configured_is_trusted():
    where = at("registry.example.com", realm="http://10.0.0.9:8080/token")
    assert trusted(token_service("http://10.0.0.9:8080/other?x=1", where), where)
    other = token_service("https://evil.example/token", where)
    assert not trusted(other, where)


def test_a_configured_realm_that_is_no_url_configures_nothing():
    where = at("registry.example.com", realm="https://[::1/")
    assert not trusted(token_service("https://evil.example/token", where), where)


@pytest.mark.parametrize(
    ("realm", "why"),
    [
        ("http://registry.example.com/token", "not https"),
        ("http://auth.example.com/token", "not https"),
        ("file:///etc/passwd", "no web address"),
        ("/token", "no web address"),
        ("https://me:pw@auth.example.com/token", "user name"),
        ("http://169.254.169.254/latest/meta-data/iam", "link-local or metadata"),
        ("https://0xa9fea9fe/", "link-local or metadata"),
        ("https://metadata.google.internal/", "link-local or metadata"),
        ("https://127.0.0.1/token", "private address"),
        ("https://10.9.9.9/token", "private address"),
        ("https://localhost:8080/token", "private address"),
        ("https://[::1]/token", "private address"),
        ("https://a b/", "not a URL"),
        ("https://a\r\nHost: b/", "not a URL"),
        ("", "not a URL"),
    ],
)
def test_an_unsafe_token_service_is_refused(realm, why):
    with pytest.raises(ValueError, match=why):
        token_service(realm, at("registry.example.com"))


def test_a_registry_meant_to_be_plain_http_may_have_its_tokens_on_the_same_host():
    where = at("127.0.0.1:5000", insecure=True)
    assert trusted(token_service("http://127.0.0.1:5001/token", where), where)
    with pytest.raises(ValueError, match="not https"):
        token_service("http://auth.example/token", where)

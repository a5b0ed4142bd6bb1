import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import HttpError
from bot.http import redirects

HERE = "https://registry.example/v2/a/blobs/x"


def target(location, *, asked=HERE, status=307):
    return redirects.target(asked, status, httpx.Headers({"location": location}))


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("https://cdn.example/blob?sig=1", "https://cdn.example/blob?sig=1"),
        ("/v2/b", "https://registry.example/v2/b"),
        ("../y", "https://registry.example/v2/a/y"),
        ("//cdn.example/z", "https://cdn.example/z"),
    ],
)
def test_a_redirect_may_be_relative_or_absolute(location, there):
    assert target(location) == there


@pytest.mark.parametrize("status", [200, 304, 300, 401])
def test_only_redirects_redirect(status):
    assert target("https://cdn.example/", status=status) is None


def test_a_redirect_without_a_place_is_no_redirect():
    assert redirects.target(HERE, 302, httpx.Headers()) is None


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://registry.example/v2/a", "from https to http"),
        ("http://cdn.example/", "from https to http"),
        ("file:///etc/passwd", "it is no web address"),
        ("ftp://registry.example/", "it is no web address"),
        ("gopher://registry.example/", "it is no web address"),
        ("https://user:secret@cdn.example/", "it has a user name in it"),
        ("https://169.254.169.254/latest/meta-data", "link-local or metadata"),
        ("https://2852039166/", "link-local or metadata"),
        ("https://[fe80::1]/", "link-local or metadata"),
        ("https://metadata.google.internal/", "link-local or metadata"),
        ("https://127.0.0.1/", "private address"),
        ("https://10.0.0.1:8443/", "private address"),
        ("https://localhost/", "private address"),
        ("https://[::1]/", "private address"),
        ("https://cdn.example:99999/", "it is no web address"),
        ("https://cdn.example/" + "x" * 9000, "it is not a URL"),
        ("https://[::1/", "it is not a URL"),
        ("https://xn--a/", "it is not a URL"),
        ("https://%31%36%39.254.169.254/", "it spells its host in codes"),
    ],
)
def test_an_unsafe_redirect_is_refused(location, why):
    with pytest.raises(HttpError, match=why):
        target(location)


def test_plain_http_may_lead_to_https_and_to_itself():
    asked = "http://127.0.0.1:5000/v2/a"
    assert target("https://cdn.example/b", asked=asked) == "https://cdn.example/b"
    assert target("http://127.0.0.1:6000/b", asked=asked) == "http://127.0.0.1:6000/b"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://a.example:443/y", True),
        ("http://a.example:80/x", "http://A.example/y", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example/", "https://b.a.example/", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, other, same):
    assert redirects.same_origin(one, other) is same


@given(st.text(max_size=200))
def test_any_location_is_followed_safely_or_refused(location):
    try:
        there = target(location)
    except (HttpError, UnicodeEncodeError):
        return
    assert there is None or there.startswith("https://")


@given(st.text(max_size=100))
def test_any_text_is_a_web_url_or_a_value_error(text):
    try:
        url = redirects.web_url(text)
    except ValueError:
        return
    assert url.scheme in ("http", "https")
    assert not url.userinfo

"""What others say is shown without our secrets in it, whatever they look like there."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hushed import hushed, logins, named, unsigned
from tests.canaries import canary, is_in

SECRET = canary("said-back", suffix=':/"\\ü +%')


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text,
        quote,
        lambda text: quote(text, safe=""),
        lambda text: json.dumps({"bad": text}),
        lambda text: base64.b64encode(text.encode()).decode(),
    ],
)
def test_a_secret_is_taken_out_in_each_of_its_forms(form):
    shown = hushed(f"the token {form(SECRET)} is bad", [SECRET, "other"])
    assert not is_in(shown)
    assert shown.startswith("the token ")
    assert shown.endswith(" is bad")
    assert "***" in shown


def test_what_is_shorter_than_a_secret_is_left_in_words():
    assert hushed("a bad token", ["a", "", "bad"]) == "a bad token"


def test_the_longer_of_two_secrets_goes_first():
    assert hushed("me:password", ["password", "me:password"]) == "***"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://me:pass@host:1", {"me:pass", "pass"}),
        ("http://me:pa/s@s@host:1", {"me:pa/s@s", "pa/s@s", "me:pa", "pa"}),
        ("http://me:pass", {"me:pass", "pass"}),
        ("http://[::1]", set()),
        ("http://[::1]:80/", set()),
        ("me:pass@host:1", {"me:pass", "pass"}),
        ("http://me@host", {"me", ""}),
        ("http://host:1/x", set()),
        ("", set()),
    ],
)
def test_the_login_of_a_proxy_is_a_secret(url, found):
    assert logins({"HTTPS_PROXY": url, "PATH": "a@b"}) == found
    assert logins({"all_proxy": url}) == found


@given(st.text(), st.text(min_size=1))
def test_whatever_a_secret_is_no_form_of_it_is_left(text, secret):
    shown = hushed(f"{text}{secret}", [secret])
    assert len(secret) < 4 or secret in "***" * 9 or secret not in shown or "*" in secret


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:pw@h/a is", "https://***@h/a is"),
        ("/here/https:/me:pw@h/a", "/here/https:/***@h/a"),
        ("'https://token@h'", "'https://***@h'"),
        ("https://h/a@b and quay.io/a@sha256:b", "https://h/a@b and quay.io/a@sha256:b"),
        ("file:/a me@b", "file:/a me@b"),
    ],
)
def test_an_address_is_shown_without_its_password(text, shown):
    assert unsigned(text) == shown


def test_a_variable_is_named_where_it_has_the_name_of_one():
    assert named("A_TOKEN", "token_env") == "$A_TOKEN"
    assert named("aT0ken", "token_env") == "the variable that `token_env` names"

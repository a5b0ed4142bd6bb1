import asyncio

import httpx
import pytest

from bot.errors import HttpError, RegistryError
from bot.http import Answer
from bot.model import Published, Shelf
from bot.registries import packages
from bot.registries.packages import Keys, PackageIndexes
from tests.fakes.package_indexes import OTHER, pem, record, signed, unsigned

SHELF = Shelf("https://example.org/os", "x86_64")
INDEX = "https://example.org/os/x86_64/APKINDEX.tar.gz"
KEY = "https://example.org/test.rsa.pub"
BASH = record("bash", "5.2-r0")


class Hosts:
    """What is answered, by address; each answer is bounded as a real one is."""

    def __init__(self, answers):
        self.answers = answers

    async def ask(self, question):
        said = self.answers.get(question.url, 404)
        status, body = (said, b"") if isinstance(said, int) else (200, said)
        if len(body) > question.limit:
            raise HttpError("example.org: it sends more than that")
        return Answer(status, httpx.Headers(), body, httpx.URL(question.url))


def run(answers, keys=(KEY,), shelf=SHELF, **settings):
    asked = PackageIndexes(Hosts(answers), **settings).index(shelf, {"bash"}, keys)
    return asyncio.run(asked)


def trusting(answers, keys, trusted, *, required=False):
    settings = PackageIndexes(Hosts(answers), keys=Keys(trusted, required=required))
    return asyncio.run(settings.index(SHELF, {"bash"}, keys)).signature


def test_an_index_whose_signature_is_its_key_s_says_so():
    found = run({INDEX: signed(BASH), KEY: pem()})
    assert found.published == {"bash": (Published("5.2-r0", "bash"),)}
    assert found.signature == "The index of example.org is signed by test.rsa.pub."


@pytest.mark.parametrize(
    ("data", "keys", "why"),
    [
        (unsigned(BASH), (KEY,), "it has none"),
        (signed(BASH), (), "no key by its URL"),
        (signed(BASH, name="other.rsa.pub"), (KEY,), "no key called other.rsa.pub"),
    ],
)
def test_a_signature_that_is_not_checked_is_told(data, keys, why):
    found = run({INDEX: data, KEY: pem()}, keys)
    assert "was not checked" in found.signature
    assert why in found.signature
    assert found.published


def test_a_key_without_its_ending_in_the_keyring_is_known():
    short = "https://example.org/keys/test"
    assert "is signed" in run({INDEX: signed(BASH), short: pem()}, (short,)).signature


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({INDEX: signed(BASH, key=OTHER), KEY: pem()}, "not that of test.rsa.pub"),
        ({INDEX: signed(BASH)}, "test.rsa.pub: it answers with status 404"),
        ({INDEX: signed(BASH), KEY: b"<html>"}, "no RSA public key"),
        ({INDEX: 403}, "status 403"),
        ({INDEX: b"<html>"}, "no index"),
        ({}, "status 404"),
    ],
)
def test_what_cannot_be_had_or_believed_is_an_error(answers, why):
    with pytest.raises(RegistryError, match=why):
        run(answers)


@pytest.mark.parametrize(
    ("repository", "settings", "why"),
    [
        ("http://example.org/os", {}, "plain HTTP"),
        ("https://169.254.169.254/os", {}, "link-local"),
        ("https://example.org/os", {"hosts": ("*.example.com",)}, "allow_hosts"),
    ],
)
def test_a_file_cannot_have_every_host_asked(repository, settings, why):
    with pytest.raises(RegistryError, match=why):
        run({}, shelf=Shelf(repository, "x86_64"), **settings)


def test_plain_http_is_spoken_where_the_operator_says_so():
    plain = {INDEX.replace("https", "http"): unsigned(BASH)}
    shelf = Shelf("http://example.org/os", "x86_64")
    assert run(plain, shelf=shelf, insecure={"example.org"}).published


def test_an_index_larger_than_any_is_not_fetched(monkeypatch):
    monkeypatch.setattr(packages, "LARGEST_INDEX", 100)
    with pytest.raises(RegistryError, match=r"example\.org"):
        run({INDEX: signed(BASH), KEY: pem()})


def test_a_key_of_the_operator_s_is_asked_of_nobody_and_comes_before_the_file_s():
    hosts = {INDEX: signed(BASH), KEY: pem(OTHER)}
    assert "is signed by test.rsa.pub" in trusting(hosts, (KEY,), {"test": pem()})
    with pytest.raises(RegistryError, match=r"not that of test\.rsa\.pub"):
        trusting({INDEX: signed(BASH), KEY: pem()}, (KEY,), {"test": pem(OTHER)})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (unsigned(BASH), "it has no signature, and `packages` wants a signature"),
        (signed(BASH, name="other.rsa.pub"), "signed by other.rsa.pub, which is none of"),
    ],
)
def test_where_a_signature_is_wanted_no_other_index_is_read(data, why):
    other = "https://example.org/other.rsa.pub"
    with pytest.raises(RegistryError, match=why):
        trusting({INDEX: data, other: pem()}, (other,), {"test": pem()}, required=True)
    signature = trusting({INDEX: signed(BASH)}, (), {"test": pem()}, required=True)
    assert signature == "The index of example.org is signed by test.rsa.pub."

"""Servers that several tests share; each is started when a test first asks for it."""

import itertools
import os

import pytest
from hypothesis import settings

from tests.servers import registry

_NUMBERS = itertools.count()

# `make test` tries the same examples each time, and few enough to be waited for; `make test-all`
# tries other ones each time. No test is judged by how long an example takes on a busy machine.
settings.register_profile("quick", max_examples=40, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=300, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def open_registry(tmp_path_factory):
    """A real registry that lets everybody in."""
    with registry.serve(tmp_path_factory.mktemp("open-registry")) as server:
        yield server


@pytest.fixture(scope="session")
def password_registry(tmp_path_factory):
    """A real registry behind HTTP Basic authentication."""
    with registry.serve_with_password(tmp_path_factory.mktemp("password-registry")) as server:
        yield server


@pytest.fixture(scope="session")
def token_registry(tmp_path_factory):
    """A real registry behind a token service."""
    with registry.serve_with_tokens(tmp_path_factory.mktemp("token-registry")) as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def no_ledger_of_the_user():
    """No test reads or writes the ledger of whoever runs it, fixtures of many tests included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BASEWATCH_LEDGER", "off")
        yield


@pytest.fixture(scope="session", autouse=True)
def no_cache_of_the_user(tmp_path_factory):
    """No test reads or writes what whoever runs it has fetched of images."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def own_ledger(tmp_path_factory, monkeypatch):
    """A ledger for each test: a file that is not there yet."""
    path = tmp_path_factory.getbasetemp() / "ledgers" / str(next(_NUMBERS)) / "ledger.sqlite"
    monkeypatch.setenv("BASEWATCH_LEDGER", str(path))
    return path

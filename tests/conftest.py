"""Servers that several tests share; each is started when a test first asks for it."""

import itertools

import pytest

from tests.servers import registry

_NUMBERS = itertools.count()


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


@pytest.fixture(autouse=True)
def own_ledger(tmp_path_factory, monkeypatch):
    """A ledger for each test: a file that is not there yet."""
    path = tmp_path_factory.getbasetemp() / "ledgers" / str(next(_NUMBERS)) / "ledger.sqlite"
    monkeypatch.setenv("BASEWATCH_LEDGER", str(path))
    return path

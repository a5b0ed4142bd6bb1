"""Servers that several tests share; each is started when a test first asks for it."""

import pytest

from tests.servers import registry


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


@pytest.fixture(autouse=True)
def own_ledger(tmp_path_factory, monkeypatch):
    """A ledger for each test, so that no test reads or writes that of whoever runs it."""
    monkeypatch.setenv("BASEWATCH_LEDGER", str(tmp_path_factory.mktemp("ledger") / "ledger.sqlite"))

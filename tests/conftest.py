"""Servers that several tests share; each is started when a test first asks for it."""

import ipaddress
import itertools
import os
import socket
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from tests.canary_guard import (  # noqa: F401 -- hooks, and a fixture, of every test
    no_secret_is_left,
    pytest_configure,
    pytest_runtest_teardown,
)
from tests.servers import registry

ROOT = Path(__file__).resolve().parents[1]
_NUMBERS = itertools.count()

# `make test` tries the same examples each time, and few enough to be waited for; `make test-all`
# tries other ones each time. No test is judged by how long an example takes on a busy machine.
settings.register_profile("quick", max_examples=30, derandomize=True, deadline=None)
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


@pytest.fixture(scope="session")
def trivy_program(tmp_path_factory):
    """The path of a real Trivy."""
    folder = os.environ.get("BASEWATCH_TEST_TRIVY") or tmp_path_factory.mktemp("trivy")
    made = subprocess.run([ROOT / "dev" / "trivy", folder], capture_output=True, text=True)
    if made.returncode:
        pytest.skip("a Trivy to test with is not at hand (dev/trivy)")
    return made.stdout.strip()


@pytest.fixture(scope="session", autouse=True)
def asked_abroad():
    """Who was to be asked in vain: nobody is to be but this machine itself, by any test."""
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, host_of in (
            (socket, "getaddrinfo", lambda host, *_: host),
            (socket.socket, "connect", lambda _, address: host_in(address)),
            (socket.socket, "connect_ex", lambda _, address: host_in(address)),
        ):
            patch.setattr(owner, name, kept_at_home(getattr(owner, name), host_of, asked))
        yield asked


def kept_at_home(function, host_of, asked):
    def watched(*arguments, **options):
        host = host_of(*arguments)
        if not is_here(host):
            asked.append(host)
            raise OSError(f"a test is to ask nobody but this machine, not {host}")
        return function(*arguments, **options)

    return watched


def host_in(address):
    return address[0] if isinstance(address, tuple) else None


def is_here(host):
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def nobody_abroad_is_asked(asked_abroad):
    """Fails a test that asks anybody else, also where what it tests takes that for an outage."""
    yield
    asked, asked_abroad[:] = sorted(map(str, asked_abroad)), []
    assert not asked, f"asked {', '.join(asked)}"


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
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.fixture(autouse=True)
def own_ledger(tmp_path_factory, monkeypatch):
    """A ledger for each test: a file that is not there yet."""
    path = tmp_path_factory.getbasetemp() / "ledgers" / str(next(_NUMBERS)) / "ledger.sqlite"
    monkeypatch.setenv("BASEWATCH_LEDGER", str(path))
    return path


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A fake GitLab where the bot has its token and `kim` is a person."""
    from tests.servers import gitlab  # few tests want it

    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with gitlab.serve(tmp_path / "gitlab") as server:
        monkeypatch.setenv("BASEWATCH_TOKEN", server.token(server.user("basewatch", "Base Watch")))
        server.user("kim")
        yield server


def pytest_make_parametrize_id(val):
    """A name for bytes that is the same each time: compressed ones hold the second they were made in.

    Tests run by several workers are refused where two workers name a test otherwise.
    """
    return "bytes" if isinstance(val, bytes) and not val.isascii() else None

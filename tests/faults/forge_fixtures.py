"""What the tests of forges share that go wrong: servers, and bots that do not wait for long."""

import pytest

from bot.git import origin
from bot.platforms.github import Manners
from bot.platforms.gitlab import api, wire
from tests.faults import forge_worlds as worlds
from tests.servers import github_emulator, github_scripted
from tests.servers.registry import push_image

__all__ = ["based", "elsewhere", "emulator", "github", "gitlab", "impatient", "told"]

PATIENCE = 1.5  # seconds for an answer, in place of half a minute


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    with github_emulator.serve(tmp_path_factory.mktemp("emulator")) as server:
        yield server


@pytest.fixture
def elsewhere():
    """A host that is to be asked nothing, nor told a token."""
    with github_scripted.serve() as server:
        yield server.forget()
        assert server.asked == []


@pytest.fixture
def impatient(monkeypatch):
    """Whoever waits for a forge gives up soon."""
    defaults = Manners.__init__.__defaults__
    assert defaults[2] == 30.0
    monkeypatch.setattr(Manners.__init__, "__defaults__", (*defaults[:2], PATIENCE, *defaults[3:]))
    monkeypatch.setattr(api, "_SILENCE", PATIENCE)
    monkeypatch.setattr(wire, "_LONGEST", 4 * PATIENCE)
    monkeypatch.setitem(origin._SAID, "http.lowSpeedTime", "4")


@pytest.fixture
def told(tmp_path, monkeypatch, capsys, elsewhere, impatient):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path, monkeypatch, capsys, elsewhere


@pytest.fixture(scope="module")
def based(open_registry):
    """The registry, an image in it, and the digest of the newer of its tags."""
    for number, tag in enumerate(("1.0.0", "1.1.0")):
        digest = push_image(open_registry.base_url, "faults/base", tag, content=f"{number}")
    return open_registry.host, f"{open_registry.host}/faults/base", digest


@pytest.fixture
def gitlab(told, based):
    with worlds.of_gitlab(told, based) as world:
        yield world


@pytest.fixture
def github(told, based, emulator):
    with worlds.of_github(told, based, emulator) as world:
        yield world

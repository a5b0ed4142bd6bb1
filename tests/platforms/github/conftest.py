"""The servers that play GitHub, and GitHub's own description held against what is sent to them."""

import pytest

from tests.servers import github_contract, github_emulator, github_scripted, github_world


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    with github_emulator.serve(tmp_path_factory.mktemp("emulator")) as server:
        yield server


@pytest.fixture(scope="session")
def one_world(tmp_path_factory):
    with github_world.serve(tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.fixture
def world(one_world, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", one_world.proxy)
    one_world.reset()
    return one_world


@pytest.fixture(scope="session")
def one_scripted():
    with github_scripted.serve() as server:
        yield server


@pytest.fixture
def scripted(one_scripted):
    return one_scripted.forget()


@pytest.fixture(scope="session")
def described():
    return github_contract.Contract(github_contract.described())


@pytest.fixture(autouse=True)
def contract(described, monkeypatch):
    """Fails a test that has something sent which GitHub does not describe."""
    described.sent, described.broken = [], []
    github_contract.hook(monkeypatch, described)
    yield described
    assert described.broken == []

"""Stands for runs with faults, and patience that is soon at its end."""

import pytest

import bot.http
from bot.http import Limits
from tests.faults import world
from tests.faults.sweeping import Sweep

AT_ONCE = 5  # more only wait for each other: the runs share one interpreter
IMPATIENT = {"connect": 2.0, "read": 2.0, "attempt": 4.0, "backoff": 0.01, "patience": 0.5}


def impatient(**said):
    """The limits of a run whose operator waits for nobody; such short ones cannot be configured."""
    return Limits(**said | IMPATIENT)


@pytest.fixture(scope="session")
def stood(open_registry, tmp_path_factory):
    with world.stands(tmp_path_factory.mktemp("stands"), open_registry, AT_ONCE) as made:
        yield Sweep(made)


@pytest.fixture(scope="session")
def stood_before_tokens(tmp_path_factory):
    with (
        world.guarded(tmp_path_factory.mktemp("guarded")) as (server, tokens),
        world.stands(tmp_path_factory.mktemp("tokens"), server, 1, tokens) as made,
    ):
        yield Sweep(made)


@pytest.fixture
def operated(tmp_path, monkeypatch):
    """An operator without patience: and with a ledger and logins of no test but this."""
    monkeypatch.delenv("BASEWATCH_LEDGER")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setattr(bot.http, "Limits", impatient)


@pytest.fixture
def sweep(stood, operated):
    """Runs cases on all stands, and gives what is wrong."""
    return stood


@pytest.fixture
def sweep_of_tokens(stood_before_tokens, operated):
    """The same, of a registry that wants tokens."""
    return stood_before_tokens

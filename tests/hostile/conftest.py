"""The command line as people run it, against the bundled registry where one is needed."""

import pytest

from tests.cli.conftest import HOSTS, registry, says, shelves  # noqa: F401 -- fixtures
from tests.git.conftest import clones, git_server, repo  # noqa: F401 -- fixtures


@pytest.fixture(autouse=True)
def nobody_is_logged_in(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path_factory.getbasetemp() / "no-logins"))
    monkeypatch.delenv("BASEWATCH_CONFIG", raising=False)
    # What one command saw decides what the next one waits for, if a second passed in between.
    monkeypatch.setenv("BASEWATCH_LEDGER", "off")


@pytest.fixture
def operator(registry, tmp_path):  # noqa: F811 -- the fixture
    """A configuration that sends every lookup to the bundled registry, and opens no image."""
    path = tmp_path / "operator.yaml"
    hosts = "".join(f"  {host}: {{lookup: '{registry.url}', insecure: true}}\n" for host in HOSTS)
    path.write_text(f"registries:\n{hosts}http: {{tries: 1}}\nevidence: {{enabled: false}}\n")
    return str(path)

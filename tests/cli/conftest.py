import shutil

import pytest

from bot.cli import main
from bot.demo.bundle import bundled
from bot.demo.images import load
from bot.demo.registry import DemoRegistry
from bot.git import Git

HOSTS = ("docker.io", "ghcr.io", "docker-registry.wikimedia.org")


@pytest.fixture
def says(capsys):
    """Runs a command: its exit code, and what it printed on both streams."""

    def run(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="session")
def shelves():
    return load(bundled() / "registry.yaml")


@pytest.fixture
def registry(shelves):
    with DemoRegistry(shelves) as registry:
        yield registry


@pytest.fixture
def operator(registry, tmp_path, monkeypatch):
    """
    An operator's configuration that sends every lookup to the loopback registry.

    Images are opened, and nobody else is asked about them.
    """
    monkeypatch.delenv("BASEWATCH_CONFIG", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    path = tmp_path / "operator.yaml"
    hosts = "".join(f"  {host}: {{lookup: '{registry.url}', insecure: true}}\n" for host in HOSTS)
    evidence = (
        "evidence:\n  scanners: [osv]\n  notes: {sources: [recipe, pages]}\n"
        f"  osv: {{records: ['{bundled() / 'records'}']}}\n"
    )
    path.write_text(f"registries:\n{hosts}http: {{tries: 1}}\n{evidence}")
    return str(path)


@pytest.fixture
def shop(tmp_path):
    """The demo's repository, committed."""
    root = tmp_path / "shop"
    shutil.copytree(bundled() / "repository", root)
    git = Git(root)
    git.run("init", "-q", "-b", "main")
    git.run("add", "--all")
    git.run("-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qm", "first")
    return root

"""Platforms that a newer image lacks, by the command line and a real registry."""

import json

import pytest

from bot.cli import main
from tests.servers.registry import OCI_INDEX, Pusher, push_image

pytestmark = pytest.mark.registry

TWO = ("linux/amd64", "linux/arm64")
ALL = (*TWO, "linux/s390x")


@pytest.fixture
def bot(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("BASEWATCH_LEDGER", str(tmp_path / "ledger.sqlite"))

    def run(command, server, text, policy=""):
        config = tmp_path / "operator.yaml"
        config.write_text(f"registries:\n  '{server.host}': {{insecure: true}}\n{policy}")
        root = tmp_path / "root"
        root.mkdir(exist_ok=True)
        (root / "Dockerfile").write_text(text)
        main([command, str(root), "--json", "--config", str(config)])
        (use,) = json.loads(capsys.readouterr().out)["uses"]
        return use

    return run


def test_a_lost_platform_is_told_and_held_where_that_is_wanted(open_registry, bot):
    base, image = open_registry.base_url, f"{open_registry.host}/lost/app"
    push_image(base, "lost/app", "1.0", platforms=ALL, content="old")
    older = push_image(base, "lost/app", "1.1", platforms=ALL, content="new")
    newest = push_image(base, "lost/app", "1.2", platforms=TWO, content="newer")
    use = bot("check", open_registry, f"FROM {image}:1.0\n")
    assert use["new"] == f"{image}:1.2@{newest}"
    gone = "1.2 is not published for linux/s390x, as the present image is."
    assert use["because"].endswith(gone)
    hold = "policy: {platforms: hold}\n"
    use = bot("check", open_registry, f"FROM {image}:1.0\n", hold)
    assert use["new"] == f"{image}:1.1@{older}"
    use = bot("fix", open_registry, f"FROM {image}:1.1@{older}\n", hold)
    assert (use["outcome"], use["reason"], use["new"]) == ("held", "platforms", None)
    assert use["because"] == f"{gone.replace('image is.', 'image is. It is held until it is.')}"
    required = "policy: {platforms: hold, required_platforms: [linux/amd64]}\n"
    assert bot("check", open_registry, f"FROM {image}:1.0\n", required)["outcome"] == "update"


def test_an_index_that_was_made_anew_of_the_same_images_is_left(open_registry, bot):
    base, image = open_registry.base_url, f"{open_registry.host}/churn/app"
    old = push_image(base, "churn/app", "stable", platforms=TWO)
    pusher = Pusher(base, "churn/app")
    with pusher.client:
        accept = {"Accept": OCI_INDEX}
        document = pusher.client.get(f"{pusher.base}/manifests/{old}", headers=accept).json()
        child = document["manifests"][1]["digest"]
        new = pusher.manifest({**document, "annotations": {"built": "again"}}, "stable")["digest"]
    use = bot("check", open_registry, f"FROM {image}:stable@{old}\n")
    assert (use["outcome"], use["reason"], use["new"]) == ("current", "index", None)
    assert use["because"].startswith("Only the index changed:")
    use = bot("check", open_registry, f"FROM {image}:stable@{child}\n")
    assert (use["outcome"], use["kind"], use["new"]) == (
        "update",
        "digest",
        f"{image}:stable@{new}",
    )
    assert use["because"] == (
        "The present digest is that of stable for linux/arm64 alone; the new one is that of its"
        " index, which has it for 2 platforms."
    )
    wanted = "policy: {index_refreshes: true}\n"
    use = bot("check", open_registry, f"FROM {image}:stable@{old}\n", wanted)
    assert use["outcome"] == "update"

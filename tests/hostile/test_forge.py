"""A project of evil names at a GitLab that obeys what is written to it: by the command line."""

import json

import pytest

from bot.wording.dashboard import ticked
from tests.hostile.test_text import NAMES
from tests.hostile.texts import acts_in

SLUG = "team/sub/app"
BUILD = b"FROM node:20.11.0-alpine\nFROM ${x}\n"


def paths():
    """A path for each text, as far as `git fast-import`, which the fake is filled by, takes it."""
    for text in NAMES.values():
        name = " ".join(text.decode("utf-8", "ignore").split()).strip('/"').replace("/", "_")
        yield f"{name}/Dockerfile"


@pytest.fixture
def run(there, says, operator, tmp_path):
    """A run at the forge; its report."""
    config = tmp_path / "forge.yaml"
    said = (tmp_path / "operator.yaml").read_text()
    config.write_text(f"{said}platform: {{kind: gitlab, url: '{there.url}', insecure: true, repos: [{SLUG}]}}\n")  # fmt: skip

    def once():
        code, out, err = says("run", "--config", config, "--json")
        assert "Traceback" not in err
        return code, json.loads(out)

    return once


@pytest.mark.slow
def test_nothing_acts_that_is_written_to_a_forge(there, run):
    app = there.project(SLUG, dict.fromkeys(paths(), BUILD), {"basewatch": 40, "kim": 40})
    code, report = run()
    assert code == 0, report["failures"]
    assert {each["verb"] for each in report["proposals"]} == {"created"}
    for request in app.requests.values():
        assert (request.state, request.labels, request.assignees) == ("opened", [], [])
        assert acts_in(request.description, ours=("https://", there.url), comments=2) == []
        assert request.title.isprintable()
    (issue,) = app.issues.values()
    text = issue.description
    assert issue.state == "opened"
    assert ticked(text) == frozenset()
    assert acts_in(text, ours=(there.url,), comments=1 + text.count("basewatch-box")) == []
    code, report = run()
    assert (code, {each["verb"] for each in report["proposals"]}) == (0, {"unchanged"})

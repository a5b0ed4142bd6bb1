import pytest

from bot.formats import drone
from tests.formats.shared import DIGEST, rewritten, uses_in


def uses(text):
    return uses_in(drone, ".drone.yml", text)


def moved(text, tag):
    (use,) = uses(text)
    return rewritten(text, use, tag)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".drone.yml", True),
        ("a/.drone.yaml", True),
        (".drone/a/b.yml", True),
        (".drone.jsonnet", False),
        ("xdrone.yml", False),
        ("drone/a.yml", False),
    ],
)
def test_pipelines_are_known_by_name_or_folder(path, matched):
    assert drone.matches(path) is matched


def test_a_step_is_pinned_where_it_stands():
    text = "kind: pipeline\nsteps: [{image: 'node:20'}]\n"
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


def test_a_default_moves_with_its_digest():
    text = "steps: [{image: 'node:${V:-20}'}]\n"
    assert moved(text, "22") == text.replace("20", f"22@{DIGEST}")


def test_the_platform_of_a_pipeline_is_that_of_its_steps():
    text = "platform: {os: windows, arch: amd64}\nsteps: [{image: 'x:1'}]\n"
    assert [use.platform for use in uses(text)] == ["windows/amd64"]
    assert [use.platform for use in uses("steps: [{image: 'x:1'}]\n")] == [None]

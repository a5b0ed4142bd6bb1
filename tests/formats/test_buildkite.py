import pytest

from bot.formats import buildkite
from bot.formats.buildkite import NO_DIGEST_FOR_OTHERS
from tests.formats.shared import DIGEST, only_use, rewritten


def use_in(text):
    return only_use(buildkite, ".buildkite/pipeline.yml", text)


def moved(text, tag, digest=DIGEST):
    use = use_in(text)
    return rewritten(text, use, tag, digest)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".buildkite/pipeline.yml", True),
        ("a/.buildkite/b/c.json", True),
        ("buildkite.yaml", True),
        (".buildkite/hooks/command", False),
        ("buildkite/pipeline.yml", False),
    ],
)
def test_pipelines_are_known_by_name_or_folder(path, matched):
    assert buildkite.matches(path) is matched


@pytest.mark.parametrize(
    "text",
    [
        "image: node:20\nsteps: []\n",
        "steps: [{image: 'node:20'}]\n",
        "steps: [{plugins: [{'docker#v5': {image: 'node:20'}}]}]\n",
        "steps: [{plugins: {'docker#v5': {image: 'node:20'}}}]\n",
    ],
)
def test_an_image_is_pinned_where_it_stands(text):
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


@pytest.mark.parametrize(
    "text",
    [
        "env: {V: '20'}\nimage: node:$V\nsteps: []\n",
        "image: node:${V:-20}\nsteps: []\n",
    ],
)
def test_a_variable_that_is_a_part_moves_by_tag(text):
    assert (use_in(text).carries, use_in(text).no_digest) == ("tag", NO_DIGEST_FOR_OTHERS)
    assert moved(text, "22", None) == text.replace("20", "22")


@pytest.mark.parametrize(
    "text",
    ["env: {I: 'node:20'}\nimage: $I\nsteps: []\n", "image: '${I:-node:20}'\nsteps: []\n"],
)
def test_a_variable_that_is_all_of_a_reference_is_pinned_in_its_value(text):
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")

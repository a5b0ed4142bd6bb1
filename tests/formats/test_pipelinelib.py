import pytest

from bot.edits import edits_for, rewrite
from bot.formats import pipelinelib
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "ab" * 32


def claimed(text):
    return pipelinelib.claims(SourceFile(".pipeline/config.yaml", text))


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".pipeline/config.yaml", True),
        ("a/.pipeline/config.yml", True),
        ("pipeline/config.yaml", False),
        (".pipeline/blubber.yaml", False),
    ],
)
def test_configurations_are_known_by_path(path, matched):
    assert pipelinelib.matches(path) is matched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pipelines: {a: {blubberfile: b}}\n", True),
        ("pipelines: [image\n", True),
        ("general: {}\nsteps: {a: {image: pipelines}}\n", False),
        ("pipelines: {}\n", False),
        ("image: x\n", False),
    ],
)
def test_what_has_no_pipelines_is_someone_elses(text, expected):
    assert claimed(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "pipelines: {a: {stages: [{run: {image: 'node:20'}}]}}\n",
        "pipelines: {a: {blubberfile: {version: v4, base: 'node:20'}}}\n",
        "pipelines: {a: {stages: [{blubberfile: {version: v4, base: 'node:20'}}]}}\n",
    ],
)
def test_an_image_is_pinned_where_it_stands(text):
    (use,) = pipelinelib.find(SourceFile(".pipeline/config.yaml", text))
    assert isinstance(use, Use)
    new = rewrite(text, edits_for(use, use.image.at("22", DIGEST)))
    assert new == text.replace("node:20", f"node:22@{DIGEST}")

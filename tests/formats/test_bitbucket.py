import pytest

from bot.edits import edits_for, rewrite
from bot.formats import bitbucket
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("bitbucket-pipelines.yml", True),
        ("a/bitbucket-pipelines.yaml", True),
        ("bitbucket-pipelines.json", False),
        ("pipelines.yml", False),
    ],
)
def test_pipelines_are_known_by_name(path, matched):
    assert bitbucket.matches(path) is matched


@pytest.mark.parametrize(
    "text",
    [
        "image: node:20\n",
        "image: {name: 'node:20'}\n",
        "definitions: {services: {a: {image: 'node:20'}}}\n",
        "pipelines: {default: [{step: {image: 'node:20'}}]}\n",
        "pipelines: {default: [{step: {script: [{pipe: 'docker://node:20'}]}}]}\n",
    ],
)
def test_an_image_is_pinned_where_it_stands(text):
    (use,) = bitbucket.find(SourceFile("bitbucket-pipelines.yml", text))
    assert isinstance(use, Use)
    new = rewrite(text, edits_for(use, use.image.at("22", DIGEST)))
    assert new == text.replace("node:20", f"node:22@{DIGEST}")

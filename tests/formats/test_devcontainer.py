import pytest

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import claimant, devcontainer
from bot.image import ImageRef
from bot.model import Policy, SourceFile
from bot.steps.find import find
from tests.fakes.shelf import tree_of

PATH = ".devcontainer/devcontainer.json"
DIGEST = "sha256:" + "1" * 64


def found(text):
    return [*devcontainer.find(SourceFile(PATH, text))]


def test_an_image_moves_by_tag_only():
    text = '{ // one\n  "image": "mcr.microsoft.com/devcontainers/go:1.22", }\n'
    (use,) = found(text)
    new = ImageRef.parse(f"mcr.microsoft.com/devcontainers/go:1.23@{DIGEST}")
    assert rewrite(text, edits_for(use, new)) == text.replace("1.22", "1.23")
    (bare,) = found('{"image": "debian"}')
    with pytest.raises(EditError, match="takes no digest"):
        edits_for(bare, ImageRef.parse(f"debian:latest@{DIGEST}"))


def test_a_digest_that_is_there_is_kept_in_step():
    (use,) = found(f'{{"image": "debian:12@{DIGEST}"}}')
    new = DIGEST.replace("1", "2")
    edits = edits_for(use, use.image.at("12", new))
    assert [edit.text for edit in edits] == [new]


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        (".devcontainer.json", True),
        ("a/.devcontainer/devcontainer.json", True),
        (".devcontainer/go/devcontainer.json", True),
        (".devcontainer/a/b/devcontainer.json", False),
        ("devcontainer.json", False),
        (".devcontainer/my-devcontainer.json", False),
        (".devcontainer/devcontainer.jsonc", False),
    ],
)
def test_a_dev_container_is_in_one_of_three_places(path, is_one):
    assert devcontainer.matches(path) is is_one
    assert (claimant(SourceFile(path, "{}")) is not None) is is_one


def test_what_it_gives_to_a_dockerfile_is_changed_where_it_is_given(tmp_path):
    text = """{"build": {"dockerfile": "Dockerfile", "context": "..", "args": {
  "VARIANT": "3.11", // basewatch: ignore
  "BASE": "debian:12", "N": 3, "U": "${localEnv:U}" }}}"""
    dockerfile = "ARG VARIANT\nARG BASE\nARG U\nFROM python:$VARIANT\nFROM $BASE\nFROM x:$U\n"
    files = {PATH: text, ".devcontainer/Dockerfile": dockerfile}
    uses = find(tree_of(tmp_path, files), Policy()).uses
    assert [(use.path, str(use.image), use.role, len(use.steers)) for use in uses] == [
        (PATH, "python:3.11", "arg", 1),
        (PATH, "debian:12", "arg", 0),
    ]
    assert all(use.carries == "tag" for use in uses)
    assert uses[1].no_digest == devcontainer.NO_DIGEST


def test_a_build_elsewhere_or_without_arguments_gives_nothing():
    for build in (
        '{"dockerfile": "../../x/Dockerfile", "args": {}}',
        '{"dockerfile": "D"}',
        "1",
        '{"args": {"A": "1"}}',
    ):
        assert [
            *devcontainer.builds(SourceFile(".devcontainer.json", f'{{"build": {build}}}'))
        ] == []
    assert devcontainer.ties(SourceFile(".devcontainer.json", "{")).every() == ()

"""What samples of buildpacks cannot say: what is written, and where no digest is."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import buildpacks
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16


def found(text, path="project.toml"):
    return list(buildpacks.find(SourceFile(path, text)))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("project.toml", '[build]\nbuilder = "a/b:1"\n', f'[build]\nbuilder = "a/b:2@{DIGEST}"\n'),
        ("project.toml", "io.buildpacks.builder='b:1'", f"io.buildpacks.builder='b:2@{DIGEST}'"),
        (
            "builder.toml",
            '[[buildpacks]]\nuri = "docker://a/b:1"',
            '[[buildpacks]]\nuri = "docker://a/b:2"',
        ),
        ("builder.toml", '[stack]\nrun-image = "a/b:1"', '[stack]\nrun-image = "a/b:2"'),
    ],
)
def test_a_bump_changes_the_reference_and_nothing_else(path, before, after):
    (use,) = found(before, path)
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    text = rewrite(before, edits_for(use, new))
    assert text == after
    assert [str(again.image) for again in found(text, path)] == [str(new)]


def test_the_run_image_keeps_its_tag_because_apps_are_put_on_newer_ones():
    (use,) = found('[[run.images]]\nimage = "a/b:1"', "builder.toml")
    assert (use.carries, use.no_digest) == ("tag", buildpacks.NO_DIGEST_OF_RUN_IMAGE)


def test_only_three_names_are_asked_about():
    names = ["project.toml", "x/builder.toml", "package.toml", "pyproject.toml", "Project.toml"]
    assert [buildpacks.matches(name) for name in names] == [True] * 3 + [False] * 2

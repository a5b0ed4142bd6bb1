"""What samples of Bazel cannot say: what is written, and where a digest goes."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import bazel
from bot.formats.bazel.pulls import NO_DIGEST_BESIDE_TAG, NO_TAG, NONE
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16
OLD = "sha256:" + "0ddd" * 16


def found(text):
    return list(bazel.find(SourceFile("MODULE.bazel", text)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f'oci.pull(image = "a/b", tag = "1", digest = "{OLD}")',
            f'oci.pull(image = "a/b", tag = "2", digest = "{DIGEST}")',
        ),
        (
            f'oci.pull(\n  digest = "{OLD}",\n  # tag = "1",\n  image = "a/b",\n)',
            f'oci.pull(\n  digest = "{DIGEST}",\n  # tag = "2",\n  image = "a/b",\n)',
        ),
        ('oci.pull(image = "a/b", tag = "1")', 'oci.pull(image = "a/b", tag = "2")'),
        (
            'container_pull(\r\n\trepository = "a/b",\r\n\ttag = "1"\r\n)',
            f'container_pull(\r\n\trepository = "a/b",\r\n\ttag = "2",\r\n\tdigest = "{DIGEST}"\r\n)',
        ),
        (
            "container_pull(repository = 'a/b', tag = '1')",
            f"container_pull(repository = 'a/b', tag = '2', digest = '{DIGEST}')",
        ),
        (
            'V = "1"\ncontainer_pull(repository = "a/b",\n  tag = V)',
            f'V = "2"\ncontainer_pull(repository = "a/b",\n  tag = V,\n  digest = "{DIGEST}")',
        ),
        (
            'container_pull(repository = "a/b", digest = "", tag = "1")',
            f'container_pull(repository = "a/b", digest = "{DIGEST}", tag = "2")',
        ),
    ],
)
def test_a_bump_changes_tag_and_digest_and_adds_what_is_missing(before, after):
    (use,) = found(before)
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    text = rewrite(before, edits_for(use, new))
    assert text == after
    assert [str(again.image) for again in found(text)] == [str(new)]


def test_a_digest_alone_moves_alone():
    text = f'oci.pull(image = "a/b", digest = "{OLD}")'
    (use,) = found(text)
    edits = edits_for(use, use.image.at(None, DIGEST))
    assert rewrite(text, edits) == text.replace(OLD, DIGEST)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ('oci.pull(image = "a/b", tag = "1")', NO_DIGEST_BESIDE_TAG),
        ('container_pull(repository = "a/b")', NO_TAG),
        ('container_pull(repository = "a/b", tag = "1", digest = None)', NONE),
    ],
)
def test_why_there_is_no_place_for_a_digest_is_told(call, why):
    (use,) = found(call)
    assert use.no_digest == why


@pytest.mark.parametrize(
    "text",
    [
        "oci.pull(" * 5_000,
        'oci.pull(image = "' + "a" * 50_000,
        "oci.pull(image = [" + "[" * 5_000,
        "maybe(oci_pull",
        "oci_pull",
        ".pull(",
        "use_extension(",
    ],
)
def test_calls_without_an_end_are_read_as_far_as_anybody_would_write(text):
    assert len(found(text)) <= 1


def test_files_are_known_by_their_names():
    names = ["MODULE.bazel", "x/a.MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel", "a.bzl"]
    names += ["BUILD.bazel", "workspace.txt", "BUILD"]
    assert [bazel.matches(name) for name in names] == [True] * 5 + [False] * 3


def test_what_nobody_would_write_is_told_and_not_read_on():
    file = SourceFile(
        "MODULE.bazel", 'oci.pull(name = "a", image = "n", tag = "1")\n' + ";" * 160_000
    )
    (skip,) = bazel.find(file)
    assert skip.reason == "unparsable"
    assert "more than" in skip.detail

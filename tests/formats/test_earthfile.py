"""What samples of Earthfiles cannot say: what is written, and where no digest is."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import earthfile
from bot.formats.earthfile.places import NO_DIGEST_IN_PULL
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16


def found(text):
    return list(earthfile.find(SourceFile("Earthfile", text)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a/b:1", f"FROM a/b:2@{DIGEST}"),
        ("x:\r\n\tFROM \\\r\n\t\t'a/b:1'\r\n", f"x:\r\n\tFROM \\\r\n\t\t'a/b:2@{DIGEST}'\r\n"),
        ("ARG v=1\nFROM a/b:$v", f"ARG v=2\nFROM a/b:$v@{DIGEST}"),
        ("ARG i = 'a/b:1'\nFROM $i", f"ARG i = 'a/b:2@{DIGEST}'\nFROM $i"),
        ("FROM a/b:${v:-1}", f"FROM a/b:${{v:-2@{DIGEST}}}"),
        ("x:\n  WITH DOCKER --pull=a/b:1\n", "x:\n  WITH DOCKER --pull=a/b:2\n"),
        ("ENV v 1\nWITH DOCKER --pull a/b:$v", "ENV v 2\nWITH DOCKER --pull a/b:$v"),
    ],
)
def test_a_bump_changes_the_reference_where_it_is_spelled(before, after):
    (use,) = found(before)
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    text = rewrite(before, edits_for(use, new))
    assert text == after
    assert [str(again.image) for again in found(text)] == [str(new)]


def test_what_the_daemon_is_given_has_no_digest():
    (use,) = found("x:\n  WITH DOCKER --pull a/b:1\n")
    assert (use.carries, use.no_digest, use.stage) == ("tag", NO_DIGEST_IN_PULL, "x")


def test_a_platform_is_told_where_it_is_written_out():
    uses = found("FROM --platform=linux/arm64 a\nFROM --platform $p a:1\nFROM --platform=$p a:2")
    assert [use.platform for use in uses] == ["linux/arm64", None, None]


@pytest.mark.parametrize(
    "text",
    [
        "FROM $a\\\n" * 5_000,
        "FROM " + '"' * 30_001,
        "FROM " + "$(" * 20_000,
        "FROM " + "\"'" * 20_000,
        "ARG a=$a\n" * 3 + "FROM $a",
        "".join(f"ARG a{n}=$a{n + 1}$a{n + 1}\n" for n in range(30)) + "FROM $a0",
    ],
)
def test_what_nobody_would_write_is_one_skip(text):
    (skip,) = found(text)
    assert not isinstance(skip, Use)

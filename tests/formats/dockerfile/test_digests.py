"""Where a digest goes, and why there is sometimes no place for one."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import dockerfile
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16


def uses(text):
    return [m for m in dockerfile.find(SourceFile("Dockerfile", text)) if isinstance(m, Use)]


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("FROM alpine:3\n", "FROM alpine:3@D\n"),
        ("FROM alpine\n", "FROM alpine:latest@D\n"),
        ('FROM "alpine:3"\n', 'FROM "alpine:3@D"\n'),
        ('FROM alpine:"3"\n', 'FROM alpine:"3@D"\n'),
        ("FROM alpine:3 AS x\n", "FROM alpine:3@D AS x\n"),
        ("FROM alpine:\\\n3\n", "FROM alpine:\\\n3@D\n"),
        # the end of the reference is an ARG of its own
        ("ARG T=3\nFROM alpine:$T\n", "ARG T=3@D\nFROM alpine:$T\n"),
        ('ARG T="3"\nFROM alpine:$T\n', 'ARG T="3@D"\nFROM alpine:$T\n'),
        ("ARG I=alpine\nFROM $I\n", "ARG I=alpine:latest@D\nFROM $I\n"),
        ("ARG I=alpine:3\nFROM $I\nFROM $I\n", "ARG I=alpine:3@D\nFROM $I\nFROM $I\n"),
        ("ARG A=1 T=3\nFROM alpine:${T}\n", "ARG A=1 T=3@D\nFROM alpine:${T}\n"),
        ("ARG R=r.io T=3\nFROM $R/alpine:$T\n", "ARG R=r.io T=3@D\nFROM $R/alpine:$T\n"),
        ("ARG T=3\nFROM alpine:$T\nARG T=4\n", "ARG T=3@D\nFROM alpine:$T\nARG T=4\n"),
        # the ARG holds only some of the tag
        ("ARG T=3\nFROM alpine:$T-x\n", "ARG T=3\nFROM alpine:$T-x@D\n"),
        # the ARG serves something else too
        ("ARG T=3\nFROM alpine:$T\nARG T\n", "ARG T=3\nFROM alpine:$T@D\nARG T\n"),
        ("ARG T=3\nFROM alpine:$T\nFROM a:$T\n", "ARG T=3\nFROM alpine:$T@D\nFROM a:$T\n"),
        ("ARG T=3\nARG U=$T\nFROM alpine:$T\n", "ARG T=3\nARG U=$T\nFROM alpine:$T@D\n"),
        ("ARG T=3\nFROM --platform=$T alpine:$T\n", "ARG T=3\nFROM --platform=$T alpine:$T@D\n"),
        ("ARG T=3\nFROM --platform=$T a\nFROM b:$T\n", None),
        # defaults
        ("FROM alpine:${T:-3}\n", "FROM alpine:${T:-3@D}\n"),
        ("FROM ${I:-alpine:3}\n", "FROM ${I:-alpine:3@D}\n"),
        ("ARG I=${I:-alpine:3}\nFROM $I\n", "ARG I=${I:-alpine:3@D}\nFROM $I\n"),
        ('ARG I=${J:-"alpine:3"}\nFROM $I\n', 'ARG I=${J:-"alpine:3@D"}\nFROM $I\n'),
        # an ARG made of others
        ("ARG V=3\nARG I=alpine:$V\nFROM $I\n", "ARG V=3\nARG I=alpine:$V@D\nFROM $I\n"),
        ('ARG V=3\nARG I="alpine:$V"\nFROM $I\n', 'ARG V=3\nARG I="alpine:$V@D"\nFROM $I\n'),
        ("ARG V=3\nARG T=$V-x\nFROM alpine:$T\n", "ARG V=3\nARG T=$V-x@D\nFROM alpine:$T\n"),
        # what is empty, trimmed or replaced
        ("ARG S=\nFROM alpine:3$S\n", "ARG S=\nFROM alpine:3$S@D\n"),
        ("ARG T=3-x\nFROM alpine:${T%-x}\n", "ARG T=3-x\nFROM alpine:${T%-x}@D\n"),
        ("ARG T=3_1\nFROM alpine:${T/_/.}\n", "ARG T=3_1\nFROM alpine:${T/_/.}@D\n"),
        ("ARG V=x\nFROM alpine:3${V:+-$V}\n", "ARG V=x\nFROM alpine:3${V:+-$V}@D\n"),
        ('ARG T=3\nFROM "alpine:$T"\nARG T\n', 'ARG T=3\nFROM "alpine:$T@D"\nARG T\n'),
    ],
)  # fmt: skip
def test_a_digest_goes_where_it_stays_true(text, pinned):
    use = uses(text)[0]
    if pinned is None:
        use, pinned = uses(text)[1], text.replace("b:$T", "b:$T@D")
    edits = edits_for(use, use.image.at(use.image.effective_tag, DIGEST))
    assert rewrite(text, edits) == pinned.replace("@D", f"@{DIGEST}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "ARG B=alpine:3\nFROM $B\nFROM a\nARG B\n",
            "B names the whole image and is also used on line 4",
        ),
        (
            "ARG B=alpine\nFROM $B\nFROM $B:3\n",
            "B names the whole image and is also used on line 3",
        ),
        (
            "ARG B=alpine:3\nFROM $B\nFROM --platform=$B x\n",
            "B names the whole image and is also used on line 3",
        ),
        (
            "ARG B=alpine:3\nARG C=x-$B\nFROM $B\n",
            "B names the whole image and is also used on line 2",
        ),
        ("ARG B=ne\nFROM alpi$B\nARG B\n", "B names the image and is also used on line 3"),
        (
            "ARG B=x/alpine:3\nFROM ${B#*/}\n",
            "B names the whole image and is used only in part, or more than once",
        ),
        (
            "ARG I=alpine\nARG T=3\nFROM $I:$T\nARG T\n",
            "I names the image, and a digest would be wrong for any other",
        ),
        (
            "ARG I=alpi\nARG J=ne\nARG T=3\nFROM $I$J:$T\nARG T\n",
            "I and J name the image, and a digest would be wrong for any other",
        ),
        ("ARG I=alpine\nARG J=$I\nFROM $J\n", None),
        (
            "FROM alpine${S:+:3}\n",
            "S names the image and is no ARG with a default",
        ),
    ],
)
def test_where_no_place_is_true_the_reason_is_said(text, why):
    use = uses(text)[0]
    if why is None:
        assert use.no_digest
        assert "I" in use.no_digest
    else:
        assert use.no_digest == why
    assert use.digest_at is None


def test_a_digest_that_is_there_needs_no_place():
    [use] = uses(f"ARG B=alpine@{DIGEST}\nFROM $B\nARG B\n")
    assert use.no_digest is None


def test_the_same_place_is_given_to_all_that_share_it():
    first, second = uses("ARG B=alpine:3\nFROM $B AS a\nFROM $B AS b\n")
    assert first.digest_at == second.digest_at == len("ARG B=alpine:3")

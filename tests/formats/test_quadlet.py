"""What samples of units cannot say: what is written, and what a hostile file comes to."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import quadlet
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16


def found(text):
    return list(quadlet.find(SourceFile("a.container", text)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Image=a/b:1  \n", f"Image=a/b:2@{DIGEST}  \n"),
        ('Image="a/b:1"', f'Image="a/b:2@{DIGEST}"'),
        ("Image = a/b", f"Image = a/b:2@{DIGEST}"),
        ("Image=docker://a/b:1\n", "Image=docker://a/b:2\n"),
        ("Image=a/b:\\\r\n  1\r\n", f"Image=a/b:\\\r\n  2@{DIGEST}\r\n"),
        ("Image=a/b\\\n:\\\n1\\", f"Image=a/b\\\n:\\\n2@{DIGEST}\\"),
        (
            "Mount=type=image,src=a/b:1,rw=true",
            f"Mount=type=image,src=a/b:2@{DIGEST},rw=true",
        ),
    ],
)
def test_a_new_tag_and_digest_stand_where_the_old_tag_stood(before, after):
    text = f"[Container]\n{before}"
    use = next(mention for mention in found(text) if isinstance(mention, Use))
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    assert rewrite(text, edits_for(use, new)) == f"[Container]\n{after}"


@pytest.mark.parametrize("value", ["dir:/x", "docker-daemon:a:1", "containers-storage:a"])
def test_what_lies_on_the_machine_is_not_pulled(value):
    (skip,) = found(f"[Container]\nImage={value}\n")
    assert skip.reason == "invalid-reference"


@pytest.mark.parametrize(
    "text", ["[Container]\n" + "Image=\\\n" * 3_000, "\\\n" * 3_000, "[" * 3_000]
)
def test_lines_without_an_end_are_read_to_the_end_of_the_file(text):
    assert len(found(text)) <= 1


def test_units_and_what_is_dropped_into_them_are_known_by_their_names():
    names = ["a.container", "x/a.image", "a.volume", "a.build", "a.container.d/x.conf"]
    names += ["container.d/x.conf", "a.conf", "a.kube", "a.container.bak"]
    assert [quadlet.matches(name) for name in names] == [True] * 6 + [False] * 3


def test_what_is_longer_than_any_unit_is_none():
    assert not quadlet.claims(SourceFile("a.container", "[Container]\n" + "Image=a:1\n" * 20_000))

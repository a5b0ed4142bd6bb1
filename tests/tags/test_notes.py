"""Where release notes live, and which page tells of one tag."""

import pytest

from bot.image import ImageRef
from bot.tags import Family, NotesPlace, Rule, TagBook

ALL = ("**",)
NODE = NotesPlace(ALL, "github", "nodejs/node", "v{version}")


def page(place, image, *, full=True):
    return place.page(ImageRef.parse(image), full=full)


@pytest.mark.parametrize(
    ("place", "image", "found"),
    [
        (NODE, "node:20.11.0-alpine", "https://github.com/nodejs/node/releases/tag/v20.11.0"),
        (NODE, "node:lts", "https://github.com/nodejs/node/releases"),
        (NotesPlace(ALL, "github", "a/b"), "node:20.11.0", "https://github.com/a/b/releases"),
        (NotesPlace(ALL, "github", "a/{name}-{major}"), "x/y:8u392", "https://github.com/a/y-8/releases"),
        (NotesPlace(ALL, "github", "a/b-{major}"), "node", None),
        (
            NotesPlace(ALL, "gitlab", "gitlab.example.org/a/b/c", "{tag}"),
            "node:v1.2.3-r4",
            "https://gitlab.example.org/a/b/c/-/releases/v1.2.3-r4",
        ),
        (NotesPlace(ALL, "url", "https://example.org/{major}.{minor}"), "php:8.3.10-fpm", "https://example.org/8.3"),
        (NotesPlace(ALL, "url", "https://example.org/{major}.{minor}"), "php:8", None),
        (NotesPlace(ALL, "url", "https://example.org/#{version}"), "php:8", "https://example.org/#8"),
        (NotesPlace(ALL, "url", "https://example.org/"), f"php@sha256:{'0' * 64}", "https://example.org/"),
    ],
)  # fmt: skip
def test_the_page_with_the_notes_of_an_image(place, image, found):
    assert page(place, image) == found


def test_a_tag_that_names_no_version_whole_has_no_release_of_its_own():
    assert page(NODE, "node:20", full=False) == "https://github.com/nodejs/node/releases"


def test_a_release_is_looked_for_by_the_name_that_is_said_or_by_the_usual_ones():
    image = ImageRef.parse("node:20.11.0-alpine")
    assert NODE.releases(image) == ("v20.11.0",)
    assert NotesPlace(ALL, "github", "a/b").releases(image) == ("v20.11.0", "20.11.0")
    assert NODE.releases(ImageRef.parse("node:lts")) == ()


def rule(*places, guest=False, **more):
    return Rule("r", ALL, notes=places, guest=guest, **more)


def test_the_first_rule_that_knows_a_place_tells_all_of_its_places():
    two = NotesPlace(("docker.io/library/node",), "url", "https://example.org/node")
    other = NotesPlace(("docker.io/library/go",), "github", "a/go")
    book = TagBook([rule(other), rule(NODE, two), rule(NotesPlace(ALL, "github", "x/y"))])
    node, go = ImageRef.parse("node:20.11.0"), ImageRef.parse("go:1.22.3")
    assert book.notes(node) == (NODE, two)
    assert book.notes_pages(node) == (page(NODE, "node:20.11.0"), "https://example.org/node")
    assert book.notes(go) == (other,)
    assert TagBook([]).notes(node) == ()


def test_a_prerelease_and_half_a_version_are_told_of_by_all_releases():
    book = TagBook([rule(NODE, families=(Family(("docker.io/a/two",), full=2),))])
    for image in ("node:20", "node:20.0.0-rc.1"):
        assert book.notes_pages(ImageRef.parse(image)) == (
            "https://github.com/nodejs/node/releases",
        )
    (whole,) = book.notes_pages(ImageRef.parse("a/two:16.2"))
    assert whole.endswith("/v16.2")

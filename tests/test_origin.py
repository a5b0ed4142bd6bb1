"""Which repository an image was built from, as it says itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.image import ImageRef
from bot.model import Description, ImageConfig
from bot.origin import Project, base_of, origin, own_label, project

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SOURCE = "org.opencontainers.image.source"
REVISION = "org.opencontainers.image.revision"
DIGEST = "sha256:" + "a" * 64


def image(annotations=(), labels=(), environment=()):
    config = ImageConfig(labels=dict(labels), environment=dict(environment))
    return Description(DIGEST, DIGEST, "linux/amd64", config, (), dict(annotations))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (
            f"https://github.com/docker-library/python.git#{COMMIT}:3.12/slim",
            f"https://github.com/docker-library/python/tree/{COMMIT}/3.12/slim",
        ),
        ("https://github.com/astral-sh/uv", "https://github.com/astral-sh/uv"),
        ("git@github.com:astral-sh/uv.git", "https://github.com/astral-sh/uv"),
        ("git+https://github.com/a/b", "https://github.com/a/b"),
        (
            f"https://github.com/a/b/tree/{COMMIT}/c/d",
            f"https://github.com/a/b/tree/{COMMIT}/c/d",
        ),
        (
            f"https://gitlab.com/g/s/p/-/tree/{COMMIT}",
            f"https://gitlab.com/g/s/p/-/tree/{COMMIT}",
        ),
        ("https://user:secret@github.com/a/b", "https://github.com/a/b"),
        ("https://github.com/a/b/tree/main", "https://github.com/a/b"),
        (f"https://github.com/a/b#{COMMIT}:../../x", f"https://github.com/a/b/tree/{COMMIT}"),
    ],
)
def test_a_source_leads_to_a_page(text, url):
    assert project(text).tree() == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://github.com/only",
        "https://github.com/a/../b",
        "https://exa mple.com/a/b",
        "https://github.com/a/b)](https://evil.example",
        "https://[::1/a/b",
    ],
)
def test_what_is_no_project_leads_nowhere(text):
    assert project(text) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_sources(text):
    found = project(text)
    assert found is None or found.url.startswith("https://")


def test_the_commit_comes_from_the_revision_where_the_source_has_none():
    said = image({SOURCE: "https://github.com/a/b", REVISION: COMMIT})
    assert origin(said, ImageRef.parse("x/y")) == Project("github.com", "a/b", COMMIT)


def test_a_label_that_the_base_has_too_is_not_the_images_own():
    base = image(labels={SOURCE: "https://github.com/base/base"})
    assert origin(base, ImageRef.parse("base/base"), base) is None
    assert own_label(base, SOURCE, base) == ""


def test_a_label_that_differs_from_the_bases_is_the_images_own():
    base = image(labels={SOURCE: "https://github.com/base/base"})
    said = image(labels={SOURCE: "https://github.com/acme/thing"})
    assert origin(said, ImageRef.parse("x/y"), base).path == "acme/thing"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ghcr.io/astral-sh/uv", True),
        ("acme/uv", True),
        ("acme/shop", False),
        ("library/node", False),
    ],
)
def test_without_a_base_a_label_counts_if_the_names_have_a_part_in_common(name, found):
    said = image(labels={SOURCE: "https://github.com/astral-sh/uv"})
    assert bool(origin(said, ImageRef.parse(name))) is found


def test_an_annotation_is_never_inherited():
    said = image({SOURCE: "https://github.com/docker-library/python"})
    assert origin(said, ImageRef.parse("node")).path == "docker-library/python"


def test_the_base_is_named_with_its_digest():
    said = image(
        {
            "org.opencontainers.image.base.name": "debian:trixie-slim",
            "org.opencontainers.image.base.digest": DIGEST,
        }
    )
    assert str(base_of(said)) == f"debian:trixie-slim@{DIGEST}"


@pytest.mark.parametrize("name", ["", "a b", "scratch:!"])
def test_a_base_that_is_no_reference_is_none(name):
    assert base_of(image({"org.opencontainers.image.base.name": name})) is None

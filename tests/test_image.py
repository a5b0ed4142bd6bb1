import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.image import ImageRef, Repository

HEX = "0123456789abcdef"
SHA256 = "sha256:" + "a1" * 32
SHA512 = "sha512:" + "b2" * 64

paths = st.from_regex(r"[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}", fullmatch=True)
hosts = st.from_regex(
    r"([a-z0-9]{1,8}(\.[a-zA-Z0-9]{1,8}){1,3}|localhost|[a-z]{1,8})(:[0-9]{1,5})?", fullmatch=True
)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}", fullmatch=True)
digests = st.text(HEX, min_size=64, max_size=64).map("sha256:".__add__) | st.text(
    HEX, min_size=128, max_size=128
).map("sha512:".__add__)


@st.composite
def references(draw):
    parts = draw(st.lists(paths, min_size=1, max_size=4))
    name = "/".join(parts)
    if draw(st.booleans()):
        name = f"{draw(hosts)}/{name}"
    tag = draw(st.none() | tags)
    digest = draw(st.none() | digests)
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


@given(references())
def test_print_gives_back_what_was_parsed(text):
    assert str(ImageRef.parse(text)) == text


@given(references())
def test_equal_references_have_one_hash(text):
    one, two = ImageRef.parse(text), ImageRef.parse(text)
    assert one == two
    assert hash(one) == hash(two)


@given(st.text(max_size=300))
def test_any_text_is_a_reference_or_a_value_error(text):
    try:
        read = str(ImageRef.parse(text))
    except ValueError as error:
        read = text if "\n" not in str(error) else None
    assert read == text


@given(references(), tags, digests)
def test_moving_keeps_the_spelling_of_the_name(text, tag, digest):
    old = ImageRef.parse(text)
    new = old.at(tag, digest)
    assert str(new) == f"{old.name}:{tag}@{digest}"
    assert new.repository == old.repository


SAME = [
    ("node", "library/node"),
    ("node", "docker.io/node"),
    ("node", "docker.io/library/node"),
    ("node", "index.docker.io/library/node"),
    ("node", "index.docker.io/node:latest"),
    ("node", "node:latest"),
    ("bitnami/etcd:3", "docker.io/bitnami/etcd:3"),
    (f"node:20@{SHA256}", f"docker.io/library/node:20@{SHA256}"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equality_is_by_meaning(one, other):
    assert ImageRef.parse(one) == ImageRef.parse(other)
    assert len({ImageRef.parse(one), ImageRef.parse(other)}) == 1


DIFFERENT = [
    ("node", "node:20"),
    ("node", "quay.io/node"),
    ("node", "localhost/node"),
    ("node", "other/node"),
    (f"node@{SHA256}", "node"),
    (f"node@{SHA256}", f"node:latest@{SHA256}"),
    ("docker.io/foo/bar", "foo.io/foo/bar"),
    ("docker.io/library/a/b", "a/b"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_images_are_not_equal(one, other):
    assert ImageRef.parse(one) != ImageRef.parse(other)


def test_a_reference_equals_nothing_else():
    assert ImageRef.parse("node") != "node"


MEANING = [
    ("node", "docker.io", "library/node", None, None),
    ("node:8.9.0-alpine", "docker.io", "library/node", "8.9.0-alpine", None),
    (f"node:8@{SHA512}", "docker.io", "library/node", "8", SHA512),
    ("registry2.something.info:5005/node", "registry2.something.info:5005", "node", None, None),
    ("registry2.something.info:5005/node:8", "registry2.something.info:5005", "node", "8", None),
    ("localhost/foo:1", "localhost", "foo", "1", None),
    ("localhost:5000/a/b/c:1", "localhost:5000", "a/b/c", "1", None),
    ("mynamespace/node:8", "docker.io", "mynamespace/node", "8", None),
    ("quay.io:1234/node", "quay.io:1234", "node", None, None),
    ("Uppercase/node", "Uppercase", "node", None, None),
    ("[2001:db8::1]:5000/node:1", "[2001:db8::1]:5000", "node", "1", None),
    ("a/b/c/d/e", "docker.io", "a/b/c/d/e", None, None),
    ("ghcr.io/astral-sh/uv:0.5", "ghcr.io", "astral-sh/uv", "0.5", None),
    ("foo__bar/b--z:_x", "docker.io", "foo__bar/b--z", "_x", None),
]


@pytest.mark.parametrize(("text", "registry", "path", "tag", "digest"), MEANING)
def test_a_reference_says_where_and_what(text, registry, path, tag, digest):
    ref = ImageRef.parse(text)
    assert ref.repository == Repository(registry, path)
    assert (ref.registry, ref.tag, ref.digest) == (registry, tag, digest)
    assert str(ref.repository) == f"{registry}/{path}"


def test_a_tag_followed_by_its_digest_keeps_both():
    ref = ImageRef.parse(f"python:3.12@{SHA256}")
    assert (ref.tag, ref.digest) == ("3.12", SHA256)


def test_no_tag_and_no_digest_means_latest_to_a_builder():
    assert ImageRef.parse("node").effective_tag == "latest"
    assert ImageRef.parse(f"node@{SHA256}").effective_tag is None


REFUSED = [
    ("", "empty"),
    ("Node", "upper-case"),
    ("foo/Node:1", "upper-case"),
    ("node:", "not an image reference"),
    ("node:1@sha256:abc", "digest"),
    ("node@sha256:" + "A" * 64, "digest"),
    ("node@md5:" + "a" * 32, "digest"),
    (f"node@{SHA256}@{SHA256}", "digest"),
    ("a" * 64, "image id"),
    ("a" * 256, "more than 255"),
    ("x/" * 500 + "y", "not an image reference"),
    ("node:" + "t" * 129, "not an image reference"),
    ("-node", "not an image reference"),
    ("node..js", "not an image reference"),
    ("node:20 ", "not an image reference"),
    ("node:20\n", "not an image reference"),
    ("https://docker.io/node", "not an image reference"),
    ("${BASE}", "not an image reference"),
    ("foo_/bar", "not an image reference"),
    ("foo.com//bar", "not an image reference"),
    ("foo.com:port/bar", "not an image reference"),
    ("nöde", "not an image reference"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_is_no_reference_is_refused_with_a_reason(text, why):
    with pytest.raises(ValueError, match=why):
        ImageRef.parse(text)

import pytest

from bot.image import ImageRef
from bot.rules import life_cycles, load
from bot.tags import Claim, Family, Rule, TagBook, When, parse

BOOK = TagBook(load())
DIGEST = "sha256:" + "0" * 64


def book(*claims, images=("**",), **more):
    return TagBook([Rule("mine", images, tuple(claims), **more)])


def facts(text, tags=BOOK):
    return tags.facts(ImageRef.parse(text))


def test_a_digest_without_a_tag_cannot_move():
    found = facts(f"node@{DIGEST}")
    assert (found.mutability, found.follows, found.rule) == ("immutable", None, "digest")


def test_a_tag_beside_a_digest_is_what_it_is_without():
    assert facts(f"node:20@{DIGEST}") == facts("node:20")


def test_no_tag_is_latest():
    assert facts("node") == facts("node:latest")
    assert BOOK.line(ImageRef.parse("node")) == "latest"
    assert not BOOK.ordered(ImageRef.parse("node"))
    assert BOOK.successors(ImageRef.parse("node"), ["20", "22"]) == ()


def test_a_full_version_of_an_unknown_publisher_is_never_called_immutable():
    for tag in ("1.2.3", "v1.2.3", "1.2.3-slim", "20240904", "1.2.3-r8", "0a1b2c3d"):
        assert facts(f"example.com/x:{tag}").mutability == "unknown"


def test_every_reason_is_a_sentence():
    for rule in load():
        for claim in rule.claims:
            assert claim.because[0].isupper() or claim.because[0] == "`"
            assert claim.because.endswith(".")


def test_without_any_rule_nothing_is_known():
    assert facts("node:20", TagBook([])).mutability == "unknown"


def test_what_a_rule_makes_no_claim_about_is_left_to_the_next():
    dated = Claim(When(has=frozenset({"date"})), "immutable", "Dates stay.")
    rest = Claim(When(), "rolling", "All else moves.", follows="the wind")
    tags = TagBook([Rule("one", ("docker.io/me/*",), (dated,)), Rule("two", ("**",), (rest,))])
    assert facts("me/x:20240904", tags).rule == "one"
    assert facts("me/x:1", tags).rule == "two"
    assert facts("you/x:20240904", tags).follows == "the wind"


@pytest.mark.parametrize(
    ("when", "holds", "not_"),
    [
        (When(full=True), ["1.2.3", "1.2-r1", "20240904", "1.2-rc1"], ["1.2", "latest", "1.2-rc"]),
        (When(numbers=(1, 2)), ["1", "1.2"], ["1.2.3", "latest"]),
        (When(counts=frozenset({"r"})), ["1.2.3-r8"], ["1.2.3-s1", "1.2.3-8", "1.2.3"]),
        (When(counts=frozenset({"master"})), ["1.2-master-8"], ["1.2-main-8"]),
        (When(words=frozenset({"tip"})), ["tip-20240904", "TIP"], ["tips", "1.2"]),
        (When(hash_length=7), ["0a1b2c3", "x-0a1b2c3"], ["0a1b2c3d", "1.2"]),
        (When(lacks=frozenset({"release"})), ["latest"], ["1"]),
        (When(images=("docker.io/me/x",)), ["1"], []),
        (When(images=("docker.io/you/**",)), [], ["1"]),
    ],
)
def test_a_claim_holds_for_tags_of_its_shape(when, holds, not_):
    tags = book(Claim(when, "immutable", "It stays."))
    for tag in holds:
        assert facts(f"me/x:{tag}", tags).mutability == "immutable", tag
    for tag in not_:
        assert facts(f"me/x:{tag}", tags).mutability == "unknown", tag


@pytest.mark.parametrize(
    ("glob", "fits", "not_"),
    [
        ("**", ["node", "a/b", "h.io/a/b/c"], []),
        ("docker.io/library/*", ["node", "library/node"], ["me/node", "x.io/library/node"]),
        ("x.io/**", ["x.io/a", "x.io/a/b"], ["y.io/a"]),
        ("**/library/node", ["node", "m.io/p/library/node"], ["me/node", "library/nodes"]),
        ("x.io:5000/a*", ["x.io:5000/app"], ["x.io/app", "x.io:5000/app/b"]),
    ],
)
def test_a_glob_names_repositories(glob, fits, not_):
    tags = book(Claim(When(), "immutable", "It stays."), images=(glob,))
    for name in fits:
        assert facts(name, tags).mutability == "immutable", name
    for name in not_:
        assert facts(name, tags).mutability == "unknown", name


def tags_after(image, listed):
    return [c.tag for c in BOOK.successors(ImageRef.parse(image), listed.split())]


@pytest.mark.parametrize("tag", ["pr-12", "PR-12", "pr12", "mr-12-alpine", "pull-12"])
def test_the_number_of_a_proposed_change_is_no_version(tag):
    image = ImageRef.parse(f"x/y:{tag}")
    assert BOOK.facts(image).mutability == "rolling"
    assert not BOOK.ordered(image)
    assert BOOK.successors(image, [tag.replace("12", "13")]) == ()


def test_who_is_on_long_support_is_offered_nothing_else():
    assert tags_after("node:20.1.0", "20.2.0 21.0.0 22.0.0") == ["22.0.0", "20.2.0"]
    assert tags_after("ubuntu:22.04", "22.10 23.04 24.04 24.10") == ["24.04"]


def test_who_is_not_on_long_support_is_offered_all():
    assert tags_after("node:21.0.0", "22.0.0 23.0.0") == ["23.0.0", "22.0.0"]
    assert tags_after("ubuntu:23.04", "23.10 24.04") == ["24.04", "23.10"]


def test_dated_tags_of_an_image_with_long_support_move_by_date():
    assert tags_after("ubuntu:noble-20240127", "noble-20240212") == ["noble-20240212"]
    assert Family(("**",), lts="even-major").is_lts(parse("noble-20240127")) is None


KNOWN = TagBook(load(), life_cycles().is_lts)


@pytest.mark.parametrize(
    ("image", "listed", "offered"),
    [
        ("mariadb:10.11.6", "10.11.8 11.3.2 11.4.2", ["11.4.2 True", "10.11.8 True"]),
        ("mariadb:11.3", "11.4 11.5", ["11.5 False", "11.4 True"]),
        ("mariadb:11.4", "99.1", ["99.1 None"]),
        ("python:3.11", "3.12", ["3.12 None"]),
        ("node:24.1.0", "98.0.0 99.0.0", ["98.0.0 True"]),  # newer than the data: by the family
        ("ubuntu:noble-20240127", "noble-20240212", ["noble-20240212 None"]),
    ],
)
def test_what_is_known_of_releases_tells_which_have_long_support(image, listed, offered):
    found = KNOWN.successors(ImageRef.parse(image), listed.split())
    assert [f"{c.tag} {c.lts}" for c in found] == offered


def test_where_two_numbers_make_a_major_the_line_keeps_both():
    assert BOOK.line(ImageRef.parse("ubuntu:22.04")) == "22.04"
    assert BOOK.line(ImageRef.parse("example.com/x:22.04")) == "22.*"


def test_a_replaced_image_is_known_with_its_replacement():
    java = BOOK.replacement(ImageRef.parse("openjdk:17"))
    assert java is not None
    assert java.image == "eclipse-temurin"
    gone = BOOK.replacement(ImageRef.parse("centos:7"))
    assert gone is not None
    assert gone.image is None
    assert BOOK.replacement(ImageRef.parse("node:20")) is None


def test_a_tag_is_ordered_when_it_has_a_number_that_moves():
    for tag in ("20", "v4", "1.2.3-slim", "20240904", "bookworm-20240904", "php8.3"):
        assert BOOK.ordered(ImageRef.parse(f"x/y:{tag}")), tag
    for tag in ("latest", "bookworm", "alpine3.19", "0a1b2c3", "lts-alpine", "nonroot"):
        assert not BOOK.ordered(ImageRef.parse(f"x/y:{tag}")), tag

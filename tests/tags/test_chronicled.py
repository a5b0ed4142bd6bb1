"""The order of versions that a changelog tells, and what kind of move it is between two of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.image import ImageRef
from bot.model import KINDS, Chronicle
from bot.rules import load
from bot.tags import ChronicledTags, SeenTags, TagBook, kind_of_step

R = "docker-registry.wikimedia.org"
NAME = f"{R}/nodejs22-slim"
# Newest first, as changelogs are: no order of versions or dates would find this.
VERSIONS = (
    "22.23.0-1",
    "0.0.1-20260614",
    "0.0.1-2",
    "0.0.1-1-20250119",
    "0.1.0-s1",
    "0.1.0",
)
BOOK = TagBook(load())
LOG = Chronicle("images/nodejs22/changelog", VERSIONS)
TAGS = ChronicledTags(BOOK, {ImageRef.parse(NAME).repository: LOG})


def image(tag):
    return ImageRef.parse(f"{NAME}:{tag}")


def newer(tag, there=VERSIONS):
    return [candidate.tag for candidate in TAGS.successors(image(tag), there)]


def test_what_stands_above_a_version_succeeds_it_the_topmost_first():
    assert [newer(tag) for tag in VERSIONS] == [list(VERSIONS[:n]) for n in range(len(VERSIONS))]


def test_what_the_registry_does_not_have_is_offered_to_nobody():
    assert newer("0.1.0", ("0.1.0", "0.0.1-2", "0.1.0-s1")) == ["0.0.1-2", "0.1.0-s1"]


def test_what_only_the_registry_has_is_not_guessed_to_be_newer():
    assert newer("22.23.0-1", (*VERSIONS, "99.0.0-1", "22.23.0-1-20990101")) == []


def test_nothing_succeeds_a_version_that_the_changelog_does_not_have():
    assert newer("0.0.1-20260607") == []
    assert not TAGS.ordered(image("0.0.1-20260607"))
    facts = TAGS.facts(image("0.0.1-20260607"))
    assert facts.warnings == (
        "images/nodejs22/changelog does not have 0.0.1-20260607, so nothing tells what is newer.",
    )


def test_a_version_of_a_changelog_stays_as_it_is():
    facts = TAGS.facts(image("0.0.1-2"))
    assert (facts.mutability, facts.rule) == ("immutable", "changelog")
    assert (
        facts.because == "images/nodejs22/changelog has it, and docker-pkg builds no version twice."
    )
    assert TAGS.ordered(image("0.0.1-2"))
    assert TAGS.variants(image("0.0.1-2"), VERSIONS) == ()
    assert {TAGS.line(image(tag)) for tag in VERSIONS} == {"images/nodejs22/changelog"}


@pytest.mark.parametrize(
    "text", [NAME, f"{NAME}:latest", f"{R}/other:0.1.0-s1", "debian:bookworm-slim"]
)
def test_of_everything_else_the_rules_tell(text):
    other, tags = ImageRef.parse(text), ["0.1.0-s2", "trixie-slim", *VERSIONS]
    for ask in ("facts", "line", "ordered", "system", "later_names", "replacement"):
        assert getattr(TAGS, ask)(other) == getattr(BOOK, ask)(other)
    assert TAGS.successors(other, tags) == BOOK.successors(other, tags)
    assert TAGS.variants(other, tags) == BOOK.variants(other, tags)


def test_the_newest_is_the_first_that_is_published_and_no_prerelease():
    log = Chronicle("c", ("2.1", "2.0-rc1", "1.9", "1.8"))
    tags = ChronicledTags(BOOK, {image("1").repository: log})
    assert tags.newest(image("1"), ("1.8", "2.0-rc1", "1.9", "3.0")) == "1.9"
    assert tags.newest(image("1"), ("3.0",)) is None
    for book in (tags, SeenTags(tags, {}), BOOK):
        assert book.newest(ImageRef.parse("debian:12"), ("12", "13")) is None


def test_who_is_on_no_prerelease_is_told_which_are():
    log = Chronicle("c", ("2.0-rc1", "1.9", "1.8-beta1"))
    tags = ChronicledTags(BOOK, {image("1").repository: log})
    told = [c.prerelease for c in tags.successors(image("1.8-beta1"), log.versions)]
    assert told == [False, False]
    assert [c.prerelease for c in tags.successors(image("1.9"), log.versions)] == [True]


ROCM = "2.5.1rocm6.1-1-20260816"
VLLM = "gfx90agfx942rocm7.2.0pytorch2.10.0flash-attn2.8.3aiter0.1.13vllm0.22.1-3"
STEPS = [
    ("1.4.0-s1", "1.4.0-s2", "revision"),
    ("1.4.0", "1.4.0-s1", "revision"),
    ("1.10-0.s3", "1.10-0.s4", "revision"),
    ("1.4.0-s2", "1.4.1", "patch"),
    ("4.27.0-1-20260816", "4.27.0-1-20260823", "date"),
    ("4.27.0-1", "4.27.0-1-20260823", "date"),
    ("1.0-20260816", "1.0-20260816-s1", "revision"),
    ("1.0-20260816-s1", "1.0-20260823", "date"),
    ("4.0.2-1-20250119", "4.0.2-2", "revision"),
    ("2.0.2-wmf1-20260816", "2.0.2-wmf2", "revision"),
    ("0.0.1-20260614", "22.23.0-1", "major"),
    ("2.4.62-1-20260816", "2.4.67-1", "patch"),
    ("1.22-20260222", "1.23-1", "minor"),
    ("1.22.1", "1.22", "patch"),
    ("9.0.4-20260107.e9ce92c-20260816", "9.0.4-20260207.aaaaaaa", "revision"),
    ("v20240101-1", "v20240201-1", "date"),
    ("20240101", "20240201-s1", "date"),
    ("20240101", "1.0.0", "major"),
    (ROCM, "2.5.1rocm6.1-2", "revision"),
    (ROCM, "2.5.1rocm6.2-1", "minor"),
    (ROCM, "2.6.0rocm6.1-1", "minor"),
    (ROCM, "2.5.1cuda6.1-1", "minor"),
    (ROCM, "3.0.0cuda6.1-1", "major"),
    (VLLM, VLLM.removesuffix("3") + "4", "revision"),
    (VLLM, VLLM.replace("0.22.1", "0.22.2"), "patch"),
    (VLLM, VLLM.replace("0.22.1", "0.23.0"), "minor"),
    (VLLM, "vllm0.22.1-1", "major"),
    ("8.1.33-bookworm-1", "8.1.33-trixie-1", "variant"),
    ("8.1.33-1", "8.1.34-trixie-1", "patch"),
    ("1", "01", "patch"),
]


@pytest.mark.parametrize(("old", "new", "kind"), STEPS)
def test_the_kind_of_a_step(old, new, kind):
    assert kind_of_step(old, new) == kind
    assert kind_of_step(new, old) == kind


VERSION = st.text("0123459.-sv", min_size=1, max_size=30) | st.sampled_from(
    [version for step in STEPS for version in step[:2]]
)


@given(VERSION, VERSION)
def test_any_step_has_a_kind_whichever_way_it_goes(old, new):
    assert kind_of_step(old, new) == kind_of_step(new, old)
    assert kind_of_step(old, new) in KINDS


@given(st.lists(VERSION, unique=True, min_size=1), st.sets(VERSION))
def test_successors_are_what_stands_above_and_is_there(versions, there):
    tags = ChronicledTags(BOOK, {image("1").repository: Chronicle("c", tuple(versions))})
    for at, version in enumerate(versions):
        found = [c.tag for c in tags.successors(image("1").at(version), there)]
        assert found == [each for each in versions[:at] if each in there]


def test_a_long_version_is_read_at_once():
    assert kind_of_step("1" + "-s1" * 40, "1" + "-20260816" * 14) == "date"
    assert kind_of_step("1." + "9" * 9999, "1." + "8" * 9999) == "minor"

"""Another release of the operating system beneath: the same version, the same flavour, and later."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.image import ImageRef
from bot.rules import life_cycles, load
from bot.tags import Systems, TagBook, parse, succeeds, variants
from bot.tags.variants import based, is_newer_base
from tests.tags.test_grammar import TAGS

KNOWN = life_cycles()
SYSTEMS = Systems(KNOWN.systems)
BOOK = TagBook(load(), KNOWN.is_lts, KNOWN.systems)


def found(current, tags):
    return [c.tag for c in variants(current, tags.split(), SYSTEMS)]


# the tag, tags on offer, the newest that it may move to
MOVES = [
    ("20-alpine3.18", "20-alpine3.19", "20-alpine3.19"),
    ("20-alpine3.9", "20-alpine3.19 20-alpine3.20 22-alpine3.21", "20-alpine3.20"),
    ("3.12-slim-bookworm", "3.12-slim-trixie 3.13-slim-trixie 3.12-trixie", "3.12-slim-trixie"),
    ("3.12-slim-bullseye", "3.12-slim-bookworm 3.12-slim-buster", "3.12-slim-bookworm"),
    ("1.2-debian-11", "1.2-debian-12 1.2-debian12", "1.2-debian-12"),
    ("3.4.13-debian-11-r8", "3.4.13-debian-12-r0 3.4.14-debian-12-r2", "3.4.13-debian-12-r0"),
    ("3.4.13-debian-11-r8", "3.4.13-debian-12-r9 3.4.13-debian-12-r10", "3.4.13-debian-12-r10"),
    ("8u392-b08-jdk-ubi8-minimal", "8u392-b08-jdk-ubi9-minimal", "8u392-b08-jdk-ubi9-minimal"),
    ("1.0-ubi9", "1.0-ubi10", "1.0-ubi10"),
    ("4.8.1-windowsservercore-ltsc2019", "4.8.1-windowsservercore-ltsc2022",
     "4.8.1-windowsservercore-ltsc2022"),
    ("8.0-nanoserver-1809", "8.0-nanoserver-ltsc2022 8.0-windowsservercore-ltsc2022",
     "8.0-nanoserver-ltsc2022"),
    ("ltsc2019", "ltsc2022 ltsc2022-amd64", "ltsc2022"),
    ("12.4.1-base-ubuntu20.04", "12.4.1-base-ubuntu22.04 12.4.1-devel-ubuntu24.04",
     "12.4.1-base-ubuntu22.04"),
    ("12.4.1-base-rockylinux8", "12.4.1-base-rockylinux9", "12.4.1-base-rockylinux9"),
    ("17-jdk-focal", "17-jdk-jammy 17-jdk-noble", "17-jdk-noble"),
    ("8.3-fpm-bookworm", "8.3-fpm-trixie 8.3-apache-trixie", "8.3-fpm-trixie"),
    ("1.24rc1-bookworm", "1.24rc1-trixie 1.24-trixie", "1.24rc1-trixie"),
    ("alpine3.19", "alpine3.20 3.20", "alpine3.20"),
    # the bare system
    ("bookworm", "trixie 13 stable", "trixie"),
    ("bookworm-slim", "trixie trixie-slim", "trixie-slim"),
    ("jammy", "noble mantic", "noble"),
    ("bookworm-20240904", "trixie-20250908 trixie-20250908-slim", "trixie-20250908"),
    ("bookworm-20240904-slim", "trixie-20250721-slim trixie-20250908.1-slim trixie-slim",
     "trixie-20250908.1-slim"),
    ("jammy-20240111", "noble-20240127.1 noble-20240127", "noble-20240127.1"),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "offered", "newest"), MOVES)
def test_the_same_on_the_newest_release_of_the_system_is_found_first(tag, offered, newest):
    assert found(tag, offered)[0] == newest
    assert tag not in found(newest, f"{tag} {offered}")


NEVER = [
    ("20-alpine3.18", "22-alpine3.19 20.1-alpine3.19 20-alpine 20-alpine3 20 20-bookworm"),
    ("20-alpine", "20-alpine3.19 20-alpine3.20"),
    ("3.12-slim-bookworm", "3.12-trixie 3.12-slim 3.12-slim-debian-13 3.12.1-slim-trixie"),
    ("3.12-bookworm", "3.12-forky 3.12-sid 3.12-bullseye 3.12-jammy 3.12-testing"),
    ("1.2-debian-13", "1.2-debian-14 1.2-debian-12"),
    ("1-ubuntu24.04", "1-ubuntu24.10 1-ubuntu25.10 1-ubuntu27.04"),
    ("noble", "oracular questing plucky jammy"),
    ("jammy-20240111", "plucky-20250201 lunar-20240301 noble"),
    ("1-centos7", "1-centos8"),
    ("bookworm-20240904", "trixie trixie-20240801 trixie-2024-09-05"),
    ("8.0-nanoserver-1809", "8.0-nanoserver-1903 8.0-nanoserver-20H2"),
    ("8.0-nanoserver-1903", "8.0-nanoserver-ltsc2022"),
    ("3.18", "3.19 alpine3.19"),
    ("12-slim", "13-slim trixie-slim"),
    ("iron", "jod krypton"),
    ("humble", "jazzy"),
    ("1.0-debian-11-bookworm", "1.0-debian-12-bookworm 1.0-debian-12-trixie"),
    ("1.0-bookworm-0a1b2c3", "1.0-trixie-1a2b3c4"),
    ("latest", "bookworm trixie"),
]


@pytest.mark.parametrize(("tag", "offered"), NEVER)
def test_no_other_version_flavour_family_spelling_or_unreleased_system_is_found(tag, offered):
    assert found(tag, offered) == []


def test_an_interim_release_is_found_for_who_is_on_one_and_is_marked():
    lunar = variants("1-lunar", ["1-mantic", "1-noble", "1-jammy"], SYSTEMS)
    assert [(c.tag, c.lts) for c in lunar] == [("1-noble", True), ("1-mantic", False)]
    assert {c.kind for c in lunar} == {"variant"}
    (debian,) = variants("1-bookworm", ["1-trixie"], SYSTEMS)
    assert debian.lts is None


def test_a_commit_beside_a_date_may_be_another():
    dated = "1.0-bookworm-20240904-0a1b2c3"
    assert found(dated, "1.0-trixie-20250908-1a2b3c4") == ["1.0-trixie-20250908-1a2b3c4"]


def test_without_data_numbers_count_and_names_say_nothing():
    nothing = Systems()
    assert variants("1-bookworm", ["1-trixie"], nothing) == ()
    assert variants("1-debian-11", ["1-debian-12"], nothing) == ()
    assert [c.tag for c in variants("1-ubi8", ["1-ubi9"], nothing)] == ["1-ubi9"]


@pytest.mark.parametrize(
    ("image", "subject"),
    [
        ("node:20-bookworm", "Debian 12 (bookworm)"),
        ("x/y:1-photon4", "photon4"),
        ("x/y:nanoserver-1809", "Windows Server 2019"),
        ("node:20-alpine", None),
        ("node", None),
        ("alpine:3.18", None),
    ],
)
def test_the_system_that_a_tag_names_is_told(image, subject):
    system = BOOK.system(ImageRef.parse(image))
    assert (system and system.subject) == subject


def test_a_reference_without_tag_has_no_variants():
    assert BOOK.variants(ImageRef.parse("node"), ["bookworm", "trixie"]) == ()


# ---------------------------------------------------------------- whatever the tags

BASES = ["alpine3.9", "alpine3.18", "alpine3.20", "bookworm", "trixie", "bullseye", "forky", "jammy",
         "noble", "plucky", "debian-11", "debian-12", "ubi8", "ubi9", "ubuntu22.04", "ubuntu24.10",
         "ltsc2019", "ltsc2022", "nanoserver-1809", "centos7", "centos8", "fc41", "leap15.6"]  # fmt: skip
BUILDS = ["", "-r{}", "-2024090{}", "-{}"]


@st.composite
def on_systems(draw):
    """Several tags that differ in version, flavour, system and build."""
    versions = st.sampled_from(["", "3.12-", "3.13-", "3.12.1-", "v3.12-", "8u312-", "1.0rc1-"])
    flavours = st.sampled_from(["", "slim-", "jdk17-"])
    builds = st.builds(str.format, st.sampled_from(BUILDS), st.integers(1, 9))
    tags = st.builds("".join, st.tuples(versions, flavours, st.sampled_from(BASES), builds))
    return draw(st.lists(tags, min_size=2, max_size=6))


def said(tag):
    """All that a tag says but for the system and its builds."""
    kept = {"release", "update", "prerelease", "post", "spelling", "flavour", "arch", "channel"}
    return [part.text for part in tag.parts if part.role in kept]


@given(on_systems())
def test_a_variant_keeps_version_and_flavour_and_the_family_of_its_system(texts):
    for current in texts:
        old = parse(current)
        for candidate in variants(current, texts, SYSTEMS):
            new = parse(candidate.tag)
            assert said(new) == said(old)
            assert based(new, SYSTEMS).release.shape == based(old, SYSTEMS).release.shape
            assert based(new, SYSTEMS).release.numbers > based(old, SYSTEMS).release.numbers


@given(on_systems() | st.lists(TAGS, min_size=2, max_size=6))
def test_no_tag_is_a_variant_of_its_own_variant_and_none_is_also_a_newer_version(texts):
    for one, other in itertools.permutations(set(texts), 2):
        if other in found(one, f"{one} {other}"):
            assert one not in found(other, f"{one} {other}")
            assert not succeeds(parse(other), parse(one))
            assert not succeeds(parse(one), parse(other))


@given(on_systems())
def test_variants_come_newest_first_and_are_all_there_are(texts):
    for current in texts:
        old = based(parse(current), SYSTEMS)
        read = {text: based(parse(text), SYSTEMS) for text in texts}
        wanted = {text for text, new in read.items() if old and new and is_newer_base(new, old)}
        tags = [c.tag for c in variants(current, texts, SYSTEMS)]
        assert set(tags) == wanted
        keys = [(read[tag].release.numbers, read[tag].builds) for tag in tags]
        assert keys == sorted(keys, reverse=True)

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tags import competes, kind_of_move, parse, succeeds
from bot.tags.order import successors
from tests.tags.test_grammar import TAGS

KINDS = [
    ("1.2.3", "1.2.4", "patch"),
    ("1.2.3.4", "1.2.3.5", "patch"),
    ("1.2.3", "1.3.0", "minor"),
    ("1.2", "1.3", "minor"),
    ("1.2.3", "2.0.0", "major"),
    ("v1", "v2", "major"),
    ("3.14.0rc1", "3.14.0", "patch"),
    ("3.14.0rc1", "3.14.0rc2", "patch"),
    ("5.0.0", "5.0.0.post1", "revision"),
    ("1.2.3-r8", "1.2.3-r10", "revision"),
    ("1.2.3-1", "1.2.3-2", "revision"),
    ("0.1.0-s1", "0.1.0-s2", "revision"),
    ("8u312-b07-jdk", "8u322-b06-jdk", "patch"),
    ("8u312-b07-jdk", "8u312-b08-jdk", "revision"),
    ("17_35-jdk", "17.0.1_12-jdk", "patch"),
    ("17.0.1_12-jdk", "17.0.1_13-jdk", "revision"),
    ("3.4.13-debian-12-r8", "3.4.14-debian-12-r0", "patch"),
    ("0.0.1-20240218", "0.0.1-20240301", "date"),
    ("0.0.1-20240218", "0.0.2-20240301", "patch"),
    ("20240904", "20250101", "date"),
    ("2024-09-04", "2024-10-01", "date"),
    ("2024-09-04-120102", "2024-09-04-130102", "date"),
    ("20240904-1", "20240904-2", "revision"),
    ("20240904.1", "20240904.2", "date"),
    ("1779828949", "1781566560", "date"),
    ("2024.01.31", "2025.01.01", "date"),
    ("2024.1.3", "2025.1.0", "major"),
    ("RELEASE.2024-01-01T00-00-00Z", "RELEASE.2024-02-01T00-00-00Z", "date"),
    ("bookworm-20240904", "bookworm-20240905", "date"),
    ("2.0.20240223.0", "2.0.20240301.0", "date"),
]


@pytest.mark.parametrize(("old", "new", "kind"), KINDS)
def test_a_move_is_named_after_the_weightiest_number_that_differs(old, new, kind):
    assert succeeds(parse(new), parse(old))
    assert kind_of_move(parse(old), parse(new)) == kind


def test_two_numbers_can_make_a_major():
    assert kind_of_move(parse("22.04"), parse("22.10"), 2) == "major"
    assert kind_of_move(parse("22.04.1"), parse("22.04.2"), 2) == "minor"


def test_tags_of_one_place_in_different_spellings_do_not_move():
    assert kind_of_move(parse("18.04"), parse("18.4")) == "revision"
    assert not succeeds(parse("18.04"), parse("18.4"))
    assert not succeeds(parse("18.4"), parse("18.04"))


ORDERED = [
    "3.7.0a1 3.7.0a2 3.7.0a10 3.7.0b1 3.7.0rc1 3.7.0 3.7.0.post1 3.7.1",
    "1.0.0-alpha.1 1.0.0-beta.1 1.0.0-preview.2 1.0.0-rc.1 1.0.0-rc.10 1.0.0",
    "3.14-rc 3.14-rc1 3.14 3.15-rc",
    "noble-20240126 noble-20240127 noble-20240127.1 noble-20240127.10 noble-20240212",
    "8.6-754 8.6-754.1655117782 8.7-923.1669829893 8.7-1049",
    "17_35 17.0.1_12 17.0.1.1_1 17.0.2_8 21_35",
    "1.2.3-r8 1.2.3-r9 1.2.3-r10 1.2.4-r0",
    "2018.03.0.20191014.0 2018.03.0.20191014.1 2018.03.0.20200206.0",
]


@pytest.mark.parametrize("line", ORDERED)
def test_a_line_has_one_order(line):
    tags = [parse(text) for text in line.split()]
    for older, newer in itertools.combinations(tags, 2):
        assert succeeds(newer, older), (older, newer)
        assert not succeeds(older, newer), (older, newer)


STRANGERS = [
    ("20.11.0", "22"),
    ("1.25", "1.25.3"),
    ("24", "22.11.0"),
    ("3.19", "20210804"),
    ("3", "20240807"),
    ("3.0", "2023.12"),
    ("v1.0.0", "1.2.0"),
    ("v1.0.0", "V1.2.0"),
    ("1.0.0", "1.1.0-slim"),
    ("1.0.0-alpine3.18", "1.1.0-alpine3.19"),
    ("1.0.0-bookworm", "1.1.0-trixie"),
    ("1.0.0-jdk17", "1.1.0-jdk21"),
    ("1.0.0-temurin-17", "1.1.0-temurin-21"),
    ("1.0.0-arm64", "1.1.0-amd64"),
    ("1.0.0", "1.1.0-r1"),
    ("1.0.0-r1", "1.1.0-s1"),
    ("1.0.0-1", "1.1.0-20240101"),
    ("20240904", "2024-09-05"),
    ("bookworm-20240904", "trixie-20250908"),
    ("bookworm-20240904", "bookworm-20250908-slim"),
    ("4.8.1-ltsc2022", "4.8.2-20250909-ltsc2022"),
    ("0.0.1-20260614", "22.23.0-1"),
    ("3.12", "3.13-dev"),
    ("1779828949", "9.6"),
    ("latest", "20"),
    ("bookworm", "trixie"),
    ("0a1b2c3", "1a1b2c3"),
    ("alpine3.18", "alpine3.19"),
    ("Y.5", "2024.6"),
]


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_other_variants_precisions_and_spellings_never_compete(one, other):
    assert not competes(parse(one), parse(other))
    assert not competes(parse(other), parse(one))


@given(st.lists(TAGS, min_size=2, max_size=6))
def test_succession_is_a_strict_order(texts):
    tags = [parse(text) for text in texts]
    for one, other in itertools.permutations(tags, 2):
        assert not (succeeds(one, other) and succeeds(other, one))
    for a, b, c in itertools.permutations(tags, 3):
        if succeeds(c, b) and succeeds(b, a):
            assert succeeds(c, a)


def lines():
    """Tags of one line: one tag with the numbers in it changed."""
    number = st.integers(0, 30).map(str)
    stage = st.sampled_from(["", "rc1", "rc10", "-rc.2", "b3", ".post1", "-beta", "-ea-3"])
    rest = st.sampled_from(
        ["", "-alpine3.19", "-r{}", "_{}", "-debian-12-r{}", "-slim", "-{}", "-master-{}-x"]
    )
    forms = st.tuples(st.sampled_from(["", "v", "jdk-"]), st.integers(1, 4), rest)

    def tag(form):
        prefix, precision, tail = form
        release = st.lists(number, min_size=precision, max_size=precision).map(".".join)
        return st.builds(lambda r, s, n: f"{prefix}{r}{s}{tail.format(n)}", release, stage, number)

    return forms.flatmap(lambda form: st.lists(tag(form), min_size=2, max_size=5))


@given(lines())
def test_inside_a_line_the_order_is_total(texts):
    tags = [parse(text) for text in texts]
    for one, other in itertools.combinations(tags, 2):
        if competes(one, other):
            assert succeeds(one, other) + succeeds(other, one) + (one.key == other.key) == 1
            assert kind_of_move(one, other) in {"revision", "patch", "minor", "major"}


@given(lines())
def test_every_move_but_a_major_keeps_the_name_of_the_line(texts):
    tags = [parse(text) for text in texts]
    for old, new in itertools.permutations(tags, 2):
        if succeeds(new, old):
            same_name = old.line() == new.line()
            assert same_name == (kind_of_move(old, new) != "major")


@given(st.lists(TAGS, max_size=8) | lines(), st.data())
def test_successors_are_all_that_succeed_newest_first(texts, data):
    current = data.draw(st.sampled_from(texts) if texts else TAGS)
    found = successors(current, texts, 1)
    expected = {text for text in texts if succeeds(parse(text), parse(current))}
    assert {candidate.tag for candidate in found} == expected
    keys = [parse(candidate.tag).key for candidate in found]
    assert keys == sorted(keys, reverse=True)


def flagged(current, tags):
    found = successors(current, tags.split(), 1)
    return [candidate.tag for candidate in found if candidate.prerelease]


def test_a_prerelease_is_marked_for_who_is_on_a_release():
    assert flagged("3.13.0", "3.13.1 3.14.0rc1 3.14.0") == ["3.14.0rc1"]


def test_who_is_on_a_prerelease_may_go_to_newer_ones_of_the_same_release():
    assert flagged("3.14.0rc9", "3.14.0rc10 3.14.0 3.15.0a1") == ["3.15.0a1"]


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        ("20.11.0-alpine", "20.*.*-alpine"),
        ("1.25", "1.*"),
        ("20", "20"),
        ("v4", "v4"),
        ("latest", "latest"),
        ("bookworm-slim", "bookworm-slim"),
        ("3.4.13-debian-12-r8", "3.*.*-debian-12-r*"),
        ("bookworm-20240904", "bookworm-*"),
        ("bookworm-20240904.1-slim", "bookworm-*-slim"),
        ("0.0.1-20240218", "0.*.*-*"),
        ("2024.01.31", "*.*.*"),
        ("2024.1.3", "2024.*.*"),
        ("17.0.1_12-jre", "17.*_*-jre"),
        ("17_35-jre", "17.*_*-jre"),
        ("8u312-b07-jdk", "8u*-b*-jdk"),
        ("3.14.0rc1-slim", "3.*.*-slim"),
        ("5.0.0.post1", "5.*.*"),
        ("8.7-923.1669829893", "8.*-*"),
        ("v3.9.0-177-ged5bcde", "v3.*.*-*-*"),
        ("main-0a1b2c3", "main-0a1b2c3"),
        ("1803-KB4505057", "1803-KB*"),
        ("RELEASE.2024-01-01T00-00-00Z", "RELEASE.*"),
        ("1779828949", "*"),
        ("php8.3-fpm", "php8.*-fpm"),
    ],
)
def test_a_line_is_named_by_what_stays(tag, line):
    assert parse(tag).line() == line

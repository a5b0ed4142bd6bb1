"""References that several nodes spell together, digests with a field of their own, and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edits import edits_for, rewrite
from bot.formats.telling import Left, Place, Slot, is_changed_by_yaml, mentions, split
from bot.formats.yaml_spans import Fields, Scalar, read, target
from bot.model import Skip, SourceFile, Span, Use

DIGEST = "sha256:" + "5eed" * 16
OLD = "sha256:" + "0a1b" * 16


def nodes(text):
    (document,) = read(text).documents
    return {field.name: field for field in Fields().of(document)}


def parts(text):
    """What `split` makes of a mapping, in the words of its nodes."""
    of = {name: field.value for name, field in nodes(text).items()}
    found = split(of["name"], of.get("registry"), of.get("tag"), of.get("digest"))
    return [part if isinstance(part, str) else target(part).value for part in found]


def told(text, **said):
    """What is told of a mapping as an image in pieces."""

    def places(document, fields):
        of = {field.name: field.value for field in fields.of(document)}
        joined = split(of["name"], of.get("registry"), of.get("tag"), of.get("digest"))
        yield Place("image", of["name"], parts=joined, **said)

    (mention,) = mentions(SourceFile("a.yaml", text), "x", places)
    return mention


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{name: a}", ["a"]),
        ("{name: a, tag: b}", ["a", ":", "b"]),
        ("{registry: r, name: a}", ["r", "/", "a"]),
        ("{tag: b, name: a, registry: r}", ["r", "/", "a", ":", "b"]),
        ("{name: a, digest: d}", ["a", "@", "d"]),
        ("{name: a, tag: b, digest: d}", ["a", ":", "b", "@", "d"]),
        ("{registry: '', name: a, tag: ~, digest: null}", ["a"]),
        ("{registry: &r r, name: a, tag: *r}", ["r", "/", "a", ":", "r"]),
        ("{registry: &r '', name: a, tag: *r}", ["a"]),
        ("{name: a, tag: [b]}", None),
    ],
)
def test_fields_are_put_together_and_those_that_say_nothing_go(text, wanted):
    if wanted is None:
        assert told(text).reason == "invalid-reference"
    else:
        assert parts(text) == wanted


def test_every_field_moves_where_it_stands():
    text = f"digest: '{OLD}'\nregistry: r.io\ntag: \"1\"  # x\nname: a/b\n"
    use = told(text)
    assert str(use.image) == f"r.io/a/b:1@{OLD}"
    assert (use.text, use.position.line) == ("a/b", 4)
    after = rewrite(text, edits_for(use, use.image.at("2", DIGEST)))
    assert after == text.replace(OLD, DIGEST).replace('"1"', '"2"')


def test_a_digest_without_a_slot_follows_the_last_field():
    text = "{tag: '1', name: a}"
    use = told(text)
    assert rewrite(text, edits_for(use, use.image.at("1", DIGEST))) == text.replace(
        "1'", f"1@{DIGEST}'"
    )


@pytest.mark.parametrize(
    ("text", "mark", "slot", "after"),
    [
        ("{name: a, tag: b, digest: ''}", "''", Slot(1), f"'{DIGEST}'"),
        ("name: a\ntag: b\ndigest:\n", "digest:", Slot(7, " "), f"digest: {DIGEST}"),
        ("{name: a, tag: b}", "b", Slot(1, ", digest: '", "'"), f"b, digest: '{DIGEST}'"),
    ],
)
def test_a_digest_goes_into_its_slot_with_what_is_around_it(text, mark, slot, after):
    at = text.index(mark) + slot.at
    use = told(text, slot=Slot(at, slot.before, slot.after))
    assert (use.digest_at, use.digest_in, use.carries) == (
        at,
        (slot.before, slot.after, slot.implied),
        "reference",
    )
    written = rewrite(text, edits_for(use, use.image.at("b", DIGEST)))
    assert written == text.replace(mark, after)
    assert told(written).image.digest == DIGEST


def test_where_no_digest_may_be_written_it_moves_by_its_tag_and_a_digest_there_is_kept_in_step():
    assert told("{name: a, tag: b}", no_digest="because").carries == "tag"
    use = told(f"{{name: a, tag: b, digest: '{OLD}'}}", no_digest="because")
    assert use.carries == "reference"
    assert len(edits_for(use, use.image.at("c", DIGEST))) == 2


def test_a_place_without_a_tag_that_is_to_have_no_digest_is_still_a_use():
    use = told("{name: a}", no_digest="because")
    assert (use.carries, use.digest_at, use.no_digest) == ("reference", None, "because")


@pytest.mark.parametrize(
    ("tag", "reads"),
    [
        ("7", "7"),
        ("20240101", "20240101"),
        ("3.9", "3.9"),
        ("0.5", "0.5"),
        ("2024.123456", "2024.123456"),
        ("1.2.3", "1.2.3"),
        ("'3.10'", "3.10"),
        ("!!str 3.10", "3.10"),
        ("3.10", None),
        ("3.0", None),
        ("040", None),
        ("1_000", None),
        ("1e3", None),
        ("0x1F", None),
        ("yes", None),
        (".5", None),
        ("0", "0"),
        ("2024-01-01", "2024-01-01"),
        ("123456789012345678.5", None),
    ],
)
def test_a_number_counts_as_yaml_prints_it(tag, reads):
    mention = told(f"{{name: a, tag: {tag}}}")
    if reads is None:
        assert isinstance(mention, Skip)
        assert mention.reason == "invalid-reference"
        assert "quote it" in mention.detail
    else:
        assert isinstance(mention, Use)
        assert mention.image.tag == reads


def test_a_number_that_is_the_whole_of_a_reference_is_none():
    place = lambda document, fields: iter(  # noqa: E731
        Place("image", field.value, field.key) for field in fields.of(document)
    )
    (skip,) = mentions(SourceFile("a.yaml", "image: 7\n"), "x", place)
    assert skip.reason == "invalid-reference"


@given(st.integers(0, 10**12), st.integers(0, 10**6))
def test_a_number_is_changed_exactly_if_it_prints_otherwise(whole, part):
    said = f"{whole}.{part}"
    prints = repr(float(said)).removesuffix(".0")
    assert is_changed_by_yaml(Scalar(said, Span(0, len(said)))) is (prints != said)


def test_what_is_known_to_be_left_is_left_whatever_it_says():
    skip = told("{name: 'a b', tag: c}", left=Left("elsewhere", "because"))
    assert (skip.reason, skip.detail, skip.text) == ("elsewhere", "because", "a b")

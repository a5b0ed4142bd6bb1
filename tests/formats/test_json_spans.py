import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import json_spans
from bot.formats.json_spans import read
from bot.formats.yaml_spans import Scalar, spelling

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def value(node):
    """What a node says, by the standard library's reader of its scalars."""
    if isinstance(node, Scalar):
        return node.value if node.style else json.loads(node.value)
    if node.kind == "sequence":
        return [value(child) for child in node.children]
    keys, values = node.children[::2], node.children[1::2]
    return {key.value: value(each) for key, each in zip(keys, values, strict=True)}


def trouble(text):
    found = read(text)
    return found.trouble and found.trouble.problem


@given(VALUES, st.sampled_from([None, 2]))
def test_json_says_what_it_says(said, indent):
    text = json.dumps(said, indent=indent)
    found = read(text)
    assert found.trouble is None
    assert value(found.documents[0]) == said


def test_comments_and_trailing_commas_are_taken():
    text = '\ufeff// one\r\n{ "a": [1, 2,], /* two\n * three\n */ "b": "x//y", // basewatch\n}\n'
    found = read(text)
    assert value(found.documents[0]) == {"a": [1, 2], "b": "x//y"}
    assert [(remark.span.of(text), remark.alone) for remark in found.remarks] == [
        ("one", True), ("two", False), ("three", True), ("basewatch", False),
    ]  # fmt: skip


def test_comments_are_kept_only_where_some_are_for_basewatch():
    assert read("/* a */ {} // b").remarks == ()


def test_a_scalar_stands_where_its_characters_are():
    text = '{"a\\/b": "x\\ty", "c": 12}'
    mapping = read(text).documents[0]
    _, spelled, _, number = mapping.children
    assert number.span.of(text) == "12"
    assert [piece.text for piece in spelling(text, spelled).pieces] == ["x", "\t", "y"]
    assert (mapping.start, mapping.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "it says nothing"),
        ("// only", "it says nothing"),
        ("{", "it is never closed"),
        ("[1", "it is never closed"),
        ("{]", "] is not expected here"),
        ("[1}", "} is not expected here"),
        ("}", "} is not expected here"),
        ("[,]", ", is not expected here"),
        ('{"a" 1}', "it is not JSON"),
        ('{"a" "b"}', "a comma or colon is missing"),
        ('{"a": [1] {}}', "{ is not expected here"),
        ('{"a":}', "} is not expected here"),
        ("{a: 1}", "it is not JSON"),
        ("{'a': 1}", "it is not JSON"),
        ("1 2", "something follows the end"),
        ("[] []", "something follows the end"),
        ("01", "it is not JSON"),
        ('"\\x"', "its escape is none that JSON has"),
        ('"a\nb"', "it is not JSON"),
        ("/* open", "it is not JSON"),
        ("[" * 101, "it is nested deeper than 100"),
    ],
)
def test_what_is_no_json_is_told(text, wanted):
    assert trouble(text) == wanted
    assert read(text).documents == []


@given(st.text(alphabet='{}[]",:/*\\ \n1atrue', max_size=40))
def test_any_text_can_be_read(text):
    found = read(text)
    assert bool(found.trouble) != bool(found.documents)


def test_many_comments_on_one_line_take_no_long_time():
    assert len(read("/*a*/" * 20_000 + "1 // basewatch").remarks) == 20_001


def test_a_file_has_so_many_nodes_and_no_more(monkeypatch):
    monkeypatch.setattr(json_spans, "NODE_LIMIT", 10)
    assert trouble("[" + "1," * 11 + "]") == "it has more than 10 nodes"

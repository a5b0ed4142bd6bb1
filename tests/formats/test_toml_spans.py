"""TOML, beside Python's own reader of it."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats.toml_spans import DEPTH_LIMIT, read
from bot.formats.yaml_spans import Scalar, spelling

KEYS = st.one_of(
    st.sampled_from(["a", "b", "a.b", "b.a", "c.d.e", '"a b"', "'x'", '"\\u0061"', "a . c", "1"]),
)
SCALARS = st.sampled_from(
    [
        *('""', '"a"', "'a'", '"\\t\\u00e9\\\\"', "'C:\\x'", '"""a\n b"""', '"""\na\\\n   b"""'),
        *("'''\nit''s'''", '""""a"""""', '"#"', "'# no'", '"""\r\nx\r\ny"""', '"é"'),
        *("1", "-0", "1_000", "0xff", "1.5", "1e3", "inf", "-nan", "true", "false", "1979-05-27"),
        *("1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5", "07:32:00", "0o7", "0b1"),
        *("01", "1.", "_1", "maybe", "1979-13-01", '"\\x41"', '"\\ud800"', "'", '"', ""),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda said: "[" + ", ".join(said) + "]"),
        st.lists(inner, max_size=2).map(lambda said: "[\n" + ",  # c\n".join(said) + "\n,]"),
        st.lists(st.tuples(KEYS, inner), max_size=3).map(
            lambda said: "{ " + ", ".join(f"{key} = {value}" for key, value in said) + " }"
        ),
    ),
    max_leaves=5,
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(" = ".join),
    KEYS.map("[{}]".format),
    KEYS.map("[[{}]]".format),
    KEYS.map(" [ {} ] # basewatch: ignore".format),
    st.sampled_from(["", "# a = 1", "\t", "a", "a =", "[a", "[[a]", "a = 1 b = 2", "]", "\r"]),
)


def value_of(node):
    """What a node says, as Python would have it; what is no text is told by its own characters."""
    if isinstance(node, Scalar):
        if node.style or node.tag:
            return node.value
        return repr(tomllib.loads(f"x = {node.value}")["x"])
    if node.kind == "sequence":
        return [value_of(child) for child in node.children]
    pairs = zip(node.children[::2], node.children[1::2], strict=True)
    return {key.value: value_of(value) for key, value in pairs}


def as_told(value):
    if isinstance(value, dict):
        return {key: as_told(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_told(inner) for inner in value]
    return value if isinstance(value, str) else repr(value)


def by_tomllib(text):
    try:
        return as_told(tomllib.loads(text))
    except ValueError:
        return None


def by_us(text):
    reading = read(text)
    return None if reading.trouble else value_of(reading.documents[0])


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=7), st.sampled_from(["\n", "\r\n"]))
def test_what_is_put_together_is_read_as_python_does(lines, end):
    text = end.join(lines)
    assert by_us(text) == by_tomllib(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab.=[]{}\"'#\\,1 \n\ru", max_size=30))
def test_what_is_thrown_together_is_read_as_python_does(text):
    assert by_us(text) == by_tomllib(text)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ('a = "x:1"', ("x:1", ["x:1"])),
        ("a = 'x:1'", ("x:1", ["x:1"])),
        ('a = """x:1"""', ("x:1", ["x:1"])),
        ('a = "x\\u003a1"', ("x:1", ["x", None, "1"])),
        ('a = """x\\u003a1"""', ("x:1", [None])),
    ],
)
def test_a_text_knows_which_of_its_characters_are_in_the_file(text, spelled):
    node = read(text).documents[0].children[1]
    found = spelling(text, node)
    spans = [piece.span and piece.span.of(text) for piece in found.pieces]
    assert (found.words, spans) == spelled


def test_comments_know_whether_they_have_their_line_to_themselves():
    text = '\ufeff# one\na = [ # two\n  # three\n  """\n# no\n""" # four\n]'
    remarks = [(remark.span.of(text), remark.alone) for remark in read(text).remarks]
    assert remarks == [("# one", True), ("# two", False), ("# three", True), ("# four", False)]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5_000,
        "a = " + "{a=" * 5_000,
        "a = " + "[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1),
        ".".join("a" * 5_000) + " = 1",
        'a = "' + "\\" * 50_000,
        'a = """' + '"x' * 50_000,
        "a = [" + "1," * 21_000 + "]",
    ],
)
def test_what_nobody_would_write_ends_the_reading(text):
    reading = read(text)
    assert reading.trouble
    assert not reading.documents


@pytest.mark.parametrize(
    "text",
    [
        *('a = """x\ry"""', 'a = "\\q"', 'a = "\\ud800"', 'a = "\\Uffffffff"', "a = '''x\ry'''"),
        *("[a]\n[a]", "[[a]]\n[a]", "a = 1\n[[a]]", "[a.b]\na = 1\n[a.b.a]", '"""a""" = 1'),
        *(
            "[a]\n[[a]]",
            "a = {b = 1}\n[a.c]",
            "a = [{}]\n[[a]]",
            "a.b = 1\n[a]",
            "[a.b]\n[a]\nb.c = 1",
        ),
        *("a = {b.c = 1}\na.b.d = 1", "a = {b = 1,}", "a = [1,, 2]", "a = [,]", "a = {,}"),
    ],
)
def test_what_python_refuses_is_refused(text):
    assert by_tomllib(text) is None
    assert by_us(text) is None

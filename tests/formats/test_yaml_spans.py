import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats import yaml_spans
from bot.formats.yaml_spans import (
    Alias,
    Collection,
    Comments,
    Fields,
    Lines,
    Scalar,
    is_null,
    is_text,
    read,
    reading,
    spelling,
    target,
)
from bot.model import SourceFile

NOISE = "ab:-?{}[],&*!|>'\"%#@`\\ \n\t\r\ufeff\x85\u2028é🐋\x00\udc80"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def loader(request, monkeypatch):
    """Both of PyYAML's parsers: a Python without libyaml has to read the same."""
    monkeypatch.setattr(reading, "_Loader", getattr(yaml, request.param))


def scalars(text):
    found = []
    ahead = list(read(text).documents)[::-1]
    while ahead:
        node = ahead.pop()
        if isinstance(node, Collection):
            ahead += node.children[::-1]
        elif isinstance(node, Scalar):
            found.append(node)
    return found


def only(text):
    """The value of the one field of a mapping."""
    return Fields().own(read(text).documents[0])[-1].value


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("said", "words", "shown", "pieces"),
    [
        ("x:1", "x:1", "x:1", ["x:1"]),
        ("x:1 # c", "x:1", "x:1", ["x:1"]),
        ("\n  x:1", "x:1", "x:1", ["x:1"]),
        ("x\n  y", "x y", "x\n  y", [None]),
        ("'x:1'", "x:1", "x:1", ["x:1"]),
        ("'x''y'", "x'y", "x''y", ["x", None, "y"]),
        ("'x\n  y'", "x y", "x\n  y", [None]),
        ("''", "", "", []),
        ('"x:1"', "x:1", "x:1", ["x:1"]),
        (r'"x\x3A1"', "x:1", r"x\x3A1", ["x", None, "1"]),
        (r'"\u0078\U0000003a1\t"', "x:1\t", r"\u0078\U0000003a1\t", [None, None, "1", None]),
        (
            r'"\/\"\\\N\_\L\P\e\0\a\b\v\f\r\n\ "',
            '/"\\\x85\xa0\u2028\u2029\x1b\0\a\b\v\f\r\n ',
            None,
            None,
        ),
        ('"x\\\n   :1"', "x:1", "x\\\n   :1", ["x", ":1"]),
        ('"x\\\r\n\t :1"', "x:1", "x\\\r\n\t :1", ["x", ":1"]),
        ('"x\n  y"', "x y", "x\n  y", [None]),
        (">-\n  x:1\n", "x:1", "x:1", ["x:1"]),
        ("> # c\n  x:1\n\n", "x:1", "x:1", ["x:1"]),
        ("|+\n  x:1\n\n", "x:1", "x:1", ["x:1"]),
        ("|2-\n    x:1\n", "  x:1", "x:1", [None]),
        (">-\n  x\n  y\n", "x y", "x\n  y", [None]),
        ("|\n", "", "", []),
        ("&a x:1", "x:1", "x:1", ["x:1"]),
        ("!!str &a 'x:1'", "x:1", "x:1", ["x:1"]),
        ("&a !<tag:yaml.org,2002:str> x:1", "x:1", "x:1", ["x:1"]),
        ("&a # c\n  x:1", "x:1", "x:1", ["x:1"]),
        ("🐋:é", "🐋:é", "🐋:é", ["🐋:é"]),
    ],
)
@pytest.mark.parametrize("start", ["k: ", "\ufeff🐋: é\nk: ", "é\udcff: [\x00, x]\r\nk: "])
def test_a_scalar_is_traced_to_its_characters(said, words, shown, pieces, start):
    text = start + said
    spelled = spelling(text, only(text))
    assert spelled.words == words
    if shown is not None:
        assert spelled.span.of(text) == shown
        assert [piece.span and piece.span.of(text) for piece in spelled.pieces] == pieces
    assert "".join(piece.text for piece in spelled.pieces) == words


@pytest.mark.parametrize(
    ("said", "end"),
    [("x", 4), ("'x'", 5), (r'"x\x31"', None), (r'"\x31x"', 9), ("''", None)],
)
def test_words_can_be_made_longer_where_they_end(said, end):
    text = f"k: {said}"
    assert spelling(text, only(text)).end == end


@pytest.mark.parametrize(
    "said", ["", "~", "null", "Null", "NULL", "''", '""', "!!null x", "!!str", "&a"]
)
def test_nothing_is_said(said):
    assert is_null(only(f"k: {said}"))


@pytest.mark.parametrize("said", ["x", "'~'", '"null"', "nULL", "!!str null", "|\n ~", "0", "' '"])
def test_something_is_said(said):
    assert not is_null(only(f"k: {said}"))


@pytest.mark.parametrize(
    "said",
    [
        "1",
        "-1",
        "1_000",
        "0x1F",
        "0o17",
        "0b1",
        "1.5",
        ".5",
        "1e3",
        ".inf",
        ".NaN",
        "true",
        "No",
        "OFF",
    ],
)
def test_numbers_and_truth_values_are_no_text(said):
    assert not is_text(only(f"k: {said}"))
    assert is_text(only(f"k: '{said}'"))
    assert is_text(only(f"k: !!str {said}"))


@pytest.mark.parametrize(
    "said", ["debian", "1.2.3", "3-slim", "node:20", "trUe", "0xg", "v1", "e3"]
)
def test_other_plain_scalars_are_text(said):
    assert is_text(only(f"k: {said}"))


@pytest.mark.usefixtures("loader")
def test_documents_before_the_trouble_are_kept():
    found = read("a: b\n---\nc: d\n---\n'e")
    assert len(found.documents) == 2
    assert found.trouble.offset == "a: b\n---\nc: d\n---\n'e".index("'e")


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "problem", "offset"),
    [
        ("a: b\n c: d", "mapping values", 7),
        ("\ufeffa: *x", "anchored as 'x'", 4),
        ("a: &x b\n---\na: *x", "anchored as 'x'", 15),
        ("[" * 200, "nested deeper than 100", 100),
        ("a: {{}", "expected", 3),
        ("%YAML " + "9" * 5_000 + ".1\n---\na", "", None),
    ],
)
def test_trouble_says_what_and_where(text, problem, offset):
    trouble = read(text).trouble
    assert problem in trouble.problem
    assert trouble.offset == offset or offset is None
    assert 0 <= trouble.offset <= len(text)


def test_there_is_a_bound_on_nodes(monkeypatch):
    monkeypatch.setattr(reading, "EVENT_LIMIT", 10)
    assert read("[a, b]").trouble is None
    assert read("[a, b, c, d, e, f]").trouble.problem == "it has more than 10 nodes"


@pytest.mark.usefixtures("loader")
def test_an_alias_stands_for_the_last_anchor_of_its_name():
    text = "- &a x\n- *a\n- &a y\n- *a\n- &c [*c]\n"
    nodes = read(text).documents[0].children
    assert [target(node).value for node in nodes[:4]] == ["x", "x", "y", "y"]
    assert isinstance(nodes[1], Alias)
    assert nodes[1].span.of(text) == "*a"
    assert target(nodes[4].children[0]) is nodes[4]


def test_a_collection_knows_where_it_ends():
    text = "a: [b, {c: d}] # e"
    sequence = only(text)
    assert text[sequence.start : sequence.end] == "[b, {c: d}]"


def test_merged_fields_give_way_to_those_before_them():
    text = (
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2, <<: *a}\n"
        "c: {<<: [*b, {z: 3, w: 3}], v: 4, v: 5}\nd: {<<: 3, '<<': {x: 6}}\ne: 7\n"
    )
    fields = Fields()
    values = [field.value for field in Fields().own(read(text).documents[0])]
    c = [(f.name, target(f.value).value) for f in fields.of(values[2]) if not f.is_merge]
    assert c == [("v", "4"), ("v", "5"), ("y", "2"), ("z", "2"), ("x", "1"), ("w", "3")]
    assert [f.name for f in fields.of(values[3]) if not f.is_merge] == ["<<"]
    assert not list(fields.of(values[4]))
    assert [item.value for item in fields.items(values[4])] == ["7"]
    assert not list(fields.items(values[0]))


@given(st.text(alphabet="a\n\r\ufeff", max_size=12), st.integers(0, 12))
def test_lines_count_as_source_files_do(text, offset):
    offset = min(offset, len(text))
    assert Lines(text).position(offset) == SourceFile("f", text).position(offset)


def comments(text):
    return Comments(text, read(text).scalars, Lines(text))


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("k: x", ()),
        ("k: x # a", ("# a",)),
        ("# a\n# b\nk: x # c", ("# a", "# b", "# c")),
        ("# a\n\n# b\nk: x", ("# b",)),
        ("# a\n   \nk: x", ()),
        ("\ufeff# a\nk: x", ("# a",)),
        ("# a\r\nk: x # b\r\n", ("# a", "# b")),
        ("j: y # a\nk: x", ()),
        ("j: |\n  # a\nk: x", ()),
        ("j: 'y\n  # a'\nk: x", ()),
        ("k: 'x # a'", ()),
        ('k: "x # a" # b', ("# b",)),
        ("k: x#a", ()),
        ("{j: 'it # is', k: x} # a", ("# a",)),
        ("k: # a\n  # b\n  x # c", ("# a", "# b", "# c")),
    ],
)
def test_comments_stand_beside_a_field(text, beside):
    field = Fields().own(read(text).documents[0])[-1]
    lines = Lines(text)
    first, last = lines.of(field.key.start), lines.of(field.value.span.end - 1)
    assert comments(text).beside(first, last) == beside


def test_so_many_comment_lines_belong_to_what_is_below_them():
    assert comments("# a\n" * 99 + "k: x").beside(99, 99) == ("# a",) * 99
    assert comments("# a\n" * 200 + "k: x").beside(200, 200) == ("# a",) * 100


def test_comments_stand_below_a_line():
    assert comments("# a\n# b\n# c\nk: x # d").below(0) == (("# b", "# c"), 3)
    assert comments("# a\n\n# b").below(0) == ((), 1)


def test_comments_of_other_lines_are_found_where_they_stand():
    text = "# a\nk: 'x # b' # c\n\n  # d\n"
    assert [span.of(text) for span in comments(text).elsewhere({0})] == ["# c", "# d"]


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [*NOISE, "a: ", "- ", "\n  ", "&a ", "*a ", "!!str ", "--- ", ">-\n ", "'b'"]
        )
    )
)
def test_any_text_is_read_and_every_scalar_is_traced(parts):
    text = "".join(parts)
    found = read(text)
    assert found.trouble is None or 0 <= found.trouble.offset <= len(text)
    assert [span.start for span in found.scalars] == sorted(span.start for span in found.scalars)
    for scalar in scalars(text):
        spelled = spelling(text, scalar)
        assert "".join(piece.text for piece in spelled.pieces) == spelled.words
        for piece in spelled.pieces:
            said = piece.span.of(text) if piece.span else piece.text
            assert piece.text == reading._UNREADABLE.sub("\ufffd", said)


@given(st.text(alphabet="abc:/@.-_0é🐋'\"#&*!% \\", min_size=1, max_size=20))
@pytest.mark.parametrize("style", ["'", '"', ">", "|", None])
def test_what_pyyaml_writes_is_traced(style, words):
    written = yaml.safe_dump({"k": words}, default_style=style, allow_unicode=True, width=1000)
    (field,) = Fields().own(read(written).documents[0])
    spelled = spelling(written, field.value)
    assert spelled.words == words
    assert spelled.span.start > 2 or not words


def test_the_package_names_what_it_offers():
    assert all(hasattr(yaml_spans, name) for name in yaml_spans.__all__)

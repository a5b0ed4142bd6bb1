"""XML, beside Python's own reader of it, and what a hostile file comes to."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats.xml_spans import DEPTH_LIMIT, NODE_LIMIT, read
from bot.formats.yaml_spans import spelling

WORDS = st.sampled_from(
    [
        "",
        " ",
        "a:1",
        "&lt;",
        "&#65;",
        "&#x41;b",
        "<![CDATA[<&]]>",
        "<!-- c -->",
        "<?p q?>",
        "é",
        "\n",
    ]
)
TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(
        st.sampled_from(["a", "b.c", "d-e"]),
        st.sampled_from(["", ' x="1"', " y='&amp;\"'", ' Condition = ""\n']),
        st.lists(inner, max_size=3).map("".join),
    ).map(lambda said: f"<{said[0]}{said[1]}>{said[2]}</{said[0]}>"),
    max_leaves=6,
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def told(element):
    return element.name, element.attributes, element.said, [*map(told, element.children)]


def as_python(element):
    said = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    return element.tag, dict(element.attrib), said, [*map(as_python, element)]


def squeezed(tree):
    """Blanks around runs do not count here."""
    name, attributes, said, children = tree
    return name, attributes, "".join(said.split()), [*map(squeezed, children)]


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_elements_are_those_that_python_reads(inner):
    text = f"<root>{inner}</root>"
    (root,) = read(text).root.children
    wanted = as_python(ET.fromstring(text))
    assert squeezed(told(root)) == squeezed(wanted)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/ab&;![]-='\" ?", max_size=30))
def test_any_text_is_read_or_told(text):
    document = read(text)
    assert bool(document.trouble) != bool(document.root.children)


def test_entities_of_a_document_are_not_expanded():
    text = f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{LAUGHS}]><a>&l9;</a>'
    (root,) = read(text).root.children
    assert root.said == "&l9;"


def test_nothing_is_loaded_from_elsewhere():
    text = '<!DOCTYPE a SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    (root,) = read(text).root.children
    assert root.said == "&x;"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<a><b></a>", "a is closed, and was not the last to be opened"),
        ("<a>", "a is never closed"),
        ("</a>", "a is closed, and was not the last to be opened"),
        ("<a b=c></a>", "it is not XML"),
        ("", "it has no element"),
        ("<!-- never closed", "it is not XML"),
        ("<a>" * (DEPTH_LIMIT + 1), f"it is nested deeper than {DEPTH_LIMIT}"),
        ("<a>" + "<b/>" * NODE_LIMIT, f"it has more than {NODE_LIMIT} elements"),
        ("<a " + "b='1' " * 20_000, "it is not XML"),
        ("<!DOCTYPE a [" + '"' * 20_001, "it is not XML"),
        ("<!--" + "-" * 50_000, "it is not XML"),
    ],
)
def test_what_is_wrong_is_told(text, problem):
    trouble = read(text).trouble
    assert trouble
    assert trouble.problem == problem


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("<a> x:1\r\n</a>", ["x:1"]),
        ("<a><![CDATA[ x:1 ]]></a>", ["x:1"]),
        ("<a>x&#58;1</a>", [None]),
        ("<a>x<!-- y -->:1</a>", [None]),
        ("<a>&#xd800;</a>", ["&#xd800;"]),
    ],
)
def test_an_element_knows_which_of_its_characters_are_in_the_file(text, pieces):
    (root,) = read(text).root.children
    found = spelling(text, root.scalar).pieces
    assert [piece.span and piece.span.of(text) for piece in found] == pieces

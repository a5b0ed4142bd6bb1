from hypothesis import given
from hypothesis import strategies as st

from bot.formats.yaml_spans import Collection, Scalar, characters, read, target


def scalar(text):
    document = read(text).documents[0]
    assert isinstance(document, Collection)
    return document.children[1]


def told(text):
    return [(piece.text, piece.span is not None) for piece in characters(text, scalar(text))]


def test_the_lines_of_a_block_are_found_where_they_stand():
    cases = {
        "a: |\n  x\n  y\n": [("x", True), ("\n", True), ("y", True), ("\n", True)],
        "a: |-\n  x\n\n    y\n\nb: 1": [("x", True), ("\n", True), ("\n", True), ("  y", True)],
        "a: |2\n    x\n  y\n": [("  x", True), ("\n", True), ("y", True), ("\n", True)],
        "a: |+\r\n  x\r\n\r\n": [("x", True), ("\n", False), ("\n", False)],
        "a: | # said\n\n  x\n\n\n": [("\n", True), ("x", True), ("\n", True)],
        "a: |": [],
        "a: |\n   \n": [("", False)],
        "a: 'x'": [("x", True)],
        'a: "x\\ny"': [("x", True), ("\n", False), ("y", True)],
        "a: >\n  x\n  y\n": [("x y\n", False)],
    }
    assert {text: told(text) for text in cases} == cases


@given(st.text(" x#\t\r\n|-\x85", max_size=30))
def test_pieces_say_what_the_scalar_says(words):
    text = "a: |\n" + "".join(f"  {line}\n" for line in words.split("\n"))
    reading = read(text)
    if reading.documents and isinstance(reading.documents[0], Collection):
        said = target(reading.documents[0].children[1])
        if isinstance(said, Scalar):
            pieces = characters(text, said)
            assert "".join(piece.text for piece in pieces) == said.value
            assert all(piece.span.of(text) == piece.text for piece in pieces if piece.span)

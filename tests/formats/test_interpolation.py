from hypothesis import given
from hypothesis import strategies as st

from bot.formats.telling import COMPOSE, SHELL, Left, expanded
from bot.model import Piece, Span


def piece(text, at=0):
    return Piece(text, Span(at, at + len(text)))


def words(text, values=None, style=COMPOSE):
    """What a text expands to, or the reason why it does not."""
    found = expanded((piece(text),), style, values or {})
    return found.reason if isinstance(found, Left) else "".join(one.text for one in found)


def test_compose_knows_defaults_values_and_dollars():
    values = {"TAG": (piece("1.25", 100),), "EMPTY": ()}
    cases = {
        "nginx": "nginx",
        "nginx:$TAG": "nginx:1.25",
        "nginx:${TAG}": "nginx:1.25",
        "nginx:${TAG:-1.0}": "nginx:1.25",
        "nginx:${NONE:-1.0}": "nginx:1.0",
        "nginx:${NONE-1.0}-alpine": "nginx:1.0-alpine",
        "nginx:${EMPTY:-1.0}": "nginx:1.0",
        "nginx:${EMPTY-1.0}": "nginx:",
        "${A:-${B:-node}}:20": "node:20",
        "nginx:$$TAG": "nginx:$TAG",
        "nginx:${TAG:?no tag}": "nginx:1.25",
        "nginx:${NONE}": "variable-without-default",
        "nginx:${NONE:?no tag}": "variable-without-default",
        "nginx:${TAG:+1.0}": "variable-not-expanded",
        "nginx:${TAG/x/y}": "variable-not-expanded",
        "nginx:$": "variable-not-expanded",
    }
    assert {text: words(text, values) for text in cases} == cases


def test_a_shell_has_no_defaults():
    values = {"TAG": (piece("1.25", 100),)}
    assert words("nginx:${TAG}", values, SHELL) == "nginx:1.25"
    assert words("nginx:$TAG-$$", values, SHELL) == "nginx:1.25-$"
    assert words("nginx:$NONE", values, SHELL) == "variable-without-default"
    assert words("nginx:${TAG:-1}", values, SHELL) == "variable-not-expanded"


def test_every_character_is_found_where_it_stands():
    text = "docker.io/${NAME:-nginx}:${TAG}"
    found = expanded((piece(text),), COMPOSE, {"TAG": (Piece("1.25", Span(100, 104), "TAG"),)})
    assert [(one.text, one.span, one.variable) for one in found] == [
        ("docker.io/", Span(0, 10), None),
        ("nginx", Span(18, 23), "NAME"),
        (":", Span(24, 25), None),
        ("1.25", Span(100, 104), "TAG"),
    ]


def test_what_stands_for_itself_comes_to_an_end():
    assert words("$A", {"A": (piece("x$A"),)}) == "variable-not-expanded"
    many = {
        name: (piece(f"${after}" * 50),) for name, after in zip("ABCDEF", "BCDEFG", strict=True)
    }
    assert words("$A", many | {"G": (piece("g"),)}) == "variable-not-expanded"
    assert words("${A:-" * 20 + "x" + "}" * 20) == "variable-not-expanded"


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.text("$ab{}:-", max_size=6)), max_size=6))
def test_pieces_with_a_span_say_what_stands_there(parts):
    text = "".join(f"${{{name}:-{word}}}{word}" for name, word in parts)
    found = expanded((piece(text),), COMPOSE, {"A": (Piece("1", None),)})
    if isinstance(found, Left):
        assert found.detail
        return
    assert all(one.span.of(text) == one.text for one in found if one.span)
    assert all(one.text for one in found)

import pytest

from bot.formats.telling import (
    COMPOSE,
    SHELL,
    Place,
    Variables,
    along,
    everywhere,
    images,
    mentions,
    partly,
    text_or,
    value_of,
)
from bot.formats.yaml_spans import Fields, Scalar, read, target
from bot.model import Piece, SourceFile, Use

TEXT = """\
jobs:
  one: {image: a:1}
  two: {image: {name: b:2}, services: [c:3, {name: d:4}]}
  three: &x
    image: e:5
  four: *x
"""


def said(found):
    return [target(spot.node).value for spot in found]


def document(text=TEXT):
    return read(text).documents[0]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("jobs.one.image", ["a:1"]),
        ("jobs.*.services.*.name", ["d:4"]),
        ("jobs.four.image", ["e:5"]),
        ("jobs.one.image.name", []),
        ("jobs.five.image", []),
        ("jobs.two.services.name", []),
    ],
)
def test_a_path_leads_to_what_is_there(path, values):
    assert said(along(Fields(), document(), path)) == values


def test_an_image_is_a_text_or_has_a_name():
    fields = Fields()
    found = [
        s for i in along(fields, document(), "jobs.*.image") for s in text_or(fields, i, "name")
    ]
    assert said(found) == ["a:1", "b:2", "e:5", "e:5"]


def test_images_stand_at_the_ends_of_paths():
    found = images(Fields(), document(), "jobs.*.image/name", "jobs.*.services.*/name", "jobs.none")
    assert said(found) == ["a:1", "b:2", "e:5", "e:5", "c:3", "d:4"]


def test_fields_at_any_depth_are_met_once():
    found = [field.value for field in everywhere(Fields(), document()) if field.name == "image"]
    assert sorted(node.value for node in found if isinstance(node, Scalar)) == ["a:1", "e:5"]


def told(text, style=None, **also):
    def places(document, fields):
        for spot in along(fields, document, "image"):
            yield Place("image", spot.node, spot.key, **also)

    variables = Variables(style) if style else None
    return list(mentions(SourceFile("a.yml", text), "any", places, variables=variables))


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_what_leads_to_a_reference_is_no_part_of_it(quote):
    text = f"image: {quote}docker://node:20{quote}\n"
    (use,) = told(text, lead="docker://")
    assert isinstance(use, Use)
    assert (use.text, str(use.image), use.pieces[0].span.of(text)) == (
        "node:20",
        "node:20",
        "node:20",
    )
    assert text[use.digest_at :] == f"{quote}\n"


def test_an_escape_in_what_leads_to_a_reference_moves_nothing():
    text = 'image: "docker:\\x2f/node:20"\n'
    (use,) = told(text, lead="docker://")
    assert (str(use.image), use.pieces[-1].span.of(text)) == ("node:20", "node:20")


def test_variables_can_stand_for_something_else_at_one_place():
    (use,) = told("image: node:$V\n", COMPOSE, values={"V": (Piece("20", None, "V"),)})
    assert str(use.image) == "node:20"


@pytest.mark.parametrize(
    ("words", "part"),
    [("node:$V", True), ("$V", False), ("node:20", False), ("$A$B", True)],
)
def test_variables_say_a_part_of_a_text_or_all_of_it(words, part):
    assert partly(document(f"image: {words}\n").children[1], SHELL) is part
    assert partly(document(), SHELL) is False


@pytest.mark.parametrize(("text", "value"), [("20", "20"), ("3.10", None), ("'3.10'", "3.10")])
def test_a_value_is_told_as_it_is_read(text, value):
    said = value_of(text, document(text), "V")
    assert (said and "".join(piece.text for piece in said)) == value
    assert value_of("[]", document("[]"), "V") is None

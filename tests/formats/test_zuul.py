import pytest

from bot.edits import edits_for, rewrite
from bot.formats import zuul
from bot.model import Steer
from tests.formats.shared import DIGEST, uses_in


def uses(text):
    return uses_in(zuul, "zuul.d/a.yaml", text)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("zuul.yaml", True),
        (".zuul.yml", True),
        ("a/zuul.d/b/c.yaml", True),
        ("nodepool.yaml", True),
        ("zuul/layout.yaml", False),
        ("zuul.d/README.md", False),
    ],
)
def test_configurations_are_known_by_name_or_folder(path, matched):
    assert zuul.matches(path) is matched


def test_an_image_moves_where_it_is_anchored_and_its_label_with_it():
    text = "- image: {name: &a 'x/y:1'}\n- label: {image: *a}\n"
    edits = [edits_for(use, use.image.at("2", DIGEST)) for use in uses(text)]
    assert edits[0] == edits[1]
    assert rewrite(text, edits[0]) == text.replace("y:1", f"y:2@{DIGEST}")


def test_a_comment_behind_an_image_keeps_it():
    (use,) = uses("- image:\n    name: x/y:1 # kept\n")
    assert use.steers == (Steer("ignore"),)

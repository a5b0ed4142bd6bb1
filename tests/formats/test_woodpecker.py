import pytest

from bot.edits import edits_for, rewrite
from bot.formats import woodpecker
from tests.formats.shared import DIGEST, uses_in


def uses(text):
    return uses_in(woodpecker, ".woodpecker.yml", text)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".woodpecker.yml", True),
        (".woodpecker.yaml", True),
        ("a/.woodpecker/b/c.yml", True),
        (".crow/a.yaml", True),
        (".woodpecker/README.md", False),
        ("woodpecker.yml", False),
    ],
)
def test_workflows_are_known_by_name_or_folder(path, matched):
    assert woodpecker.matches(path) is matched


def test_an_anchor_is_pinned_for_all_that_use_it():
    text = "variables: [&go 'golang:1.21']\nsteps: [{image: *go}, {image: *go}]\n"
    edits = [edits_for(use, use.image.at("1.22", DIGEST)) for use in uses(text)]
    assert edits[0] == edits[1]
    assert rewrite(text, edits[0]) == text.replace("1.21", f"1.22@{DIGEST}")


@pytest.mark.parametrize(
    ("label", "platform"), [("linux/arm64", "linux/arm64"), ("linux/*", None), ("$P", None)]
)
def test_the_platform_is_that_of_the_agents_where_it_is_one(label, platform):
    text = f"labels: {{platform: '{label}'}}\nsteps: [{{image: 'x:1'}}]\n"
    assert [use.platform for use in uses(text)] == [platform]

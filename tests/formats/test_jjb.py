import pytest

from bot.edits import edits_for, rewrite
from bot.formats import jjb
from bot.model import SourceFile, Steer
from tests.formats.shared import DIGEST, uses_in


def uses(text):
    return uses_in(jjb, "jjb/a.yaml", text)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("jjb/a.yaml", True),
        ("ci/jenkins-jobs/b/c.yml", True),
        ("jjb.yaml", False),
        ("jjb/README.md", False),
    ],
)
def test_jobs_are_known_by_their_folder(path, matched):
    assert jjb.matches(path) is matched


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("- job: {image: x}\n", True),
        ("- builder: [image\n", True),
        ("- hosts: [image\n", False),
        ("- hosts: image\n", False),
        ("- job: {name: x}\n", False),
    ],
)
def test_a_file_of_jobs_is_a_list_of_what_they_are_made_of(text, claimed):
    assert jjb.claims(SourceFile("jjb/a.yaml", text)) is claimed


@pytest.mark.parametrize(
    ("line", "steers"),
    [
        ("image: node:20 # kept", (Steer("ignore"),)),
        ("image: 'node:20'  #kept", (Steer("ignore"),)),
        ("image: node:20", ()),
        ("image: node:20 # basewatch: allow patch", (Steer("allow", None, frozenset({"patch"})),)),
    ],
)
def test_a_comment_behind_an_image_keeps_it(line, steers):
    (use,) = uses(f"- job:\n    name: a\n    {line}\n")
    assert use.steers == steers


def test_an_image_is_pinned_where_it_stands():
    text = "- job: {docker_image_var: 'node:20'}\n"
    (use,) = uses(text)
    new = rewrite(text, edits_for(use, use.image.at("22", DIGEST)))
    assert new == text.replace("node:20", f"node:22@{DIGEST}")

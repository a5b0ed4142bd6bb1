import pytest

from bot.edits import edits_for, rewrite
from bot.formats import circleci
from bot.formats.circleci.places import NO_DIGEST_FOR_OTHERS
from bot.model import SourceFile
from tests.formats.shared import DIGEST, rewritten, uses_in


def uses(text):
    return uses_in(circleci, ".circleci/config.yml", text)


def moved(text, tag, digest=DIGEST):
    (use,) = uses(text)
    return rewritten(text, use, tag, digest)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".circleci/config.yml", True),
        ("a/.circleci/deploy.yaml", True),
        (".circleci/a/b.yml", False),
        ("circleci/config.yml", False),
        (".circleci/README.md", False),
    ],
)
def test_files_are_known_by_their_folder(path, matched):
    assert circleci.matches(path) is matched


def test_an_image_is_pinned_where_it_stands():
    text = "jobs: {a: {docker: [{image: 'cimg/node:20.11'}]}}\n"
    assert moved(text, "20.18") == text.replace("20.11", f"20.18@{DIGEST}")


def test_a_parameter_that_is_a_part_moves_by_tag():
    text = """\
parameters: {node: {type: string, default: "20"}}
jobs: {a: {docker: [{image: 'cimg/node:<< pipeline.parameters.node >>'}]}}
"""
    (use,) = uses(text)
    assert (use.carries, use.no_digest) == ("tag", NO_DIGEST_FOR_OTHERS)
    assert moved(text, "22", None) == text.replace('"20"', '"22"')


def test_a_parameter_that_is_all_of_a_reference_is_pinned_in_its_default():
    text = """\
jobs:
  a:
    parameters: {image: {default: node:20}}
    docker: [{image: << parameters.image >>}]
"""
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


MATRIX = """\
jobs:
  a:
    parameters: {v: {type: string, default: "22"}}
    docker: [{image: 'node:<< parameters.v >>'}]
workflows: {w: {jobs: [{a: {matrix: {parameters: {v: ["18", "20"]}}}}]}}
"""


def test_what_a_workflow_gives_moves_by_tag_where_it_stands():
    text = MATRIX.replace('"18", "20"', '"18"')
    assert [str(use.image) for use in uses(text)] == ["node:22", "node:18"]
    use = uses(text)[1]
    assert use.carries == "tag"
    assert rewrite(text, edits_for(use, use.image.at("19"))) == text.replace('"18"', '"19"')


def test_values_that_are_meant_to_differ_are_left_alone():
    assert [str(use.image) for use in uses(MATRIX)] == ["node:22"]


def test_an_image_that_is_given_whole_is_pinned_where_it_is_given():
    text = MATRIX.replace("node:<< parameters.v >>", "<< parameters.v >>")
    text = text.replace('"22"', "x:22").replace('"18", "20"', "node:18")
    use = uses(text)[1]
    new = rewrite(text, edits_for(use, use.image.at("20", DIGEST)))
    assert new == text.replace("node:18", f"node:20@{DIGEST}")


@pytest.mark.parametrize(
    "text",
    [
        (
            "jobs: {a: {parameters: {v: {type: enum, enum: ['20', '22'], default: '20'}},"
            " docker: [{image: 'cimg/node:<< parameters.v >>'}]}}\n"
            "workflows: {w: {jobs: [{a: {v: '22'}}]}}\n"
        ),
        (
            "parameters: {v: {type: enum, enum: [a/b:1], default: 'a/b:1'}}\n"
            "jobs: {a: {docker: [{image: << pipeline.parameters.v >>}]}}\n"
        ),
    ],
)
def test_a_parameter_that_takes_some_values_only_is_left_alone(text):
    told = [*circleci.find(SourceFile(".circleci/config.yml", text))]
    assert told
    assert {(mention.reason, "enum" in mention.detail) for mention in told} == {("template", True)}

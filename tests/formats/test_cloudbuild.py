import pytest

from bot.formats import cloudbuild
from bot.formats.cloudbuild import NO_DIGEST_FOR_OTHERS
from bot.model import SourceFile
from tests.formats.shared import DIGEST, only_use, rewritten


def use_in(text, path="cloudbuild.yaml"):
    return only_use(cloudbuild, path, text)


def moved(text, tag, digest=DIGEST):
    use = use_in(text)
    return rewritten(text, use, tag, digest)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("cloudbuild.yaml", True),
        ("a/CloudBuild.json", True),
        ("ci/cloud-build/test.yml", True),
        ("cloudbuild/a/test.yml", False),
        ("cloudbuild.md", False),
        ("build.yaml", False),
    ],
)
def test_builds_are_known_by_name_or_folder(path, matched):
    assert cloudbuild.matches(path) is matched


def test_a_step_is_pinned_where_it_stands():
    assert moved("steps: [{name: 'node:20'}]\n", "22") == f"steps: [{{name: 'node:22@{DIGEST}'}}]\n"


def test_a_file_of_json_stays_one():
    text = '{"steps": [{"name": "node:20"}]}'
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


def test_a_substitution_that_is_a_part_moves_by_tag():
    text = "steps: [{name: 'node:$_V'}]\nsubstitutions: {_V: '20'}\n"
    assert (use_in(text).carries, use_in(text).no_digest) == ("tag", NO_DIGEST_FOR_OTHERS)
    assert moved(text, "22", None) == text.replace("'20'", "'22'")


def test_a_substitution_that_is_all_of_a_reference_is_pinned_in_its_value():
    text = "steps: [{name: $_I}]\nsubstitutions: {_I: 'node:20'}\n"
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("steps: [{name: a}]\n", True),
        ("steps: [{name: a}\n", True),
        ("name: steps\n", False),
        ("- name: steps\n", False),
        ("steps: []\n", False),
    ],
)
def test_a_build_has_steps_with_names(text, claimed):
    assert cloudbuild.claims(SourceFile("cloudbuild.yaml", text)) is claimed

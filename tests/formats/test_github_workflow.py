import pytest

from bot.edits import edits_for, rewrite
from bot.formats import github_workflow as workflow
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "ab" * 32


def file(text, path=".github/workflows/ci.yml"):
    return SourceFile(path, text)


def moved(text, tag, path=".github/workflows/ci.yml"):
    (use,) = (mention for mention in workflow.find(file(text, path)) if isinstance(mention, Use))
    return rewrite(text, edits_for(use, use.image.at(tag, DIGEST)))


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".github/workflows/ci.yml", True),
        (".github/workflows/ci.yaml", True),
        (".gitea/workflows/ci.yml", True),
        ("action.yml", True),
        ("a/b/action.yaml", True),
        (".github/workflows/a/ci.yml", False),
        ("a/.github/workflows/ci.yml", False),
        ("transaction.yml", False),
        (".github/workflows/README.md", False),
        (".github/workflows/html", False),
        ("", False),
    ],
)
def test_workflows_and_actions_are_known_by_their_paths(path, matched):
    assert workflow.matches(path) is matched


def test_a_step_keeps_its_scheme_when_it_moves():
    text = "jobs: {a: {steps: [{uses: 'docker://alpine:3.19'}]}}\n"
    expected = f"jobs: {{a: {{steps: [{{uses: 'docker://alpine:3.20@{DIGEST}'}}]}}}}\n"
    assert moved(text, "3.20") == expected


def test_the_image_of_an_action_is_pinned_behind_its_scheme():
    text = "runs:\n  using: docker\n  image: docker://alpine\n"
    assert moved(text, "latest", "action.yml").endswith(f"image: docker://alpine:latest@{DIGEST}\n")


def test_a_container_of_many_jobs_is_edited_at_its_anchor():
    text = "jobs:\n  a: {container: &c node:20}\n"
    assert moved(text, "22") == f"jobs:\n  a: {{container: &c node:22@{DIGEST}}}\n"


@pytest.mark.parametrize(
    "text", ["a: {runs: 1}\n", "runs: {image: Dockerfile}\n", "jobs: {a: {steps: [docker]}}\n"]
)
def test_an_action_without_the_scheme_names_no_image(text):
    assert not workflow.claims(file(text, "action.yml"))
    assert not list(workflow.find(file(text, "action.yml")))

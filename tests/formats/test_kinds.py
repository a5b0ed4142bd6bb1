"""Which format a file is of, where its path or its content would do for several."""

import pytest

from bot.formats import claimant, uses_of
from bot.model import SourceFile

WORKFLOW = "on: push\njobs:\n  a:\n    container: node:20\n    steps: []\n"
JOBS = "a:\n  stage: test\n  image: node:20\n  script: [make]\n"
STEPS = "steps:\n- {name: a, image: 'node:20'}\n"
CIRCLE = "version: 2.1\njobs: {a: {docker: [{image: 'node:20'}]}}\n"
AZURE = "jobs:\n- job: a\n  container: {image: 'node:20'}\n"
COMPOSE = (
    "# docker\nservices:\n  web:\n    image: node:20\n    command: [steps, pipeline, plugins]\n"
)
VALUES = "# docker, steps:, pipeline\nimage: {repository: a/b, tag: '1'}\ncontainer: {port: 1}\n"
POD = (
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
    "  - {image: 'node:20', args: [steps, pipeline], resources: {}}\n"
)


def claimed(path, text):
    format_ = claimant(SourceFile(path, text))
    return format_ and format_.NAME


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        (".github/workflows/update-values.yml", WORKFLOW, "github-workflow"),
        (".github/workflows/docker-compose.yml", WORKFLOW, "github-workflow"),
        (".gitlab/ci/values.yml", JOBS, "gitlab-ci"),
        ("docker-compose.gitlab-ci.yml", JOBS, "gitlab-ci"),
        (".woodpecker/values.yaml", STEPS, "woodpecker"),
        (".drone/values.yaml", STEPS, "drone"),
        (".buildkite/values.yml", STEPS, "buildkite"),
        (".circleci/values.yml", CIRCLE, "circleci"),
        (".azure-pipelines/values.yml", AZURE, "azure-pipelines"),
        ("values/cloudbuild.yaml", STEPS, "cloudbuild"),
    ],
)
def test_a_pipeline_is_one_whatever_else_its_name_says(path, text, name):
    assert claimed(path, text) == name


@pytest.mark.parametrize(
    "folder", [".circleci", ".woodpecker", ".drone", ".buildkite", ".azure-pipelines", "ci"]
)
@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("docker-compose.yml", COMPOSE, "compose"),
        ("pod.yaml", POD, "kubernetes"),
        ("agent-values.yaml", VALUES, "helm-values"),
    ],
)
def test_what_lies_beside_pipelines_is_what_it_is(folder, file, text, name):
    assert claimed(f"{folder}/{file}", text) == name


def test_a_workflow_without_images_is_no_chart():
    text = "on: push\njobs:\n  a:\n    steps: [{uses: a/b@v1, with: {image: 'a/b:1'}}]\n"
    assert claimed(".github/workflows/update-values.yml", text) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("swarm.yml", "services: {a: {image: 'a:1'}}\n"),
        ("package.toml", "[[dependencies]]\nuri = 'docker://a/b:1'\n"),
        ("builder.toml", "[build]\nimage = 'a/b:1'\n"),
        ("roles/x/defaults/main.yml", "web_image: a/b:1\n"),
    ],
)
def test_a_mark_of_the_byte_order_hides_no_first_line(path, text):
    assert [str(use.image) for use in uses_of(SourceFile(path, text))]
    marked = uses_of(SourceFile(path, "\ufeff" + text))
    assert [use.image for use in marked] == [use.image for use in uses_of(SourceFile(path, text))]

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import azure_pipelines as azure
from bot.model import Skip, SourceFile, Use

DIGEST = "sha256:" + "ab" * 32


def mentions(text):
    return list(azure.find(SourceFile("azure-pipelines.yml", text)))


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("azure-pipelines.yml", True),
        ("ci/azure-pipelines-release.yaml", True),
        (".vsts-ci.yml", True),
        (".azuredevops/a/b.yml", True),
        ("azure-pipelines.json", False),
        ("pipelines/a.yml", False),
    ],
)
def test_pipelines_are_known_by_name_or_folder(path, matched):
    assert azure.matches(path) is matched


@pytest.mark.parametrize(
    "text",
    [
        "resources: {containers: [{container: a, image: 'node:20'}]}\n",
        "jobs: [{job: a, container: 'node:20'}]\n",
        "jobs: [{job: a, container: {image: 'node:20'}}]\n",
        "jobs: [{job: a, services: {b: 'node:20'}}]\n",
    ],
)
def test_an_image_is_pinned_where_it_stands(text):
    (use,) = mentions(text)
    assert isinstance(use, Use)
    new = rewrite(text, edits_for(use, use.image.at("22", DIGEST)))
    assert new == text.replace("node:20", f"node:22@{DIGEST}")


def test_a_name_says_whose_it_is():
    text = "jobs: [{job: a, container: ours}, {job: b, container: theirs}]\n"
    found = mentions(f"resources: {{containers: [{{container: ours, type: ACR}}]}}\n{text}")
    assert [(skip.text, "another file" in skip.detail) for skip in found] == [
        ("ours", False),
        ("theirs", True),
    ]
    assert all(isinstance(skip, Skip) for skip in found)


def test_jobs_that_hold_themselves_are_gone_through_once():
    assert mentions("jobs: &j [{job: a, container: 'x:1', jobs: *j}]\n")[0].text == "x:1"

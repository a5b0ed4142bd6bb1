"""What samples of Skaffold's configuration cannot say: what is written, and given to builds."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import met, skaffold
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16
HEAD = "apiVersion: skaffold/v4beta11\nbuild:\n  artifacts:\n"


def uses_in(text, *others):
    """The uses of a configuration that lies beside other files."""
    files = [SourceFile("app/skaffold.yaml", text), *(SourceFile(*other) for other in others)]
    told = met(files).mentions["app/skaffold.yaml"]
    return [mention for mention in told if isinstance(mention, Use)]


def test_a_base_gets_a_digest():
    text = f"{HEAD}  - jib: {{fromImage: a/b:1}}\n"
    (use,) = uses_in(text)
    after = rewrite(text, edits_for(use, use.image.at("2", DIGEST)))
    assert after == text.replace("a/b:1", f"a/b:2@{DIGEST}")


@pytest.mark.parametrize(
    ("artifact", "dockerfile"),
    [
        ("docker: {buildArgs: {BASE: node:20}}", "app/Dockerfile"),
        ("context: [x]\n    docker: {buildArgs: {BASE: node:20}}", "app/Dockerfile"),
        ("docker: {dockerfile: x/D, buildArgs: {BASE: 'node:20'}}", "app/x/D.Dockerfile"),
        ("context: web\n    kaniko: {buildArgs: {BASE: node:20}}", "app/web/Dockerfile"),
        ("context: ../web\n    kaniko: {buildArgs: {BASE: node:20}}", "web/Dockerfile"),
    ],
)
def test_an_argument_is_a_use_where_the_dockerfile_starts_from_it(artifact, dockerfile):
    artifact = artifact.replace("x/D", "x/D.Dockerfile")
    (use,) = uses_in(f"{HEAD}  - {artifact}\n", (dockerfile, "ARG BASE\nFROM $BASE\n"))
    assert (str(use.image), use.text) == ("node:20", "node:20")


@pytest.mark.parametrize(
    "args",
    [
        "{OTHER: node:20}",
        "{BASE: [node:20]}",
        "{BASE: '{{.X}}'}",
        "{BASE: ''}",
        "node:20",
        "{BASE: 3.10}",
    ],
)
def test_what_no_image_is_made_of_is_no_use(args):
    dockerfile = "ARG BASE\nFROM python:$BASE\n"
    assert (
        uses_in(f"{HEAD}  - docker: {{buildArgs: {args}}}\n", ("app/Dockerfile", dockerfile)) == []
    )


def test_an_argument_behind_an_alias_is_shown_by_the_alias():
    text = f"x: &b node:20\n{HEAD}  - docker: {{buildArgs: {{BASE: *b}}}}\n"
    (use,) = uses_in(text, ("app/Dockerfile", "ARG BASE\nFROM $BASE\n"))
    assert (use.text, str(use.image)) == ("*b", "node:20")


def test_a_dockerfile_outside_of_the_repository_is_given_nothing():
    text = f"{HEAD}  - context: ../../web\n    docker: {{buildArgs: {{BASE: node:20}}}}\n"
    assert skaffold.ties(SourceFile("app/skaffold.yaml", text)).builds == ()


def test_aliases_without_end_give_nothing():
    lines = "".join(f"  - &a{n} {{docker: *a{n - 1}}}\n" for n in range(1, 9))
    many = f"x: &a0 {{buildArgs: &b {{{', '.join(f'K{n}: v' for n in range(900))}}}}}\n"
    many += HEAD + "".join("  - {docker: *a0}\n" for _ in range(60)) + lines
    assert skaffold.builds(SourceFile("skaffold.yaml", many), {}) == []


def test_yaml_named_like_skaffold_may_be_one():
    names = ["skaffold.yaml", "a/skaffold-dev.yml", "values.yaml", "skaffold.json", "skaffold.ml"]
    assert [skaffold.matches(name) for name in names] == [True, True, False, False, False]

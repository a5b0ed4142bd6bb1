"""Files that GitLab CI files include, whatever their names, and what they give to one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import claimant, gitlab_ci, met
from bot.model import Policy, SourceFile, Use
from bot.policy import covered
from bot.steps.find import find
from tests.fakes.shelf import tree_of
from tests.formats.shared import DIGEST, rewritten

JOB = "a: {image: 'node:20', script: x}\n"
BARE = ".a: {image: 'node:20'}\n"


def included(text):
    return list(gitlab_ci.included(SourceFile(".gitlab-ci.yml", text)))


def told(tmp_path, files):
    found = find(tree_of(tmp_path, files), Policy())
    return [f"{use.path}:{use.position.line} {use.image}" for use in found.uses], [
        f"{skip.path}:{skip.position.line} {skip.reason}" for skip in found.skips
    ]


@pytest.mark.parametrize(
    ("said", "paths"),
    [
        ("/a/b.yml", ["a/b.yml"]),
        ("[a.yml, {local: b.yaml}]", ["a.yml", "b.yaml"]),
        ("{local: './a.yml'}", ["a.yml"]),
        ("{local: a.json}", []),
        ("https://example.org/a.yml", []),
        ("{remote: 'https://example.org/a.yml'}", []),
        ("{template: Auto-DevOps.gitlab-ci.yml}", []),
        ("{project: other/one, file: a.yml}", []),
        ("{project: $CI_PROJECT_PATH, file: [/a.yml, [b]]}", ["a.yml"]),
        ("{local: '$WHERE/a.yml'}", []),
        ("{local: '../a.yml'}", []),
        ("{local: 'a?.yml'}", []),
        ("{local: '$[[ inputs.x ]].yml'}", []),
        ("ci/*.yml", ["ci/*.yml"]),
        ("ci/**.yml", ["ci/*.yml", "ci/*/**/*.yml"]),
        ("ci/**/*.yml", ["ci/*/**/*.yml"]),
        ("a**/b**/c**/d**.yml", []),
        ("{component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/one@$CI_COMMIT_SHA}",
         ["templates/one.yml", "templates/one/template.yml"]),
        ("{component: gitlab.com/other/one/two@1}", []),
    ],
)  # fmt: skip
def test_what_is_included_is_said_in_many_ways(said, paths):
    assert included(f"include: {said}\n") == paths
    assert included(f"a:\n  trigger:\n    include: {said}\n") == paths


@pytest.mark.parametrize(
    ("said", "paths"),
    [
        ("ci/*.yml", {"ci/a.yml"}),
        ("ci/**.yml", {"ci/a.yml", "ci/x/b.yml", "ci/x/y/c.yml"}),
        ("ci/**/*.yml", {"ci/x/b.yml", "ci/x/y/c.yml"}),
        ("**/c.yml", {"ci/x/y/c.yml"}),
    ],
)
def test_two_stars_are_any_characters_as_gitlab_has_it(said, paths):
    there = ["ci/a.yml", "ci/x/b.yml", "ci/x/y/c.yml", "c.yml", "ci/a.yaml"]
    assert set(covered(included(f"include: '{said}'"), there)) == paths


def test_what_is_included_too_often_ends_somewhere():
    assert len(included("include:\n" + "".join(f"- {n}.yml\n" for n in range(500)))) == 150


def test_aliases_without_end_include_nothing():
    deep = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]\n" for n in range(1, 9)
    )
    assert included(f"{deep}include: [{{project: $CI_PROJECT_PATH, file: *a8}}]\n") == []


def test_what_aliases_make_too_large_is_given_to_nobody():
    many = "".join(f"k{n}: 1\n  " for n in range(600))
    text = f"include: a.yml\n.v: &v\n  {many}\n" + "".join(
        f"v{n}: {{variables: *v}}\n" for n in range(600)
    )
    file = SourceFile(".gitlab-ci.yml", text + "variables: *v")
    assert not gitlab_ci.variables(file)
    assert not gitlab_ci.builds(file, {})
    beside = file._replace(text=f"# basewatch: ignore\n{file.text}")
    assert [one.reason for one in gitlab_ci.find(beside)] == ["unparsable"]


def test_a_file_is_of_gitlab_because_another_one_includes_it(tmp_path):
    files = {
        ".gitlab-ci.yml": "include: [pipes/a.yml, 'deep/**.yml']\n",
        "pipes/a.yml": "services: [postgres:16]\ninclude: {local: pipes/b.yaml}\n" + BARE,
        "pipes/b.yaml": "include: pipes/a.yml\n.b: {image: 'ruby:3.3'}\n",
        "pipes/c.yml": BARE,
        "deep/x/y.yml": BARE,
    }
    assert told(tmp_path, files) == (
        ["deep/x/y.yml:1 node:20", "pipes/a.yml:1 postgres:16", "pipes/a.yml:3 node:20",
         "pipes/b.yaml:2 ruby:3.3"],
        [],
    )  # fmt: skip


def test_what_is_included_is_of_no_other_format(tmp_path):
    compose = "services: {a: {image: 'node:20'}}\n"
    files = {".gitlab-ci.yml": "include: compose.yml\n", "compose.yml": compose}
    assert told(tmp_path, files) == ([], [])


def test_nothing_is_followed_that_is_not_asked_for(tmp_path):
    files = {".gitlab-ci.yml": "include: a.yml\n" + JOB, "a.yml": BARE}
    tree = tree_of(tmp_path, files)
    assert find(tree, Policy(formats=frozenset({"dockerfile"}))).files == 0
    assert find(tree, Policy(ignore_files=("a.yml",))).files == 1


def test_a_file_that_was_told_to_be_of_gitlab_is_so_after_an_edit(tmp_path):
    files = {".gitlab-ci.yml": "include: a.yml\n", "a.yml": BARE}
    found = find(tree_of(tmp_path, files), Policy())
    assert found.sources["a.yml"].kind == "gitlab-ci"
    assert claimant(found.sources["a.yml"]._replace(text="x: 1")).NAME == "gitlab-ci"


# ---------------------------------------------------------------- inputs


def moved(text, tag):
    (use,) = gitlab_ci.find(SourceFile(".gitlab-ci.yml", text))
    return rewritten(text, use, tag, None if use.no_digest else DIGEST)


def header(default):
    return f"spec:\n  inputs:\n    x: {{default: {default}}}\n---\n"


def test_a_default_that_is_a_part_moves_without_a_digest():
    text = header("'20'") + "a: {image: 'node:$[[ inputs.x ]]-alpine'}\n"
    assert moved(text, "22-alpine") == text.replace("'20'", "'22'")


def test_a_default_that_is_a_whole_reference_is_pinned_where_it_stands():
    text = header("node:20") + "variables: {I: '$[[ inputs.x ]]'}\na: {image: $I}\n"
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


def test_a_comment_beside_a_default_steers_what_is_made_of_it():
    text = (
        header("'20'").replace("}", "}  # basewatch: ignore") + "a: {image: 'node:$[[inputs.x]]'}"
    )
    (use,) = gitlab_ci.find(SourceFile(".gitlab-ci.yml", text))
    assert [steer.verb for steer in use.steers] == ["ignore"]


@pytest.mark.parametrize("limit", ["options: [a]", "regex: ^2"])
def test_a_default_that_may_not_be_anything_is_left_alone(limit):
    text = f"spec: {{inputs: {{x: {{default: '20', {limit}}}}}}}\n---\na: {{image: 'node:$[[ inputs.x ]]'}}\n"
    (skip,) = gitlab_ci.find(SourceFile(".gitlab-ci.yml", text))
    assert (skip.reason, skip.detail.split(" ")[0]) == ("template", "inputs.x")


def test_inputs_are_those_of_the_first_document_only():
    text = JOB + "---\n" + header("'20'") + "b: {image: 'node:$[[ inputs.x ]]'}\n"
    found = [*gitlab_ci.find(SourceFile(".gitlab-ci.yml", text))]
    assert [isinstance(one, Use) for one in found] == [True, False]


# ---------------------------------------------------------------- values that meet

ROOT = """include:
  - local: pipes/vars.yml
  - local: pipes/jobs.yml
    inputs:
      node: "22"  # basewatch: allow patch
      image: ${REPO}/python:3.12-slim
variables:
  GO: "1.21"
here: {image: "ruby:$RUBY"}
"""
SHARED = {
    ".gitlab-ci.yml": ROOT,
    "pipes/vars.yml": "variables:\n  RUBY: 3.2.2  # basewatch: ignore\n  GO: '1.20'\n  REPO: docker.io\n",
    "pipes/jobs.yml": "spec:\n  inputs:\n    node: {default: '20'}\n    image:\n---\n"
    "a: {image: 'node:$[[ inputs.node ]]'}\n"
    "b: {image: '$[[ inputs.image ]]'}\n"
    "c: {image: 'golang:$GO'}\n"
    "d: {image: 'ruby:${RUBY}-slim'}\n"
    "e: {variables: {GO: '1.19'}, image: 'golang:$GO'}\n",
}


def test_the_file_that_has_the_value_has_the_use(tmp_path):
    uses, skips = told(tmp_path, SHARED)
    assert uses == [
        ".gitlab-ci.yml:5 node:22",
        ".gitlab-ci.yml:6 docker.io/python:3.12-slim",
        ".gitlab-ci.yml:8 golang:1.21",
        "pipes/jobs.yml:6 node:20",
        "pipes/jobs.yml:10 golang:1.19",
        "pipes/vars.yml:2 ruby:3.2.2",
        "pipes/vars.yml:2 ruby:3.2.2-slim",
    ]
    assert skips == [
        ".gitlab-ci.yml:9 elsewhere",
        *(f"pipes/jobs.yml:{line} elsewhere" for line in (7, 8, 9)),
    ]


def test_comments_beside_values_steer_what_others_make_of_them(tmp_path):
    uses = find(tree_of(tmp_path, SHARED), Policy()).uses
    steered = {str(use.image): [steer.verb for steer in use.steers] for use in uses if use.steers}
    assert steered == {
        "node:22": ["allow"],
        "ruby:3.2.2": ["ignore"],
        "ruby:3.2.2-slim": ["ignore"],
    }


def test_files_that_share_values_are_read_back_together(tmp_path):
    found = find(tree_of(tmp_path, SHARED), Policy())
    assert found.family("pipes/jobs.yml") == tuple(sorted(SHARED))
    again = met(found.sources[path] for path in SHARED)
    uses = [one for path in sorted(SHARED) for one in again.mentions[path] if isinstance(one, Use)]
    assert uses == list(found.uses)


def test_a_variable_with_several_values_is_not_shared(tmp_path):
    vars_ = "variables: {V: '20'}\nx: {variables: {V: '22'}}\n"
    files = {".gitlab-ci.yml": "include: v.yml\na: {image: 'node:$V'}\n", "v.yml": vars_}
    assert told(tmp_path, files) == ([], [".gitlab-ci.yml:2 variable-without-default"])


@given(st.text(alphabet="ab/*.", max_size=24))
def test_what_is_meant_for_each_path_is_there(path):
    for form in included(f"include: {{local: '{path}.yml'}}"):
        there = form.replace("**/", "b/").replace("*", "a")
        assert list(covered([form], [there, "other"])) == [there]

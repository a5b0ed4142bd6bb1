import pytest

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import gitlab_ci
from bot.formats.gitlab_ci.places import NO_DIGEST_IN_FRONTEND
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "ab" * 32


def uses(text, path=".gitlab-ci.yml"):
    return [use for use in gitlab_ci.find(SourceFile(path, text)) if isinstance(use, Use)]


def moved(text, tag, digest=DIGEST, index=0):
    use = uses(text)[index]
    return rewrite(text, edits_for(use, use.image.at(tag, digest)))


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        (".gitlab-ci.yml", True),
        ("a/.gitlab-ci.yaml", True),
        ("templates/Build.gitlab-ci.yml", True),
        (".gitlab/ci/rules.yml", True),
        ("ci/build.yaml", True),
        ("templates/component/template.yml", True),
        (".gitlab/CODEOWNERS", False),
        ("specification/build.yml", False),
        ("build.yml", False),
    ],
)
def test_files_are_known_by_name_or_by_the_folder_that_they_are_included_from(path, matched):
    assert gitlab_ci.matches(path) is matched


def test_a_version_moves_in_its_variable_and_the_digest_stays_with_the_image():
    text = "variables: {V: '20'}\na: {image: 'node:$V', script: x}\n"
    assert moved(text, "22") == text.replace("'20'", "'22'").replace("$V'", f"$V@{DIGEST}'")


def test_an_image_that_a_variable_says_whole_is_pinned_in_the_variable():
    text = "variables: {IMG: 'node:20'}\na: {image: $IMG}\n"
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


def test_a_described_variable_moves_where_its_value_stands():
    text = "variables:\n  V:\n    description: which\n    value: '20'\na: {image: 'node:$V'}\n"
    assert moved(text, "22").splitlines()[3] == "    value: '22'"


@pytest.mark.parametrize(
    "also",
    [
        "b: {variables: {V: '18'}}",
        "b: {parallel: {matrix: [{V: ['18']}]}}",
        "b: {parallel: {matrix: {V: ['18']}}}",
        "b: {rules: [{variables: {V: '18'}}]}",
    ],
)
def test_what_has_several_values_gets_no_digest(also):
    text = f"variables: {{V: '20'}}\na: {{image: 'node:$V'}}\n{also}\n"
    (use, *_) = uses(text)
    assert (use.carries, "V has several values" in use.no_digest) == ("tag", True)
    assert moved(text, "22", None) == text.replace("'20'", "'22'")


def test_a_job_that_sets_another_version_for_an_inherited_image_is_a_use_of_its_own():
    text = "default: {image: 'node:$V'}\nvariables: {V: '20'}\nold: {variables: {V: '18'}}\n"
    assert [str(use.image) for use in uses(text)] == ["node:20", "node:18"]
    assert moved(text, "19", None, 1) == text.replace("'18'", "'19'")


def test_a_job_that_sets_another_image_for_an_inherited_variable_has_a_digest_of_its_own():
    text = "image: $I\nvariables: {I: 'node:20'}\nold: {variables: {I: 'node:18'}}\n"
    assert moved(text, "19", index=1) == text.replace("node:18", f"node:19@{DIGEST}")


def test_the_parent_named_last_decides():
    text = (
        ".a: {variables: {V: '1'}}\n.b: {variables: {V: '2'}}\n"
        "c: {extends: [.a, .b], image: 'node:$V'}\n"
    )
    assert [str(use.image) for use in uses(text)] == ["node:2"]


def test_what_goes_through_the_dependency_proxy_is_pinned_behind_it():
    text = "a: {image: '$CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX/node:20'}\n"
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")
    (use,) = uses(text)
    assert str(use.image.repository) == "docker.io/library/node"


def test_the_frontend_of_kokkuri_moves_by_tag():
    text = "variables: {BUILD_FRONTEND: 'docker-registry.wikimedia.org/x/buildkit:v1.6.0'}\n"
    (use,) = uses(text)
    assert (use.role, use.no_digest, use.carries) == ("syntax", NO_DIGEST_IN_FRONTEND, "tag")


def test_an_image_says_its_platform_and_job():
    (use,) = uses("a: {image: {name: 'x:1', docker: {platform: linux/arm64}}}\n")
    assert (use.platform, use.stage) == ("linux/arm64", "a")


def test_a_version_that_yaml_reads_as_another_number_cannot_be_bumped():
    assert uses("variables: {V: 3.10}\na: {image: 'python:$V'}\n") == []


def test_references_that_go_round_end():
    text = "".join(f".{n}: {{image: !reference [.{n + 1}, image]}}\n" for n in range(30))
    assert uses(text + ".30: {image: 'x:1'}\n")[0].position.line == 31


def test_long_lineages_and_values_that_grow_are_bounded():
    jobs = "".join(f"j{n}: {{extends: [j{n + 1}, j{n + 2}], image: $A}}\n" for n in range(100))
    names = "".join(f"  A{n}: $A{n + 1}$A{n + 1}\n" for n in range(60))
    assert uses(f"variables:\n  A: $A0\n{names}{jobs}") == []


def test_a_digest_that_has_no_place_is_not_written():
    text = "variables: {V: '20'}\na: {image: 'node:$V'}\nb: {variables: {V: '18'}}\n"
    (use, *_) = uses(text)
    assert edits_for(use, use.image.at("20", DIGEST)) == ()
    with pytest.raises(EditError):
        edits_for(use._replace(carries="reference"), use.image.at("20", DIGEST))

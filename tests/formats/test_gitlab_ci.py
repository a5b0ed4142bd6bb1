import pytest

from bot.edits import edits_for
from bot.errors import EditError
from bot.formats import gitlab_ci, met
from bot.formats.gitlab_ci.places import NO_DIGEST_IN_FRONTEND
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten, uses_in


def uses(text, path=".gitlab-ci.yml"):
    return uses_in(gitlab_ci, path, text)


def moved(text, tag, digest=DIGEST, index=0):
    use = uses(text)[index]
    return rewritten(text, use, tag, digest)


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


# ---------------------------------------------------------------- what is given to Dockerfiles


def together(ci, dockerfile="ARG V\nFROM node:$V-alpine\n", path="Dockerfile"):
    meeting = met((SourceFile(".gitlab-ci.yml", ci), SourceFile(path, dockerfile)))
    found = [mention for told in meeting.mentions.values() for mention in told]
    return [(u.path, u.text, str(u.image), u.role) for u in found if isinstance(u, Use)]


@pytest.mark.parametrize(
    "command",
    [
        "docker build --build-arg V=$N .",
        'docker build --build-arg "V=${N}" -t x:1 .',
        "docker buildx build --build-arg=V=$N --file Dockerfile --push .",
        "docker build --build-arg N --build-arg V='$N' -f ./Dockerfile sub || exit 1",
        "/kaniko/executor --context $CI_PROJECT_DIR --build-arg V=$N --destination x:1",
        "executor --context dir://${CI_PROJECT_DIR} --dockerfile $CI_PROJECT_DIR/Dockerfile --build-arg V=$N",
        "echo x && buildah bud --build-arg V=$N -t x",
    ],
)
def test_a_variable_that_a_script_hands_to_a_build_is_a_use_of_it(command):
    ci = f"variables: {{N: '20'}}\nbuild:\n  script:\n    - {command}\n"
    assert together(ci) == [(".gitlab-ci.yml", "20", "node:20-alpine", "arg")]


def test_a_command_may_go_on_on_further_lines_and_say_the_value_itself():
    ci = "build:\n  script: |\n    docker build \\\n      --build-arg V=20 \\\n      .\n"
    assert together(ci) == [(".gitlab-ci.yml", "20", "node:20-alpine", "arg")]


def test_an_image_that_is_handed_to_a_build_is_told_once():
    ci = "variables: {B: 'debian:12'}\nbuild: {script: ['docker build --build-arg V=$B .']}\n"
    dockerfile = "ARG V\nFROM $V\n"
    assert together(ci, dockerfile) == [(".gitlab-ci.yml", "debian:12", "debian:12", "arg")]


def test_each_job_hands_on_its_own_value():
    ci = """\
.build: {script: [[docker build --build-arg V=$N app]]}
old: {extends: .build, variables: {N: '18'}, script: !reference [.build, script]}
new: {extends: .build, variables: {N: '20'}, script: !reference [.build, script]}
"""
    told = together(ci, path="app/Dockerfile")
    assert [use[1:3] for use in told] == [("18", "node:18-alpine"), ("20", "node:20-alpine")]


@pytest.mark.parametrize(
    "script",
    [
        "[cd app, docker build --build-arg V=20 .]",
        "[docker build --build-arg V=$UNKNOWN .]",
        "[docker build --build-arg UNKNOWN .]",
        "[docker build --build-arg V=20 https://example.org/x.git]",
        "[docker build --build-arg V=20 elsewhere]",
        "[docker build --build-arg]",
        "{docker: build --build-arg V=20 .}",
        "!reference [nowhere]",
    ],
)
def test_what_is_not_known_is_not_handed_on(script):
    assert together(f"build: {{script: {script}}}\n") == []


def test_a_script_that_many_jobs_share_is_read_so_often_and_no_more():
    body = "docker build --build-arg V=20 . " + "x " * 50_000
    jobs = "".join(f"j{n}: {{script: *s}}\n" for n in range(2_000))
    file = SourceFile(".gitlab-ci.yml", f".s: {{script: &s '{body}'}}\n{jobs}")
    assert len(gitlab_ci.builds(file, {})) < 50
    assert gitlab_ci.builds(SourceFile(".gitlab-ci.yml", "a: {script: [x]}\n"), {}) == []


def test_scripts_that_aliases_make_too_large_are_not_read():
    lists = "".join(
        f".s{n + 1}: &s{n + 1} [{', '.join([f'*s{n}'] * 9)}]\n" for n in range(9)
    )  # 9 ** 9 commands
    text = f".s0: &s0 [docker build --build-arg V=20 .]\n{lists}a: {{script: *s9, image: 'x:1'}}\n"
    assert gitlab_ci.builds(SourceFile(".gitlab-ci.yml", text), {}) == []


def test_an_argument_without_a_name_is_none():
    assert together("a: {script: [docker build --build-arg =20 .]}\n") == []

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import github_workflow as workflow
from bot.formats import met
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten


def file(text, path=".github/workflows/ci.yml"):
    return SourceFile(path, text)


def moved(text, tag, path=".github/workflows/ci.yml"):
    (use,) = (mention for mention in workflow.find(file(text, path)) if isinstance(mention, Use))
    return rewritten(text, use, tag)


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


# ---------------------------------------------------------------- what is given to Dockerfiles


def together(ci, dockerfile="ARG V\nFROM node:$V-alpine\n", path="Dockerfile"):
    meeting = met((file(ci), SourceFile(path, dockerfile)))
    found = [mention for told in meeting.mentions.values() for mention in told]
    return [(u.path, u.text, str(u.image), u.role) for u in found if isinstance(u, Use)]


def job(step, env=""):
    return f"{env}jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v5\n{step}"


@pytest.mark.parametrize(
    "step",
    [
        "      with: {context: ., build-args: V=20}\n",
        "      with:\n        build-args: |\n          OTHER=x\n          V=20\n        push: true\n",
        "      with:\n        file: ./Dockerfile\n        build-args: |\r\n          V=20\r\n",
        "      env: {N: '20'}\n      with: {build-args: 'V=${{ env.N }}', context: '{{defaultContext}}'}\n",
    ],
)
def test_what_a_step_gives_to_a_dockerfile_is_a_use_of_it(step):
    told = together(job(step))
    assert told == [(".github/workflows/ci.yml", "20", "node:20-alpine", "arg")]


def test_values_of_the_workflow_are_known_and_move_where_they_are_said():
    ci = job("      with: {build-args: 'V=${{env.N}}'}\n", "env: {N: '20'}\n")
    meeting = met((file(ci), SourceFile("Dockerfile", "ARG V\nFROM node:$V\n")))
    (use,) = (m for m in meeting.mentions[".github/workflows/ci.yml"] if isinstance(m, Use))
    assert rewrite(ci, edits_for(use, use.image.at("22"))) == ci.replace("'20'", "'22'")


@pytest.mark.parametrize(
    "step",
    [
        "      with: {build-args: 'V=${{ matrix.v }}'}\n",
        "      with: {build-args: 'V=${{ env.N }}'}\n",
        "      with: {build-args: [V=20]}\n",
        "      with: {build-args: 'V=\"20\"'}\n",
        "      with: {build-args: V=20, context: 'https://example.org/x.git'}\n",
        "      with: {build-args: V=20, file: other/Dockerfile}\n",
        "      with: {push: true} # build-args\n",
    ],
)
def test_what_is_not_known_is_not_given(step):
    assert together(job(step, "env: {N: 3.10}\n")) == []


def test_steps_that_aliases_make_too_large_are_not_read():
    step = "{uses: docker/build-push-action@v5, with: {build-args: V=1}}"
    jobs = "".join(f"  j{n}: {{steps: *s}}\n" for n in range(2_000))
    text = f"s: &s [&t {step}, {', '.join(['*t'] * 200)}]\njobs:\n{jobs}"
    assert workflow.builds(file(text), {}) == []
    assert workflow.builds(file("jobs: {}\n"), {}) == ()


@pytest.mark.parametrize(
    ("container", "why"),
    [
        ("${{ matrix.image }}", workflow.OF_MATRIX),
        ("node:${{ inputs.version }}", workflow.EXPRESSION),
    ],
)
def test_an_expression_is_left_with_a_reason(container, why):
    text = f"jobs:\n  a:\n    container: {container}\n"
    (skip,) = workflow.find(SourceFile(".github/workflows/a.yml", text))
    assert (skip.reason, skip.detail) == ("template", why)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import jenkinsfile
from bot.formats.code_spans import SLASHES, tokens
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten


def mentions(text):
    return list(jenkinsfile.find(SourceFile("Jenkinsfile", text)))


def moved(text, tag):
    (use,) = mentions(text)
    assert isinstance(use, Use)
    return rewritten(text, use, tag)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("Jenkinsfile", True),
        ("ci/Jenkinsfile.release", True),
        ("ci/nightly.jenkinsfile", True),
        ("jenkinsfiles/build.groovy", False),
        ("Dockerfile", False),
    ],
)
def test_pipelines_are_known_by_name(path, matched):
    assert jenkinsfile.matches(path) is matched


@pytest.mark.parametrize(
    "text",
    [
        "agent { docker { image 'node:20' } }",
        'agent { docker "node:20" }',
        "docker.image('node:20').inside { }",
        "podTemplate(containers: [containerTemplate(image: 'node:20')])",
        "podTemplate(yaml: '''\nimage: node:20\n''')",
        "def image = 'node:20'\nagent { docker { image image } }",
    ],
)
def test_an_image_is_pinned_where_it_stands(text):
    assert moved(text, "22") == text.replace("node:20", f"node:22@{DIGEST}")


def test_a_version_moves_in_its_name_and_the_digest_stays_with_the_image():
    text = "def v = '20'\ndocker.image(\"node:${v}\").inside { }\n"
    assert moved(text, "22") == text.replace("'20'", "'22'").replace("{v}", f"{{v}}@{DIGEST}")


@pytest.mark.parametrize(
    "text",
    [
        "x = 'node:20'\nx = 'node:22'\ndocker.image(x)",
        "x = 'node:20' + y\ndocker.image(x)",
        "x = 'node:$y'\ndocker.image(x)",
        "x = 'node:\\x32'\ndocker.image(x)",
        "if (x == 'node:20') { docker.image(x) }",
    ],
)
def test_a_name_that_is_not_given_one_text_is_left_alone(text):
    (skip,) = mentions(text)
    assert (skip.text, skip.reason) == ("x", "variable-without-default")


def test_a_comment_that_cannot_be_read_is_told_where_it_steers_nothing():
    (skip,) = mentions("// docker image\n/* basewatch: perhaps */\nnode { }\n")
    assert (skip.reason, skip.position.line) == ("steering", 2)


def test_comments_above_are_heard_up_to_a_limit():
    text = "// basewatch: ignore\n" + "// x\n" * 120 + "docker.image('node:20')\n"
    steered = [mention.steers for mention in mentions(text) if isinstance(mention, Use)]
    assert steered == [()]


@given(st.text(alphabet="'\"/*\\ab\n$", max_size=80))
def test_tokens_stand_where_they_say_in_order(text):
    at = 0
    for token in tokens(text, SLASHES):
        assert token.span.of(text) == token.said
        assert token.span.start >= at
        at = token.span.end


@pytest.mark.parametrize("text", ["\\'" * 100_000, "/*" * 100_000, "'''\\" * 50_000, "{" * 90_000])
def test_hostile_text_is_read_once(text):
    assert mentions(text + "docker image") == []


def test_an_image_of_a_registry_said_around_it_is_moved_without_it():
    text = "docker.withRegistry('https://r.io/') { docker.image('a/b:1').inside { } }"
    (use,) = mentions(text)
    assert (str(use.image), use.image.registry) == ("r.io/a/b:1", "r.io")
    assert moved(text, "2") == text.replace("a/b:1", f"a/b:2@{DIGEST}")


@pytest.mark.parametrize(
    "text",
    [
        "docker.withRegistry(REGISTRY) { docker.image('a:1').pull() }",
        "docker.withRegistry('https://' + host) { docker.image('a:1').pull() }",
        "docker.withRegistry('no address') { docker.image('a:1').pull() }",
        "docker.withRegistry",
        "docker { image 'a:1'\n registryUrl",
    ],
)
def test_an_image_of_a_registry_that_is_not_known_is_left_alone(text):
    assert [mention.reason for mention in mentions(text)] == ["elsewhere"] * text.count("'a:1'")


def test_what_is_longer_than_any_pipeline_is_told_at_once():
    (skip,) = mentions("docker.image('a:1')\n" * 30_000)
    assert (skip.reason, skip.position.line) == ("unparsable", 1)


@pytest.mark.parametrize("done", ["push()", "push('latest')", "tag('1')"])
def test_what_a_pipeline_pushes_was_built(done):
    assert [skip.reason for skip in mentions(f"docker.image('a/b:1').{done}")] == ["built"]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import repository_config
from bot.edits import edits_for, rewrite
from bot.errors import ConfigError
from bot.formats.own import OwnFormat, tokens
from bot.image import ImageRef
from bot.model import FilePattern, Policy, Skip, SourceFile, Use
from bot.steps.find import find
from tests.fakes.shelf import tree_of

DIGEST = "sha256:" + "0123456789abcdef" * 4


def found(lines, text, image=""):
    own = OwnFormat(FilePattern("own", ("*",), tuple(lines), image))
    return list(own.find(SourceFile("versions.env", text)))


def images(lines, text, image=""):
    return [str(use.image) for use in found(lines, text, image) if isinstance(use, Use)]


@pytest.mark.parametrize(
    ("line", "text", "wanted"),
    [
        ("BASE={image}", "BASE=debian:12\n", ["debian:12"]),
        ("BASE={image}", "  BASE=debian:12\r\nBASE=alpine", ["debian:12", "alpine"]),
        ("BASE={image}", "MYBASE=debian:12", ["debian:12"]),
        ("BASE={image}", "BASE debian:12", []),
        ('base = "{image}"', 'base  =\t"reg.example:5000/a/b:1@' + DIGEST + '" # x', [f"reg.example:5000/a/b:1@{DIGEST}"]),
        ("image: {name} tag: {tag}", "image: a/b tag: 1.2", ["a/b:1.2"]),
        ("image: {name}:{tag}", "image: reg.example:5000/a/b:1.2", ["reg.example:5000/a/b:1.2"]),
        ("pull *{image};", "pull --quiet debian:12;", []),  # the first that fits, and no other
        ("pull * {image};", "pull --quiet debian:12;", ["debian:12"]),
        ("use({image})", "use(a:1) use(b:2)", ["a:1", "b:2"]),
        ("{{{image}}}", "{{a:1}}", ["a:1"]),
        ("tag={tag}", "tag=12.1-slim", ["docker.io/library/debian:12.1-slim"]),
        ("at={digest}", f"at={DIGEST}", [f"docker.io/library/debian@{DIGEST}"]),
    ],
)  # fmt: skip
def test_a_pattern_finds_what_stands_in_its_fields(line, text, wanted):
    assert images([line], text, "docker.io/library/debian") == wanted


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{image}", "begins with something"),
        ("*{image}", "begins with something"),
        ("", "begins with something"),
        ("BASE=", "has {image}"),
        ("a {image} {image}", "once"),
        ("a {image}:{tag}", "once"),
    ],
)
def test_a_pattern_that_is_none_says_why(line, why):
    with pytest.raises(ValueError, match=why):
        tokens(line)


def test_a_tag_and_a_digest_are_moved_where_they_stand():
    text = f"name=node\nver=20.1 sha={DIGEST}\n"
    (use,) = found(["ver={tag} sha={digest}"], text, "node")
    assert use.text == f"20.1 sha={DIGEST}"
    new = ImageRef.parse("node:22.2@sha256:" + "f" * 64)
    assert rewrite(text, edits_for(use, new)) == f"name=node\nver=22.2 sha=sha256:{'f' * 64}\n"


def test_a_reference_is_given_its_digest_and_a_tag_alone_is_not():
    (use,) = found(["x={image}"], "x=node:20")
    assert (
        rewrite("x=node:20", edits_for(use, ImageRef.parse(f"node:22@{DIGEST}")))
        == f"x=node:22@{DIGEST}"
    )
    (use,) = found(["x={tag}"], "x=20", "node")
    assert (use.carries, use.no_digest) == ("tag", "the pattern has no place for a digest")
    assert rewrite("x=20", edits_for(use, ImageRef.parse("node:22"))) == "x=22"


def test_what_fits_and_is_no_reference_is_told():
    (skip,) = found(["x={image}"], "x=a//b")
    assert isinstance(skip, Skip)
    assert skip.reason == "invalid-reference"


def test_a_place_is_told_once_whatever_number_of_patterns_fit_it():
    assert images(["BASE={image}", "E={image}"], "BASE=a:1") == ["a:1"]


def test_comments_beside_a_line_and_right_above_it_steer():
    text = "# basewatch: ignore\nx=a:1\nx=b:1 # basewatch: hold until 2030-01-01\ny=1 # basewatch: ignore\nx=c:1\n"
    verbs = [[steer.verb for steer in use.steers] for use in found(["x={image}"], text)]
    assert verbs == [["ignore"], ["hold"], []]


def test_a_hostile_line_takes_no_time():
    lines = ["a * b * c * {image} d", "aa{image}a", "a*a*a*a*{tag}!"]
    assert images(lines, ("a b " * 900 + "\n") * 200) == []
    assert images(lines, "a" * 1_000_000) == []


@given(st.lists(st.text(max_size=12), max_size=3), st.text(max_size=80))
def test_whatever_a_pattern_and_a_file_say_each_use_is_where_it_is_said_to_be(lines, text):
    patterns = [f"x{line}{{image}}" for line in lines if "\n" not in line and "{" not in line]
    patterns = [line for line in patterns if tokens(line)]
    for mention in found(patterns, text):
        assert mention.text == mention.span.of(text)


def configured(text):
    return repository_config(text, "basewatch.yaml")


ENTRY = """patterns:
  - name: versions
    files: [versions.env]
    lines: ["BASE_IMAGE={image}"]
    sample: "BASE_IMAGE=debian:12"
    finds: ["debian:12"]
"""


def test_files_of_a_kind_of_ones_own_are_read_and_read_back(tmp_path):
    pattern = configured(ENTRY).patterns[0].pattern()
    files = {"sub/versions.env": "BASE_IMAGE=debian:12\n", "other.env": "BASE_IMAGE=debian:12\n"}
    findings = find(tree_of(tmp_path, files), Policy(patterns=(pattern,)))
    assert [(use.path, use.format, str(use.image)) for use in findings.uses] == [
        ("sub/versions.env", "versions", "debian:12")
    ]
    assert find(tree_of(tmp_path, files), Policy()).uses == ()


def test_a_file_of_ones_own_kind_that_is_no_text_is_left_alone(tmp_path):
    pattern = configured(ENTRY).patterns[0].pattern()
    findings = find(tree_of(tmp_path, {"versions.env": b"\0"}), Policy(patterns=(pattern,)))
    assert findings.uses == ()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('debian:12"]', 'debian:13"]', "finds: the sample has debian:12 by these patterns"),
        ("BASE_IMAGE=debian", "BASE=debian", "finds: the sample has nothing by these patterns"),
        ("{image}", "{tag}", "lines.0: it has no {image} or {name}, so it takes `image`"),
        ("={image}", "=", "lines.0: a pattern has {image}"),
        ("name: versions", "name: dockerfile", "a format of that name already"),
        ("name: versions", "name: versions\n    image: 'a:1'", "write the name alone"),
        ("name: versions", "name: versions\n    image: 'a b'", "image"),
    ],
)
def test_a_pattern_that_does_not_do_what_it_is_to_is_refused(old, new, why):
    with pytest.raises(ConfigError) as refused:
        configured(ENTRY.replace(old, new))
    assert why in str(refused.value)

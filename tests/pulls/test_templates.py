import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import Bump, Wishes
from bot.pulls.templates import (
    Words,
    commit_message,
    complaint_about,
    content_told,
    conventional,
    one_line,
    rendered,
    titled,
    words_of,
)
from tests.altered import replace

WORDS = Words("node", "20.11.0", "20.18.1", "minor")


def bump(old, new, kind="minor"):
    return Bump(ImageRef.parse(old), ImageRef.parse(new), kind)


TEMPLATES = [
    ("{image}: {old} → {new} ({kind})", "node: 20.11.0 → 20.18.1 (minor)"),
    ("{{image}} {image}", "{image} node"),
    ("no words", "no words"),
    ("{{{image}}}", "{node}"),
]


@pytest.mark.parametrize(("template", "text"), TEMPLATES)
def test_a_template_names_what_moves(template, text):
    assert complaint_about(template) == ""
    assert rendered(template, WORDS) == text


@pytest.mark.parametrize(
    "template",
    [
        "{",
        "}",
        "{}",
        "{Image}",
        "{image.name}",
        "{image!r}",
        "{image:>9}",
        "{0}",
        "{title}",
        "x" * 1001,
    ],
)
def test_what_is_no_word_is_refused(template):
    assert complaint_about(template)
    with pytest.raises(ConfigError, match="template"):
        rendered(template, WORDS)


def test_what_comes_in_is_no_template():
    assert rendered("{image} {old}", Words("{old}", "{kind}", "", "")) == "{old} {kind}"


def test_a_title_is_one_line_of_a_bounded_length():
    assert one_line("a\nb\x1b[1m\u202e  c ") == "a b [1m c"
    assert len(one_line("x" * 500)) == 120


def test_several_moves_are_counted_where_they_differ():
    one = bump("node:20.1.0", "node:20.2.0")
    assert words_of([one, one]) == Words("node", "20.1.0", "20.2.0", "minor")
    other = bump(f"r.io/x@sha256:{'a' * 64}", f"r.io/x@sha256:{'b' * 64}", "digest")
    assert words_of([other]) == Words("r.io/x", "aaaaaaa", "bbbbbbb", "digest")
    assert words_of([one, other]) == Words("2 images", "2 tags", "2 tags", "2 kinds")


A, B = f"@sha256:{'a' * 64}", f"@sha256:{'b' * 64}"


@pytest.mark.parametrize(
    ("old", "new", "kind", "text"),
    [
        ("node:20", f"node:20{B}", "pin", "20 → 20@bbbbbbb (pin)"),
        (f"node:20{A}", f"node:20{B}", "digest", "20@aaaaaaa → 20@bbbbbbb (digest)"),
        (f"node:20{A}", f"node:22{B}", "major", "20 → 22 (major)"),
        ("node", f"node{B}", "pin", "latest → bbbbbbb (pin)"),
    ],
)
def test_where_only_the_digest_moves_both_ends_are_told_apart(old, new, kind, text):
    assert rendered("{old} → {new} ({kind})", words_of([bump(old, new, kind)])) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Base image {image}", "build(base): Base image node"),
        ("fix!: {image}", "fix!: node"),
        ("deps(docker): {image}", "deps(docker): node"),
        ("Images: {image}", "build(base): Images: node"),
    ],
)
def test_a_title_by_template_gets_the_type_that_is_wished_unless_it_has_one(template, text):
    wishes = Wishes(title=template, conventional=("build", "base"))
    assert titled("Bump node", [bump("node:20", "node:22")], wishes).title == text
    assert titled("Bump node", [], replace(wishes, title="")).title == "build(base): bump node"


def test_a_message_by_template_is_beside_the_title_and_there_is_none_without():
    bumps = [bump("node:20", "node:22")]
    said = titled("Bump node", bumps, Wishes(message="deps: {image}"))
    assert (said.title, said.message) == ("Bump node", "deps: node")
    said = titled("Bump node", bumps, Wishes(title="Images: {image}"))
    assert (said.title, said.message) == ("Images: node", "")


def test_a_title_ends_with_the_directory_that_all_of_it_is_in():
    wishes = Wishes(title="{image}: {kind}")
    assert titled("Bump node", [], Wishes(), "web/app").title == "Bump node in web/app"
    told = titled("x", [bump("node:20", "node:22")], wishes, "fixes #1 @team")
    assert told.title.endswith(" in fixes-1-team")
    long = titled("x" * 200, [], Wishes(), "y" * 200).title
    assert (len(long), long[-5:]) == (120, "yyyy…")


def test_a_title_in_the_form_of_conventional_commits():
    assert conventional("Bump node 20 → 22") == "chore(deps): bump node 20 → 22"
    assert conventional("Pin x", "build", "") == "build: pin x"


@pytest.mark.parametrize(
    ("kind", "scope"), [("", "x"), ("a b", ""), ("fix", "a)b"), ("fix", "a\nb")]
)
def test_what_is_no_type_or_scope_is_refused(kind, scope):
    with pytest.raises(ConfigError, match="no type and scope"):
        conventional("x", kind, scope)


def test_a_commit_message_ends_with_its_trailers():
    message = commit_message("Bump node\n\nBecause.\nSo.", "00ff", "Kim Lee <kim@example.org>")
    assert message == (
        "Bump node\n\nBecause.\nSo.\n\nSigned-off-by: Kim Lee <kim@example.org>\nBasewatch: 00ff\n"
    )
    assert content_told(message) == "00ff"
    assert commit_message("Bump\x00 node", "00ff") == "Bump node\n\nBasewatch: 00ff\n"


@pytest.mark.parametrize("person", ["Kim", "Kim <kim>", "Kim <k@x>\nEvil: 1", "<k@x>", "a@b"])
def test_who_signs_off_has_a_name_and_an_address(person):
    with pytest.raises(ConfigError, match="sign off"):
        commit_message("x", "00", person)


@pytest.mark.parametrize(
    "message", ["", "x", "Basewatch: zz", "Basewatch: 00\n\nMore.", "Basewatch: " + "0" * 99]
)
def test_a_message_that_is_none_of_ours_tells_nothing(message):
    assert content_told(message) == ""


@given(st.text(), st.text())
def test_what_was_written_is_told_whatever_the_message_says(said, more):
    message = commit_message(f"{said}\nBasewatch: beef\n{more}", "00ff")
    assert content_told(message) == "00ff"
    assert "\x00" not in message


@given(st.text(alphabet="{}imagekndolw.! ", max_size=40))
def test_no_template_is_too_strange(template):
    if complaint_about(template):
        with pytest.raises(ConfigError):
            rendered(template, WORDS)
    else:
        assert "\n" not in rendered(template, WORDS)

from bot.edits import edits_for, rewrite
from bot.formats import compose
from bot.image import ImageRef
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "1" * 64


def found(text, path="compose.yml"):
    return [*compose.find(SourceFile(path, text))]


def uses(text):
    return [mention for mention in found(text) if isinstance(mention, Use)]


def bumped(text, new, number=0):
    return rewrite(text, edits_for(uses(text)[number], ImageRef.parse(new)))


def inline(*lines):
    return "services:\n  a:\n    build:\n      dockerfile_inline: |\n" + "".join(
        f"        {line}\n" for line in lines
    )


def test_a_default_takes_the_tag_and_the_digest():
    text = "services: {a: {image: 'nginx:${TAG:-1.25}'}}"
    assert bumped(text, f"nginx:1.26@{DIGEST}") == (
        f"services: {{a: {{image: 'nginx:${{TAG:-1.26@{DIGEST}}}'}}}}"
    )


def test_a_dockerfile_within_is_edited_where_it_stands():
    text = inline("FROM alpine:3.18 AS x", "RUN true")
    assert bumped(text, f"alpine:3.19@{DIGEST}") == inline(
        f"FROM alpine:3.19@{DIGEST} AS x", "RUN true"
    )


def test_variables_of_a_dockerfile_within_are_escaped_dollars():
    text = inline("ARG V=3.18", "FROM alpine:$${V}")
    (use,) = uses(text)
    assert use.text == "alpine:$${V}"
    new = bumped(text, f"alpine:3.19@{DIGEST}")
    assert new == inline(f"ARG V=3.19@{DIGEST}", "FROM alpine:$${V}")


def test_an_argument_is_given_to_a_dockerfile_within():
    text = inline("ARG BASE", "FROM $${BASE}") + "      args: {BASE: 'alpine:3.18'}\n"
    (use,) = uses(text)
    assert use.text == "$${BASE}"
    assert bumped(text, f"alpine:3.19@{DIGEST}") == text.replace("3.18", f"3.19@{DIGEST}")
    part = inline("ARG V", "FROM alpine:$${V}") + "      args: {V: '3.18'}\n"
    (use,) = uses(part)
    assert (use.carries, use.digest_at) == ("tag", None)
    assert "a part" in use.no_digest


def test_a_variable_of_compose_within_a_dockerfile_is_shown_as_it_is_spelled():
    text = inline("FROM ${BASE:-alpine}:3.18")
    (use,) = uses(text)
    assert str(use.image) == "alpine:3.18"
    (skip,) = found(inline("FROM alpine:${NONE}"))
    assert (skip.reason, skip.text) == ("invalid-reference", "alpine:")


def test_a_comment_beside_an_argument_is_no_stray():
    text = "services:\n  a:\n    build:\n      args:\n        # basewatch: ignore\n        A: x  # basewatch: ignore\n    # basewatch: ignore\n"
    assert [(m.position.line, m.reason) for m in found(text)] == [(7, "steering")]


def test_what_is_given_is_told_with_the_build_it_is_given_to():
    text = """
services:
  map: {build: {context: ./a, dockerfile: D.file, args: {A: 1, B: "x:$T", C: , D: "", E: [1], F: $NONE}}}
  list: {build: {args: [A=1, B, "C=x=y", [D=1]]}}
  inline: {build: {dockerfile_inline: "FROM x", args: {A: 1}}}
  none: {build: ./b}
  away: {build: {context: https://example.org/x.git, args: {A: 1}}}
  unset: {build: {context: $NONE, args: {A: 1}}}
  aliased: {build: {context: &c ., args: &args {A: *c}}}
  same: {build: {context: ".", args: *args}}
"""
    file = SourceFile("x/compose.yml", text)
    values = {"T": (uses("services: {a: {image: 'a:1'}}")[0].pieces[0],)}
    said = [
        (
            build.path,
            {name: "".join(p.text for p in one.pieces) for name, one in build.args.items()},
        )
        for build in compose.builds(file, values)
    ]
    assert said == [
        ("x/a/D.file", {"A": "1", "B": "x:a:1", "D": ""}),
        ("x/Dockerfile", {"A": "1", "C": "x=y"}),
        ("x/Dockerfile", {"A": "."}),
        ("x/Dockerfile", {"A": "."}),
    ]
    assert compose.ties(file).env == "x/.env"


def test_aliases_that_make_it_too_large_are_told():
    bombs = "".join(
        f"  b{n}: &b{n} {{" + ", ".join(f"k{i}: *b{n - 1}" for i in range(9)) + "}\n"
        for n in range(1, 9)
    )
    text = "x-a:\n  b0: &b0 {image: a}\n" + bombs + "services:\n"
    text += "".join(f"  s{n}: {{<<: [*b8, *b7], image: 'x:1'}}\n" for n in range(20))
    assert uses(text)
    services = "".join(f"  s{n}: *s\n" for n in range(3000))
    large = (
        "services:\n  s: &s {"
        + ", ".join(f"k{n}: 1" for n in range(3000))
        + ", image: x}\n"
        + services
    )
    assert [mention.reason for mention in found(large)] == ["unparsable"]
    assert compose.claims(SourceFile("compose.yml", large))
    assert [*compose.builds(SourceFile("compose.yml", large + "# args\n"))] == []


def test_a_file_of_variables_says_nothing_by_itself():
    file = SourceFile("a/.env", "A=1\n")
    assert [*compose.find(file)] == [*compose.builds(file)] == []
    assert compose.ties(file).every() == ()


def test_what_a_dockerfile_within_computes_is_not_written():
    (use,) = uses(inline("ARG V=1.2", "FROM alpine:$${V%.2}-x@" + DIGEST))
    assert str(use.image) == f"alpine:1-x@{DIGEST}"
    (use,) = uses('services: {a: {build: {dockerfile_inline: "FROM alpine:1\\x2e2"}}}')
    assert (str(use.image), use.digest_at is not None) == ("alpine:1.2", True)
    (use,) = uses('services: {a: {build: {dockerfile_inline: "FROM alpine:1\\x2e"}}}')
    assert (use.carries, use.digest_at) == ("tag", None)
    (use,) = uses(inline("FROM alpine:${A:-1}", "# ${A:-2}"))
    assert str(use.image) == "alpine:1"


def test_labels_of_a_dockerfile_within_follow_their_from():
    first, second = uses(
        inline("FROM alpine:3.18", "LABEL org.opencontainers.image.base.name=alpine:3.18")
    )
    assert (first.span, second.role) == (second.follows, "label")


def test_what_is_given_to_a_dockerfile_within_is_bounded():
    text = inline("ARG V", "FROM $${V}") + f"      args: {{V: '{'x' * 5000}'}}\n"
    assert [mention.reason for mention in found(text)] == ["variable-without-default"]


def test_only_what_is_plainly_compose_is_claimed_under_another_name():
    cases = {
        "a: image\n": False,
        "services: {a: {image: x}}\n": True,
        "services: {a: {image: x}}\njobs: {}\n": False,
        "services: [image]\n": False,
        "services: {a: {class: image}}\n": False,
        "services: {a: {image: x}\n": False,
    }
    said = {text: compose.claims(SourceFile("stack.yml", text)) for text in cases}
    assert said == cases
    assert not compose.claims(SourceFile("compose.yml", "services: [image]\n"))
    assert compose.claims(SourceFile("compose.yml", "services: {a: {image: x}\n"))


def test_what_several_services_share_is_told_once():
    text = "x-b: &b\n  dockerfile_inline: FROM alpine:3.18\n  args: &a\n    BUILDKIT_SYNTAX: docker/dockerfile:1\nservices:\n  one: {build: *b}\n  two: {build: {<<: *b, args: *a}}\n  three: {build: {dockerfile_inline: [x], args: *a}}\n"
    assert [str(use.image) for use in uses(text)] == ["alpine:3.18", "docker/dockerfile:1"]


def test_an_image_that_services_take_over_by_an_alias_is_told_with_them():
    text = "x-a: {image: &i 'redis:7.2'}\nx-b: {image: redis:7.0}\nservices: {a: {image: *i}}\n"
    told = [(m.text, "use" if isinstance(m, Use) else m.reason) for m in found(text)]
    assert told == [("redis:7.0", "dead-config"), ("*i", "use")]
    assert bumped(text, f"redis:7.4@{DIGEST}") == text.replace("7.2", f"7.4@{DIGEST}")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edits import edits_for, rewrite
from bot.formats import bake
from bot.formats.bake import hcl
from bot.formats.yaml_spans import Scalar
from bot.image import ImageRef
from bot.model import Policy, SourceFile, Use
from bot.steps.find import find
from tests.fakes.shelf import tree_of

DIGEST = "sha256:" + "1" * 64


def value(node):
    if isinstance(node, Scalar):
        return node.value
    if node.kind == "sequence":
        return [value(child) for child in node.children]
    return {
        key.value: value(each)
        for key, each in zip(node.children[::2], node.children[1::2], strict=True)
    }


def read(text):
    found = hcl.read(text)
    return found.trouble.problem if found.trouble else value(found.documents[0])


def told(tmp_path, files):
    found = find(tree_of(tmp_path, files), Policy())
    uses = [f"{u.path}:{u.position.line} {u.image} {u.role}" for u in found.uses]
    return uses, [f"{s.path}:{s.position.line} {s.reason}" for s in found.skips]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ('a = "x"', {"a": "x"}),
        ('a = "x"\nb=1 # c\n', {"a": "x", "b": "1"}),
        ("a = [1, true, null,\n 2,]", {"a": ["1", "true", "null", "2"]}),
        ('a = {b = 1, "c": 2\nd=3,\n (e)=4, 5=6}', {"a": {"b": "1", "c": "2", "d": "3", "${(e)}": "4", "5": "6"}}),
        ('t "a" "b" { c = 1 }', {"t": {"a": {"b": {"c": "1"}}}}),
        ("t a {\n}\n", {"t": {"a": {}}}),
        ("a = B.c", {"a": "${B.c}"}),
        ('a = f("x", [1]) + 2', {"a": '${f("x", [1]) + 2}'}),
        ('a = x ? "y" : "z" // c', {"a": '${x ? "y" : "z"}'}),
        ("a = [for x in y : x]", {"a": "${[for x in y : x]}"}),
        ("a = x[0]\nb = 1", {"a": "${x[0]}", "b": "1"}),
        ("a = (\n 1\n)", {"a": "${(\n 1\n)}"}),
        ('a = "${f("}")}-$${x}-%{if b}c%{endif}"', {"a": '${f("}")}-$${x}-%{if b}c%{endif}'}),
        ('a = "\\u0041\\n$%"', {"a": "A\n$%"}),
        ("a = <<X\n y\nX\nb = 1", {"a": " y\n", "b": "1"}),
        ("a = f(<<X\n)\nX\n)", "a name is expected here"),
        ("a", "a name is expected here"),
        ("a =", "a value is expected here"),
        ("a = {b}", "= is expected here"),
        ("a = [1 2]", {"a": ["${1 2}"]}),
        ("a = [1\n2]", ", is expected here"),
        ("a = [", "a value is expected here"),
        ("a {", "} is expected here"),
        ("a = (", "it is never closed"),
        ('a = "x', "its quotes are never closed"),
        ("a = <<X\n y", "its here-document is never closed"),
        ("a = < 1", "it is not HCL"),
        ("= 1", "a name is expected here"),
        ("/* x", "a name is expected here"),
        ("a = " + "[" * 60, "it is nested deeper than 50"),
        ("a = " + "(" * 60, "it is nested deeper than 50"),
        ("a {" * 60, "it is nested deeper than 50"),
        ('a = "' + '${"' * 60, "it is nested deeper than 50"),
    ],
)  # fmt: skip
def test_hcl_is_read_as_far_as_it_is_some(text, wanted):
    assert read(text) == wanted


@given(st.text(alphabet='a1={}[]",<\n $%()#/*-.?', max_size=40))
def test_any_text_can_be_read(text):
    found = hcl.read(text)
    assert bool(found.trouble) != bool(found.documents)
    for remark in found.remarks or ():
        assert remark.span.of(text)


def test_a_file_has_so_many_nodes_and_no_more(monkeypatch):
    monkeypatch.setattr(hcl, "NODE_LIMIT", 10)
    assert read("a = [" + "1," * 10 + "]") == "it has more than 10 nodes"


def test_a_context_moves_by_tag_and_digest():
    text = 'target "a" {\n  contexts = { b = "docker-image://alpine:3.18" } # x\n}\n'
    (use,) = bake.find(SourceFile("docker-bake.hcl", text))
    new = ImageRef.parse(f"alpine:3.19@{DIGEST}")
    assert rewrite(text, edits_for(use, new)) == text.replace("3.18", f"3.19@{DIGEST}")


def test_arguments_of_a_target_are_followed_into_its_dockerfile(tmp_path):
    files = {
        "docker-bake.hcl": """variable "PY" {
  default = "3.11" # basewatch: hold until 2031-01-01
}
target "_base" {
  args = { GO = "1.20", PY = null }
}
target "app" {
  inherits = ["_base", "nowhere"]
  context = "app"
  args = {
    PY = "${PY}-slim"
    NUMBER = 3.10
    WHOLE = "debian:12"
    UNKNOWN = upper(PY)
    LIST = [1]
  }
}
""",
        "app/Dockerfile": "ARG PY\nARG GO=1.19\nARG NUMBER\nARG WHOLE\nARG UNKNOWN=1\nFROM python:$PY\nFROM golang:$GO\nFROM node:$NUMBER\nFROM $WHOLE\nFROM x:$UNKNOWN\n",
    }  # fmt: skip
    uses, skips = told(tmp_path, files)
    assert uses == [
        "app/Dockerfile:7 golang:1.19 from",
        "app/Dockerfile:10 x:1 from",
        "docker-bake.hcl:5 golang:1.20 arg",
        "docker-bake.hcl:11 python:3.11-slim arg",
        "docker-bake.hcl:13 debian:12 arg",
    ]
    assert skips == [
        "app/Dockerfile:6 elsewhere",
        "app/Dockerfile:8 elsewhere",
        "app/Dockerfile:9 elsewhere",
        "docker-bake.hcl:12 invalid-reference",
    ]
    python = find(tree_of(tmp_path, files), Policy()).uses[3]
    assert [steer.verb for steer in python.steers] == ["hold"]


def test_a_matrix_gives_each_of_its_values(tmp_path):
    files = {
        "docker/bake.hcl": """target "app" {
  matrix = {
    py = ["3.10", "3.11"]
    item = [{ kind = "slim" }, { kind = "alpine", more = [1] }]
  }
  name = "x-${py}"
  dockerfile = "docker/Dockerfile"
  args = { PY = py, KIND = "${item.kind}" }
}
""",
        "docker/Dockerfile": "ARG PY\nARG KIND\nFROM python:$PY-$KIND\n",
    }
    uses, skips = told(tmp_path, files)
    assert uses == [
        f"docker/bake.hcl:3 python:3.{minor}-{kind} arg"
        for minor in (10, 11)
        for kind in ("slim", "alpine")
    ]
    assert skips == ["docker/Dockerfile:3 elsewhere"]


def test_json_says_the_same(tmp_path):
    files = {
        "docker-bake.json": '{"target": {"a": {"args": {"V": "${V}"}}}, "variable": {"V": {"default": "20"}}}',
        "Dockerfile": "ARG V\nFROM node:$V\n",
    }
    assert told(tmp_path, files)[0] == ["docker-bake.json:1 node:20 arg"]


def test_what_builds_no_dockerfile_here_gives_nothing():
    text = """
target "away" {
  context = "https://example.org/x.git"
  args = { A = "1" }
}
target "unknown" {
  context = WHERE
  args = { A = "1" }
}
target "inline" {
  dockerfile-inline = "FROM x"
  args = { A = "1" }
}
target "bare" { context = "." }
target "parent" { args = { A = "1" } }
target "child" { inherits = ["parent"] }
target "child" { dockerfile = "D.file" }
group "g" { targets = ["x"] }
"""
    file = SourceFile("a/bake.hcl", text)
    assert [(build.path, build.otherwise) for build in bake.builds(file)] == [
        ("a/D.file", "D.file")
    ]
    assert bake.ties(file).builds == ("a/D.file", "D.file")


def test_a_dockerfile_within_is_edited_where_it_stands():
    text = 'variable "N" { default = "20" }\ntarget "a" {\n  dockerfile-inline = <<-X\n    FROM node:${N} AS x\n    FROM alpine:3.18\n  X\n}\n'
    first, second = (m for m in bake.find(SourceFile("bake.hcl", text)) if isinstance(m, Use))
    assert (first.text, first.carries, second.text) == ("node:${N}", "tag", "alpine:3.18")
    assert rewrite(text, edits_for(first, ImageRef.parse("node:22"))) == text.replace("20", "22")
    new = ImageRef.parse(f"alpine:3.19@{DIGEST}")
    assert rewrite(text, edits_for(second, new)) == text.replace("3.18", f"3.19@{DIGEST}")


def test_much_is_read_and_too_much_is_told():
    wide = "target a {\n" + "".join(f"  k{n} = {{}}\n" for n in range(20)) + "}\n"
    inherits = "".join(
        f'target t{n} {{ inherits = ["a"]\n args = {{A = 1}} }}\n' for n in range(200)
    )
    huge = "".join(f"target a {{ x{n} = 1 }}\n" for n in range(200))
    found = [*bake.find(SourceFile("bake.hcl", wide + inherits + huge))]
    assert len(found) <= 1
    assert [*bake.builds(SourceFile("bake.hcl", wide + inherits))] != []


def test_fields_that_are_too_many_are_told():
    wide = "target a {\n args = {" + ", ".join(f"k{n} = 1" for n in range(500)) + "}\n}\n"
    many = "".join(
        f'target t{n} {{ inherits = ["a"]\n dockerfile-inline = "FROM x" }}\n' for n in range(600)
    )
    file = SourceFile("bake.hcl", wide + many)
    assert [mention.reason for mention in bake.find(file)] == ["unparsable"]
    plain = SourceFile("bake.hcl", wide + many.replace("dockerfile-inline", "target"))
    assert [*bake.builds(plain)] == []


def test_values_of_a_matrix_stay_as_different_as_they_are(tmp_path):
    files = {
        "docker-bake.hcl": """target "app" {
  name = "app-${replace(v, ".", "-")}-${replace(base, ":", "-")}-${z}"
  matrix = {
    v = ["3.11.8", "3.12.4"]
    base = ["debian:12.5", "alpine:3.18.4"]
    z = ["20", "22"]
    one = ["8.1"]
  }
  args = { V = v, BASE = base, NODE = z, ONE = one }
}
""",
        "Dockerfile": "ARG V\nARG BASE\nARG NODE\nARG ONE\n"
        "FROM python:$V\nFROM $BASE\nFROM node:$NODE\nFROM php:$ONE\n",
    }
    found = find(tree_of(tmp_path, files), Policy()).uses
    assert {str(use.image): [sorted(steer.kinds) for steer in use.steers] for use in found} == {
        "python:3.11.8": [["patch", "revision"]],
        "python:3.12.4": [["patch", "revision"]],
        "debian:12.5": [],
        "alpine:3.18.4": [],
        "node:20": [[]],
        "node:22": [[]],
        "php:8.1": [],
    }


def test_a_matrix_makes_several_images_of_a_dockerfile_within():
    text = """target "a" {
  matrix = { v = ["3.11.8", "3.12.4"] }
  name = "a-${v}"
  dockerfile-inline = <<EOT
FROM python:${v}-slim
FROM node:20
EOT
}
"""
    found = [*bake.find(SourceFile("docker-bake.hcl", text))]
    assert [(str(use.image), use.digest_at is None, len(use.steers)) for use in found] == [
        ("python:3.11.8-slim", True, 1),
        ("python:3.12.4-slim", True, 1),
        ("node:20", False, 0),
    ]


def test_a_context_is_taken_instead_of_the_image_of_its_name(tmp_path):
    files = {
        "docker-bake.hcl": """target "base" { context = "base" }
target "_all" { contexts = { "alpine:3.18" = "docker-image://alpine:3.19" } }
target "app" {
  inherits = ["_all"]
  contexts = {
    base = "target:base"
    nothing = null
  }
  args = { GIVEN = "base", OTHER = "debian:12" }
}
target "within" {
  contexts = { base = "target:base" }
  dockerfile-inline = "FROM base\\nFROM other"
}
""",
        "Dockerfile": "ARG GIVEN=node:20\nARG OTHER\nFROM docker.io/library/base\nFROM alpine:3.18\n"
        "FROM alpine:3.17\nCOPY --from=base:latest a b\nFROM nothing\nFROM $GIVEN\nFROM $OTHER\n",
        "base/Dockerfile": "FROM debian:12\n",
    }
    uses, skips = told(tmp_path, files)
    assert uses == [
        "Dockerfile:5 alpine:3.17 from",
        "Dockerfile:7 nothing from",
        "Dockerfile:8 node:20 from",
        "base/Dockerfile:1 debian:12 from",
        "docker-bake.hcl:2 alpine:3.19 from",
        "docker-bake.hcl:9 debian:12 arg",
        "docker-bake.hcl:13 other from",
    ]
    assert skips == [
        "Dockerfile:3 elsewhere",
        "Dockerfile:4 elsewhere",
        "Dockerfile:6 elsewhere",
        "Dockerfile:9 elsewhere",
        "docker-bake.hcl:13 context",
    ]


@pytest.mark.parametrize(
    "more",
    [
        'x = "' + "${a}" * 50_000 + '"\n',
        "x = [" + "f(a), " * 50_000 + "]\n",
        "".join(f"x{n} = 1\n" for n in range(20_000)),
    ],
)
def test_what_nobody_would_write_is_told_and_not_read_on(more):
    file = SourceFile("bake.hcl", 'target "a" { args = { X = "1" } }\n' + more)
    (skip,) = bake.find(file)
    assert skip.reason == "unparsable"
    assert "more than" in skip.detail


def test_a_value_of_great_length_is_no_image():
    text = (
        'v = "' + "\\n" * 50_000 + '"\ntarget "a" { contexts = { x = "docker-image://n:${v}" } }\n'
    )
    (skip,) = bake.find(SourceFile("bake.hcl", text))
    assert skip.reason == "invalid-reference"


def test_a_here_document_ends_where_its_word_stands_alone():
    inner = "RUN echo EOF xEOF\n  EOFx\nFROM node:20\n"
    text = f'target "a" {{\n  dockerfile-inline = <<EOF\nFROM ruby:3\n{inner}  EOF \r\n}}\n'
    found = [*bake.find(SourceFile("bake.hcl", text))]
    assert [str(one.image) for one in found if isinstance(one, Use)] == ["ruby:3", "node:20"]


def test_of_comments_that_steer_nothing_so_many_are_told():
    text = 'target "a" {}\n' + "# basewatch: ignore\n\n" * 2_000
    assert len([*bake.find(SourceFile("bake.hcl", text))]) == 1_000

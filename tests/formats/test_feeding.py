import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import claimant, gives_only, met, uses_of
from bot.formats.feeding import Families, Inner, Ties, place_of, values_of, within
from bot.formats.feeding.families import MOST_FILES
from bot.model import Beside, Piece, Policy, SourceFile, Span, Use
from bot.steps.find import find
from tests.fakes.shelf import tree_of


def values(text):
    file = SourceFile(".env", text)
    return {
        name: "".join(piece.text for piece in one.pieces) for name, one in values_of(file).items()
    }


def test_a_file_of_variables_is_read_as_compose_does():
    cases = {
        "A=1": {"A": "1"},
        "\ufeffA=1\r\nB=2\r\n": {"A": "1", "B": "2"},
        "export A = x y  # comment": {"A": "x y"},
        "A=a#b #c": {"A": "a#b"},
        "A: 1": {"A": "1"},
        "A='x # $B'": {"A": "x # $B"},
        'A="x # y" # z': {"A": "x # y"},
        "A='two\nlines'\nB=1": {"A": "two\nlines", "B": "1"},
        "A=1\nA=2": {"A": "2"},
        "A=": {"A": ""},
        'A=1\nB=${A}.2\nC="$A-${D:-3}"': {"A": "1", "B": "1.2", "C": "1-3"},
        "B=$A\nA=1": {"A": "1"},
        'A="\\n"': {},
        "# A=1\n-\n=\n A B=1\n": {},
        "A='open": {"A": "'open"},
    }  # fmt: skip
    assert {text: values(text) for text in cases} == cases


def test_a_value_stands_where_its_pieces_are():
    text = "ONE='1.2'\nTWO=x-${ONE}\n"
    two = values_of(SourceFile(".env", text))["TWO"]
    assert two.span.of(text) == "x-${ONE}"
    assert [(piece.text, piece.span.of(text)) for piece in two.pieces] == [
        ("x-", "x-"),
        ("1.2", "1.2"),
    ]


def test_a_comment_steers_the_value_beside_it_and_below_it():
    text = "# basewatch: ignore\n# more\nA=1\nB=2 # basewatch: allow patch\n\n# basewatch: ignore\n\nC=3\n"
    found = values_of(SourceFile(".env", text))
    assert {name: [s.verb for s in one.steers] for name, one in found.items()} == {
        "A": ["ignore"], "B": ["allow"], "C": [],
    }  # fmt: skip


@given(st.text(alphabet="AB=:$#{}'\"\\- \n\r", max_size=60))
def test_any_file_of_variables_can_be_read(text):
    for one in values_of(SourceFile(".env", text)).values():
        assert 0 <= one.span.start <= one.span.end <= len(text)
        for piece in one.pieces:
            assert piece.span is None or piece.span.of(text) == piece.text


@pytest.mark.parametrize(
    ("path", "context", "dockerfile", "wanted"),
    [
        ("compose.yml", ".", "Dockerfile", "Dockerfile"),
        ("a/compose.yml", "./b//c/", "x/Dockerfile.dev", "a/b/c/x/Dockerfile.dev"),
        ("a/b/compose.yml", "..", "../Dockerfile", "Dockerfile"),
        ("a/compose.yml", "../..", "Dockerfile", None),
        ("compose.yml", "/srv", "Dockerfile", None),
        ("compose.yml", "https://example.org/x.git", "Dockerfile", None),
        ("compose.yml", "git@example.org:x", "Dockerfile", None),
        ("compose.yml", "${DIR}", "Dockerfile", None),
        ("compose.yml", ".", "/etc/Dockerfile", None),
    ],
)
def test_a_build_reads_the_dockerfile_that_its_context_leads_to(path, context, dockerfile, wanted):
    assert place_of(path, context, dockerfile) == wanted
    assert within("", ".") == ""


def test_files_make_a_family_through_one_another():
    files = {path: SourceFile(path, path) for path in ("a", "b", "c", "d", ".env", "x")}
    ties = [
        (files["a"], Ties(("x", "none"), ".env")),
        (files["b"], Ties(("x",))),
        (files["c"], Ties(("d",))),
        (files[".env"], Ties()),
    ]
    found = Families(ties).every({"x": files["x"], "d": files["d"]})
    assert [[file.path for file in family] for family in found] == [
        [".env", "a", "b", "x"],
        ["c", "d"],
    ]


def test_a_family_that_is_too_large_is_read_apart():
    many = [(SourceFile(f"{n}", ""), Ties(("x",))) for n in range(MOST_FILES)]
    assert [*Families(many).every({"x": SourceFile("x", "")})] == []


def test_a_context_of_a_compose_build_is_taken_instead_of_an_image(tmp_path):
    compose = """services:
  a:
    build:
      context: .
      additional_contexts:
        - base=docker-image://debian:12
        - src=../src
  b:
    build:
      additional_contexts: {other: ./x}
      dockerfile_inline: |
        FROM other
        COPY --from=src a b
"""
    text = "FROM base\nCOPY --from=src / /\nFROM node:20\n"
    found = find(tree_of(tmp_path, {"compose.yml": compose, "Dockerfile": text}), Policy())
    assert [f"{use.path} {use.image}" for use in found.uses] == [
        "Dockerfile node:20",
        "compose.yml debian:12",
        "compose.yml src",
    ]
    assert [(skip.path, skip.reason, skip.detail) for skip in found.skips] == [
        (
            "Dockerfile",
            "elsewhere",
            f"compose.yml, line {line}, gives the build a context of this name",
        )
        for line in (6, 7)
    ] + [("compose.yml", "context", "other is a context of this build")]


@pytest.mark.parametrize("args", ["[V, W]", "{V: , W: }", "{V: null, W: }"])
def test_an_argument_without_a_value_has_that_of_the_variable(args, tmp_path):
    files = {
        "compose.yml": f"services:\n  a: {{build: {{context: ., args: {args}}}}}\n",
        "Dockerfile": "ARG V=3.18\nARG W=1\nFROM alpine:$V-x\nFROM busybox:$W\n",
        ".env": "V=3.19\n",
    }
    findings = find(tree_of(tmp_path, files), Policy())
    assert [(use.path, str(use.image), use.carries) for use in findings.uses] == [
        (".env", "alpine:3.19-x", "tag"),
        ("Dockerfile", "alpine:3.18-x", "tag"),
        ("Dockerfile", "busybox:1", "reference"),
    ]


def test_a_file_that_only_gives_is_not_counted_by_itself(tmp_path):
    assert gives_only("a/.env")
    assert claimant(SourceFile(".env", "A=1")).NAME == "compose"
    assert claimant(SourceFile(".env", "nothing")) is None
    assert find(tree_of(tmp_path, {".env": "A=1\n"}), Policy()).files == 0


def test_many_builds_of_a_large_file_come_to_an_end(tmp_path):
    service = '  s{}:\n    build: {{context: ., args: {{V: "1.{}"}}}}\n'
    compose = "services:\n" + "".join(service.format(n, n) for n in range(400))
    text = "ARG V\nFROM a:$V\n" + "# padding padding padding padding\n" * 600
    found = find(tree_of(tmp_path, {"compose.yml": compose, "Dockerfile": text}), Policy())
    assert 100 < len(found.uses) < 400


# ---------------------------------------------------------------- a file within a file


OUTER = SourceFile("outer", "0123456789FROM a:1\nxyz")


def test_an_inner_file_is_told_where_the_outer_one_has_it():
    inner = Inner(
        OUTER, (Piece("FROM a", Span(10, 16)), Piece("$", None), Piece("1", Span(17, 18)))
    )
    assert inner.text == "FROM a$1"
    (given_piece,) = inner.given((Piece("x", Span(19, 20)),))
    assert given_piece.span.start > len(OUTER.text)
    assert inner.given((Piece("x", None),)) == (Piece("x", None),)


def test_files_that_meet_are_read_back_with_each_other():
    compose = SourceFile("compose.yml", 'services: {a: {build: {context: ., args: {V: "1"}}}}')
    dockerfile = SourceFile("Dockerfile", "ARG V\nFROM a:$V\n")
    assert uses_of(compose) == uses_of(dockerfile) == []
    beside = Beside({file.path: file for file in (compose, dockerfile)}, meet=True)
    (use,) = uses_of(compose, beside)
    assert str(use.image) == "a:1"
    newer = SourceFile("compose.yml", compose.text.replace('"1"', '"2"'))
    assert [str(use.image) for use in uses_of(newer, beside)] == ["a:2"]


def test_what_is_not_followed_is_told_once(tmp_path):
    service = '  s{}:\n    build: {{context: ., args: {{V: "1.{}"}}}}\n'
    compose = "services:\n" + "".join(service.format(n, n) for n in range(100))
    files = {"a.compose.yml": compose, "b.compose.yml": compose}
    text = "ARG V\n" + "FROM a:$V\n" * 200
    found = find(tree_of(tmp_path, {**files, "Dockerfile": text}), Policy())
    (told,) = (skip for skip in found.skips if skip.reason == "unreadable")
    assert (told.path, told.position.line) == ("a.compose.yml", 1)
    assert "more builds than are followed" in told.detail


def test_contexts_of_too_many_builds_are_not_followed(tmp_path):
    service = "  s{}:\n    build: {{context: ., additional_contexts: {{c{}: ./x}}}}\n"
    compose = "services:\n" + "".join(service.format(n, n) for n in range(100))
    text = "".join(f"FROM a{n}\n" for n in range(200))
    found = find(tree_of(tmp_path, {"compose.yml": compose, "Dockerfile": text}), Policy())
    assert [(skip.path, skip.reason) for skip in found.skips] == [("compose.yml", "unreadable")]


def test_that_a_family_is_too_large_is_told_once(tmp_path):
    files = {
        f"compose.{n}.yml": 'services: {a: {build: {context: ., args: {V: "1"}}}}'
        for n in range(MOST_FILES)
    }
    found = find(tree_of(tmp_path, {**files, "Dockerfile": "ARG V=2\nFROM a:$V\n"}), Policy())
    assert [str(use.image) for use in found.uses] == ["a:2"]
    (told,) = found.skips
    assert (told.path, told.reason) == ("compose.0.yml", "unreadable")
    assert f"more than {MOST_FILES} files" in told.detail


STAGES = """ARG GO=1.20
ARG PY=3.10
ARG RB=3.1
FROM golang:$GO AS go
FROM go AS tools
FROM python:$PY AS app
COPY --from=tools / /
FROM ruby:$RB AS docs
RUN --mount=from=2,target=/x true
FROM scratch AS nothing
FROM ${UNKNOWN} AS unknown
"""
ARGS = {"GO": "1.21", "PY": "3.11", "RB": "3.2"}
LINES = "".join(f"\n            {name}={value}" for name, value in ARGS.items())
OPTIONS = " ".join(f"--build-arg {name}={value}" for name, value in ARGS.items())
STOPPING = {
    "compose.yaml": "services:\n  a:\n    build: {{context: ., target: {0}, args: {{GO: '1.21', PY: '3.11', RB: '3.2'}}}}\n",
    "docker-bake.hcl": 'target "a" {{\n  target = "{0}"\n  args = {{ GO = "1.21", PY = "3.11", RB = "3.2" }}\n}}\n',
    ".devcontainer.json": '{{"build": {{"dockerfile": "Dockerfile", "target": "{0}",'
    ' "args": {{"GO": "1.21", "PY": "3.11", "RB": "3.2"}}}}}}',
    "skaffold.yaml": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n  - image: x\n    docker:\n"
    "      target: {0}\n      buildArgs: {{GO: '1.21', PY: '3.11', RB: '3.2'}}\n",
    ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n"
    "      with:\n          target: {0}\n          build-args: |" + LINES + "\n",
    ".gitlab-ci.yml": "a:\n  script: docker build --target {0} " + OPTIONS + " .\n",
}


def given_to(path, stage, dockerfile=STAGES):
    """What is made of the values that a file gives to a build that stops at a stage."""
    files = {path: STOPPING[path].format(stage), "Dockerfile": dockerfile}
    meeting = met(SourceFile(path, text) for path, text in files.items())
    return [str(use.image) for use in meeting.mentions[path] if isinstance(use, Use)]


@pytest.mark.parametrize("path", STOPPING)
def test_a_build_that_stops_at_a_stage_makes_only_what_this_needs(path):
    assert given_to(path, "app") == ["golang:1.21", "python:3.11"]


@pytest.mark.parametrize(
    ("stage", "images"),
    [
        ("tools", ["golang:1.21"]),
        ("GO", ["golang:1.21"]),
        ("1", ["golang:1.21"]),
        ("docs", ["golang:1.21", "python:3.11", "ruby:3.2"]),
        ("nothing", []),
        ("missing", ["golang:1.21", "python:3.11", "ruby:3.2"]),
        ("unknown", ["golang:1.21", "python:3.11", "ruby:3.2"]),
        ("9", ["golang:1.21", "python:3.11", "ruby:3.2"]),
        ("$STAGE", ["golang:1.21", "python:3.11", "ruby:3.2"]),
        ("''", ["golang:1.21", "python:3.11", "ruby:3.2"]),
    ],
)
def test_what_a_stage_needs_is_what_it_is_built_on_and_copies_from(stage, images):
    assert given_to("compose.yaml", stage) == images


def test_stages_in_a_ring_have_an_end():
    ring = "ARG GO=1\nFROM golang:$GO AS a\nCOPY --from=b / /\nFROM a AS b\nCOPY --from=a / /\n"
    assert given_to("compose.yaml", "b", ring) == ["golang:1.21"]

"""`classify --explain`: how a tag was read, and whose claim decided."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli import main
from bot.cli.explaining import described, explained
from bot.image import ImageRef
from bot.rules import known
from bot.tags import TagBook, When

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "classify.schema.json"


@pytest.fixture
def says(capsys):
    def run(*words):
        code = main([str(word) for word in words])
        return code, capsys.readouterr().out

    return run


def valid(text):
    document = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    return document


def test_the_rule_its_file_the_claim_and_the_parts_are_named(says):
    code, out = says("classify", "--explain", "bitnami/etcd:3.5.17-debian-12-r8")
    assert code == 0
    lines = [line.split() for line in out.splitlines()[-4:]]
    assert " ".join(lines[0]) == (
        "read as 3.5.17 (release) - (separator) debian-12 (system) - (separator) r8 (revision)"
    )
    assert lines[1] == ["line", "3.*.*-debian-12-r*"]
    assert lines[2][:3] == ["said", "by", "rules/bitnami.yaml,"]


def test_as_json_too(says):
    _, out = says("classify", "--explain", "--json", "bitnami/etcd:3.5.17-debian-12-r8", "node")
    etcd, node = valid(out)["tags"]
    assert "".join(part["text"] for part in etcd["parts"]) == "3.5.17-debian-12-r8"
    assert etcd["line_name"] == "3.*.*-debian-12-r*"
    assert etcd["said_by"]["file"] == "rules/bitnami.yaml"
    assert node["parts"] == [{"role": "channel", "text": "latest"}]
    assert (node["line_name"], node["said_by"]["file"]) == (None, "rules/docker-official.yaml")


def test_without_explain_nothing_is_added(says):
    _, out = says("classify", "--json", "node")
    assert "parts" not in json.loads(out)["tags"][0]


OWN = """\
tags:
  - publisher: Acme
    images: [registry.example.org/**]
    claims: [{when: {full: true}, mutability: immutable, because: We never push twice.}]
    notes: [{images: [registry.example.org/**], gitlab: "gitlab.example.org/images/{name}"}]
    replacements: [{images: [registry.example.org/old], by: registry.example.org/new, because: It was renamed.}]
"""


def test_an_operators_own_rule_is_named_with_its_publisher_and_reason(says, tmp_path):
    config = tmp_path / "basewatch.yaml"
    config.write_text(OWN)
    code, out = says("classify", "--explain", "--config", config, "registry.example.org/a:1.2.3")
    assert (code, out.splitlines()) == (0, [
        "registry.example.org/a:1.2.3: immutable",
        "  We never push twice. (rule: tags[0] of basewatch.yaml)",
        "  read as   1.2.3 (release)",
        "  line      1.*.*",
        "  said by   tags[0] of basewatch.yaml (Acme), claim 1: tags that name one version whole",
        "  notes     https://gitlab.example.org/images/a/-/releases",
    ])  # fmt: skip


def test_a_replacement_and_the_place_of_the_notes_are_shown(says, tmp_path):
    config = tmp_path / "basewatch.yaml"
    config.write_text(OWN)
    words = ("classify", "--config", config, "registry.example.org/old:1.2.3")
    _, text = says(*words)
    assert "  It was renamed. It moved to registry.example.org/new; change it by hand." in text
    _, out = says(*words, "node:20.11.0", "--json")
    old, node = valid(out)["tags"]
    assert old["replacement"] == {"image": "registry.example.org/new", "because": "It was renamed."}
    assert node["replacement"] is None
    assert node["notes"] == ["https://github.com/nodejs/node/releases/tag/v20.11.0"]


def test_a_digest_alone_has_no_tag_to_read(says):
    code, out = says("classify", "--explain", f"node@sha256:{'0' * 64}")
    assert (code, out.splitlines()[2]) == (0, "  read as   no tag")


def test_where_no_rule_speaks_none_is_named():
    reading = explained(ImageRef.parse("node:20"), TagBook(()))
    assert (reading.number, reading.file, reading.parts) == (0, "", (("release", "20"),))
    assert TagBook(()).claim(ImageRef.parse(f"node@sha256:{'0' * 64}")) is None


@pytest.mark.parametrize(
    "image", ["node:20", "debian:bookworm-20240904", "example/app:1.2.3", "node"]
)
def test_the_claim_that_is_named_is_the_one_that_decides(image):
    book, ref = known().tags, ImageRef.parse(image)
    rule, claim = book.claim(ref)
    facts = book.facts(ref)
    assert (facts.rule, facts.because, facts.mutability) == (
        rule.name,
        claim.because,
        claim.mutability,
    )


def test_every_condition_of_a_claim_is_told():
    when = When(
        images=("docker.io/a/*",), has=frozenset({"release", "date"}), lacks=frozenset({"system"}),
        full=True, numbers=(1, 2), counts=frozenset({"r"}), words=frozenset({"slim"}), hash_length=40,
    )  # fmt: skip
    assert described(when) == (
        "tags with date and version, without system, that name one version whole, whose version has"
        " 1 to 2 numbers, with a revision counted by r, with the word slim,"
        " with a commit of 40 digits, of docker.io/a/*"
    )
    assert described(When(full=False)) == "tags that name no version whole"
    assert described(When()) == "every tag that no claim before it is about"

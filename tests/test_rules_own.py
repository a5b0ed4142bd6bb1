"""Rules about tags in configurations: what they say, and what a repository's must not."""

import datetime as dt
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot import flow, rules, wiring
from bot.config import operator_config, repository_config, schema
from bot.config.tags import tag_rules, wrong_examples
from bot.errors import ConfigError, RepoError
from bot.git import Git
from bot.image import ImageRef
from bot.model import History, Sighting
from bot.platforms.local import Local
from bot.rules import Example, TagRule
from bot.rules.models import ClaimData, NotesData
from bot.tags import SeenTags, TagBook
from tests.altered import replace
from tests.fakes.shelf import Shelf

OURS = """\
tags:
  - publisher: Acme
    images: [registry.example.org/**, node]
    claims:
      - {when: {full: true}, mutability: immutable, because: We never push a version twice.}
"""
NOW = dt.datetime(2027, 1, 31, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def nobody(tmp_path, monkeypatch):
    """No configuration but what a test makes."""
    monkeypatch.delenv("BASEWATCH_CONFIG", raising=False)


def of_repository(text, name="basewatch.yaml"):
    return tag_rules(repository_config(text, name), name)


def of_operator(text, folder):
    path = folder / "operator.yaml"
    path.write_text(text, encoding="utf-8")
    return tag_rules(operator_config(path), str(path))


def complaint(text):
    with pytest.raises(ConfigError) as caught:
        repository_config(text, "basewatch.yaml")
    return str(caught.value)


def facts(image, *said):
    return rules.known(said).tags.facts(ImageRef.parse(image))


# ---------------------------------------------------------------- what is read


def test_a_rule_is_named_by_its_place_and_its_publisher(tmp_path):
    (rule,) = of_repository(OURS, ".github/basewatch.yaml")
    assert (rule.name, rule.file) == (
        "tags[0] of basewatch.yaml",
        "tags[0] of basewatch.yaml (Acme)",
    )
    assert rule.guest
    (rule,) = of_operator(OURS, tmp_path)
    assert (rule.name, rule.guest) == ("tags[0] of operator.yaml", False)


def test_an_image_of_docker_hub_goes_by_its_short_name():
    (rule,) = of_repository(OURS.replace("[registry.example.org/**, node]", "[node, 'me/*', 'localhost/x', 'node*', '*/*/x', '**']"))  # fmt: skip
    assert rule.images == (
        "docker.io/library/node", "docker.io/me/*", "localhost/x", "docker.io/library/node*", "*/*/x", "**",
    )  # fmt: skip


ENTRY = "tags: [{publisher: Me, images: [a/b], %s}]"
IN_BRACES = "it may have '{version}', '{major}', '{minor}', '{tag}' and '{name}'"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tags: {}", "1:7: tags: it is to be a list"),
        ("tags: []\nlimit: [pin]", "2:1: limit: only the operator's configuration may say this"),
        ("tags: [{}]", "1:8: tags.0.publisher: it is missing\nbasewatch.yaml:1:8: tags.0.images: it is missing"),
        ("tags: [{publisher: Me, images: a}]", "1:32: tags.0.images: it is to be a list, as in [a]"),
        ("tags: [{publisher: Me, image: [a]}]", "1:8: tags.0.images: it is missing\nbasewatch.yaml:1:24: tags.0.image: there is no such option; did you mean 'images'?"),
        ('tags: [{publisher: "a\\nb", images: [a]}]', "1:20: tags.0.publisher: it is to be one line, without control characters or space around it"),
        *(
            (f"tags: [{{publisher: Me, images: ['{glob}']}}]", f"1:33: tags.0.images.0: {why}")
            for glob, why in [
                ("a[b]", "'[' has no meaning in a pattern of images"),
                ("a:1", "a pattern is of images, all their tags; write it without tag"),
                ("a@b", "'@' has no meaning in a pattern of images"),
                ("a/**/b", "'**' stands alone between slashes, and first or last only"),
                ("a**", "'**' stands alone between slashes, and first or last only"),
                ("a//b", "'**' stands alone between slashes, and first or last only"),
            ]
        ),
        (ENTRY % "source: http://x", "1:47: tags.0.source: it is to be a page, as in 'https://example.org/tags'"),
        (ENTRY % "claims: [{mutability: solid, because: It is so.}]", "1:61: tags.0.claims.0.mutability: 'solid' is not one of rolling, immutable, unknown\nbasewatch.yaml:1:77: tags.0.claims.0.because: it is to be a sentence, from a capital to a full stop"),
        (ENTRY % "claims: [{when: {full: yes}, mutability: rolling, because: It is quite so.}]", "1:62: tags.0.claims.0.when.full: it is to be true or false; write true"),
        (ENTRY % "families: [{images: [a/b], major: 0}]", "1:73: tags.0.families.0.major: it is to be at least 1"),
        (ENTRY % "lifecycle: [{images: [a/b], product: node}]", "1:76: tags.0.lifecycle.0.product: nothing is known of such a product; did you mean 'nodejs'?"),
        (ENTRY % "lifecycle: [{images: [a/b]}]", "1:51: tags.0.lifecycle.0: it is to have either `product` or `named: true`"),
        (ENTRY % "lifecycle: [{images: [a/b], named: true, release: '1'}]", "1:89: tags.0.lifecycle.0.release: it is of no product"),
        (ENTRY % "lifecycle: [{images: [a/b], product: go, release: x}]", "1:89: tags.0.lifecycle.0.release: it is to be a release by its number, as in '12' or '22.04'"),
        (ENTRY % "notes: [{images: [a/b]}]", "1:47: tags.0.notes.0: it is to have one of `github`, `gitlab` and `url`"),
        (ENTRY % "notes: [{images: [a/b], github: a/b, gitlab: h/a/b}]", "1:47: tags.0.notes.0: it is to have one of `github`, `gitlab` and `url`"),
        (ENTRY % "notes: [{images: [a/b], url: 'https://a/', tag: v1}]", "1:87: tags.0.notes.0.tag: a page has no releases; write it into `url`"),
        (ENTRY % "notes: [{images: [a/b], github: a}]", f"1:71: tags.0.notes.0.github: write it as in 'nodejs/node'; {IN_BRACES}"),
        (ENTRY % "notes: [{images: [a/b], github: 'a/{x}'}]", f"1:71: tags.0.notes.0.github: write it as in 'nodejs/node'; {IN_BRACES}"),
        (ENTRY % "notes: [{images: [a/b], gitlab: 'a@b/c/d'}]", f"1:71: tags.0.notes.0.gitlab: write it as in 'gitlab.example.org/group/project'; {IN_BRACES}"),
        (ENTRY % "notes: [{images: [a/b], url: 'https://{name}.example.org/'}]", "1:68: tags.0.notes.0.url: its host is to be a name"),
        (ENTRY % "notes: [{images: [a/b], url: 'http://example.org/'}]", f"1:68: tags.0.notes.0.url: write it as in 'https://example.org/notes/{{version}}'; {IN_BRACES}"),
        (ENTRY % "examples: [{image: a/b}]", "1:50: tags.0.examples.0: it says nothing of the image; give it `mutability`, or `order`"),
        (ENTRY % "examples: [{image: a/b, mutability: immutable, follows: x}]", "1:95: tags.0.examples.0.follows: only a rolling tag follows anything"),
        ("\n".join(["tags:", *["- {publisher: Me, images: [a]}"] * 41]), "2:1: tags: it has more than 40 entries"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_column_and_option(text, words):
    assert complaint(text) == f"basewatch.yaml:{words}"


def test_a_product_that_resembles_none_is_told_all_there_are():
    assert "there are almalinux, alpine-linux, " in complaint(
        ENTRY % "lifecycle: [{images: [a/b], product: zzzz}]"
    )


@pytest.mark.parametrize("which", ["operator", "repository"])
def test_what_is_read_is_valid_by_the_schema(which):
    Draft202012Validator(schema(which)).validate(yaml.safe_load(OURS))
    assert not Draft202012Validator(schema(which)).is_valid({"tags": [{"publisher": "Me"}]})


_VALUES = st.one_of(
    st.sampled_from([None, True, 3, "", "a/b", "It is quite so.", "nodejs", "https://a/{x}", "**"]),
    st.text(max_size=6),
)
_KEYS = st.sampled_from(
    sorted(
        {
            *TagRule.model_fields,
            *ClaimData.model_fields,
            *NotesData.model_fields,
            *Example.model_fields,
        }
    )
)
_NESTED = st.recursive(
    _VALUES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(_KEYS, _NESTED, max_size=4), max_size=2))
def test_no_rule_raises_anything_but_a_config_error(entries):
    text = json.dumps({"tags": entries})
    try:
        said = of_repository(text)
    except ConfigError as error:
        assert str(error).startswith("basewatch.yaml:1:")  # noqa: PT017 -- most are wrong
    else:
        assert len(said) == len(entries)


# ---------------------------------------------------------------- who is believed


def test_a_users_rule_comes_before_the_bundled_ones():
    said = of_repository(OURS)
    assert facts("node:20.11.0").mutability == "rolling"
    assert facts("node:20.11.0", *said).mutability == "immutable"
    assert facts("node:20.11.0", *said).rule == "tags[0] of basewatch.yaml"
    assert facts("node:20", *said).rule == "docker-official"
    assert facts("registry.example.org/a/b:1.2.3", *said).mutability == "immutable"


def test_what_was_seen_comes_before_any_rule():
    image = ImageRef.parse("node:20.11.0")
    seen = History((Sighting("sha256:a", NOW, NOW), Sighting("sha256:b", NOW, NOW)))
    told = SeenTags(rules.known(of_repository(OURS)).tags, {image: seen}).facts(image)
    assert (told.mutability, told.rule) == ("rolling", "ledger")
    assert told.warnings


def kinds(said, image, tags):
    return [(c.tag, c.kind, c.lts) for c in rules.known(said).tags.successors(ImageRef.parse(image), tags)]  # fmt: skip


UBUNTU = ENTRY.replace("a/b", "'**'") % "families: [{images: ['**'], full: 1, major: 1}]"
NOT_NODE = ENTRY.replace("a/b", "'**'") % "lifecycle: [{images: ['**'], product: postgresql}]"


def test_a_repository_cannot_call_a_major_of_a_known_image_a_minor(tmp_path):
    tags = ["22.04", "22.10", "24.04"]
    usual = kinds((), "ubuntu:22.04", tags)
    assert usual == [("24.04", "major", True)]
    assert kinds(of_repository(UBUNTU), "ubuntu:22.04", tags) == usual
    assert kinds(of_operator(UBUNTU, tmp_path), "ubuntu:22.04", tags)[0][:2] == ("24.04", "major")


def test_a_repository_cannot_hide_that_a_release_has_no_long_support(tmp_path):
    usual = kinds((), "node:20.1.0", ["21.0.0", "22.0.0"])
    assert usual == [("22.0.0", "major", True)]
    assert kinds(of_repository(NOT_NODE), "node:20.1.0", ["21.0.0", "22.0.0"]) == usual


def test_the_operators_families_and_life_cycles_come_before_the_bundled(tmp_path):
    three = ENTRY.replace("a/b", "'**'") % "families: [{images: ['**'], major: 2}]"
    tags = ["1.2.0", "1.3.0"]
    assert kinds((), "python:1.2.0", tags)[0][1] == "minor"
    assert kinds(of_operator(three, tmp_path), "python:1.2.0", tags)[0][1] == "major"
    life = rules.known(of_operator(NOT_NODE, tmp_path)).life_cycles
    assert [c.subject for c in life.of(ImageRef.parse("node:16"))] == ["PostgreSQL 16"]


def test_a_repository_says_how_its_own_images_are_to_be_read():
    said = of_repository(
        "tags:\n- publisher: Me\n  images: [example.org/**]\n  families: [{images: [example.org/db], full: 2, major: 2}]\n"
        "  lifecycle:\n  - {images: [example.org/node], product: nodejs}\n"
        "  - {images: [example.org/base], product: debian, release: '12'}\n"
        "  - {images: [example.org/named/*], named: true}\n"
    )
    known = rules.known(said)
    assert kinds(said, "example.org/db:1.2", ["1.3"]) == [("1.3", "major", None)]
    assert kinds(said, "example.org/node:20.1", ["21.1", "22.1"]) == [("22.1", "major", True)]

    def inside(image):
        return [c.subject for c in known.life_cycles.of(ImageRef.parse(image))]

    assert inside("example.org/node:20.1") == ["Node.js 20"]
    assert inside("example.org/base:7") == ["Debian 12 (bookworm)"]
    assert inside("example.org/named/nodejs20-slim:7") == ["Node.js 20"]
    assert inside("example.org/base:alpine3.19") == ["Alpine 3.19"]  # the tag says it


_FAMILIES = st.fixed_dictionaries(
    {"images": st.just(["**"])},
    optional={
        "full": st.integers(1, 5),
        "major": st.integers(1, 3),
        "lts": st.sampled_from(["even-major", "ubuntu"]),
    },
)
_WEIGHT = {"patch": 0, "minor": 1, "major": 2}


@given(
    st.lists(_FAMILIES, max_size=2),
    st.sampled_from([None, "nodejs", "postgresql"]),
    st.sampled_from(["node:20.1.0", "ubuntu:22.04", "example.org/x:1.2.3", "python:3.11.1"]),
)
def test_no_rule_of_a_repository_makes_a_move_lighter_or_adds_one(families, product, image):
    lifecycle = [{"images": ["**"], "product": product}] if product else []
    rule = {"publisher": "Me", "images": ["**"], "families": families, "lifecycle": lifecycle}
    tags = ["1.2.4", "1.3.0", "2.0.0", "3.11.2", "3.12.0", "20.2.0", "21.0.0", "22.0.0", "22.10", "24.04"]  # fmt: skip
    usual = {tag: kind for tag, kind, _ in kinds((), image, tags)}
    for tag, kind, _lts in kinds(of_repository(json.dumps({"tags": [rule]})), image, tags):
        assert _WEIGHT[kind] >= _WEIGHT[usual[tag]]


def test_a_place_for_notes_that_a_repository_names_is_marked(tmp_path):
    text = ENTRY % "notes: [{images: [a/b], github: me/mine}]"
    image = ImageRef.parse("a/b:1.2.3")
    assert [place.guest for place in rules.known(of_repository(text)).tags.notes(image)] == [True]
    (place,) = rules.known(of_operator(text, tmp_path)).tags.notes(image)
    assert (place.guest, place.source(image)) == (False, "me/mine")


# ---------------------------------------------------------------- where they hold


def tree(folder, text=None):
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM node:20.11.0\n")
    if text is not None:
        (folder / "basewatch.yaml").write_text(text)
    return wiring.work_tree(str(folder))


def desk(config=None):
    return wiring.desk(config, lambda *_: None, lambda _text: None)


def test_a_repositorys_rules_hold_in_it_only(tmp_path):
    mine, other = tree(tmp_path / "mine", OURS), tree(tmp_path / "other", "vendored: true\n")
    at, image = desk(), ImageRef.parse("node:20.11.0")
    assert at.known(mine).tags.facts(image).mutability == "immutable"
    assert at.known(other).tags.facts(image).mutability == "rolling"
    assert at.tags.facts(image).mutability == "rolling"


def test_repositories_without_rules_or_with_the_same_share_what_is_known(tmp_path):
    trees = [tree(tmp_path / name, text) for name, text in (("a", None), ("b", ""), ("c", OURS), ("d", OURS))]  # fmt: skip
    a, b, c, d = (desk().known(one) for one in trees)
    assert a is b
    assert c is d


def test_the_operators_rules_hold_everywhere_and_come_first(tmp_path):
    config = tmp_path / "operator.yaml"
    config.write_text(OURS.replace("immutable", "unknown").replace("full: true", "version: true"))
    mine = tree(tmp_path / "mine", OURS)
    image = ImageRef.parse("node:20.11.0")
    told = desk(str(config)).known(mine).tags.facts(image)
    assert (told.mutability, told.rule) == ("unknown", "tags[0] of operator.yaml")
    assert desk(str(config)).tags.facts(image) == told


def test_a_mistake_in_a_repositorys_rules_is_that_repositorys(tmp_path):
    with pytest.raises(RepoError, match=r"basewatch.yaml:1:8: tags.0.publisher"):
        desk().known(tree(tmp_path / "mine", "tags: [{}]\n"))


class Both:
    """A platform of several local repositories."""

    def __init__(self, *locals_):
        self._of = {repo.slug: local for local in locals_ for repo in local.repos()}
        self.calls = self.calls_by_repo = {}

    def repos(self):
        return [repo for local in self._of.values() for repo in local.repos()]

    def tree(self, repo):
        return self._of[repo.slug].tree(repo)

    def arranged(self, proposals):
        return proposals

    def show(self, snapshot, page):
        return []

    def ensure(self, proposal):
        return self._of[proposal.snapshot.repo.slug].ensure(proposal)

    def retire(self, snapshot, keep):
        return self._of[snapshot.repo.slug].retire(snapshot, keep)


def committed(folder):
    git = Git(folder)
    git.run("init", "-q", "-b", "main")
    git.run("add", "--all")
    git.run("-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qm", "first")


def test_a_run_plans_and_tells_each_repository_by_its_own_rules(tmp_path):
    shelf = Shelf({"node": ["20.11.0", "20.18.1"]})
    for name, text in (("mine", OURS), ("other", None)):
        tree(tmp_path / name, text)
        committed(tmp_path / name)
    platform = Both(
        *(Local(tmp_path / name, out=tmp_path / "out" / name) for name in ("mine", "other"))
    )
    report = flow.run(replace(desk(), registry=shelf.open), platform)
    assert report.failures == ()
    told = {p.findings.snapshot.repo.slug: p.verdicts[0].facts.rule for p in report.plans}
    assert set(told.values()) == {"tags[0] of basewatch.yaml", "docker-official"}
    bodies = {
        name: next((tmp_path / "out" / name).glob("**/body.md")).read_text()
        for name in ("mine", "other")
    }
    assert "| Tag | immutable | immutable |" in bodies["mine"]
    assert "rolling" in bodies["other"]
    assert len([asked for asked in shelf.asked if "tags" in str(asked)]) <= 1


# ---------------------------------------------------------------- their examples

EXAMPLES = """\
tags:
  - publisher: Acme
    images: [registry.example.org/**]
    claims:
      - {when: {full: true}, mutability: immutable, because: We never push a version twice.}
    examples:
      - {image: "registry.example.org/a:1.2.3", mutability: immutable, replaced: false, notes: [], says: []}
      - {image: registry.example.org/a, order: [1.2.3, 1.3.0], apart: [1.2.3, 1.3.0-slim]}
      - {image: "registry.example.org/a:1.2.3", mutability: rolling}
      - {image: "registry.example.org/a:1", mutability: rolling, follows: me}
      - {image: registry.example.org/a, order: [1.3.0, 1.2.3]}
      - {image: registry.example.org/a, apart: [1.2.3, 1.3.0]}
      - {image: "registry.example.org/a:1", replaced: true, notes: ["https://x"], says: [Debian 12]}
      - {image: "node:20", mutability: rolling, follows: the newest 20.x}
      - {image: "No Image", replaced: false}
"""


def test_each_example_that_does_not_come_out_is_told_with_its_line_and_why():
    config = repository_config(EXAMPLES, "basewatch.yaml")
    known = rules.known(tag_rules(config, "basewatch.yaml"))
    assert list(wrong_examples(config, EXAMPLES, "basewatch.yaml", known)) == [
        f"basewatch.yaml:{line}:9: tags.0.examples.{line - 7}: {why}"
        for line, why in [
            (9, "registry.example.org/a:1.2.3 is immutable by tags[0] of basewatch.yaml, not rolling"),
            (10, "registry.example.org/a:1 follows the newest 1.x, not me"),
            (11, "1.3.0 is succeeded by nothing, not by 1.2.3"),
            (11, "1.2.3 is succeeded by 1.3.0, not by nothing"),
            (12, "1.2.3 is succeeded by 1.3.0"),
            (13, "the notes of registry.example.org/a:1 are at nothing, not at https://x"),
            (13, "registry.example.org/a:1 is not replaced"),
            (13, "in registry.example.org/a:1 is nothing, not Debian 12"),
            (14, "node:20 is none of the rule's `images`"),
            (15, "'No Image' is not an image reference"),
        ]
    ]  # fmt: skip


def test_examples_of_both_configurations_are_tried_where_their_rules_hold(tmp_path):
    config = tmp_path / "operator.yaml"
    config.write_text(OURS + "    examples: [{image: 'node:1.2.3', mutability: immutable}]\n")
    text = (
        OURS.replace("immutable", "unknown")
        + "    examples: [{image: 'node:1.2.3', mutability: unknown}]\n"
    )
    mine = tree(tmp_path / "mine", text)
    assert list(wiring.wrong_examples(None, mine)) == []
    (line,) = wiring.wrong_examples(str(config), mine)
    assert (
        line
        == "basewatch.yaml:6:16: tags.0.examples.0: node:1.2.3 is immutable by tags[0] of operator.yaml, not unknown"
    )


def test_a_known_book_is_made_once():
    assert rules.known() is rules.known()
    assert isinstance(rules.known().tags, TagBook)

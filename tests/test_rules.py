import shutil

import pytest

from bot import rules
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.rules import data
from bot.rules.compiled import compiled
from bot.rules.data import folder, read_images
from bot.tags import TagBook
from bot.tags.rules import matches

FILES = {path.stem: rules.read(path) for path in rules.files()}
KNOWN = rules.known()
BOOK = KNOWN.tags
EXAMPLES = [(name, n, e) for name, file in FILES.items() for n, e in enumerate(file.examples)]


@pytest.mark.parametrize(
    ("name", "example"), [(name, example) for name, _, example in EXAMPLES], ids=str
)
def test_a_rules_example_is_what_it_says(name, example):
    one = FILES[name].model_copy(update={"examples": [example]})
    assert list(rules.disproved(one, KNOWN)) == []


@pytest.mark.parametrize("name", FILES)
def test_every_claim_of_a_rule_has_an_example(name):
    rule = FILES[name].rule(name, "")
    facts = [BOOK.facts(ImageRef.parse(e.image)) for _, _, e in EXAMPLES if e.mutability]
    shown = {found.because for found in facts if found.rule == name}
    assert {claim.because for claim in rule.claims} <= shown


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("kind", "shown_by"), [("notes", "notes"), ("lifecycle", "says"), ("replacements", "replaced")]
)
def test_every_entry_beside_the_claims_has_an_example(name, kind, shown_by):
    images = [ImageRef.parse(e.image) for e in FILES[name].examples if getattr(e, shown_by)]
    for entry in getattr(FILES[name], kind):
        assert any(matches(entry.images, image.repository) for image in images), entry


def test_at_least_thirty_official_images_say_where_their_notes_live():
    assert len(FILES["docker-official"].notes) >= 30


def test_the_default_comes_last_and_is_about_every_image():
    assert rules.load()[-1].name == "default"
    assert rules.load()[-1].images == ("**",)


WHOLE = """\
publisher: Me
source: https://example.com/
images: [example.com/**]
claims:
  - when: {date: true, version: false}
    mutability: immutable
    because: We publish each date once.
families:
  - {images: [example.com/os], full: 2, major: 2, lts: ubuntu}
replacements:
  - {images: [example.com/old], by: example.com/new, because: We renamed it last year.}
examples:
  - {image: "example.com/x:20240904", mutability: immutable}
  - {image: example.com/x, order: ["20240904", "20240905"]}
  - {image: example.com/x, apart: ["20240904", latest]}
"""


def written(folder, text, name="mine.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_of_ones_own_is_read_whole(tmp_path):
    written(tmp_path, WHOLE)
    (rule,) = rules.load(tmp_path)
    book = TagBook([rule])
    assert rule.name == "mine"
    assert book.facts(ImageRef.parse("example.com/x:20240904")).mutability == "immutable"
    assert book.facts(ImageRef.parse("example.com/x:1.2.3-20240904")).mutability == "unknown"
    assert book.line(ImageRef.parse("example.com/os:22.04")) == "22.04"
    assert book.replacement(ImageRef.parse("example.com/old:1")) is not None
    assert [found.by for found in rule.replacements] == ["example.com/new"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("publisher: Me", "publisher: 7", 1, "publisher"),
        ("source: https", "source: http", 2, "source"),
        ("date: true", "date: yes please", 5, "claims.0.when.date"),
        ("date: true", "dates: true", 5, "claims.0.when.dates"),
        ("mutability: immutable\n", "mutability: solid\n", 6, "claims.0.mutability"),
        ("because: We publish", "because: we publish", 7, "claims.0.because"),
        ("full: 2", "full: 9", 9, "families.0.full"),
        ("lts: ubuntu", "lts: odd", 9, "families.0.lts"),
        ("images: [example.com/**]", "images: [example.com/**/x]", 3, "images.0"),
        ("images: [example.com/**]", "images: []", 3, "images"),
        ("images: [example.com/**]", "images: [example.com/x:1]", 3, "images.0"),
        ("images: [example.com/**]", "images: ['a[bc]']", 3, "images.0"),
        ("publisher: Me", "publisher: ' Me'", 1, "publisher"),
        ("mutability: immutable}", "follows: x}", 13, "examples.0"),
        ("order: [", "sort: [", 14, "examples.1"),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_file_and_line(tmp_path, old, new, line, said):
    path = written(tmp_path, WHOLE.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        rules.read(path)
    assert f"{path}:{line}: {said}" in str(caught.value)


@pytest.mark.parametrize("text", ["", "- 1\n", "just words", "{1: 2}"])
def test_a_file_that_is_no_rule_is_told_from_its_first_line(tmp_path, text):
    path = written(tmp_path, text)
    with pytest.raises(ConfigError, match=r"mine\.yaml:1: "):
        rules.read(path)


@pytest.mark.parametrize(
    "text", ["a: [", "a: b: c", "? [", "!!python/object:os.system {}", "{[]: 1}", "[" * 3000]
)
def test_a_file_that_is_no_yaml_is_told_on_one_line(tmp_path, text):
    with pytest.raises(ConfigError) as caught:
        rules.read(written(tmp_path, text))
    assert "mine.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_rules_is_no_installation(tmp_path):
    with pytest.raises(ConfigError, match="not installed whole"):
        rules.load(tmp_path)


def test_the_rules_of_a_wheel_lie_inside_the_package(tmp_path, monkeypatch):
    inside = tmp_path / "bot" / "_rules"
    inside.mkdir(parents=True)
    written(inside, WHOLE)
    monkeypatch.setattr(data, "_PACKAGE", tmp_path / "bot")
    assert [path.parent for path in rules.files()] == [inside]


# ------------------------------------------------------------ the compiled form


def test_the_compiled_rules_are_those_of_the_files():
    ready = compiled(folder())
    assert ready is not None
    assert ready[0] == rules.load()
    assert ready[1] == read_images(folder() / "lifecycle")


def copied(tmp_path):
    shutil.copytree(folder(), tmp_path / "rules")
    return tmp_path / "rules"


def test_where_a_file_has_changed_the_compiled_rules_count_for_nothing(tmp_path):
    there = copied(tmp_path)
    assert compiled(there) is not None
    with (there / "bitnami.yaml").open("a") as file:
        file.write("# another word\n")
    assert compiled(there) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"form": 1}', "\x00", '{"form": 2, "of": ""}'])
def test_a_compiled_file_that_is_none_counts_for_nothing(tmp_path, text):
    there = copied(tmp_path)
    (there / "compiled.json").write_text(text)
    assert compiled(there) is None


def test_without_compiled_rules_the_files_are_read(tmp_path):
    there = copied(tmp_path)
    (there / "compiled.json").unlink()
    assert compiled(there) is None
    assert rules.life_cycles(there).of(ImageRef.parse("node:20"))

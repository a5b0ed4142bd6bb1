import pytest

from bot import rules
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.rules import ApartExample, FactExample, OrderExample
from bot.tags import TagBook
from bot.tags.rules import matches

FILES = {path.stem: rules.read(path) for path in rules.files()}
BOOK = TagBook(rules.load())
EXAMPLES = [(name, example) for name, file in FILES.items() for example in file.examples]


def of(kind):
    found = [(name, example) for name, example in EXAMPLES if isinstance(example, kind)]
    return pytest.mark.parametrize(("name", "example"), found, ids=str)


@of(FactExample)
def test_a_rules_example_is_what_it_says(name, example):
    facts = BOOK.facts(ImageRef.parse(example.image))
    assert (facts.mutability, facts.follows) == (example.mutability, example.follows)


@of(OrderExample)
def test_in_a_rules_order_each_tag_is_succeeded_by_those_after_it(name, example):
    image = ImageRef.parse(example.image)
    for at, tag in enumerate(example.order):
        later = [found.tag for found in BOOK.successors(image.at(tag), example.order)]
        assert later[::-1] == example.order[at + 1 :]


@of(ApartExample)
def test_tags_that_a_rule_keeps_apart_never_succeed_each_other(name, example):
    image = ImageRef.parse(example.image)
    for tag in example.apart:
        assert BOOK.successors(image.at(tag), example.apart) == ()


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=str)
def test_a_rules_examples_are_of_images_that_it_is_about(name, example):
    assert matches(FILES[name].images, ImageRef.parse(example.image).repository)


@pytest.mark.parametrize("name", FILES)
def test_every_claim_of_a_rule_has_an_example(name):
    rule = FILES[name].rule(name)
    facts = [
        BOOK.facts(ImageRef.parse(e.image)) for _n, e in EXAMPLES if isinstance(e, FactExample)
    ]
    shown = {found.because for found in facts if found.rule == name}
    assert {claim.because for claim in rule.claims} <= shown


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
    replacement = book.replacement(ImageRef.parse("example.com/old:1"))
    assert replacement is not None
    assert replacement.by == "example.com/new"


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
    monkeypatch.setattr(rules, "__file__", str(tmp_path / "bot" / "rules.py"))
    assert [path.parent for path in rules.files()] == [inside]

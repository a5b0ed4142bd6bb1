import json
from pathlib import Path

import pytest

from bot.formats import apko, apko_lock, claimant, melange
from bot.formats.apk_contents import MOST_PINS
from bot.model import SourceFile, Steer

SAMPLES = Path(__file__).parents[1] / "samples"
CASES = [
    pytest.param(format_, path, wanted["pins"], id=f"{format_.NAME}:{path}")
    for format_ in (apko, melange)
    for path, wanted in json.loads(
        (SAMPLES / format_.NAME / "expected.json").read_text("utf-8")
    ).items()
    if "pins" in wanted
]


def pins(text, path="apko.yaml"):
    return list(claimant(SourceFile(path, text)).pins(SourceFile(path, text)))


def told(pin):
    shown = [pin.position.line, pin.name, pin.operator, pin.version, len(pin.feed.repositories)]
    return shown + ([pin.trouble] if pin.trouble else [])


@pytest.mark.parametrize(("format_", "path", "wanted"), CASES)
def test_a_sample_pins_what_a_person_reads_in_it(format_, path, wanted):
    file = SourceFile.of(path, (SAMPLES / format_.NAME / path).read_bytes())
    found = list(format_.pins(file))
    assert [told(pin) for pin in found] == wanted
    for pin in found:
        assert pin.span.of(file.text) == pin.text
        assert pin.position == file.position(pin.span.start)
        assert pin.version_at is None or pin.version_at.of(file.text) == pin.version


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("a.yaml", "contents: {packages: [a=1], keyring: []}", "apko"),
        ("a.yaml", "contents: {packages: [a=1]}", None),
        ("apko.yaml", "contents: {packages: [a=1]}", "apko"),
        ("x.apko.yml", "contents: {packages: []}\nmine: 1", "apko"),
        ("a.yaml", "contents: {packages: [a=1]}\narchs: [all]", "apko"),
        ("a.yaml", "include: b.yaml\narchs: [all]", "apko"),
        ("a.yaml", "include: b.yaml", None),
        ("a.yaml", "contents: {", None),
        ("apko.yaml", "contents: {", "apko"),
        ("a.yaml", "package: {name: a, version: 1}\npipeline: []", "melange"),
        ("a.yaml", "package: {name: a}\npipeline: []", None),
        ("a.yaml", "package: {name: a, version: 1}", None),
        ("a.yaml", "package: {\npipeline:\n", None),
        ("a.lock.json", "{}", None),
    ],
)
def test_what_a_file_says_tells_whose_it_is(path, text, wanted):
    format_ = claimant(SourceFile(path, text))
    assert (format_ and format_.NAME) == wanted


def test_architectures_are_named_as_apk_does():
    (pin,) = pins("contents: {packages: [a=1]}\narchs: [arm64, amd64, arm/v7, ../x, riscv64]")
    assert pin.feed.architectures == ("aarch64", "armv7", "riscv64", "x86_64")


def test_a_label_chooses_the_repositories_and_others_have_none():
    text = (
        "contents:\n  repositories: [https://a.org/x/, '@e https://b.org', 'https://u:p@c.org']\n"
        "  packages: [a=1, a=1@e, a=1@f]\n"
    )
    assert [(pin.feed.repositories, pin.feed.here) for pin in pins(text)] == [
        (("https://a.org/x",), 1),
        (("https://b.org",), 0),
        ((), 0),
    ]


def test_comments_beside_a_pin_steer_it_and_others_are_told():
    text = (
        "contents:\n  packages:\n  - a=1  # basewatch: ignore\n  - b\n\n  # basewatch: ignore\n\n"
    )
    (pin,) = pins(text)
    assert pin.steers == (Steer("ignore"),)
    (stray,) = apko.find(SourceFile("apko.yaml", text))
    assert (stray.position.line, stray.reason) == (6, "steering")


def test_a_version_that_is_spelled_by_escapes_has_no_place():
    text = 'contents: {packages: ["a=1.\\x30", "\\x61=1.0"]}'
    assert [(pin.version, pin.version_at is None) for pin in pins(text)] == [
        ("1.0", True),
        ("1.0", False),
    ]


def test_a_list_without_end_has_a_bound():
    text = "contents:\n  packages:\n" + "  - a=1\n" * (MOST_PINS + 10)
    assert len(pins(text)) == MOST_PINS


def test_aliases_that_lead_to_the_same_again_and_again_come_to_an_end():
    text = (
        "package: {name: a, version: 1}\n"
        f"environment: &c\n  contents: {{packages: [a=1, {'b, ' * 2_000}b]}}\n"
        "subpackages:\n" + "- {test: {environment: *c}}\n" * 200
    )
    assert [pin.name for pin in pins(text, "a.yaml")] == ["a"]


def test_a_lock_is_left_to_apko_and_says_what_it_is_made_of():
    text = '{"config": {"name": "a.yaml"}, "contents": {}}'
    (skip,) = apko_lock.find(SourceFile("a.lock.json", text))
    assert (skip.text, skip.reason) == ("a.yaml", "elsewhere")
    assert "apko lock" in skip.detail

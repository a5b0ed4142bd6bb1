"""What the variants of a blubber file ask of their images."""

import pytest

from bot.formats import asked
from bot.model import SourceFile

FILE = """\
# syntax=docker-registry.example.org/blubber/buildkit:v1
version: v4
base: example.org/bookworm:1
apt: {packages: [curl, "foo=1.2-3", "$X"]}
variants:
  build:
    apt:
      packages:
        default: [git]
        bookworm-backports: [bar]
    builders:
      - custom: {command: [make, all]}
      - node: {requirements: [package.json]}
      - custom: {command: "wget x && tar x"}
  test:
    includes: [build, build]
    base: &test example.org/nodejs20:1
    builder: {command: [npm, ci]}
    entrypoint: [npm, test]
  last:
    includes: [test]
    builder: {command: []}
  other:
    base: *test
"""


def asks(text):
    found = asked(SourceFile("blubber.yaml", text))
    return [(a.line, a.kind, a.name + a.constraint, a.of.of(text)) for a in found]


def names(base):
    return [(line, name) for line, _, name, of in asks(FILE) if of == base]


def test_packages_and_programs_are_asked_of_the_base():
    assert names("example.org/bookworm:1") == [
        (4, "curl"),
        (4, "foo=1.2-3"),
        (9, "git"),
        (10, "bar"),
        (12, "make"),
        (13, "npm"),
        (14, "tar"),
        (14, "wget"),
    ]


def test_a_variant_asks_its_own_base_for_what_it_includes():
    assert names("example.org/nodejs20:1")[2:] == [
        (9, "git"),
        (10, "bar"),
        (12, "make"),
        (13, "npm"),
        (14, "tar"),
        (14, "wget"),
        (18, "npm"),
        (19, "npm"),
    ]
    assert names("*test") == [(4, "curl"), (4, "foo=1.2-3")]


BOMB = "a: &a [1]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    "text",
    [
        "variants: [",
        "version: v4\nvariants: {a: {apt: x}}",
        "version: v4\nbase: x\nvariants: {a: {includes: [a, b], apt: {packages: 1}}}",
        "version: v4\nbase: x\nvariants: &v {a: {<<: *v, includes: [a], builder: *v}}",
        f"version: v4\n{BOMB}base: x\nvariants: {{a: {{includes: *j}}}}",
        "",
    ],
)
def test_nothing_makes_it_raise(text):
    assert isinstance(asked(SourceFile("blubber.yaml", text)), tuple)


def test_other_files_ask_for_nothing():
    assert asked(SourceFile("README.md", "FROM node\n")) == ()

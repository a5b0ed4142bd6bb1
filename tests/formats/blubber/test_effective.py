"""What each variant starts from in the end, and what is asked of that."""

import pytest

from bot.formats import asked, uses_of
from bot.model import SourceFile


def variants(text):
    file = SourceFile("blubber.yaml", f"version: v4\n{text}")
    return {use.text: use.variants for use in uses_of(file)}


def asks(text):
    file = SourceFile("blubber.yaml", f"version: v4\n{text}")
    return [(a.kind, a.name + a.constraint, a.of.of(file.text)) for a in asked(file)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("base: x\nvariants: {a: {}, b: {base: y}}", {"x": ("a",), "y": ("b",)}),
        ("base: x\nvariants: {a: {base: null}, b: {base: ''}}", {"x": ("a", "b")}),
        ("base: x\nvariants: {a: {base: y}}", {"x": (), "y": ("a",)}),
        ("variants: {a: {base: x}, b: {includes: [a]}}", {"x": ("a", "b")}),
        ("variants: {b: {includes: [a]}, a: {base: x}}", {"x": ("b", "a")}),
        # The last that is included counts, and the variant itself before all of them.
        (
            "variants: {a: {base: x}, b: {base: y}, c: {includes: [a, b]}, d: {includes: [b, a]}}",
            {"x": ("a", "d"), "y": ("b", "c")},
        ),
        ("variants: {a: {base: x}, b: {includes: [a], base: y}}", {"x": ("a",), "y": ("b",)}),
        # What is included twice stands where it came first: a, b, c, and so c's base.
        (
            "variants: {a: {base: x}, b: {includes: [a], base: y}, c: {includes: [b, a]}}",
            {"x": ("a",), "y": ("b", "c")},
        ),
        # Through several: f, d, e, b, c.
        (
            "variants: {b: {includes: [d, e]}, c: {}, d: {includes: [f]}, e: {base: x}, f: {base: y}}",
            {"x": ("b", "e"), "y": ("d", "f")},
        ),
        # Blubber builds neither what includes itself nor what includes nothing that there is.
        (
            "base: x\nvariants: {a: {includes: [b]}, b: {includes: [a]}, c: {includes: [c]}, d: {}}",
            {"x": ("d",)},
        ),
        ("base: x\nvariants: {a: {includes: [gone]}, b: {includes: [a]}, c: {}}", {"x": ("c",)}),
        ("base: &b x\nvariants: {a: {base: *b}}", {"x": (), "*b": ("a",)}),
        ("base: x\nvariants: {base: {base: y}}", {"x": (), "y": ("base",)}),
        ("base: x\nvariants: {a: {base: z, base: y}}", {"x": (), "z": (), "y": ("a",)}),
        ("base: x\nvariants: {a: {includes: [~, {}]}}", {"x": ("a",)}),
    ],
)
def test_variants_start_from(text, wanted):
    assert variants(text) == wanted


def test_a_copied_image_is_no_base():
    assert variants("variants: {a: {base: x, copies: [y]}}") == {"x": ("a",), "y": ()}


def test_too_many_includes_are_not_gone_through():
    chain = "".join(f"  v{n}: {{includes: [v{n - 1}]}}\n" for n in range(1, 400))
    found = variants(f"base: x\nvariants:\n  v0: {{}}\n{chain}")["x"]
    assert 0 < len(found) < 400


def test_the_last_command_and_entry_point_count_and_all_packages():
    text = """\
base: x
apt: {packages: [a1]}
entrypoint: [old]
builder: {command: [make]}
variants:
  one:
    apt: {packages: [b1]}
    builder: {command: [ninja]}
    entrypoint: [new]
"""
    assert asks(text) == [
        ("package", "a1", "x"),
        ("package", "b1", "x"),
        ("command", "ninja", "x"),
        ("command", "new", "x"),
    ]


def test_a_script_goes_before_a_command_and_is_read_if_a_shell_runs_it():
    text = """\
base: x
builder: {command: [make]}
variants:
  one: {builder: {script: "#!/bin/bash\\nwget y\\n"}}
  two: {builder: {script: "#!/usr/bin/python3\\nimport x\\n"}}
"""
    assert asks(text) == [("command", "wget", "x")]


def test_builders_need_their_programs():
    text = """\
base: x
python: {version: python3.11, requirements: [requirements.txt]}
variants:
  one: {python: {version: python3.9}}
  two:
    builders:
      - php: {requirements: [composer.json]}
      - python: {version: "rm -rf"}
      - custom: {command: [ruby]}
  three: {node: {requirements: ~}}
"""
    assert asks(text) == [
        ("command", "python3.11", "x"),
        ("command", "python3.9", "x"),
        ("command", "composer", "x"),
        ("command", "ruby", "x"),
    ]


def test_what_starts_from_nothing_asks_for_nothing():
    assert asks("apt: {packages: [a1]}\nvariants: {one: {}, two: {base: x}}") == [
        ("package", "a1", "x")
    ]

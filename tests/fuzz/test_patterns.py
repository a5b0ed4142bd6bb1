"""Every regular expression of bot/ takes time in proportion to the text, or sees no long one."""

import ast
import importlib
import pkgutil
import re
import time
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import bot
from tests.fuzz.attacks import attacks

ROOT = Path(bot.__file__).parent
SIZES = (16, 20, 24, 28, 32, 40, 100, 400, 1_600, 6_400)  # what doubles with each is met early
SLOW = 0.02  # seconds: what grows in proportion takes a fiftieth of it for the longest
WAYS = {"match": "match", "fullmatch": "fullmatch"}  # all others look at every place
METHODS = {*WAYS, "search", "sub", "subn", "split", "findall", "finditer"}
KNOWN = {
    "bot.formats.docker_pkg.jinja:_BLOCK": "sees statements of at most 2,000 characters",
    "bot.formats.xml_spans:_ATTRIBUTE": "sees what another pattern has read as attributes",
    "bot.formats.toml_spans.words:_TEXTS": "is matched at one place, where a text begins",
    "bot.formats.toml_spans.words:_TEXTS[2]": "is matched at one place, where a text begins",
    "bot.registries.challenges:_TOKEN68": "looks at one place of a header of at most 8 KiB",
    "bot.rules.said:_GITHUB": "is matched as a whole, with texts of at most 300 characters",
    "bot.rules.said:_GITLAB": "is matched as a whole, with texts of at most 300 characters",
    "bot.scanners.trivy:_COMPLAINT": "sees a line that is cut by whoever ran the program",
    "bot.tags.stems:_REBUILDS": "sees versions of at most 500 characters",
}
"""Patterns that grow faster, by module and name, and what bounds the text that they see."""


@cache
def patterns():
    """Each compiled pattern of bot/, by `module:name`, and those of calls with a text."""
    found = {}
    for info in pkgutil.walk_packages(bot.__path__, "bot."):
        if info.name == "bot.__main__":
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            for number, pattern in enumerate(compiled(value)):
                found.setdefault(pattern, f"{info.name}:{name}{f'[{number}]' if number else ''}")
    return {name: pattern for pattern, name in found.items()}


def compiled(value):
    """The patterns that a value is, or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from compiled(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from compiled(each)


@cache
def ways():
    """By which methods a pattern is used, by `module:name`; and the patterns that have no name."""
    used, unnamed = defaultdict(set), {}
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        whose = {
            alias.asname or alias.name: f"{node.module}:{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                name, way = named(node.value), WAYS.get(node.attr, "search")
                used[whose.get(name, f"{module.removesuffix('.__init__')}:{name}")].add(way)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first, way = node.args[0] if node.args else None, node.func.attr
                if named(node.func.value) == "re" and way in METHODS and is_text(first):
                    found = re.compile(first.value), WAYS.get(way, "search")
                    unnamed[f"{module}:{first.value!r}"] = found
    return used, unnamed


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def named(node):
    """The name that a call is of: `_WORD` of `_WORD.match` and of `_WORD[key].match`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def looked(pattern, way, text):
    """The seconds of the processor that a look takes."""
    start = time.process_time()
    if way == "search":
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, way)(text)
    return time.process_time() - start


def slowest(pattern, way):
    """What makes a pattern slow, and how slow; nothing where nothing does."""
    for before, pumped, tail in attacks(pattern):
        took = 0.0
        for size in SIZES:
            text = before + pumped * (size // len(pumped) + 1) + tail
            took, last = looked(pattern, way, text), took
            if took > SLOW and min(took, *(looked(pattern, way, text) for _ in range(2))) > SLOW:
                return f"{way} {before!r} + {pumped!r} * {size} + {tail!r}: {took:.3f} s after {last:.3f}"
    return None


@pytest.mark.slow
def test_a_pattern_that_is_slow_is_told_from_one_that_is_not():
    assert slowest(re.compile(r"(?:a|a)*b"), "match")
    assert slowest(re.compile(r"\s+$"), "search")
    assert slowest(re.compile(r"x[a-z]*y[a-z]*z"), "search")
    assert slowest(re.compile(r"[a-z]+(?:-[a-z]+)*"), "fullmatch") is None
    assert slowest(re.compile(r"\s+$"), "match") is None


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_pattern_takes_longer_than_its_text_is_long():
    used, unnamed = ways()
    cases = {
        name: (pattern, used.get(name.partition("[")[0], {"search"}))
        for name, pattern in patterns().items()
    }
    cases |= {name: (pattern, {way}) for name, (pattern, way) in unnamed.items()}
    slow = {
        name: found
        for name, (pattern, those) in cases.items()
        for way in sorted(those)
        if (found := slowest(pattern, way))
    }
    assert {name: why for name, why in slow.items() if name not in KNOWN} == {}
    assert sorted(KNOWN.keys() - slow.keys()) == []

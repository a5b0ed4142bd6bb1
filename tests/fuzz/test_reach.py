"""A reader of something from outside that no target feeds fails a test of this file."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

import bot
from bot.formats import KINDS
from tests.fuzz.targets import TARGETS

ROOT = Path(bot.__file__).parent
PARSERS = {
    *("loads", "json", "fromisoformat", "parsedate_to_datetime", "strptime", "fromtimestamp"),
    *("b64decode", "unpack_from", "iter_unpack", "unpack", "ZipFile", "deserialize"),
    *("decompressobj", "parse", "compose", "load", "model_validate", "model_validate_json"),
    *("inet_aton", "ip_address", "web_url", "urlsplit", "from_bytes", "fromhex"),
}
"""What is called to make sense of bytes or texts that somebody else wrote."""

APART = {
    "bot/cli/": "reads its own arguments, and what it has written itself",
    "bot/demo/": "reads what it has made itself",
    "bot/wiring/": "hands on what the operator said, which was read",
    "bot/endoflife.py:_base": "reads an argument",
    "bot/registries/packages.py:_checked": "reads an address that was asked already",
    "bot/lifecycle/data.py": "reads what is bundled, which is tested whole",
    "bot/rules/data.py:known_products": "reads what is bundled, which is tested whole",
    "bot/platforms/github/accounts.py:_signed_in": "signs with a key; keys that are none are tried there",
    "bot/registries/helper.py:ask": "runs a program; tests/registries has what it may answer",
}
"""Readers that no target comes by, as `file:function` or the start of it, and why."""


@cache
def readers():
    """Each function that calls one of them, as (file, line, name)."""
    return frozenset(reader for path in ROOT.rglob("*.py") for reader in readers_in(path))


def readers_in(path):
    module = ast.parse(path.read_text("utf-8"))
    bare = {each for node in ast.walk(module) for each in taken_in(node)} & PARSERS
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and parses(node, bare):
            line = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield path.relative_to(ROOT.parent).as_posix(), line, node.name


def taken_in(node):
    """What is imported by its bare name from elsewhere: our own readers call what they need."""
    elsewhere = isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] != "bot"
    return [each.asname or each.name for each in node.names] if elsewhere else []


def parses(function, bare):
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    named = {each.id for each in calls if isinstance(each, ast.Name)}
    called = {each.attr for each in calls if isinstance(each, ast.Attribute)}
    return bool(called & PARSERS or named & bare)


def reached():
    """Each function that the targets come by, reading what they are for."""
    seen, home = set(), f"{ROOT.parent}/"

    def noted(frame, event, _argument):
        if event == "call":
            code = frame.f_code
            seen.add((code.co_filename.removeprefix(home), code.co_firstlineno, code.co_name))

    sys.setprofile(noted)
    try:
        for target in TARGETS.values():
            for seed in target.known()[:40]:
                target.feed(seed)
    finally:
        sys.setprofile(None)
    return seen


def test_every_format_is_a_target():
    assert {f"format:{name}" for name in KINDS} <= TARGETS.keys()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_function_that_parses_is_come_by():
    left = {f"{path}:{name}" for path, _, name in readers() - reached()}
    assert sorted(each for each in left if not each.startswith(tuple(APART))) == []
    named = {f"{path}:{name}" for path, _, name in readers()}
    assert [apart for apart in APART if not any(each.startswith(apart) for each in named)] == []

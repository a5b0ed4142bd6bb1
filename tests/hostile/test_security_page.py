"""The page about security: what it names is there, and what is here is named."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs/security.md").read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", PAGE)


def facts_in(path):
    tree = ast.parse((HOUSE / path).read_text())
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_every_test_that_the_page_names_is_there(path):
    wanted = {name for file, name in NAMED if file == path and name}
    assert wanted <= facts_in(path)


def test_every_boundary_and_every_threat_has_a_test():
    tables = PAGE.partition("\n## Boundaries\n")[2].partition("\n## What is left\n")[0]
    rows = [line for line in tables.splitlines() if re.match(r"\| (?!threat|boundary|place)", line)]
    assert len(rows) > 60
    assert [row for row in rows if "::test_" not in row] == []


def test_every_part_of_the_code_that_the_page_names_is_there():
    for name in re.findall(r"`(bot/[\w/]+(?:\.py)?)`", PAGE):
        assert (HOUSE / name).exists(), name


def test_every_hostile_test_is_led_to():
    named = {name for path, name in NAMED if path.startswith("tests/hostile/")}
    there = {
        name
        for path in (HOUSE / "tests/hostile").glob("test_*.py")
        if path.name not in (Path(__file__).name, "test_text.py")
        for name in facts_in(path.relative_to(HOUSE))
    }
    assert there - named == set()


def test_every_page_of_html_is_led_to():
    pages = {path.name for path in Path(__file__).parent.glob("__snapshots__/test_text/*.html")}
    assert pages == set(re.findall(r"`(test_\w+\.html)`", PAGE))

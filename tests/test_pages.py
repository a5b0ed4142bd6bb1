"""The pages for people: each configuration that they show is one, each message is one of ours."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.config import OperatorConfig

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
CONFIGURATIONS = {
    f"{page.relative_to(ROOT)}-{number}": text
    for page in PAGES
    for number, text in enumerate(BLOCK.findall(page.read_text("utf-8")))
    if (yaml.safe_load(text) or {}).keys() & OperatorConfig.model_fields.keys()
}
QUESTIONS = (ROOT / "docs/questions.md").read_text("utf-8")


def messages():
    """The messages of the page's table, each cut where it says something of the moment."""
    table = QUESTIONS.partition("\n## What messages mean\n")[2]
    for message in re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE):
        yield from filter(None, re.split(r"\s*…\s*|\(…\)", message))


def said():
    """Every text in the code, `\0` where something is put into it."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (getattr(part, "value", None) for part in node.values)
                yield "".join(part if isinstance(part, str) else "\0" for part in parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_the_pages_show_configurations():
    assert len(CONFIGURATIONS) >= 10


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_configuration_that_a_page_shows_is_one(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "operator.yaml").write_text(CONFIGURATIONS[name])
    assert main(["config", "check", "--config", "operator.yaml"]) == 0


def test_every_message_that_is_explained_is_one_that_is_said():
    texts = "\n".join(said()).replace("`", "")
    told = [piece.replace("the proxy of $HTTPS_PROXY", "") for piece in messages()]
    assert len(told) > 15
    assert [piece for piece in told if piece.strip() not in texts] == []

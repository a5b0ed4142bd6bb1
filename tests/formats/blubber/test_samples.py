"""Every sample under tests/samples/blubber says what its expectations say, no more and no less."""

import json
from pathlib import Path

import pytest

from bot.formats import blubber
from bot.model import SourceFile, Use

FOLDER = Path(__file__).parents[2] / "samples" / "blubber"
EXPECTED = json.loads((FOLDER / "expectations.json").read_text())


def sample(name):
    return SourceFile.of(name, (FOLDER / name).read_bytes())


def told(mention):
    if isinstance(mention, Use):
        use = {
            "line": mention.position.line,
            "column": mention.position.column,
            "text": mention.text,
            "reference": str(mention.image),
            "role": mention.role,
            "stage": mention.stage,
        }
        return use | ({"steers": [s.verb for s in mention.steers]} if mention.steers else {})
    return {"line": mention.position.line, "text": mention.text, "reason": mention.reason}


def test_every_sample_has_expectations():
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.y*ml")}
    assert files == set(EXPECTED)
    assert len(files) >= 60


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if "uses" in e])
def test_a_sample_says(name):
    file = sample(name)
    assert blubber.matches(name)
    assert blubber.claims(file)
    mentions = list(blubber.find(file))
    assert [told(m) for m in mentions if isinstance(m, Use)] == EXPECTED[name]["uses"]
    assert [told(m) for m in mentions if not isinstance(m, Use)] == EXPECTED[name]["skips"]


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if e.get("claimed") is False])
def test_other_yaml_is_left_to_others(name):
    assert blubber.matches(name)
    assert not blubber.claims(sample(name))

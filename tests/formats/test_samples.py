"""
Recall and precision on the samples: every use and every skip, and nothing else.

`expected.json` in a format's folder of samples has, by path, the uses as `[line, image, role]` and
the skips as `[line, text, reason]`, each written down by a person who read the sample.
"""

import json
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from bot.formats import KINDS, claimant
from bot.model import SourceFile, Use

SAMPLES = Path(__file__).parents[1] / "samples"
EXPECTED = {
    name: json.loads((SAMPLES / name / "expected.json").read_text("utf-8"))
    for name in KINDS
    if (SAMPLES / name / "expected.json").exists()
}
CASES = [
    pytest.param(name, path, wanted, id=f"{name}:{path}")
    for name, files in EXPECTED.items()
    for path, wanted in files.items()
]


def found_in(file):
    format_ = claimant(file)
    uses, skips = [], []
    for mention in format_.find(file) if format_ else ():
        if isinstance(mention, Use):
            uses.append([mention.position.line, str(mention.image), mention.role])
        else:
            skips.append([mention.position.line, mention.text, mention.reason])
    return format_.NAME if format_ else None, uses, skips


@pytest.mark.parametrize(("name", "path", "wanted"), CASES)
def test_a_sample_says_what_a_person_reads_in_it(name, path, wanted):
    file = SourceFile.of(path, (SAMPLES / name / path).read_bytes())
    kind, uses, skips = found_in(file)
    assert kind == (name if wanted.get("claimed", True) else None)
    assert uses == wanted.get("uses", [])
    assert skips == wanted.get("skips", [])


@pytest.mark.parametrize(("name", "path", "wanted"), CASES)
def test_a_byte_order_mark_changes_nothing(name, path, wanted):
    data = (SAMPLES / name / path).read_bytes().removeprefix(BOM_UTF8)
    marked = found_in(SourceFile.of(path, BOM_UTF8 + data))
    assert marked == found_in(SourceFile.of(path, data))
    assert marked[1:] == (wanted.get("uses", []), wanted.get("skips", []))


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_was_read_by_a_person(name):
    paths = (path for path in (SAMPLES / name).rglob("*") if path.is_file())
    there = {path.relative_to(SAMPLES / name).as_posix() for path in paths}
    assert there - {"expected.json"} == set(EXPECTED[name])

"""Copies of a file are thought about once, and each is told what it would be told alone."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import flow
from bot.model import Policy, PolicyRule
from bot.ports import Desk
from bot.rules import load
from bot.steps import find as finding
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, digest_of, tree_of

TAGS = TagBook(load())
TODAY = dt.date(2026, 11, 22)
ALL = frozenset({"pin", "digest", "patch", "minor"})
OLD = digest_of("old")
TEXTS = (
    "FROM app/alpha:1.0.0\n",
    f"FROM app/alpha:1.0.0@{OLD} AS a\nFROM app/beta:1.1.0\nCOPY --from=app/alpha:1.1.0 /a /b\n",
    f"ARG V=1.0.0\nFROM app/alpha:${{V}}@{OLD}\nFROM app/beta:${{V}}@{OLD}\n",
    "ARG B=app/alpha:1.0.0\nFROM $B\nFROM ${B}-slim\n",
    "FROM app/beta:1.1.0 # basewatch: ignore\n# basewatch: ignore\nFROM app/alpha:1.0.0\n",
    "FROM app/alpha:1.0.0\nLABEL org.opencontainers.image.base.name=app/alpha:1.0.0\n",
    "FROM app/missing:1.0.0\n",
    "FROM scratch\n",
)
NAMES = ("Dockerfile", "Containerfile", "Dockerfile.web")
RULES = (PolicyRule(name="quiet", files=("1/**",), pin="off"),)


def shelf():
    return Shelf({"app/alpha": ["1.0.0", "1.1.0"], "app/beta": ["1.0.0", "1.1.0", "1.2.0"]})


def planned(folder, files):
    policy = Policy(allow=ALL, today=TODAY, rules=RULES)
    plan = flow.check(tree_of(folder, files), Desk(TAGS, shelf().open, lambda _: policy))
    return plan.verdicts


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    numbers = count()
    return lambda: tmp_path_factory.mktemp(f"alike{next(numbers)}")


@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(NAMES)), max_size=7))
def test_a_file_among_its_copies_is_told_what_it_is_told_alone(folder, drawn):
    files = {f"{n % 3}/{n}/{name}": text for n, (text, name) in enumerate(drawn)}
    alone = [
        verdict
        for path, text in sorted(files.items())
        for verdict in planned(folder(), {path: text})
    ]
    assert list(planned(folder(), files)) == alone


def test_a_rule_for_one_folder_leaves_copies_elsewhere_alone(folder):
    text = "FROM app/alpha:1.1.0\n"
    here, there = planned(folder(), {"0/Dockerfile": text, "1/Dockerfile": text})
    assert (here.outcome, there.outcome) == ("pin", "current")


def test_the_same_text_is_read_once(folder, monkeypatch):
    import bot.formats

    read = []

    def counted(file, format_, beside=bot.formats.NOTHING_BESIDE):
        read.append(file.path)
        return format_.find(file)

    monkeypatch.setattr(bot.formats, "mentions_of", counted)
    files = {f"{n}/Dockerfile": TEXTS[1] for n in range(5)}
    found = finding.find(tree_of(folder(), files), Policy())
    assert read == ["0/Dockerfile"]
    assert [use.path for use in found.uses] == [f"{n}/Dockerfile" for n in range(5) for _ in "abc"]

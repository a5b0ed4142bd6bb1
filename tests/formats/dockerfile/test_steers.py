import datetime as dt

import pytest

from bot.formats import dockerfile
from bot.formats.dockerfile.steers import trailing
from bot.model import Skip, SourceFile, Steer, Use

IGNORE = Steer("ignore")
PATCH = Steer("allow", kinds=frozenset({"patch"}))
HOLD = Steer("hold", until=dt.date(2027, 1, 31))


def steers(text):
    mentions = dockerfile.find(SourceFile("Dockerfile", text))
    return [mention.steers for mention in mentions if isinstance(mention, Use)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# basewatch: ignore\nFROM a\n", [(IGNORE,)]),
        ("# basewatch: ignore\n# and why\nFROM a\n", [(IGNORE,)]),
        ("# basewatch: ignore\n\nFROM a\n", [()]),
        ("# basewatch: ignore\n  \t\nFROM a\n", [()]),
        ("# basewatch: allow patch\n# basewatch: hold until 2027-01-31\nFROM a\n", [(PATCH, HOLD)]),
        ("FROM a # basewatch: ignore\n", [(IGNORE,)]),
        ("FROM a AS b  #basewatch:ignore\n", [(IGNORE,)]),
        ("FROM a \\\n  # basewatch: ignore\n  AS b\n", [(IGNORE,)]),
        ("FROM a \\\n  AS b # basewatch: ignore\n", [(IGNORE,)]),
        ("# basewatch: ignore\nFROM a\nFROM b\n", [(IGNORE,), ()]),
        ("FROM a\n# basewatch: ignore\nCOPY --from=b:1 x y\n", [(), (IGNORE,)]),
        ("FROM a\nCOPY --from=b:1 x y # basewatch: ignore\n", [(), (IGNORE,)]),
        ("FROM a\nRUN --mount=from=b:1,target=/x y # basewatch: ignore\n", [(), (IGNORE,)]),
        ("FROM a\nRUN --mount=from=b:1,target=/x <<E # basewatch: ignore\nE\n", [(), (IGNORE,)]),
        ("FROM a\nRUN <<E\n# basewatch: ignore\nE\nFROM b\n", [(), ()]),
        ("# basewatch: ignore\nARG V=1\nFROM a:$V\nFROM b:1\n", [(IGNORE,), ()]),
        ("ARG V=1 # basewatch: ignore\nFROM a:$V\n", [(IGNORE,)]),
        ("# basewatch: ignore\nARG V=1\nARG W=$V\nFROM a:$W\n", [(IGNORE,)]),
        ("# basewatch: ignore\nARG V=1\n# basewatch: ignore\nFROM a:$V\n", [(IGNORE,)]),
        ("# syntax=a/b:1 # basewatch: ignore\nFROM c\n", [(IGNORE,), ()]),
        ("# syntax=a/b:1\n# basewatch: ignore\nFROM c\n", [(), (IGNORE,)]),
        (
            "FROM a:1\n# basewatch: ignore\nLABEL org.opencontainers.image.base.name=a:1\n",
            [(), (IGNORE,)],
        ),
        ("FROM a\nRUN echo basewatch: ignore\n", [()]),
        ("FROM basewatch/ignore:1\n", [()]),
    ],
)
def test_a_comment_steers_what_it_stands_beside(text, expected):
    assert steers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# basewatch: ignroe\nFROM a\n",
        "FROM a # basewatch: ignroe\n",
        "FROM a \\\n # basewatch: ignroe\n AS b\n",
        "# basewatch: ignroe\nARG V=1\nFROM a:$V\n",
    ],
)
def test_what_cannot_be_read_counts_as_ignore_and_says_why(text):
    [use] = dockerfile.find(SourceFile("Dockerfile", text))
    assert use.steers == (IGNORE,)
    assert "`basewatch: ignroe` is taken as `ignore`" in use.steers[0].complaint


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("FROM a\n# basewatch: allow everything\n", (2, 1)),
        ("# basewatch: ignroe\n\nFROM a\n", (1, 1)),
        ("FROM a\nRUN x \\\n # basewatch: hold until never\n y\n", (3, 1)),
        ("FROM a\nRUN x # basewatch: ignroe\n", (2, 7)),
    ],
)
def test_what_cannot_be_read_and_is_about_nothing_is_told(text, where):
    mentions = list(dockerfile.find(SourceFile("Dockerfile", text)))
    [skip] = [mention for mention in mentions if isinstance(mention, Skip)]
    assert (skip.position.line, skip.position.column) == where
    assert skip.reason == "steering"
    assert "is taken as `ignore`" in skip.detail
    assert steers(text) == [()]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("# basewatch: ignore\n\nFROM a\n", (1, 1)),
        ("# basewatch: allow patch\n\n# of the bot\nFROM a\n", (1, 1)),
        ("FROM a\n# basewatch: ignore\nRUN x\n", (2, 1)),
        ("FROM a\nRUN x \\\n # basewatch: hold until 2027-01-31\n y\n", (3, 1)),
        ("FROM a\n# basewatch: ignore\n", (2, 1)),
    ],
)
def test_what_can_be_read_and_is_about_nothing_is_told(text, where):
    mentions = list(dockerfile.find(SourceFile("Dockerfile", text)))
    [skip] = [mention for mention in mentions if isinstance(mention, Skip)]
    assert (skip.position.line, skip.position.column) == where
    assert skip.reason == "steering"
    assert skip.detail.startswith("no image stands beside it")
    assert steers(text) == [()]


@pytest.mark.parametrize(
    "text",
    [
        "# basewatch: ignore\nFROM ${UNKNOWN}\nFROM a\n",
        "FROM a AS b\n# basewatch: ignore\nCOPY --from=b x y\n",
        "# basewatch: ignore\nARG V=1\nFROM a\n",
        "# syntax=a/b:1 # basewatch: ignore\nFROM a\n",
        "FROM a\nRUN <<E\n# basewatch: ignore\nE\n",
        "FROM a\nRUN x # basewatch: ignore\n",
        "# basewatch keeps this current\n\nFROM a\n",
    ],
)
def test_what_could_be_about_something_is_not_told(text):
    mentions = dockerfile.find(SourceFile("Dockerfile", text))
    assert "steering" not in {mention.reason for mention in mentions if isinstance(mention, Skip)}


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("FROM a # basewatch: ignore", "# basewatch: ignore"),
        ("FROM a # x # basewatch: ignore", "# basewatch: ignore"),
        ("FROM a #x#basewatch: ignore", "#x#basewatch: ignore"),
        ("FROM a#basewatch: ignore", ""),
        ("# basewatch: ignore", ""),
        ("FROM a basewatch", ""),
        ("FROM a # x", ""),
        ("FROM a #" + "#" * 50_000 + "basewatch", "#" * 50_001 + "basewatch"),
    ],
)
def test_a_comment_ends_an_instruction(text, comment):
    assert trailing(text) == comment

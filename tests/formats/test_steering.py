import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.steering import complaint, steers
from bot.model import KINDS, Steer

IGNORE = Steer("ignore")
JANUARY = Steer("hold", until=dt.date(2027, 1, 31))
PATCH = Steer("allow", kinds=frozenset({"patch"}))


@pytest.mark.parametrize(
    ("comment", "meant"),
    [
        ("# basewatch: ignore", (IGNORE,)),
        ("#basewatch:ignore", (IGNORE,)),
        ("basewatch: ignore", (IGNORE,)),
        ("  #   Basewatch :  IGNORE  ", (IGNORE,)),
        ("# basewatch: ignore\r\n", (IGNORE,)),
        ("# basewatch: ignore.", (IGNORE,)),
        ("# basewatch: ignore -- glibc of the host is older", (IGNORE,)),
        ("# basewatch: ignore because the host is older", (IGNORE,)),
        ("# basewatch: ignore (see T123)", (IGNORE,)),
        ("# basewatch: ignore # see #123", (IGNORE,)),
        ("# hadolint ignore=DL3006 # basewatch: ignore", (IGNORE,)),
        ("# basewatch: hold until 2027-01-31", (JANUARY,)),
        ("# basewatch: Hold  Until 2027-01-31 -- freeze", (JANUARY,)),
        ("# basewatch: allow patch", (PATCH,)),
        ("# basewatch: allow patch, patch", (PATCH,)),
        ("# basewatch: allow patch, Minor", (Steer("allow", kinds=frozenset({"patch", "minor"})),)),
        (
            "# basewatch: allow patch and digest",
            (Steer("allow", kinds=frozenset({"patch", "digest"})),),
        ),
        ("# basewatch: allow patch # basewatch: hold until 2027-01-31", (PATCH, JANUARY)),
        ("# basewatch: ignore # basewatch: ignore", (IGNORE,)),
    ],
)
def test_a_comment_steers(comment, meant):
    assert steers(comment) == meant
    assert complaint(comment) is None


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "#",
        "# syntax=docker/dockerfile:1",
        "# ignore",
        "# see https://example.org/basewatch: ignore it",
        "# basewatch ignores this file",
        "# basewatch moves this by itself",
        "# basewatcher: ignore",
        "# the docs of basewatch: ignore is a directive",
    ],
)
def test_other_comments_steer_nothing(comment):
    assert steers(comment) == ()
    assert complaint(comment) is None


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("# basewatch:", "none of `ignore`"),
        ("# basewatch: ignroe", "none of `ignore`"),
        ("# basewatch: ignore minor", "none of `ignore`"),
        ("# basewatch: allowance", "none of `ignore`"),
        ("# basewatch ignore", "no colon"),
        ("# basewatch hold until 2027-01-31: really", "no colon"),
        ("# basewatch: hold", "`until YYYY-MM-DD`"),
        ("# basewatch: hold until next week", "`until YYYY-MM-DD`"),
        ("# basewatch: hold until 20270131", "`until YYYY-MM-DD`"),
        ("# basewatch: hold until ２０２７-01-31", "`until YYYY-MM-DD`"),
        ("# basewatch: hold until 2027-02-30", "no day 2027-02-30"),
        ("# basewatch: hold until 0000-01-01", "no day 0000-01-01"),
        ("# basewatch: allow", "allows nothing"),
        ("# basewatch: allow patches", "allows `patches`"),
        ("# basewatch: allow patch, everything", "allows `everything`"),
        ("# basewatch: " + "x" * 1000, "…`"),
    ],
)
def test_what_cannot_be_read_counts_as_ignore_and_says_so(comment, why):
    assert steers(comment) == (IGNORE,)
    sentence = complaint(comment)
    assert why in sentence
    assert len(sentence) < 300


def test_a_good_directive_beside_a_bad_one_keeps_both():
    comment = "# basewatch: allow patch # basewatch: hold until friday"
    assert steers(comment) == (PATCH, IGNORE)
    assert "hold until friday" in complaint(comment)


@given(st.text(max_size=80))
def test_whatever_is_said_is_read_or_complained_about(said):
    comment = "# basewatch: " + said
    assert (complaint(comment) is None) or IGNORE in steers(comment)
    assert steers(comment)


@given(st.dates(), st.sets(st.sampled_from(KINDS), min_size=1))
def test_every_day_and_every_set_of_kinds_can_be_said(day, kinds):
    assert steers(f"# basewatch: hold until {day}") == (Steer("hold", until=day),)
    assert steers(f"# basewatch: allow {', '.join(kinds)}") == (
        Steer("allow", kinds=frozenset(kinds)),
    )

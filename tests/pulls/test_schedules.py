import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.pulls.schedules import schedule

UTC = dt.UTC


def at(text):
    """`mo 05:59`, in a week of November 2026 that begins on Monday 16."""
    day, time = text.split()
    offset = ["mo", "tu", "we", "th", "fr", "sa", "su"].index(day)
    hour, minute = map(int, time.split(":"))
    return dt.datetime(2026, 11, 16 + offset, hour, minute, tzinfo=UTC)


CASES = [
    ("at any time", ["mo 00:00", "su 23:59"], []),
    ("before 6am on monday", ["mo 00:00", "mo 05:59"], ["mo 06:00", "tu 05:00", "su 23:59"]),
    ("before 12am on monday", ["mo 00:00", "mo 23:59"], ["tu 00:00"]),
    ("before 12pm", ["tu 11:59"], ["tu 12:00"]),
    ("after 10pm", ["we 22:00", "we 23:59"], ["we 21:59", "th 00:00"]),
    (
        "after 10pm and before 5am every weekday",
        ["mo 22:00", "tu 04:59", "fr 23:00", "sa 04:59"],
        ["mo 04:59", "su 22:00", "sa 22:00", "tu 05:00"],
    ),
    (
        "after 9:30am and before 17:00 on tuesday",
        ["tu 09:30", "tu 16:59"],
        ["tu 17:00", "we 10:00"],
    ),
    ("every weekend", ["sa 00:00", "su 23:59"], ["mo 00:00", "fr 23:59"]),
    ("on monday, wednesday and friday", ["mo 12:00", "we 00:00", "fr 01:00"], ["tu 12:00"]),
    ("Before  Noon  on Sunday", ["su 11:59"], ["su 12:00", "mo 01:00"]),
    ("after 1am and before 12:59pm", ["tu 01:00", "tu 12:58"], ["tu 00:59", "tu 12:59"]),
    ("after 00:59 and before 23:59", ["tu 00:59", "tu 23:58"], ["tu 00:58", "tu 23:59"]),
    ("after noon and before midnight every day", ["su 12:00", "mo 23:00"], ["mo 11:59"]),
]


@pytest.mark.parametrize(("text", "open_", "shut"), CASES)
def test_a_schedule_is_open_when_it_says(text, open_, shut):
    found = schedule(text)
    assert [when for when in open_ if not found.is_open(at(when))] == []
    assert [when for when in shut if found.is_open(at(when))] == []
    for when in shut:
        opens = found.opens(at(when))
        assert opens > at(when)
        assert found.is_open(opens)
        assert not found.is_open(opens - dt.timedelta(minutes=1))


def test_the_first_day_of_a_month_may_be_said():
    found = schedule("before 6am on the first day of the month")
    assert found.is_open(dt.datetime(2026, 12, 1, 5, tzinfo=UTC))
    assert not found.is_open(dt.datetime(2026, 12, 2, 5, tzinfo=UTC))
    now = dt.datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert found.opens(now) == dt.datetime(2027, 1, 1, tzinfo=UTC)


def test_it_opens_by_the_clock_on_the_wall():
    zone = ZoneInfo("Europe/Berlin")
    found = schedule("after 3am on sunday").opens(dt.datetime(2026, 10, 24, 12, tzinfo=zone))
    assert found.isoformat() == "2026-10-25T03:00:00+01:00"


def test_what_is_open_opens_now():
    assert schedule("every day").opens(at("mo 01:00")) == at("mo 01:00")


NONSENSE = [
    "", "sometimes", "before", "before 6", "before soon", "before 6:00pmam", "before 24:00",
    "on ,", "every monday and friday", "on monday and someday", "on someday and monday", "before 25:00", "before 13pm", "before 0am",
    "before 6:60am", "on moonday", "on", "every monday", "after 6am before 8am", "and on monday",
    "after 6am and before 6am", "before 6am on the second day of the month", "* * * * 1",
    "on monday" + " " * 300,
]  # fmt: skip


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused_in_words(text):
    with pytest.raises(ConfigError, match=r"`|is no"):
        schedule(text)


NOWS = st.integers(0, 40_000_000).map(
    lambda m: dt.datetime(2020, 1, 1, tzinfo=UTC) + dt.timedelta(minutes=m)
)
PIECES = st.sampled_from(
    [
        "after",
        "before",
        "and",
        "on",
        "every",
        "day",
        "weekday",
        "monday",
        "6am",
        "22:00",
        "noon",
        "99pm",
        "the",
        "first",
        ",",
        "at",
        "any",
        "time",
    ]
)


@given(st.lists(PIECES, max_size=9).map(" ".join), NOWS)
def test_what_is_read_opens_some_time(text, now):
    try:
        found = schedule(text)
    except ConfigError:
        return
    assert found.is_open(found.opens(now))

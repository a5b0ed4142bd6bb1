import datetime as dt
from zoneinfo import ZoneInfo

from bot.model import Pull, Wishes
from bot.pulls.groups import DIGESTS
from bot.pulls.limits import Limits, by_urgency, limits_of, waiting
from bot.pulls.schedules import schedule
from tests.altered import replace
from tests.pulls.forge import wanted

NOW = dt.datetime(2026, 11, 22, 7, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # a Sunday


def proposals(*urgencies):
    return [
        replace(wanted(), branch=f"basewatch/{n}", urgency=urgency)
        for n, urgency in enumerate(urgencies)
    ]


def pull(branch, state="open", ago=dt.timedelta(days=9)):
    return Pull(1, branch, "main", "T", "", state=state, created=NOW - ago)


def waits(limits, *urgencies, pulls=(), now=NOW, **more):
    zoned = replace(limits, zone=now.tzinfo)
    found = waiting(proposals(*urgencies), pulls, lambda _: zoned, now, **more)
    return {branch.removeprefix("basewatch/"): because for branch, because in found.items()}


FOUR = ("ordinary", "fixes", "critical", "high")


def test_without_limits_nothing_waits():
    assert waits(Limits(), *FOUR) == {}
    assert waits(Limits(), "high", pulls=[pull("basewatch/0", "closed", dt.timedelta(0))]) == {}


def test_the_most_urgent_come_first():
    order = [p.urgency for p in by_urgency(proposals(*FOUR, "exploited"))]
    assert order == ["exploited", "critical", "high", "fixes", "ordinary"]
    assert waits(Limits(per_run=2), *FOUR) == dict.fromkeys("10", "2 at most are opened in a run")


def test_those_that_are_as_urgent_come_in_the_order_of_their_branches():
    found = by_urgency(reversed(proposals("high", "high", "high")))
    assert [each.branch[-1] for each in found] == ["0", "1", "2"]


def test_what_is_open_already_takes_a_place_and_waits_for_none():
    there = [pull("basewatch/0"), pull("basewatch/other"), pull("basewatch/old", "merged")]
    because = "3 at most are open at a time"
    assert waits(Limits(open_at_most=3), *FOUR, pulls=there) == {"3": because, "1": because}
    assert waits(Limits(open_at_most=1), "ordinary", pulls=there) == {}
    assert waits(Limits(open_at_most=0), "ordinary") == {"0": "0 at most are open at a time"}


def test_an_hour_is_counted_from_when_they_were_opened():
    there = [pull("basewatch/a", "closed", dt.timedelta(minutes=59))]
    because = "2 at most are opened in an hour"
    assert waits(Limits(per_hour=2), *FOUR, pulls=there) == dict.fromkeys("310", because)
    there = [pull("basewatch/a", "closed", dt.timedelta(minutes=60))]
    assert set(waits(Limits(per_hour=2), *FOUR, pulls=there)) == {"1", "0"}


def test_what_will_not_be_opened_takes_nobodys_place():
    assert set(waits(Limits(per_run=1), *FOUR, passed_over={"basewatch/2"})) == {"1", "0"}


def test_what_is_known_to_be_exploited_waits_for_nothing():
    limits = Limits(0, 0, 0, (schedule("before 6am on monday"),), cooldown=dt.timedelta(9))
    assert set(waits(limits, "exploited", "critical")) == {"1"}
    assert set(waits(replace(limits, at_once=frozenset()), "exploited", "critical")) == {"0", "1"}


def test_outside_of_its_schedule_a_proposal_waits_and_says_until_when():
    limits = Limits(schedules=(schedule("before 6am on monday"), schedule("after 10pm on friday")))
    because = (
        "its schedule is `before 6am on monday` or `after 10pm on friday`,"
        " next on 2026-11-23 at 00:00 (Europe/Berlin)"
    )
    assert waits(limits, "critical") == {"0": because}
    assert waits(limits, "critical", now=NOW + dt.timedelta(hours=20)) == {}


def test_it_is_the_time_of_the_zone_that_counts():
    limits = Limits(schedules=(schedule("before 8am"),))
    assert waits(limits, "high") == {}
    there = NOW.astimezone(ZoneInfo("Europe/Helsinki"))
    assert set(waits(limits, "high", now=there)) == {"0"}


def test_the_group_of_all_digests_has_a_day_of_its_own():
    group = replace(wanted(), branch=DIGESTS)
    limits = Limits(schedules=(schedule("at any time"),))
    assert "`on monday`" in waiting([group], [], lambda _: limits, NOW)[DIGESTS]
    assert waiting([group], [], lambda _: limits, NOW + dt.timedelta(1)) == {}


def test_each_is_held_against_its_own_limits_and_counted_with_all():
    limits = {"basewatch/0": Limits(per_run=0), "basewatch/1": Limits(per_run=2)}
    found = waiting(
        proposals("high", "high", "high"),
        [],
        lambda p: limits.get(p.branch, Limits(per_run=1)),
        NOW,
    )
    assert set(found) == {"basewatch/0", "basewatch/2"}


def test_after_one_was_opened_the_next_of_its_branch_cools_down():
    limits = Limits(cooldown=dt.timedelta(days=3))
    there = [pull("basewatch/0", "merged"), pull("basewatch/0", "closed", dt.timedelta(2))]
    assert waits(limits, "high", pulls=there) == {"0": "the one before is not 3 days old yet"}
    assert waits(limits, "high", pulls=there[:1]) == {}
    brief = Limits(cooldown=dt.timedelta(hours=12))
    there = [pull("basewatch/0", "closed", dt.timedelta(hours=2))]
    assert waits(brief, "high", pulls=there) == {"0": "the one before is not 12 hours old yet"}
    long = Limits(cooldown=dt.timedelta(days=1))
    assert waits(long, "high", pulls=there) == {"0": "the one before is not 24 hours old yet"}
    longer = Limits(cooldown=dt.timedelta(days=2))
    assert waits(longer, "high", pulls=there) == {"0": "the one before is not 2 days old yet"}


def test_what_cools_down_is_one_branch_and_not_the_others():
    limits = Limits(cooldown=dt.timedelta(days=3))
    there = [
        pull("basewatch/other", "closed", dt.timedelta(hours=1)),
        replace(pull("basewatch/0", "closed"), created=None),  # as a forge may leave it out
    ]
    assert waits(limits, "high", pulls=there) == {}


def test_all_that_is_wished_of_limits_holds():
    wishes = Wishes(
        open_at_most=1,
        per_hour=2,
        per_run=3,
        schedules=("on monday",),
        operators_schedules=("before 6am",),
        cooldown=dt.timedelta(days=4),
    )
    assert limits_of(wishes, NOW.tzinfo, frozenset({"basewatch/digests"})) == Limits(
        open_at_most=1,
        per_hour=2,
        per_run=3,
        schedules=(schedule("on monday"),),
        within=(schedule("before 6am"),),
        digests=frozenset({"basewatch/digests"}),
        cooldown=dt.timedelta(days=4),
        zone=NOW.tzinfo,
    )

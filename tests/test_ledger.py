"""What the ledger keeps, what it forgets, and that nothing depends on it."""

import datetime as dt
import os
import sqlite3
import stat
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.absent import NoLedger
from bot.errors import LedgerError
from bot.image import ImageRef, Repository
from bot.ledger import Forgiving, LedgerFile, ledger_path
from bot.ledger.points import MOST, SETTLED, Point, history, thinned
from bot.model import History, Outline, Sighting
from tests.fakes.shelf import digest_of

START = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NODE = ImageRef.parse("node:20-alpine")
A, B, C = (digest_of(letter) for letter in "abc")


@pytest.fixture
def ledger(tmp_path):
    return LedgerFile(tmp_path / "state" / "ledger.sqlite")


def after(days):
    return START + days * DAY


def seen(ledger, *digests, image=NODE):
    """One look a day at one image."""
    for day, digest in enumerate(digests):
        ledger.record({image: digest}, after(day))


def of(ledger, image=NODE):
    return ledger.histories([image.repository]).get(image, History())


# ---------------------------------------------------------------- what is kept


def test_a_tag_that_stays_is_one_sighting_from_first_to_last(ledger):
    seen(ledger, A, A, A)
    assert of(ledger) == History((Sighting(A, START, after(2)),))


def test_a_tag_that_moves_has_a_sighting_for_each_stretch(ledger):
    seen(ledger, A, A, B, B, A)
    assert of(ledger).sightings == (
        Sighting(A, START, after(1)), Sighting(B, after(2), after(3)), Sighting(A, after(4), after(4)),
    )  # fmt: skip


def test_other_tags_and_other_repositories_are_kept_apart(ledger):
    other = ImageRef.parse("quay.io/library/node:20-alpine")
    ledger.record({NODE: A, NODE.at("22"): B, other: C}, START)
    assert set(ledger.histories()) == {NODE, NODE.at("22"), other}
    assert set(ledger.histories([other.repository])) == {other}
    assert ledger.histories([Repository("docker.io", "library/none")]) == {}


def test_every_spelling_of_an_image_is_one(ledger):
    ledger.record({ImageRef.parse("index.docker.io/library/node"): A}, START)
    assert of(ledger, ImageRef.parse("node:latest")).sightings[0].digest == A


def test_a_pin_is_kept_apart_from_its_tag(ledger):
    pin = NODE.at("20-alpine", B)
    ledger.record({NODE: A, pin: B}, START)
    assert of(ledger, pin).sightings == (Sighting(B, START, START),)
    assert of(ledger).moves == 0


def test_a_second_is_fine_enough(ledger):
    ledger.record({NODE: A}, START.replace(microsecond=999_999))
    assert of(ledger).sightings == (Sighting(A, START, START),)


def test_what_was_written_in_another_zone_is_read_in_utc(ledger):
    zone = dt.timezone(dt.timedelta(hours=5))
    ledger.record({NODE: A}, START.astimezone(zone))
    assert of(ledger).sightings == (Sighting(A, START, START),)
    assert of(ledger).sightings[0].first.tzinfo is dt.UTC


# ---------------------------------------------------------------- what a history tells


def told(digests):
    return history(Point(at, digest) for at, digest in enumerate(digests))


@pytest.mark.parametrize(
    ("digests", "moves", "left"),
    [("", 0, None), ("a", 0, None), ("aaa", 0, None), ("ab", 1, None), ("aba", 2, 0),
     ("abc", 2, None), ("abac", 3, None), ("abab", 3, 1), ("abca", 3, 0)],
)  # fmt: skip
def test_moves_are_counted_and_a_return_is_a_rollback(digests, moves, left):
    tale = told(digests)
    assert tale.moves == moves
    assert tale.left == (None if left is None else tale.sightings[left])
    assert tale.moved == (tale.sightings[-1].first if moves else None)


def test_the_time_at_a_digest_is_from_the_first_to_the_last():
    found = told("aabba").of("a")
    assert (found.first.timestamp(), found.last.timestamp()) == (0, 4)
    assert told("ab").of("c") is None


# ---------------------------------------------------------------- what is dropped

unhurried = settings(deadline=None)
moments = st.integers(0, 40 * SETTLED)
points = st.builds(Point, moments, st.sampled_from("abc"))


def replayed(found):
    """The plainest reading: sort all of it, and join what is alike in a row."""
    runs = [list(run) for _, run in groupby(sorted(found), key=lambda p: p.digest)]
    return [(run[0].digest, run[0].at, run[-1].at) for run in runs]


def stretches(tale):
    return [(s.digest, int(s.first.timestamp()), int(s.last.timestamp())) for s in tale.sightings]


def kept_of(found, most=10_000):
    kept = []
    for point in found:
        kept = thinned({*kept, point}, most)
    return kept


@unhurried
@given(st.lists(points, max_size=60))
def test_what_is_dropped_changes_no_history(found):
    assert stretches(history(kept_of(sorted(found)))) == replayed(set(found))


@unhurried
@given(st.lists(points, max_size=60), st.randoms())
def test_runs_may_write_in_any_order_that_is_not_too_late(found, random):
    by_lateness = sorted(set(found), key=lambda p: p.at + random.randint(0, SETTLED))
    assert kept_of(by_lateness) == kept_of(sorted(set(found)))


@unhurried
@given(st.lists(points, min_size=1, max_size=60), st.integers(1, 8))
def test_no_more_than_the_bound_is_kept_and_the_newest_is(found, most):
    kept = kept_of(found, most)
    assert len(kept) <= most
    assert max(kept) == max(found)


def test_a_year_of_hourly_looks_at_one_digest_is_a_few_points():
    kept = kept_of(Point(hour * 3600, "a") for hour in range(24 * 365))
    assert len(kept) <= 4
    assert stretches(history(kept)) == [("a", 0, (24 * 365 - 1) * 3600)]


def test_a_tag_that_moves_all_the_time_keeps_its_newest_moves(ledger):
    for minute in range(3 * MOST):
        ledger.record({NODE: digest_of(str(minute))}, START + dt.timedelta(minutes=minute))
    found = of(ledger).sightings
    assert len(found) == MOST
    assert found[-1].digest == digest_of(str(3 * MOST - 1))


def test_a_look_every_few_seconds_does_not_push_out_older_moves(ledger):
    ledger.record({NODE: A}, after(-1))
    for second in range(2 * MOST):
        ledger.record({NODE: B}, START + dt.timedelta(seconds=second))
    assert [s.digest for s in of(ledger).sightings] == [A, B]


def test_the_whole_is_bounded_and_what_moved_is_kept_longest(tmp_path):
    ledger = LedgerFile(tmp_path / "ledger.sqlite", most=40)
    moved, pin = NODE.at("moved"), NODE.at("old", B)
    ledger.record({moved: A, pin: B}, START)
    ledger.record({moved: B}, after(1))
    for number in range(100):
        ledger.record({NODE.at(f"t{number}"): A}, after(2) + dt.timedelta(minutes=number))
    known = set(ledger.histories())
    assert moved in known
    assert pin not in known
    assert NODE.at("t99") in known
    assert NODE.at("t0") not in known
    assert 30 < len(known) <= 40


def test_prune_forgets_what_nobody_sees_any_more(ledger):
    seen(ledger, A, B)
    ledger.record({NODE.at("gone"): A}, START)
    assert ledger.prune(after(1)) == 1
    assert set(ledger.histories()) == {NODE}
    assert ledger.prune(after(9)) == 1
    assert ledger.histories() == {}


# ---------------------------------------------------------------- the file


def test_the_file_is_for_its_user_alone(ledger):
    seen(ledger, A)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in ledger.path.parent.iterdir()] == ["ledger.sqlite"]


def test_reading_makes_no_file(ledger):
    assert ledger.histories([NODE.repository]) == {}
    assert ledger.prune(START) == 0
    assert not ledger.path.parent.exists()


def test_a_file_that_is_still_empty_knows_nothing(ledger):
    ledger.path.parent.mkdir()
    ledger.path.touch()
    assert ledger.histories() == {}
    seen(ledger, A)
    assert of(ledger).moves == 0


def test_a_name_with_signs_that_mean_something_in_urls_is_a_name(tmp_path):
    ledger = LedgerFile(tmp_path / "a ?mode=memory&x#%41" / "l.sqlite")
    seen(ledger, A)
    assert ledger.path.exists()
    assert of(ledger).sightings


def altered(ledger, *statements):
    seen(ledger, A)
    database = sqlite3.connect(ledger.path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


BROKEN = {
    "a newer basewatch wrote it (version 2; this one knows 1)": "PRAGMA user_version = 2",
    "it is another program's database": "PRAGMA application_id = 7",
    "no such table": "DROP TABLE point",
}


@pytest.mark.parametrize(("words", "statement"), BROKEN.items(), ids=str)
def test_a_file_of_another_make_is_refused_and_left_alone(ledger, words, statement):
    altered(ledger, statement)
    data = ledger.path.read_bytes()
    with pytest.raises(LedgerError) as raised:
        of(ledger)
    assert words in str(raised.value)
    assert str(raised.value).startswith(f"{ledger.path}: the ledger cannot be used: ")
    assert "\n" not in str(raised.value)
    for attempt in (lambda: ledger.record({NODE: B}, after(1)), lambda: ledger.prune(after(1))):
        with pytest.raises(LedgerError):
            attempt()
    assert ledger.path.read_bytes() == data


@pytest.mark.parametrize("at", ["99999999999999999", "'soon'", "x'00ff'", "1e300", "NULL"])
def test_times_that_are_none_are_trouble_in_one_line(ledger, at):
    altered(
        ledger,
        "CREATE TABLE loose (reference, at, digest)",
        f"INSERT INTO loose SELECT reference, {at}, digest FROM point",
        "DROP TABLE point",
        "ALTER TABLE loose RENAME TO point",
    )
    with pytest.raises(LedgerError, match="the ledger cannot be used: "):
        of(ledger)


@pytest.mark.parametrize("data", [b"no database at all, but text", b"\x00" * 5000])
def test_a_file_that_is_no_database_is_left_alone(ledger, data):
    ledger.path.parent.mkdir()
    ledger.path.write_bytes(data)
    for attempt in (ledger.histories, lambda: ledger.record({NODE: A}, START)):
        with pytest.raises(LedgerError, match="the ledger cannot be used: file is not a database"):
            attempt()
    assert ledger.path.read_bytes() == data


def test_a_folder_in_its_place_is_trouble_in_one_line(ledger):
    ledger.path.mkdir(parents=True)
    with pytest.raises(LedgerError, match="the ledger cannot be used: "):
        ledger.histories()
    with pytest.raises(LedgerError, match="Is a directory"):
        seen(ledger, A)


def test_a_file_in_the_place_of_its_folder_is_trouble_in_one_line(ledger):
    ledger.path.parent.write_text("")
    assert ledger.histories() == {}
    with pytest.raises(LedgerError, match="exists"):
        seen(ledger, A)


def test_a_name_that_no_file_can_have_is_trouble_in_one_line():
    with pytest.raises(LedgerError, match="null"):
        seen(LedgerFile(Path("a\0b/c")), A)


# ---------------------------------------------------------------- two at once

WRITER = """
import datetime as dt, sys
from pathlib import Path
from bot.image import ImageRef
from bot.ledger import LedgerFile

ledger, who = LedgerFile(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for n in range(60):
    now = dt.datetime.fromtimestamp(1_790_000_000 + 10 * n, dt.UTC)
    ledger.record({ImageRef.parse(f"node:{who}-{n}"): "sha256:" + "0" * 64,
                   ImageRef.parse("node:both"): "sha256:" + str(n % 2) * 64}, now)
    ledger.histories()
"""


def test_two_runs_at_once_lose_nothing(ledger):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, ledger.path, who],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for who in ("one", "two")
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate(timeout=60) == ("", "")
        assert writer.returncode == 0
    known = ledger.histories()
    assert len(known) == 121
    assert known[ImageRef.parse("node:both")].moves == 59


def test_one_that_dies_in_the_middle_takes_nothing_along(ledger):
    seen(ledger, A)
    script = (
        "import os, sqlite3, sys\n"
        "d = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "d.execute('PRAGMA cache_size = 1')\n"
        "d.execute('BEGIN IMMEDIATE')\n"
        "d.execute('DELETE FROM point')\n"
        "d.executemany('INSERT INTO point VALUES (9, ?, ?)', [(n, 'x' * 90) for n in range(9000)])\n"
        "os._exit(9)\n"
    )
    died = subprocess.run([sys.executable, "-c", script, ledger.path])
    assert died.returncode == 9
    assert of(ledger) == History((Sighting(A, START, START),))


# ---------------------------------------------------------------- nothing depends on it


def test_trouble_is_told_once_and_then_nothing_is_known(ledger):
    altered(ledger, "PRAGMA user_version = 2")
    notices = []
    forgiving = Forgiving(ledger, notices.append)
    assert forgiving.histories([NODE.repository]) == {}
    forgiving.record({NODE: A}, START)
    assert forgiving.histories([NODE.repository]) == {}
    (notice,) = notices
    assert notice == (
        f"{ledger.path}: the ledger cannot be used: a newer basewatch wrote it (version 2; this one"
        " knows 1); this run goes on and knows less"
    )


def test_trouble_at_writing_is_told_once_too(ledger):
    ledger.path.parent.write_text("")
    notices = []
    forgiving = Forgiving(ledger, notices.append)
    for _ in range(3):
        forgiving.record({NODE: A}, START)
    assert len(notices) == 1


def test_what_can_be_read_is_read_where_nothing_can_be_written(ledger, monkeypatch):
    seen(ledger, A)
    notices = []
    forgiving = Forgiving(ledger, notices.append)

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)  # no mode of a file keeps root from writing
    forgiving.record({NODE: B}, after(1))
    assert forgiving.histories([NODE.repository])[NODE].sightings[0].digest == A
    assert len(notices) == 1


def test_without_trouble_it_is_the_file(ledger):
    forgiving = Forgiving(ledger, pytest.fail)
    forgiving.record({NODE: A}, START)
    assert forgiving.histories([NODE.repository]) == {NODE: History((Sighting(A, START, START),))}


def test_no_ledger_knows_nothing():
    ledger = NoLedger()
    ledger.record({NODE: A}, START)
    assert ledger.histories([NODE.repository]) == {}


# ---------------------------------------------------------------- where it is

HOME = Path("~").expanduser()


@pytest.mark.parametrize(
    ("said", "environ", "where"),
    [
        (None, {}, f"{HOME}/.local/state/basewatch/ledger.sqlite"),
        (None, {"XDG_STATE_HOME": "/state"}, "/state/basewatch/ledger.sqlite"),
        (None, {"XDG_STATE_HOME": "state"}, f"{HOME}/.local/state/basewatch/ledger.sqlite"),
        ("/a/b", {"XDG_STATE_HOME": "/state"}, "/a/b"),
        ("~/b", {}, f"{HOME}/b"),
        ("/a/b", {"BASEWATCH_LEDGER": "/c"}, "/c"),
        ("/a/b", {"BASEWATCH_LEDGER": ""}, "/a/b"),
        ("off", {}, None),
        ("/a/b", {"BASEWATCH_LEDGER": "off"}, None),
        ("off", {"BASEWATCH_LEDGER": "/c"}, "/c"),
        ("~nobody-of-that-name/x", {}, None),
    ],
)
def test_the_environment_says_where_then_the_operator_then_custom(said, environ, where):
    found = ledger_path(said, environ)
    assert (found and str(found)) == where


# ---------------------------------------------------------------- what was read of images


def outline(digest, *platforms):
    children = tuple((platform, digest_of(digest, platform)) for platform in platforms)
    return Outline(digest, "application/vnd.oci.image.index.v1+json", platforms, children, 12)


def test_what_was_read_of_an_image_is_known_again_in_its_own_repository(ledger):
    image = NODE.at(None, A)
    ledger.keep({image: outline(A, "linux/amd64", "")})
    assert ledger.outlines([NODE.repository]) == {image: outline(A, "linux/amd64", "")}
    assert ledger.outlines([Repository("docker.io", "library/python")]) == {}


def test_a_ledger_of_before_has_read_nothing_of_images(ledger):
    assert ledger.outlines([NODE.repository]) == {}
    seen(ledger, A)
    assert ledger.outlines([NODE.repository]) == {}
    ledger.keep({NODE.at(None, B): outline(B)})
    assert set(ledger.outlines([NODE.repository])) == {NODE.at(None, B)}
    assert [sighting.digest for sighting in of(ledger).sightings] == [A]


def test_of_images_only_the_last_are_kept(ledger, monkeypatch):
    monkeypatch.setattr("bot.ledger.outlines.MOST", 3)
    for word in "abcdef":
        ledger.keep({NODE.at(None, digest_of(word)): outline(digest_of(word))})
    kept = {image.digest for image in ledger.outlines([NODE.repository])}
    assert kept == {digest_of(word) for word in "def"}


def test_what_is_too_large_is_not_kept(ledger):
    large = outline(A, *(f"linux/amd64/{number}" for number in range(2_000)))
    ledger.keep({NODE.at(None, A): large, NODE.at(None, B): outline(B)})
    assert {image.digest for image in ledger.outlines([NODE.repository])} == {B}


@pytest.mark.parametrize("said", ["", "[]", "[1, 2]", "{}", '["a", ["b"], [["c"]], 1]', "\x00"])
def test_rows_of_images_that_we_did_not_write_are_trouble_and_no_more(ledger, said):
    ledger.keep({NODE.at(None, A): outline(A)})
    with sqlite3.connect(ledger.path) as database:
        database.execute("UPDATE outline SET said = ?", (said,))
    database.close()
    with pytest.raises(LedgerError, match="cannot be used"):
        ledger.outlines([NODE.repository])
    told = []
    assert Forgiving(ledger, told.append).outlines([NODE.repository]) == {}
    assert len(told) == 1


def test_without_a_ledger_nothing_was_read():
    ledger = NoLedger()
    ledger.keep({NODE.at(None, A): outline(A)})
    assert ledger.outlines([NODE.repository]) == {}


def test_what_cannot_be_kept_is_told_once(tmp_path):
    (tmp_path / "file").write_text("")
    told = []
    ledger = Forgiving(LedgerFile(tmp_path / "file" / "ledger.sqlite"), told.append)
    ledger.keep({NODE.at(None, A): outline(A)})
    ledger.keep({NODE.at(None, A): outline(A)})
    assert len(told) == 1

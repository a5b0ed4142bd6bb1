"""Answers kept from run to run: in one file, within bounds, by token, and never in the way."""

import multiprocessing
import os
import sqlite3
import stat
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.github.remembered import MIB, Answers, Kept, Memory
from tests.canaries import canary

A, B, C, D = (letter * 32 for letter in (b"a", b"b", b"c", b"d"))
HELLO = Kept('"1"', "", '["hello"]')
API, URL = "https://api.github.com", "/repos/team/app/pulls?state=open"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "basewatch" / "answers.sqlite"


@pytest.fixture
def clock():
    return Clock()


class Clock:
    """Goes on by a day each time that it is looked at."""

    now = 1_000_000_000

    def __call__(self):
        self.now += 86_400
        return self.now


def noise(size):
    return os.urandom(size // 2).hex()


# ---------------------------------------------------------------- the file


def test_what_one_run_kept_another_finds(path):
    Answers(path).keep(A, Kept('W/"1"', '<https://x>; rel="next"', '["ä"]'))
    assert Answers(path).find(A) == Kept('W/"1"', '<https://x>; rel="next"', '["ä"]')
    assert Answers(path).find(B) is None


def test_an_answer_takes_the_place_of_the_one_before(path):
    answers = Answers(path)
    answers.keep(A, HELLO)
    answers.keep(A, HELLO._replace(etag='"2"'))
    assert answers.find(A).etag == '"2"'
    answers.forget(A)
    assert answers.find(A) is None


def test_nobody_else_may_read_the_file_nor_the_folder_that_is_made_for_it(path):
    Answers(path).keep(A, HELLO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    Answers(path).keep(A, HELLO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_made_where_nothing_is_kept(path):
    answers = Answers(path)
    assert answers.find(A) is None
    answers.forget(A)
    assert not path.parent.exists()


def test_without_a_path_nothing_is_kept():
    answers = Answers()
    answers.keep(A, HELLO)
    answers.forget(A)
    assert answers.find(A) is None


# ---------------------------------------------------------------- bounds


def test_what_was_longest_unused_goes_first(path, clock):
    answers = Answers(path, most=3, clock=clock)
    for name in (A, B, C):
        answers.keep(name, HELLO)
    assert answers.find(A) == HELLO
    answers.keep(D, HELLO)
    assert [answers.find(name) for name in (A, B, C, D)] == [HELLO, None, HELLO, HELLO]


def test_all_of_it_has_a_bound_in_bytes(path, clock):
    answers = Answers(path, most_bytes=10_000, clock=clock)
    for name in (A, B, C, D):
        answers.keep(name, HELLO._replace(text=noise(6_000)))
    assert [bool(answers.find(name)) for name in (A, B, C, D)] == [False, False, True, True]
    assert path.stat().st_size < 40_000


def test_what_alone_is_more_than_all_may_be_is_not_kept(path):
    answers = Answers(path, most_bytes=1_000)
    answers.keep(A, HELLO._replace(text=noise(6_000)))
    assert answers.find(A) is None


@pytest.mark.parametrize("text", [noise(2 * MIB + 10_000), "x" * (8 * MIB + 1)])
def test_an_answer_that_is_too_long_is_not_kept_and_the_one_before_is_no_more(path, text):
    answers = Answers(path)
    answers.keep(A, HELLO)
    answers.keep(A, HELLO._replace(text=text))
    assert answers.find(A) is None


def test_an_answer_as_long_as_may_be_is_kept(path):
    long = HELLO._replace(text="x" * (8 * MIB))
    answers = Answers(path)
    answers.keep(A, long)
    assert answers.find(A) == long
    assert path.stat().st_size < MIB


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("rubbish", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_made_anew(path, rubbish):
    path.parent.mkdir()
    path.write_bytes(rubbish)
    answers = Answers(path)
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    assert answers.find(A) == HELLO


def test_a_damaged_page_is_no_answer(path):
    answers = Answers(path)
    answers.keep(A, HELLO._replace(text=noise(50_000)))
    data = bytearray(path.read_bytes())
    data[20_000:] = b"\xaa" * len(data[20_000:])
    path.write_bytes(data)
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    assert answers.find(A) == HELLO


def test_a_damaged_file_that_is_found_when_something_is_kept_is_made_anew_too(path):
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1000)
    journal = path.with_name("answers.sqlite-journal")
    journal.write_bytes(b"rubbish")
    answers = Answers(path)
    answers.keep(A, HELLO)
    assert not journal.exists()
    answers.keep(A, HELLO)
    assert answers.find(A) == HELLO


@pytest.mark.parametrize(
    "change",
    [
        "body = 'text'",
        "body = x'00'",
        "body = substr(body, 1, length(body) - 3)",
        "body = zeroblob(2000000)",
        "etag = x'2231ff22'",
        "etag = 'no quotes'",
        "etag = '\"1\"' || char(10) || 'X-Y: z'",
        "etag = CAST(x'22ff22' AS TEXT)",
        "link = 5.0e0, etag = 1",
    ],
)
def test_a_row_that_another_hand_wrote_is_no_answer(path, change):
    answers = Answers(path)
    answers.keep(A, HELLO)
    database = sqlite3.connect(path)
    database.execute(f"UPDATE answer SET {change}")
    database.commit()
    database.close()
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    assert answers.find(A) == HELLO


def test_what_is_no_utf8_is_no_answer(path):
    answers = Answers(path)
    answers.keep(A, HELLO)
    database = sqlite3.connect(path)
    database.execute("UPDATE answer SET body = ?", (zlib.compress(b"\xff"),))
    database.commit()
    database.close()
    assert answers.find(A) is None


def test_a_folder_in_its_place_is_nothing(path):
    path.mkdir(parents=True)
    answers = Answers(path)
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    Answers(path).keep(A, HELLO)
    assert list(path.iterdir()) == []


def test_a_file_in_the_place_of_its_folder_is_nothing(path):
    path.parent.write_text("mine")
    answers = Answers(path)
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    assert answers.find(A) is None
    assert path.parent.read_text() == "mine"


def test_a_name_that_no_file_can_have_is_nothing(path):
    path.parent.mkdir()
    answers = Answers(path.with_name("x" * 300))
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    assert answers.find(A) is None


def test_another_program_s_file_is_left_as_it_is(path):
    path.parent.mkdir()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE answer (mine)")
    database.commit()
    database.close()
    before = path.read_bytes()
    answers = Answers(path)
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    assert path.read_bytes() == before


@given(st.binary(max_size=2_000))
def test_whatever_the_file_is_nothing_fails(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "answers.sqlite"
    path.write_bytes(data)
    answers = Answers(path)
    assert answers.find(A) is None
    answers.keep(A, HELLO)
    answers.keep(A, HELLO)
    assert answers.find(A) in (HELLO, None)


# ---------------------------------------------------------------- several runs


def busy(path, start):
    answers = Answers(path, most=20)
    for number in range(60):
        name = bytes([(start + number) % 30]) * 32
        answers.keep(name, HELLO._replace(text=f'["{name.hex()}"]'))
        answers.find(name)


def test_several_runs_at_once_find_what_they_kept_or_nothing(path):
    fork = multiprocessing.get_context("fork")
    runs = [fork.Process(target=busy, args=(path, start)) for start in (0, 7, 14)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert [run.exitcode for run in runs] == [0, 0, 0]
    names = [bytes([number]) * 32 for number in range(30)]
    found = {name: Answers(path).find(name) for name in names}
    there = {name: kept.text for name, kept in found.items() if kept}
    assert there == {name: f'["{name.hex()}"]' for name in there}
    assert 0 < len(there) <= 20


def test_a_file_that_another_run_holds_is_done_without(path, monkeypatch):
    monkeypatch.setattr("bot.platforms.github.remembered._PATIENCE", 0.01)
    Answers(path).keep(A, HELLO)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    answers = Answers(path)
    assert answers.find(A) is None
    database.close()
    assert Answers(path).find(A) == HELLO


# ---------------------------------------------------------------- whose


def test_one_token_does_not_find_what_another_was_told_nor_at_another_api(path):
    answers = Answers(path)
    Memory(answers, API, "ghp_one").keep(URL, HELLO)
    assert Memory(answers, API, "ghp_one").of(URL) == HELLO
    assert Memory(answers, API, "ghp_two").of(URL) is None
    assert Memory(answers, "https://ghe.test/api/v3", "ghp_one").of(URL) is None
    assert Memory(answers, API, "ghp_one").of(f"{URL}&page=2") is None


def test_the_token_is_not_in_the_file(path):
    Memory(Answers(path), API, canary("github-token", "ghp_")).keep(URL, HELLO)
    data = path.read_bytes()
    assert b"canary" not in data
    assert b"/repos/team" not in data


@pytest.mark.parametrize(
    "url",
    ["/user", "/user/repos", "/app", "/app/installations", "/installation/repositories",
     "/users/team", "/orgs/team/repos", "https://api.github.com/repositories/1"],
)  # fmt: skip
def test_only_what_a_repository_has_is_kept(path, url):
    memory = Memory(Answers(path), API, "ghp_one")
    memory.keep(url, HELLO)
    assert memory.of(url) is None
    assert not path.exists()


def test_an_answer_with_a_token_in_it_is_not_kept(path):
    memory = Memory(Answers(path), API, "ghp_one")
    memory.keep(URL, HELLO._replace(text='{"temp_clone_token": ""}'))
    assert memory.of(URL)
    memory.keep(URL, HELLO._replace(text='{"temp_clone_token": "AB12"}'))
    assert memory.of(URL) is None
    assert b"AB12" not in path.read_bytes()


@pytest.mark.parametrize("etag", ["", "1", '"', '"a"b"', '"a b"', '"ä"', f'"{"x" * 201}"', '"1"\n'])
def test_without_an_etag_it_is_not_kept_and_what_was_kept_is_no_more(path, etag):
    memory = Memory(Answers(path), API, "ghp_one")
    memory.keep(URL, HELLO)
    memory.keep(URL, HELLO._replace(etag=etag))
    assert memory.of(URL) is None


@pytest.mark.parametrize(
    ("kept", "told", "meant"),
    [('"1"', '"1"', True), ('W/"1"', '"1"', True), ('"1"', 'W/"1"', True), ('"1"', '"2"', False)],
)
def test_a_weak_etag_stands_for_the_same_as_a_strong_one(kept, told, meant):
    assert Kept(kept, "", "").is_meant(told) is meant

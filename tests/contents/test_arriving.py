import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.contents.arriving import Arrival
from bot.errors import EvidenceError

BODY = bytes(range(256)) * 3000


@pytest.fixture
def reader():
    """Does something in another thread, and gives what comes of it in the future."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


@pytest.fixture
def path(tmp_path):
    return tmp_path / "partial"


def all_of(arrival):
    with arrival.open() as file:
        return file.read()


def arrive(arrival, path, *chunks):
    with path.open("ab", buffering=0) as file:
        for chunk in chunks:
            file.write(chunk)
            arrival.grow(len(chunk))


def test_a_file_is_read_while_it_comes(reader, path):
    arrival, seen = Arrival(), threading.Event()

    def read():
        with arrival.open() as file:
            first = file.read(1000)
            seen.set()
            return first + file.read()

    found = reader(read)
    path.touch()
    arrival.begin(path, 0)
    arrive(arrival, path, BODY[:300_000])
    assert seen.wait(10)
    arrive(arrival, path, BODY[300_000:])
    arrival.whole(path, len(BODY))
    assert found.result(10) == BODY


def test_the_end_is_not_there_before_all_is_verified(reader, path):
    arrival = Arrival()
    path.write_bytes(BODY)
    arrival.begin(path, len(BODY))
    found = reader(all_of, arrival)
    arrival.grow(0)
    assert not found.done()
    arrival.fail()
    with pytest.raises(EvidenceError, match="broke off"):
        found.result(10)


def test_what_is_begun_anew_is_void_for_who_has_read_of_it(reader, path):
    arrival = Arrival()
    path.write_bytes(b"wrong")
    arrival.begin(path, 5)
    with arrival.open() as file:
        found = reader(file.read)
        arrival.begin(path, 0)
        with pytest.raises(EvidenceError, match="anew"):
            found.result(10)
    assert arrival.times == 2


def test_who_opens_it_later_reads_what_was_begun_last(reader, path):
    arrival = Arrival()
    path.write_bytes(b"right")
    arrival.begin(path, 5)
    arrival.begin(path, 5)
    found = reader(all_of, arrival)
    arrival.whole(path, 5)
    assert found.result(10) == b"right"


def test_a_whole_one_is_read_as_any_file(path):
    arrival = Arrival()
    path.write_bytes(BODY)
    arrival.whole(path, len(BODY))
    arrival.fail()  # it is here nevertheless
    assert all_of(arrival) == all_of(arrival) == BODY


def test_one_that_fails_is_no_longer_waited_for(reader):
    arrival = Arrival()
    found = reader(arrival.open)
    arrival.fail()
    with pytest.raises(EvidenceError, match="broke off"):
        found.result(10)


def test_one_that_moves_before_it_is_opened_is_opened_where_it_is(reader, path, tmp_path):
    arrival = Arrival()
    arrival.begin(path, 0)
    found = reader(all_of, arrival)
    place = tmp_path / "whole"
    place.write_bytes(BODY)
    arrival.whole(place, len(BODY))
    assert found.result(10) == BODY


def test_one_that_moves_while_it_is_read_is_read_on(reader, path, tmp_path):
    arrival = Arrival()
    path.write_bytes(BODY)
    arrival.begin(path, len(BODY))
    with arrival.open() as file:
        first = file.read(10)
        arrival.whole(path.rename(tmp_path / "whole"), len(BODY))
        assert first + file.read() == BODY

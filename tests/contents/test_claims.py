import asyncio
import errno
import fcntl
import os

import pytest

from bot.contents.claims import Claim, claimed


@pytest.fixture
def path(tmp_path):
    return tmp_path / "blob"


def test_what_is_written_stays_for_who_claims_it_next(path):
    async def twice():
        async with claimed(path) as one:
            one.write(b"half")
        async with claimed(path) as other:
            assert list(other.chunks()) == [b"half"]
            other.write(b"way")
            return other.size, path.read_bytes()

    assert asyncio.run(twice()) == (7, b"halfway")


def test_a_claim_can_begin_anew(path):
    async def anew():
        path.write_bytes(b"wrong")
        async with claimed(path) as claim:
            claim.clear()
            claim.write(b"right")

    asyncio.run(anew())
    assert path.read_bytes() == b"right"


def test_an_empty_claim_leaves_nothing_behind(path):
    async def nothing():
        async with claimed(path):
            assert path.exists()

    asyncio.run(nothing())
    assert not path.exists()


def test_one_at_a_time(path):
    holding = 0

    async def hold():
        nonlocal holding
        async with claimed(path) as claim:
            holding += 1
            assert holding == 1
            claim.write(b"x")
            await asyncio.sleep(0)
            holding -= 1

    async def several():
        await asyncio.gather(*(hold() for _ in range(3)))

    asyncio.run(several())
    assert path.read_bytes() == b"xxx"


def test_who_waited_for_a_file_that_was_moved_away_claims_a_new_one(path):
    async def moved():
        async with claimed(path) as one:
            one.write(b"done")
            waiting = asyncio.create_task(entered(path))
            await asyncio.sleep(0.01)
            path.rename(path.with_name("whole"))
        return await waiting

    async def entered(path):
        async with claimed(path) as other:
            return other.path, other.size

    assert asyncio.run(moved()) == (path, 0)
    assert path.with_name("whole").read_bytes() == b"done"
    assert not path.exists()


def test_a_file_that_is_moved_away_before_it_is_locked_is_not_claimed(path):
    claim = Claim(path)
    path.unlink()
    assert not claim.locked()
    claim.close()


def test_beside_one_who_holds_it_and_writes_nothing_another_file_is_written(path):
    async def beside():
        async with claimed(path) as one:
            one.write(b"stuck")
            async with claimed(path, patience=0.1) as other:
                assert (other.path.parent, other.path != path, other.size) == (path.parent, True, 0)
                other.write(b"x")
            assert not other.path.exists()

    asyncio.run(beside())
    assert path.read_bytes() == b"stuck"


def test_on_a_disk_without_locks_everybody_writes_a_file_of_their_own(path, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)

    async def own():
        async with claimed(path) as claim:
            return claim.path

    assert asyncio.run(own()) != path

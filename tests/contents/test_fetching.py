import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.contents import fetching as module
from bot.contents.fetching import Fetching, Piece
from bot.contents.store import Store
from bot.errors import EvidenceError, PiecedError, RegistryError
from bot.image import ImageRef
from tests.contents.shelves import Shelves
from tests.servers.registry import digest_of

REF = ImageRef.parse("r.example/a:1")
BODY = bytes(range(256)) * 40
PIECE = Piece(REF, digest_of(BODY), len(BODY))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "images")


def fetched(store, shelves, *pieces, told=None, **options):
    async def fetch():
        fetching = Fetching(shelves, store, told or (lambda *_: None), **options)
        try:
            return await asyncio.gather(*map(fetching.fetch, pieces))
        finally:
            fetching.close()

    return asyncio.run(fetch())


def refused(store, shelves, *pieces):
    with pytest.raises(EvidenceError) as error:
        fetched(store, shelves, *pieces)
    return str(error.value)


def half(store):
    """As an earlier run would leave it that was stopped."""
    store.prepare()
    store.partial(PIECE.digest).write_bytes(BODY[:4000])


def test_a_blob_is_fetched_once_and_never_again(store):
    shelves = Shelves(BODY)
    (path,) = fetched(store, shelves, PIECE)
    assert path.read_bytes() == BODY
    assert fetched(store, shelves, PIECE) == [path]
    assert shelves.asked == [("blob", PIECE.digest, 0)]
    assert store.partials() == []


def test_two_who_want_one_blob_ask_for_it_once(store):
    shelves = Shelves(BODY)
    assert len({*fetched(store, shelves, PIECE, PIECE, PIECE)}) == 1
    assert len(shelves.asked) == 1


def test_two_runs_at_once_ask_for_it_once(store, tmp_path):
    shelves = Shelves(BODY)

    async def both():
        runs = [Fetching(shelves, Store(store.root), lambda *_: None) for _ in range(2)]
        return await asyncio.gather(*(run.fetch(PIECE) for run in runs))

    assert len({*asyncio.run(both())}) == 1
    assert len(shelves.asked) == 1


def test_what_an_earlier_run_began_is_gone_on_with(store):
    half(store)
    shelves = Shelves(BODY)
    (path,) = fetched(store, shelves, PIECE)
    assert path.read_bytes() == BODY
    assert shelves.asked == [("blob", PIECE.digest, 4000)]


def test_what_broke_off_is_gone_on_with_by_the_next_run(store):
    shelves = Shelves(BODY)
    shelves.fault = lambda _digest, start: BODY[start:4000]
    assert "broke off" in refused(store, shelves, PIECE)
    shelves.fault = None
    fetched(store, shelves, PIECE)
    assert [had for *_, had in shelves.asked] == [0, 4000]


@pytest.mark.parametrize("there", [b"x" * 4000, b"x" * len(BODY), b"x" * 20_000])
def test_a_start_that_proves_wrong_is_begun_anew(store, there):
    half(store)
    store.partial(PIECE.digest).write_bytes(there)
    (path,) = fetched(store, Shelves(BODY), PIECE)
    assert path.read_bytes() == BODY


def pieced(shelves, times):
    """As one whose first part was cut off, and is not what it should be, so many times."""

    class Pieced(Shelves):
        async def blob(self, image, digest, size, write, have=()):
            nonlocal times
            times -= 1
            if times < 0:
                return await super().blob(image, digest, size, write, have)
            self.asked.append(("blob", digest, len(b"".join(have))))
            write(b"x" * size)
            raise PiecedError(f"{image}: sent other bytes")

    return Pieced(*shelves.bodies.values())


def test_parts_that_prove_wrong_are_asked_for_anew(store):
    shelves = pieced(Shelves(BODY), 1)
    (path,) = fetched(store, shelves, PIECE)
    assert path.read_bytes() == BODY
    assert len(shelves.asked) == 2


def test_but_only_once(store):
    shelves = pieced(Shelves(BODY), 3)
    assert "sent other bytes" in refused(store, shelves, PIECE)
    assert (store.blobs(), store.partials(), len(shelves.asked)) == ([], [], 2)


def test_other_bytes_are_not_kept(store):
    shelves = Shelves(BODY)
    shelves.fault = lambda _digest, start: b"x" * (len(BODY) - start)
    assert "sent other bytes" in refused(store, shelves, PIECE)
    assert (store.blobs(), store.partials()) == ([], [])
    assert len(shelves.asked) == 1


def test_a_blob_that_is_not_there_is_not_there(store):
    assert "no such blob" in refused(store, Shelves(), PIECE)
    assert store.partials() == []


def test_a_blob_of_another_size_on_disk_is_fetched_again(store):
    shelves = Shelves(BODY)
    (path,) = fetched(store, shelves, PIECE)
    path.write_bytes(BODY[:-1])
    (path,) = fetched(store, shelves, PIECE)
    assert path.read_bytes() == BODY


def test_a_blob_that_another_run_has_removed_is_fetched_again(store):
    shelves = Shelves(BODY)

    async def fetch():
        fetching = Fetching(shelves, store, lambda *_: None)
        (await fetching.fetch(PIECE)).unlink()
        return (await fetching.fetch(PIECE)).read_bytes()

    assert asyncio.run(fetch()) == BODY


def test_a_damaged_blob_can_be_fetched_anew(store):
    shelves = Shelves(BODY)

    async def fetch():
        fetching = Fetching(shelves, store, lambda *_: None)
        (await fetching.fetch(PIECE)).write_bytes(b"x" * len(BODY))
        return (await fetching.again(PIECE)).read_bytes()

    assert asyncio.run(fetch()) == BODY


def test_what_one_registry_fails_to_send_is_asked_of_another(store):
    other = ImageRef.parse("other.example/a:1")
    shelves = Shelves(BODY)
    really = shelves.blob

    async def picky(image, digest, size, write, have=()):
        if image == other:
            write(b"poison")
            raise RegistryError("other.example: it broke off the answer")
        await really(image, digest, size, write, have)

    shelves.blob = picky

    async def fetch():
        fetching = Fetching(shelves, store, lambda *_: None)
        bad = Piece(other, PIECE.digest, PIECE.size)
        refused, path = await asyncio.gather(
            fetching.fetch(bad), fetching.fetch(PIECE), return_exceptions=True
        )
        return str(refused), path.read_bytes()

    assert asyncio.run(fetch()) == ("other.example: it broke off the answer", BODY)


def test_no_more_than_so_many_are_fetched_at_a_time(store):
    bodies = [bytes([number]) * 5000 for number in range(9)]
    shelves = Shelves(*bodies)
    under_way = most = 0
    really = shelves.blob

    async def counted(*words):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        await really(*words)
        under_way -= 1

    shelves.blob = counted
    fetched(store, shelves, *(Piece(REF, digest_of(body), 5000) for body in bodies), at_once=3)
    assert most == 3


def test_room_is_made_for_what_comes(tmp_path):
    store = Store(tmp_path / "images", most=15_000)
    old = Piece(REF, digest_of(b"old" * 3000), 9000)
    (path,) = fetched(store, Shelves(b"old" * 3000), old)
    os.utime(path, (1, 1))
    fetched(Store(store.root, most=15_000), Shelves(BODY), PIECE)
    assert [each.path.name for each in store.blobs()] == [PIECE.digest[7:]]


def test_how_much_has_come_is_told(store, monkeypatch):
    monkeypatch.setattr(module, "MIB", 1000)
    told = []
    fetched(store, Shelves(BODY), PIECE, told=lambda *words: told.append(words))
    assert told[0] == ("MiB of images", 1, 11)
    assert told[-1] == ("MiB of images", 10, 11)
    assert sorted(told) == told


def test_a_full_disk_is_one_line(store, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.contents.claims.Claim.write", full)
    assert refused(store, Shelves(BODY), PIECE) == (
        f"the cache of images in {store.root}: No space left on device"
    )


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.contents.fetching import Fetching
from bot.contents.store import Store
from tests.contents.shelves import Shelves
from tests.contents.test_fetching import BODY, PIECE

class Dies(Shelves):
    async def blob(self, image, digest, size, write, have=()):
        write(BODY[:6000])
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(Fetching(Dies(BODY), Store(Path(sys.argv[1])), print).fetch(PIECE))
"""


def test_a_run_that_is_killed_leaves_what_has_come_to_the_next(store):
    ran = subprocess.run([sys.executable, "-c", KILLED, str(store.root)], cwd=ROOT)
    assert ran.returncode == -signal.SIGKILL
    shelves = Shelves(BODY)
    (path,) = fetched(store, shelves, PIECE)
    assert path.read_bytes() == BODY
    assert shelves.asked == [("blob", PIECE.digest, 6000)]


HELD = KILLED.replace(
    "os.kill(os.getpid(), signal.SIGKILL)",
    """
        print("half", flush=True)
        sys.stdin.readline()
        write(BODY[6000:])""",
)


def test_another_process_that_fetches_it_already_is_waited_for(store):
    words = [sys.executable, "-c", HELD, str(store.root)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert b"half" in next(line for line in other.stdout if b"half" in line)
        shelves = Shelves(BODY)

        async def both():
            fetching = Fetching(shelves, store, lambda *_: None)
            wanted = asyncio.create_task(fetching.fetch(PIECE))
            await asyncio.sleep(0.1)
            assert not wanted.done()
            other.stdin.write(b"go on\n")
            other.stdin.flush()
            return await wanted

        assert asyncio.run(both()).read_bytes() == BODY
    assert shelves.asked == []

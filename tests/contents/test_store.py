import json
import os

import pytest

from bot.contents import cache_folder
from bot.contents.store import Store, Sum, total
from bot.errors import EvidenceError
from bot.image import Repository
from tests.servers.registry import digest_of

HERE, THERE = Repository("r.example", "a"), Repository("r.example", "b")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "images", most=1000)


def put(store, body, used=None):
    """A blob, last used so many seconds after the epoch."""
    store.prepare()
    partial = store.root / "partial" / "x"
    partial.write_bytes(body)
    path = store.admit(partial, digest_of(body))
    if used is not None:
        os.utime(path, (used, used))
        store._used.clear()  # as if an earlier run had put it there
    return digest_of(body)


def there(store):
    return {each.path.read_bytes()[:1] for each in store.blobs()}


# ---------------------------------------------------------------- blobs


def test_a_blob_is_found_by_digest_and_size(store):
    digest = put(store, b"x" * 10)
    assert store.find(digest, 10).read_bytes() == b"x" * 10
    assert store.find(digest, 11) is None
    assert store.find(digest_of(b"other"), 5) is None


def test_the_folder_is_an_image_layout_of_its_users_own(store):
    put(store, b"x")
    assert json.loads((store.root / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    assert json.loads((store.root / "index.json").read_text()) == {
        "schemaVersion": 2,
        "manifests": [],
    }
    assert store.root.stat().st_mode & 0o777 == 0o700


def test_a_blob_that_was_removed_is_gone(store):
    digest = put(store, b"x")
    store.drop(digest)
    store.drop(digest)
    assert store.find(digest, 1) is None


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:../../etc/passwd", "sha256:" + "A" * 64])
def test_what_is_no_digest_leads_nowhere(store, digest):
    with pytest.raises(EvidenceError, match="is no digest"):
        store.find(digest, 1)


def test_damage_is_noticed_where_somebody_looks(store):
    digest = put(store, b"x" * 10)
    assert not store.damaged(digest)
    store.path(digest).write_bytes(b"y" * 10)
    assert store.damaged(digest)
    store.drop(digest)
    assert store.damaged(digest)


def test_trouble_with_the_disk_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError) as error:
        Store(tmp_path / "file").prepare()
    assert str(error.value) == f"the cache of images in {tmp_path / 'file'}: File exists"


# ---------------------------------------------------------------- documents


def test_a_document_is_known_of_the_repository_that_had_it(store):
    store.keep(HERE, digest_of(b"{}"), b"{}")
    assert store.read(HERE, digest_of(b"{}")) == b"{}"


def test_who_knows_a_digest_alone_is_not_told_what_it_stands_for(store):
    store.keep(HERE, digest_of(b"{}"), b"{}")
    assert store.read(THERE, digest_of(b"{}")) is None
    store.keep(THERE, digest_of(b"{}"), b"{}")
    assert store.read(THERE, digest_of(b"{}")) == b"{}"
    assert len(store.blobs()) == 1


def test_a_document_that_was_changed_on_disk_is_not_believed(store):
    digest = digest_of(b"{}")
    store.keep(HERE, digest, b"{}")
    store.path(digest).write_bytes(b"[]")
    assert store.read(HERE, digest) is None


def test_a_document_whose_blob_is_gone_is_not_known(store):
    digest = digest_of(b"{}")
    store.keep(HERE, digest, b"{}")
    store.path(digest).unlink()
    assert store.read(HERE, digest) is None


def test_with_a_blob_goes_who_had_it(store):
    digest = digest_of(b"{}")
    store.keep(HERE, digest, b"{}")
    store.drop(digest)
    put(store, b"{}")
    assert store.read(HERE, digest) is None


# ---------------------------------------------------------------- room


def test_what_was_longest_unused_makes_room(store):
    for used, letter in enumerate(b"abcd"):
        put(store, bytes([letter]) * 250, used=1000 + used)
    assert store.make_room(300) == Sum(2, 500)
    assert there(store) == {b"c", b"d"}


def test_large_layers_go_before_what_is_small_and_what_was_read_of_them(store):
    store.most = (3 << 20) + 2
    put(store, b"{}", used=1)
    store.made_of_layers.mkdir(parents=True)
    (store.made_of_layers / "x").write_bytes(b"x" * (1 << 20))
    os.utime(store.made_of_layers / "x", (2, 2))
    for used, letter in ((1001, b"a"), (1000, b"b")):
        put(store, letter * (2 << 20), used=used)
    assert store.shrink() == Sum(1, 2 << 20)
    assert there(store) == {b"{", b"a"}
    store.most = 1 << 20
    assert store.shrink() == Sum(2, (2 << 20) + 2)
    assert (there(store), total(store.made()).count) == (set(), 1)


def test_what_is_found_counts_as_used(store):
    digests = [put(store, bytes([letter]) * 300, used=1000) for letter in b"abc"]
    assert store.find(digests[1], 300)
    store._used.clear()
    store.make_room(500)
    assert there(store) == {b"b"}


def test_what_this_run_has_used_stays_as_long_as_it_lasts(store):
    digest = put(store, b"a" * 900, used=1000)
    store.find(digest, 900)
    put(store, b"b" * 900)
    assert store.make_room(900) == Sum()
    assert there(store) == {b"a", b"b"}
    store.shrink()
    assert total(store.blobs()).size <= store.most


def test_nothing_is_removed_where_there_is_room(store):
    put(store, b"a" * 500, used=1000)
    assert store.make_room(500) == Sum()
    assert store.shrink() == Sum()


def test_while_there_is_plenty_of_room_nobody_looks_for_it(store, monkeypatch):
    put(store, b"a" * 500, used=1000)
    assert store.make_room(100) == Sum()
    with monkeypatch.context() as patched:
        patched.setattr(store, "blobs", lambda: pytest.fail("it looked"))
        assert [store.make_room(50), store.make_room(50)] == [Sum(), Sum()]
    assert store.make_room(501) == Sum(1, 500)


def test_of_what_is_free_a_quarter_is_sure_to_stay_so(store):
    store.make_room(200)
    put(store, b"a" * 900, used=1000)  # by another run, which asked for no room of this one
    assert store.make_room(200) == Sum()
    assert store.make_room(200) == Sum(1, 900)


def looks(store, monkeypatch):
    """Each look through all of the store, as it happens."""
    seen, really = [], store.blobs

    def looked():
        seen.append(1)
        return really()

    monkeypatch.setattr(store, "blobs", looked)
    return seen


def test_a_store_that_is_full_is_not_looked_through_for_each_blob(tmp_path, monkeypatch):
    store = Store(tmp_path / "images", most=64_000)
    for number in range(64):
        put(store, b"%04d" % number * 250, used=1000 + number)
    seen = looks(store, monkeypatch)
    for number in range(200):
        store.make_room(20)
        put(store, b"%020d" % number)
        assert total(Store(store.root).blobs()).size <= store.most
    assert len(seen) < 20


def test_a_run_that_needs_more_than_there_may_be_does_not_look_for_each_blob(tmp_path, monkeypatch):
    store = Store(tmp_path / "images", most=64_000)
    for number in range(70):
        body = b"%04d" % number * 250
        store.find(put(store, body), len(body))
    seen = looks(store, monkeypatch)
    assert {store.make_room(20) for _ in range(200)} == {Sum()}
    assert len(seen) < 10
    store.shrink()
    assert total(store.blobs()).size <= store.most


def test_what_is_no_folder_holds_nothing(store):
    store.prepare()
    (store.root / "blobs" / "sha512").write_text("x")
    assert store.blobs() == []


def test_what_came_halfway_counts_and_goes_once_nobody_writes_to_it(store):
    store.prepare()
    for name, age in (("old", 0), ("new", None)):
        path = store.root / "partial" / name
        path.write_bytes(b"x" * 600)
        if age is not None:
            os.utime(path, (age, age))
    assert store.shrink() == Sum(1, 600)
    assert [each.path.name for each in store.partials()] == ["new"]


def test_what_was_made_of_layers_is_within_the_bound_too(store):
    store.made_of_layers.mkdir(parents=True)
    (store.made_of_layers / "x").write_bytes(b"x" * 2000)
    assert total(store.made()) == Sum(1, 2000)
    store.shrink()
    assert store.made() == []


def test_all_can_be_cleared(store):
    put(store, b"a" * 10)
    put(store, b"")
    store.keep(HERE, digest_of(b"{}"), b"{}")
    assert store.clear().count == 3
    assert (store.blobs(), list((store.root / "seen").iterdir())) == ([], [])


def test_a_store_that_is_not_there_is_empty(tmp_path):
    store = Store(tmp_path / "none")
    assert (store.blobs(), store.shrink(), store.clear()) == ([], Sum(), Sum())
    assert not (tmp_path / "none").exists()


# ---------------------------------------------------------------- where it is


@pytest.mark.parametrize(
    ("said", "environ", "where"),
    [
        (None, {"XDG_CACHE_HOME": "/c"}, "/c/basewatch"),
        (None, {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/basewatch"),
        (None, {}, "/home/me/.cache/basewatch"),
        ("/x", {"XDG_CACHE_HOME": "/c"}, "/x"),
        ("~/x", {}, "/home/me/x"),
        ("off", {}, "None"),
    ],
)
def test_the_folder_is_as_said_or_the_users_own(monkeypatch, said, environ, where):
    monkeypatch.setenv("HOME", "/home/me")
    assert str(cache_folder(said, environ)) == where


def test_without_a_home_nothing_is_kept(monkeypatch):
    def nobody(*_):
        raise RuntimeError("no home")

    monkeypatch.setattr("pathlib.Path.home", nobody)
    assert cache_folder(None, {}) is None

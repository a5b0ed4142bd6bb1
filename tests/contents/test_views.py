import errno
import fcntl
import json
import os

import pytest

from bot.contents.views import Views, sweep
from tests.servers.registry import digest_of

ENTRY = {"mediaType": "m", "digest": digest_of(b"manifest"), "size": 8}


@pytest.fixture
def blobs(tmp_path):
    folder = tmp_path / "blobs" / "sha256"
    folder.mkdir(parents=True)
    paths = []
    for body in (b"manifest", b"config", b"layer"):
        paths.append(folder / digest_of(body)[7:])
        paths[-1].write_bytes(body)
    return paths


@pytest.fixture
def root(tmp_path):
    return tmp_path / "views"


def test_a_view_is_an_image_layout_of_one_image(root, blobs):
    views = Views(root)
    made = views.layout(ENTRY, blobs)
    index = json.loads((made / "index.json").read_text())
    assert [(each["digest"], each["size"]) for each in index["manifests"]] == [(ENTRY["digest"], 8)]
    assert json.loads((made / "oci-layout").read_text())["imageLayoutVersion"] == "1.0.0"
    assert {path.name: path.read_bytes() for path in (made / "blobs" / "sha256").iterdir()} == {
        path.name: path.read_bytes() for path in blobs
    }
    views.close()


def test_its_blobs_cost_no_room_and_outlive_those_of_the_store(root, blobs):
    views = Views(root)
    made = views.layout(ENTRY, [*blobs, blobs[0]])
    assert (made / "blobs" / "sha256" / blobs[0].name).stat().st_ino == blobs[0].stat().st_ino
    blobs[0].unlink()
    assert (made / "blobs" / "sha256" / blobs[0].name).read_bytes() == b"manifest"
    views.close()


def test_where_there_are_no_hard_links_a_link_stands_in(root, blobs, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "no hard links")

    monkeypatch.setattr(os, "link", no_links)
    views = Views(root)
    linked = views.layout(ENTRY, blobs) / "blobs" / "sha256" / blobs[2].name
    assert (linked.is_symlink(), linked.read_bytes()) == (True, b"layer")
    views.close()


def test_a_blob_that_is_gone_is_an_error_and_no_half_view(root, blobs):
    blobs[1].unlink()
    views = Views(root)
    with pytest.raises(FileNotFoundError):
        views.layout(ENTRY, blobs)
    blobs[1].write_bytes(b"config")
    assert (views.layout(ENTRY, blobs) / "blobs" / "sha256" / blobs[1].name).exists()
    views.close()


def test_the_same_image_has_one_view(root, blobs):
    views = Views(root)
    assert views.layout(ENTRY, blobs) == views.layout(ENTRY, blobs)
    views.close()


def test_the_views_of_a_run_end_with_it(root, blobs):
    views = Views(root)
    views.layout(ENTRY, blobs)
    views.close()
    views.close()
    assert list(root.iterdir()) == []


def test_the_views_of_others_stay_while_they_run(root, blobs):
    one, other = Views(root), Views(root)
    made = one.layout(ENTRY, blobs)
    other.layout(ENTRY, blobs)
    other.close()
    sweep(root)
    assert made.exists()
    one.close()


def test_the_views_of_a_run_that_died_are_swept_away(root, blobs):
    dead = Views(root)
    made = dead.layout(ENTRY, blobs)
    dead._lock.close()  # as the kernel does for a process that is no more
    sweep(root)
    assert not made.exists()
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(("age", "stays"), [(0, True), (90_000, False)])
def test_on_a_disk_without_locks_only_what_is_old_is_swept_away(
    root, blobs, monkeypatch, age, stays
):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    views = Views(root)
    made = views.layout(ENTRY, blobs)
    (lock,) = root.glob("*.lock")
    then = lock.stat().st_mtime - age
    os.utime(lock, (then, then))
    sweep(root)
    assert made.exists() == stays
    views.close()

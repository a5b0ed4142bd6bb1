"""`basewatch cache`."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli import main
from bot.contents.store import Store
from bot.image import Repository
from tests.servers.registry import digest_of

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "cache.schema.json"
HERE = Repository("r.example", "a")


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Two blobs and the start of a third, where basewatch looks by itself."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("BASEWATCH_CONFIG", raising=False)
    store = Store(tmp_path / "basewatch" / "images")
    for used, body in ((1_700_000_000, b"a" * (1 << 20)), (1_800_000_000, b"b" * (2 << 20))):
        os.utime(store.keep(HERE, digest_of(body), body), (used, used))
    (store.root / "partial" / "x").write_bytes(b"x")
    return store


@pytest.fixture
def says(capsys):
    def run(*words):
        code = main(["cache", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def valid(said):
    code, text, err = said
    document = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    assert (code, err) == (0, "")
    return document


def test_show_tells_where_it_is_and_how_much_there_is(says, store):
    code, out, err = says("show")
    assert (code, err) == (0, "")
    assert out == (
        f"{store.root}: 2 blobs, 3.0 MiB.\n"
        "At most 2048 MiB are kept between runs.\n"
        "1 blob not whole yet; the next run that wants it goes on with it.\n"
    )


def test_show_tells_programs_the_same(says, store):
    document = valid(says("show", "--json"))
    assert document["folder"] == str(store.root)
    assert (document["limit"], document["bytes"]) == (2 << 30, (3 << 20) + 1)
    assert document["blobs"] == {
        "count": 2,
        "bytes": 3 << 20,
        "oldest": "2023-11-14T22:13:20+00:00",
        "newest": "2027-01-15T08:00:00+00:00",
    }
    assert document["partial"] == {"count": 1, "bytes": 1}


def test_prune_removes_what_was_longest_unused(says, store):
    assert says("prune")[1] == "Removed 0 files, 0.0 MiB; 3.0 MiB are left.\n"
    document = valid(says("prune", "--to", "3MiB", "--json"))
    assert document["removed"] == {"count": 1, "bytes": 1 << 20}
    assert [each.size for each in store.blobs()] == [2 << 20]


def test_clear_removes_all_of_it(says, store):
    os.utime(store.root / "partial" / "x", (1, 1))
    assert says("clear")[1] == "Removed 3 files, 3.0 MiB; 0.0 MiB are left.\n"
    assert valid(says("show", "--json"))["blobs"] == {
        "count": 0,
        "bytes": 0,
        "oldest": None,
        "newest": None,
    }


def test_what_scanners_said_is_shown_and_cleared_too(says, store):
    os.utime(store.root / "partial" / "x", (1, 1))
    for name in ("scans.sqlite", "scans.sqlite-wal"):
        (store.root.parent / name).write_bytes(b"x" * (1 << 20))
    (store.root.parent / "answers.sqlite").write_bytes(b"x")
    assert "What scanners said of images: 2.0 MiB.\n" in says("show")[1]
    assert valid(says("show", "--json"))["scans"] == {"count": 2, "bytes": 2 << 20}
    assert says("clear")[1] == "Removed 5 files, 5.0 MiB; 0.0 MiB are left.\n"
    assert sorted(each.name for each in store.root.parent.iterdir()) == ["answers.sqlite", "images"]


def test_the_operator_says_where_it_is_and_how_much_there_may_be(says, tmp_path):
    config = tmp_path / "operator.yaml"
    config.write_text(f"evidence: {{cache: {tmp_path}/c, cache_size: 500MiB}}\n")
    document = valid(says("show", "--config", str(config), "--json"))
    assert (document["folder"], document["limit"]) == (f"{tmp_path}/c/images", 500 << 20)


@pytest.mark.parametrize("said", ["2", "2GB", "-1MiB", "x", "0MiB", "1.5GiB"])
def test_a_size_that_is_none_is_refused(says, store, said):
    code, _, err = says("prune", f"--to={said}")
    assert (code, err) == (2, f"basewatch: --to '{said}': write it as 500MiB or 2GiB\n")


def test_where_nothing_is_kept_there_is_nothing_to_show(says, tmp_path):
    config = tmp_path / "operator.yaml"
    config.write_text("evidence: {cache: off}\n")
    code, _, err = says("show", "--config", str(config))
    assert (code, err) == (
        2,
        "basewatch: nothing is kept of images: `evidence.cache` can name a folder\n",
    )


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("{cache_size: 2}", "evidence.cache_size: write it as '500MiB' or '2GiB'"),
        ("{max_image_size: 2GB}", "evidence.max_image_size: write it as '500MiB' or '2GiB'"),
        ("{platform: linux}", "evidence.platform: "),
    ],
)
def test_what_the_operator_cannot_mean_is_told_with_its_place(says, tmp_path, said, where):
    config = tmp_path / "operator.yaml"
    config.write_text(f"evidence: {said}\n")
    code, _, err = says("show", "--config", str(config))
    assert code == 2
    assert where in err

"""A layer is read once, whatever becomes of the files that remember it."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contents.layers_cache import LayerCache
from bot.contents.layers_facts import LayerFacts
from bot.contents.reading import read
from bot.errors import EvidenceError
from tests.contents.databases import debian, names
from tests.contents.layering import Image, archive, digest_of, file, hardlink, packed, symlink

DIGEST = "sha256:" + "a" * 64


def image(**more):
    links = [symlink("lib", "usr/lib"), hardlink("var/lib/rpm/Packages", "gone"), file(".wh.x")]
    return Image(packed(*debian()), packed(*links, file("opt/.wh..wh..opq")), **more)


def test_what_is_remembered_is_not_asked_for_again(tmp_path):
    first, second = image(), image()
    contents = read(first.description, first.blob, LayerCache(tmp_path / "deep" / "cache"))
    again = read(second.description, second.blob, LayerCache(tmp_path / "deep" / "cache"))
    assert len(first.asked) == 3  # one twice, for its hard link
    assert second.asked == []
    assert again == contents
    assert names(again) == ["bash", "wget"]


def test_layers_that_images_share_are_read_once(tmp_path):
    base, upper = packed(*debian()), packed(file("x"))
    below, above = Image(base), Image(base, upper)
    cache = LayerCache(tmp_path)
    read(below.description, below.blob, cache)
    read(above.description, above.blob, cache)
    assert above.asked == [digest_of(upper)]


def test_a_layer_under_another_name_of_its_archive_is_verified_anew(tmp_path):
    cache = LayerCache(tmp_path)
    blob = packed(*debian())
    right = Image(blob, diff_ids=[digest_of(archive(*debian()))])
    wrong = Image(blob, diff_ids=["sha256:" + "0" * 64])
    read(right.description, right.blob, cache)
    with pytest.raises(EvidenceError, match="not the one"):
        read(wrong.description, wrong.blob, cache)


def test_a_layer_that_is_broken_is_not_remembered(tmp_path):
    broken = Image(b"rubbish" * 200)
    with pytest.raises(EvidenceError):
        read(broken.description, broken.blob, LayerCache(tmp_path))
    assert list(tmp_path.iterdir()) == []


SPOILED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"{}",
    b'{"format": 0}',
    b'{"format": 1}',
    b'{"format":1,"diff_id":"","hidden":[],"opaque":[],"programs":[],"entries":[]}',
    b'{"format":1,"diff_id":"","hidden":[],"opaque":[],"programs":[],"entries":{"x":["text"]}}',
    b'{"format":1,"diff_id":"","hidden":[],"opaque":[],"programs":[],"entries":{"x":["database","",[["deb"]]]}}',
    b"[" * 100_000,
    b"\xff",
]


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_spoiled_file_is_as_if_it_were_not_there(tmp_path, spoiled):
    cache = LayerCache(tmp_path)
    cache.store(DIGEST, LayerFacts(programs=("bin/sh",)))
    (path,) = tmp_path.iterdir()
    path.write_bytes(spoiled)
    assert cache.load(DIGEST) is None
    cache.store(DIGEST, LayerFacts(programs=("bin/sh",)))
    assert cache.load(DIGEST) == LayerFacts(programs=("bin/sh",))


@given(
    st.recursive(
        st.none() | st.text(max_size=3) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["format", "entries", "x"]), inner)
        ),
        max_leaves=8,
    )
)
def test_whatever_a_file_holds_there_is_an_answer(tmp_path_factory, said):
    folder = tmp_path_factory.mktemp("cache")
    path = folder / ("sha256-" + "a" * 64 + ".json")
    fields = {"format": 1, "diff_id": "", "hidden": [], "opaque": [], "programs": []}
    path.write_text(json.dumps(fields | {"entries": said}), "utf-8")
    assert LayerCache(folder).load(DIGEST) is None or isinstance(said, dict)


def test_a_folder_that_cannot_be_used_remembers_nothing(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    cache = LayerCache(tmp_path / "file" / "cache")
    cache.store(DIGEST, LayerFacts())
    assert cache.load(DIGEST) is None


def test_no_digest_leads_out_of_the_folder(tmp_path):
    cache = LayerCache(tmp_path / "cache")
    cache.store("sha256:../../x", LayerFacts())
    assert cache.load("sha256:../../x") is None
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_beside_what_is_remembered(tmp_path):
    LayerCache(tmp_path).store(DIGEST, LayerFacts())
    assert [path.name for path in tmp_path.iterdir()] == ["sha256-" + "a" * 64 + ".json"]


def test_what_was_read_before_needs_no_reader():
    code = "import sys; from bot.contents import opening; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    readers = (
        "bot.contents.layers",
        "bot.contents.tar_unpacking",
        "bot.packages.rpm",
        "bot.packages.dpkg",
    )
    assert not {*readers} & {*done.stdout.split()}

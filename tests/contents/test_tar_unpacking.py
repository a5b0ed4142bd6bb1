"""Whatever a layer is packed with, its archive comes out, or one clear line."""

import gzip
import hashlib
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contents.layers_bounds import Bounds
from bot.contents.tar_unpacking import Unpacking, zstd
from bot.errors import EvidenceError

TEXT = bytes(range(256)) * 9000  # more than two steps of output
SKIPPED = b"\x5a\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"


def unpacked(data, size=None, bounds=None, diff_id=""):
    size = len(data) if size is None else size
    return b"".join(Unpacking(io.BytesIO(data), size, bounds or Bounds(), diff_id))


PACKED = {
    "nothing": (b"", b""),
    "as it is": (TEXT, TEXT),
    "gzip": (gzip.compress(TEXT), TEXT),
    "gzip of several members": (b"".join(gzip.compress(TEXT[at : at + 50_000]) for at in range(0, len(TEXT), 50_000)), TEXT),
    "gzip with empty members": (gzip.compress(b"") * 3 + gzip.compress(TEXT) + gzip.compress(b""), TEXT),
    "gzip with zeros after it": (gzip.compress(TEXT) + bytes(200_000), TEXT),
    "gzip with zeros between": (gzip.compress(TEXT) + bytes(9) + gzip.compress(b"end"), TEXT + b"end"),
    "gzip that is not compressed": (gzip.compress(TEXT, 0), TEXT),
    "zstd": (zstd.compress(TEXT), TEXT),
    "zstd of several frames": (zstd.compress(TEXT) + SKIPPED + zstd.compress(b"end"), TEXT + b"end"),
    "zstd with skipped frames around": (SKIPPED + zstd.compress(TEXT) + SKIPPED, TEXT),
    "zeros": (bytes(5_000_000), bytes(5_000_000)),
    "gzip of zeros": (gzip.compress(bytes(5_000_000)), bytes(5_000_000)),
    "zstd of zeros": (zstd.compress(bytes(5_000_000)), bytes(5_000_000)),
}  # fmt: skip


@pytest.mark.parametrize("kind", PACKED)
def test_what_was_packed_comes_out(kind):
    packed, text = PACKED[kind]
    digest = "sha256:" + hashlib.sha256(text).hexdigest()
    assert unpacked(packed, diff_id=digest) == text


def test_no_chunk_is_larger_than_a_mebibyte():
    for packed, _ in PACKED.values():
        chunks = list(Unpacking(io.BytesIO(packed), len(packed), Bounds()))
        assert all(0 < len(chunk) <= 1 << 20 for chunk in chunks)


def test_an_archive_that_is_not_the_one_named_is_an_error():
    with pytest.raises(EvidenceError, match="not the one its image names"):
        unpacked(gzip.compress(TEXT), diff_id="sha256:" + "0" * 64)


def test_a_digest_of_an_unknown_kind_is_not_compared():
    assert unpacked(b"text", diff_id="md5:0") == b"text"


def test_sha512_is_compared():
    assert unpacked(b"text", diff_id="sha512:" + hashlib.sha512(b"text").hexdigest()) == b"text"


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_what_is_cut_off_is_an_error(pack, share):
    data = pack(hashlib.shake_256(b"").digest(300_000))
    with pytest.raises(EvidenceError, match="cut off"):
        unpacked(data[: int(len(data) * share)])


def test_what_is_longer_than_named_is_an_error():
    with pytest.raises(EvidenceError, match="longer than the 10 bytes"):
        unpacked(gzip.compress(TEXT), size=10)


def test_rubbish_is_an_error():
    for rubbish in (
        b"\x1f\x8brubbish!!!",
        b"\x28\xb5\x2f\xfdrubbish!!!",
        gzip.compress(b"x") + b"rubbish",
    ):
        with pytest.raises(EvidenceError, match=r"cannot be unpacked|cut off"):
            unpacked(rubbish)


def test_a_bomb_is_refused_before_it_has_gone_off():
    bomb = zlib.compress(bytes(50_000_000), wbits=31)
    assert len(bomb) < 60_000
    sizes = []
    chunks = Unpacking(io.BytesIO(bomb), len(bomb), Bounds(unsuspected=10_000_000))
    with pytest.raises(EvidenceError, match="more than 200 times its size"):
        sizes.extend(len(chunk) for chunk in chunks)
    assert sum(sizes) <= 14_000_000


def test_a_layer_that_is_too_large_is_refused():
    with pytest.raises(EvidenceError, match="unpacks to more than 1 MiB"):
        unpacked(TEXT, bounds=Bounds(unpacked=1 << 20))


def test_a_layer_of_countless_members_is_refused():
    with pytest.raises(EvidenceError, match="more than 100 pieces"):
        unpacked(gzip.compress(b"") * 101, bounds=Bounds(members=100))


def test_a_window_larger_than_memory_is_refused():
    options = {
        zstd.CompressionParameter.window_log: 28,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    frame = zstd.ZstdCompressor(options=options)
    data = frame.compress(TEXT) + frame.flush()
    with pytest.raises(EvidenceError, match="cannot be unpacked"):
        unpacked(data)


@given(st.data())
def test_whatever_is_wrong_the_exception_is_ours(data):
    packed = bytearray(
        PACKED[
            data.draw(
                st.sampled_from(["gzip of several members", "zstd of several frames", "as it is"])
            )
        ][0]
    )
    for _ in range(data.draw(st.integers(0, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    del packed[data.draw(st.integers(0, len(packed))) :]
    try:
        unpacked(bytes(packed))
    except EvidenceError as error:
        said = str(error)
    else:
        said = ""
    assert "\n" not in said

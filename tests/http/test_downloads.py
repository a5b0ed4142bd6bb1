import asyncio
import itertools

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import HttpError
from bot.http import Download, Limits, Question, client
from tests.servers.scripted import RESET, answer, scripted

QUICK = Limits(connect=0.5, read=0.2, attempt=5, tries=3, backoff=0.001, patience=2)
BODY = bytes(range(256)) * 40
SIZE = len(BODY)


def part(start, end=SIZE, total=SIZE):
    told = f"bytes {start}-{end - 1}/{total}"
    return answer(206, BODY[start:end], content_range=told)


def broken(sent, whole=SIZE, **fields):
    """The start of an answer, and then the end of the connection."""
    return [answer(200, b"", content_length=whole, **fields), BODY[:sent], RESET]


def download(*acts, size=SIZE, came=0, ranges=True, limits=QUICK):
    """What a download got of a server that does the next of these each time, and what was asked."""
    got, seen = bytearray(), []
    rest = itertools.chain(acts, itertools.repeat(acts[-1]))

    def script(method, path, headers):
        seen.append(headers.get("range"))
        return next(rest)

    async def ask():
        into = Download(size, got.extend, came)
        into.ranges = ranges
        async with scripted(script) as base, client(limits) as http:
            return await http.ask(Question(f"{base}/blob", into=into)), into

    return *asyncio.run(ask()), bytes(got), seen


def refused(*acts, **fields):
    with pytest.raises(HttpError) as error:
        download(*acts, **fields)
    return str(error.value)


def test_the_bytes_are_handed_on_and_not_kept():
    told, into, got, seen = download(answer(200, BODY))
    assert (told.status, told.body, got, seen) == (200, b"", BODY, [None])
    assert into.whole


def test_what_broke_off_is_taken_up_where_it_broke_off():
    *_, got, seen = download(broken(1000), part(1000))
    assert got == BODY
    assert seen == [None, "bytes=1000-"]


def test_a_part_that_breaks_off_too_is_taken_up_again():
    half = [answer(206, b"", content_length=9240, content_range="bytes 1000-10239/10240")]
    *_, got, seen = download(broken(1000), [*half, BODY[1000:3000], RESET], part(3000))
    assert got == BODY
    assert seen == [None, "bytes=1000-", "bytes=3000-"]


def test_a_body_that_stalls_is_asked_for_again_from_there():
    stalled = [answer(200, b"", content_length=len(BODY)), BODY[:500], 30]
    *_, got, seen = download(stalled, part(500))
    assert got == BODY
    assert seen == [None, "bytes=500-"]


def test_a_host_that_sends_all_of_it_again_is_listened_to_from_there():
    *_, got, seen = download(broken(1000), broken(4000), answer(200, BODY))
    assert got == BODY
    assert seen == [None, "bytes=1000-", "bytes=4000-"]


def test_a_body_that_is_always_too_short_is_an_error():
    assert refused(answer(200, BODY[:-1])).endswith("it broke off the answer; try again later")


def test_without_ranges_all_of_it_is_asked_for_and_the_start_passed_over():
    *_, got, seen = download(answer(200, BODY), came=1000, ranges=False)
    assert got == BODY[1000:]
    assert seen == [None]


def test_what_is_there_already_is_not_asked_for():
    *_, got, seen = download(part(1000), came=1000)
    assert got == BODY[1000:]
    assert seen == ["bytes=1000-"]


@pytest.mark.parametrize(
    "sent",
    [
        answer(200, BODY + b"x"),
        [
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            *[b"400\r\n" + b"x" * 1024 + b"\r\n"] * 11,
        ],
    ],
    ids=["told", "untold"],
)
def test_a_body_that_is_too_long_is_refused(sent):
    assert "sent more than the 10240 bytes" in refused(sent)


def test_a_body_told_to_be_too_long_is_not_read():
    got = []
    into = Download(10, got.append)
    with pytest.raises(HttpError, match="more than the 10 bytes"):
        into.begin(
            httpx.Response(
                200, headers={"content-length": "11"}, request=httpx.Request("GET", "http://a")
            )
        )
    assert got == []


@pytest.mark.parametrize(
    "said",
    ["bytes 0-10239/10240", "bytes 1000-10239/9", "bytes 999-10239/10240", "pages 1-2/3", ""],
)
def test_another_part_than_was_asked_for_is_refused(said):
    other = answer(206, BODY[1000:], content_range=said)
    assert "another part" in refused(broken(1000), other)


def test_a_part_of_what_was_asked_for_whole_is_refused():
    assert "another part" in refused(part(0))


def test_a_part_without_its_total_is_taken():
    *_, got, _ = download(part(1000, total="*"), came=1000)
    assert got == BODY[1000:]


def test_a_refusal_goes_into_the_answer():
    told, into, got, _ = download(answer(404, b"no such blob"))
    assert (told.status, told.body, got) == (404, b"no such blob", b"")
    assert not into.whole


def test_an_encoding_is_no_concern_of_who_checks_a_digest():
    *_, got, _ = download(answer(200, BODY, content_encoding="gzip"))
    assert got == BODY


def test_the_rest_may_take_as_long_as_the_slowest_bearable_host_needs():
    into = Download(128 << 20, bytes, came=64 << 20)
    assert [into.seconds(now) for now in (1000, 1100, 1256, 2000)] == [256, 156, 0, 0]


@given(st.lists(st.integers(0, 3000), max_size=6), st.integers(0, 10240), st.booleans())
def test_however_it_comes_each_byte_is_handed_on_once(cuts, came, ranged):
    got = bytearray()
    into = Download(len(BODY), got.extend, came)
    request = httpx.Request("GET", "http://a")
    for cut in [*cuts, len(BODY)]:
        if into.whole:
            break
        start = into.came if ranged and into.wanted else 0
        told = {"content-range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"} if start else {}
        response = httpx.Response(206 if start else 200, headers=told, request=request)
        into.begin(response)
        for at in range(start, min(start + cut, len(BODY)), 700):
            into.take(BODY[at : min(at + 700, start + cut)], response)
    assert bytes(got) == BODY[came : came + len(got)]
    assert into.came == came + len(got)

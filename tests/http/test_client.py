import asyncio
import itertools
import socket
import ssl
import time

import httpx
import pytest

from bot.errors import HttpError
from bot.http import Limits, Question, client
from bot.http.patience import GIVE_UP_AFTER
from tests.canaries import canary
from tests.servers.scripted import RESET, answer, scripted, standing_in

BEARER = "Bearer " + canary("bearer", hosts=r"a\.example")
TRADED = canary("traded", hosts=r"a\.example", traded=True)

QUICK = Limits(connect=0.5, read=0.2, attempt=0.4, tries=3, backoff=0.001, patience=2)


def run(script, question=None, *, limits=QUICK, path="/x", **fields):
    """The answer of a scripted server to one question, and how many times it was asked."""
    seen = []

    def noted(*request):
        seen.append(request)
        return script(*request)

    async def ask():
        async with scripted(noted) as base, client(limits) as http:
            return await http.ask(Question(base + path, **fields))

    return asyncio.run(ask()), seen


def refused(script, **fields):
    with pytest.raises(HttpError) as error:
        run(script, **fields)
    return str(error.value).partition(": ")[2] or str(error.value)


def in_turn(*acts):
    """A script that does the next of these each time it is asked, and then the last for ever."""
    rest = itertools.chain(acts, itertools.repeat(acts[-1]))
    return lambda *_: next(rest)


def mocked(handler, question, limits=QUICK):
    async def ask():
        async with client(limits, standing_in(handler)) as http:
            return await http.ask(question)

    return asyncio.run(ask())


# ---------------------------------------------------------------- what is sent and given back


def test_an_answer_has_its_status_headers_and_body():
    got, seen = run(lambda *_: answer(200, b'{"a": 1}', x_y="z"), accept="application/json")
    assert (got.status, got.headers["x-y"], got.json()) == (200, "z", {"a": 1})
    (method, path, headers) = seen[0]
    assert (method, path, headers["accept"]) == ("GET", "/x", "application/json")
    assert headers["user-agent"].startswith("basewatch/")
    assert headers["accept-encoding"] == "identity"
    assert "authorization" not in headers


def test_a_form_is_posted():
    got, seen = run(lambda *_: answer(200), method="POST", form={"a": "b c"})
    assert got.status == 200
    assert seen[0][0] == "POST"
    assert seen[0][2]["content-type"] == "application/x-www-form-urlencoded"


def test_a_document_is_posted_as_json_and_follows_no_redirect():
    def handler(request):
        sent.append((request.method, request.headers["content-type"], request.content))
        return httpx.Response(307, headers={"location": "https://other.example/"})

    sent = []
    got = mocked(handler, Question("https://a.example/", "POST", document=b"{}"))
    assert got.status == 307
    assert sent == [("POST", "application/json", b"{}")]


def test_nothing_secret_shows_in_a_question():
    question = Question("https://a.example", authorization="Bearer canary", form={"t": "canary"})
    assert "canary" not in repr(question)


@pytest.mark.parametrize("body", [b"{", b"<html>", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_what_is_not_json_is_an_error_of_ours(body):
    got, _ = run(lambda *_: answer(200, body))
    with pytest.raises(HttpError, match="sent what is not JSON"):
        got.json()


def test_requests_are_counted_by_method_and_host():
    async def ask():
        transport = standing_in(lambda _: httpx.Response(200))
        async with client(QUICK, transport) as http:
            await http.ask(Question("https://a.example/1"))
            await http.ask(Question("https://a.example/2", "HEAD"))
            await http.ask(Question("https://b.example:8443/", "HEAD"))
            return http.requests

    requests = asyncio.run(ask())
    assert requests == {
        ("GET", "a.example"): 1,
        ("HEAD", "a.example"): 1,
        ("HEAD", "b.example:8443"): 1,
    }


# ---------------------------------------------------------------- size


def endless(_head=b""):
    yield answer(200, content_length=None, transfer_encoding="chunked")
    while True:
        yield b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


def test_an_endless_body_is_cut():
    assert refused(lambda *_: [endless()], limit=1 << 20).endswith("sent more than 1024 KiB")


def test_a_body_that_claims_a_gigabyte_is_cut_too():
    big = answer(200, content_length=1 << 30) + b"x" * 200_000
    assert refused(lambda *_: [big, 5.0], limit=64 << 10).endswith("sent more than 64 KiB")


def test_a_body_at_its_bound_is_whole():
    got, _ = run(lambda *_: answer(200, b"x" * 1024), limit=1024)
    assert len(got.body) == 1024


def test_of_a_refusal_only_the_start_is_read():
    got, _ = run(lambda *_: answer(404, b"x" * 500_000))
    assert got.status == 404
    assert len(got.body) == 64 << 10


def test_a_compressed_body_is_refused_because_it_was_not_asked_for():
    assert "compressed" in refused(lambda *_: answer(200, b"\x1f\x8b", content_encoding="gzip"))


# ---------------------------------------------------------------- another try


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again(status):
    got, seen = run(in_turn(answer(status), answer(200, b"ok")))
    assert (got.status, len(seen)) == (200, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 501, 505])
def test_what_will_not_pass_is_answered_at_once(status):
    got, seen = run(lambda *_: answer(status))
    assert (got.status, len(seen)) == (status, 1)


def test_the_last_answer_stands_when_patience_ends():
    got, seen = run(lambda *_: answer(503))
    assert (got.status, len(seen)) == (503, 3)


def test_a_question_may_say_that_once_is_enough():
    got, seen = run(lambda *_: answer(503), tries=1)
    assert (got.status, len(seen)) == (503, 1)


@pytest.mark.parametrize(
    "broken",
    [RESET, [answer(200, b"half", content_length=10), RESET], b"garbage\r\n\r\n", [0.3]],
    ids=["reset", "truncated", "garbage", "silent"],
)
def test_a_broken_answer_is_asked_for_again(broken):
    got, _ = run(in_turn(broken, answer(200, b"whole")))
    assert got.body == b"whole"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (RESET, "it broke off the answer; try again later"),
        (
            [answer(200, b"half", content_length=10), RESET],
            "it broke off the answer; try again later",
        ),
        (b"HTTP/9.9 what\r\n\r\n", "it broke off the answer; try again later"),
        ([5.0], "nothing heard for 0.2 s; try again later"),
    ],
)
def test_an_answer_that_never_comes_is_an_error_with_the_reason(script, why):
    assert refused(lambda *_: script) == why


def test_a_body_that_drips_is_cut_by_time():
    def drips():
        return [answer(200, content_length=100), *itertools.chain(*[(b"x", 0.1)] * 100)]

    assert refused(lambda *_: drips()) == "no whole answer within 0.4 s; try again later"


def test_a_host_that_refuses_connections_is_said_to():
    async def ask():
        async with scripted(lambda *_: RESET) as base:
            pass
        async with client(QUICK) as http:
            await http.ask(Question(base))

    with pytest.raises(HttpError, match="it refuses connections"):
        asyncio.run(ask())


def test_a_name_that_cannot_be_resolved_is_said_to_be():
    with pytest.raises(HttpError, match=r"^nowhere\.invalid: its name cannot be resolved \(DNS\)$"):
        mocked_error(socket.gaierror(-2, "Name or service not known"))


def mocked_error(cause, kind=httpx.ConnectError):
    def fail(request):
        raise kind("All connection attempts failed") from cause

    return mocked(fail, Question("https://nowhere.invalid/"))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectTimeout("late"), "no connection within 0.5 s; try again later"),
        (httpx.ProxyError("407"), "the proxy refuses to connect to it"),
        (httpx.ConnectError("unreachable"), "no connection to it; try again later"),
        (httpx.ReadError("gone"), "it broke off the answer; try again later"),
        (OSError("odd"), "it broke off the answer; try again later"),
    ],
)
def test_trouble_on_the_way_is_put_into_words(error, why):
    def fail(_):
        raise error

    with pytest.raises(HttpError) as caught:
        mocked(fail, Question("https://a.example/"))
    assert str(caught.value) == f"a.example: {why}"


def certificate_error():
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


def wrong_version():
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (
            certificate_error(),
            r"its TLS certificate is not trusted \(self-signed certificate\); .* in \$SSL_CERT_FILE$",
        ),
        (wrong_version(), "it does not speak TLS; if it is meant to be plain HTTP"),
        (ssl.SSLError(1, "x"), r"no TLS connection \(handshake failed\)"),
    ],
)
def test_trouble_with_tls_is_told_and_not_tried_again(cause, why):
    with pytest.raises(HttpError, match=why):
        mocked_error(cause)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_where_the_certificates_that_were_meant_are_not_there_that_is_told(name, monkeypatch):
    monkeypatch.setenv(name, "/nowhere/ours.pem")
    with pytest.raises(
        HttpError, match=rf"; \${name} names /nowhere/ours.pem, which is not there$"
    ):
        mocked_error(certificate_error())


def test_a_long_chain_of_causes_is_not_followed_for_ever():
    error = OSError("first")
    for _ in range(50):
        later = httpx.ReadError("next")
        later.__cause__ = error
        error = later

    def fail(_):
        raise error

    with pytest.raises(HttpError, match="broke off"):
        mocked(fail, Question("https://a.example/"))


# ---------------------------------------------------------------- Retry-After and rate limits


def test_a_short_wait_that_the_host_asks_for_is_waited():
    began = time.monotonic()
    got, seen = run(in_turn(answer(429, retry_after=1), answer(200)))
    assert (got.status, len(seen)) == (200, 2)
    assert time.monotonic() - began >= 1


def test_a_long_wait_is_not_waited_and_nobody_asks_again():
    async def ask():
        seen = []

        def script(*request):
            seen.append(request)
            return answer(429, retry_after=3600)

        async with scripted(script) as base, client(QUICK) as http:
            first = await http.ask(Question(base + "/a"))
            with pytest.raises(HttpError, match=r"asks to be left alone for 3600 s \(rate limit\)"):
                await http.ask(Question(base + "/b"))
            return first, seen

    first, seen = asyncio.run(ask())
    assert (first.status, len(seen)) == (429, 1)


# ---------------------------------------------------------------- hosts that are given up


def counting(status_or_error):
    calls = []

    def handler(request):
        calls.append(request.url.path)
        if isinstance(status_or_error, Exception):
            raise status_or_error
        return httpx.Response(status_or_error)

    return handler, calls


def test_a_dead_host_costs_only_the_first_question_its_time():
    handler, calls = counting(httpx.ConnectTimeout("late"))

    async def ask():
        async with client(QUICK, standing_in(handler)) as http:
            for number in range(20):
                with pytest.raises(HttpError, match="no connection within"):
                    await http.ask(Question(f"https://dead.example/{number}"))

    asyncio.run(ask())
    assert len(calls) == 2


def test_a_host_that_always_fails_is_left_alone_after_a_while():
    handler, calls = counting(503)

    async def ask():
        async with client(QUICK, standing_in(handler)) as http:
            for number in range(GIVE_UP_AFTER):
                assert (await http.ask(Question(f"https://ill.example/{number}"))).status == 503
            with pytest.raises(HttpError, match=r"ill\.example answers 503 again and again"):
                await http.ask(Question("https://ill.example/one-more"))

    asyncio.run(ask())
    assert len(calls) == GIVE_UP_AFTER * QUICK.tries


def test_one_host_given_up_leaves_the_others_alone():
    def handler(request):
        if request.url.host == "dead.example":
            raise httpx.ConnectError("gone")
        return httpx.Response(200)

    async def ask():
        async with client(QUICK, standing_in(handler)) as http:
            with pytest.raises(HttpError):
                await http.ask(Question("https://dead.example/"))
            return await http.ask(Question("https://well.example/"))

    assert asyncio.run(ask()).status == 200


# ---------------------------------------------------------------- how many at once


def test_no_more_questions_than_allowed_are_under_way_at_one_host():
    under_way, most = 0, 0

    async def handler(_):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return httpx.Response(200)

    async def ask():
        limits = Limits(per_host=3)
        async with client(limits, standing_in(handler)) as http:
            await asyncio.gather(*(http.ask(Question("https://a.example/")) for _ in range(20)))

    asyncio.run(ask())
    assert most == 3


# ---------------------------------------------------------------- redirects


def test_credentials_stay_with_their_origin():
    sent = []

    def handler(request):
        sent.append((str(request.url), request.headers.get("authorization")))
        hops = {
            "https://a.example/1": "https://a.example/2",
            "https://a.example/2": "https://b.example/3",
            "https://b.example/3": "https://a.example/4",
        }
        onward = hops.get(str(request.url))
        return httpx.Response(307, headers={"location": onward}) if onward else httpx.Response(200)

    mocked(handler, Question("https://a.example/1", authorization=BEARER))
    assert sent == [
        ("https://a.example/1", BEARER),
        ("https://a.example/2", BEARER),
        ("https://b.example/3", None),
        ("https://a.example/4", None),
    ]


def test_a_loop_of_redirects_ends():
    def handler(request):
        return httpx.Response(302, headers={"location": str(request.url)})

    with pytest.raises(HttpError, match=r"^a\.example redirects more than 5 times$"):
        mocked(handler, Question("https://a.example/"))


def test_a_form_with_its_secret_follows_no_redirect():
    def handler(_):
        return httpx.Response(307, headers={"location": "https://evil.example/"})

    got = mocked(handler, Question("https://a.example/", "POST", form={"token": TRADED}))
    assert got.status == 307


def test_a_redirect_to_a_file_is_refused():
    assert "no web address" in refused(lambda *_: answer(302, location="file:///etc/passwd"))


# ---------------------------------------------------------------- where an answer comes from


class Stream:
    def __init__(self, *address):
        self.address = address

    def get_extra_info(self, _):
        return self.address


@pytest.mark.parametrize("peer", ["169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254"])
def test_an_answer_from_a_link_local_address_is_not_read(peer):
    def handler(_):
        return httpx.Response(200, extensions={"network_stream": Stream(peer, 80)})

    with pytest.raises(HttpError, match=r"^rebound\.example is at .*, which is not asked$"):
        mocked(handler, Question("https://rebound.example/"))


def test_an_answer_from_a_private_address_is_read_only_where_that_is_allowed():
    def handler(_):
        return httpx.Response(200, extensions={"network_stream": Stream("10.0.0.1", 80)})

    assert mocked(handler, Question("https://inside.example/")).status == 200
    with pytest.raises(HttpError, match=r"inside\.example is at 10\.0\.0\.1"):
        mocked(handler, Question("https://inside.example/", private=False))

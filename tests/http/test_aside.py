import asyncio

import httpx
import pytest

from bot.errors import HttpError
from bot.http import Limits, Question, client
from tests.servers.scripted import standing_in

QUICK = Limits(backoff=0.001, tries=1, patience=1)


def answered(handler, *questions):
    async def ask():
        async with client(QUICK, standing_in(handler)) as http:
            return [await attempt(http, question) for question in questions]

    async def attempt(http, question):
        try:
            return (await http.ask(question)).status
        except HttpError:
            return None

    return asyncio.run(ask())


def refusing(answer):
    def handler(request):
        if request.url.path == "/api":
            return answer() if callable(answer) else answer
        return httpx.Response(200)

    return handler


def dead():
    raise httpx.ConnectError("gone")


@pytest.mark.parametrize("answer", [dead, httpx.Response(429, headers={"retry-after": "86400"})])
def test_a_host_is_not_given_up_for_a_question_aside(answer):
    api, plain = Question("https://x.example/api", aside=True), Question("https://x.example/v2")
    assert answered(refusing(answer), api, plain)[1] == 200


@pytest.mark.parametrize("answer", [dead, httpx.Response(429, headers={"retry-after": "86400"})])
def test_it_is_for_any_other(answer):
    api, plain = Question("https://x.example/api"), Question("https://x.example/v2")
    assert answered(refusing(answer), api, plain)[1] is None

"""Hosts that answer with what they are given, to whatever they are asked."""

import asyncio
from collections import Counter

import httpx

from bot.http import Answer

_LOOP = asyncio.new_event_loop()
NUL = b"\0"


def ended(coroutine):
    """What a coroutine comes to, with nothing left behind that it began."""

    async def alone():
        try:
            return await coroutine
        finally:
            begun = asyncio.all_tasks() - {asyncio.current_task()}
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

    return _LOOP.run_until_complete(alone())


class Host:
    """
    Answers divided by NUL, the last again and again.

    Each is a status, headers and, behind an empty line, its body; as HTTP has it, but for a body
    that may say anything.
    """

    def __init__(self, data):
        self.requests = Counter()
        self._answers = data.split(NUL)[:12]
        self._asked = 0

    async def ask(self, question):
        said = self._answers[min(self._asked, len(self._answers) - 1)]
        self._asked += 1
        assert self._asked < 2_000, "it is asked without end"
        top, _, body = said.partition(b"\n\n")
        status, *lines = top.split(b"\n")
        pairs = [line.partition(b": ")[::2] for line in lines[:20]]
        code = int(status) if status.isdigit() and len(status) == 3 else 200
        return Answer(code, httpx.Headers(pairs), body[: question.limit], httpx.URL(question.url))


def answer(body, status=200, **headers):
    """One answer, as `Host` reads it."""
    told = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    body = body if isinstance(body, bytes) else body.encode()
    return "\n".join([str(status), *told]).encode() + b"\n\n" + body

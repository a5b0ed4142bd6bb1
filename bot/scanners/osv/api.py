"""
Ask OSV's API: which records are about packages, and what they say.

https://google.github.io/osv.dev/api/; raises `EvidenceError`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

from bot.errors import EvidenceError, HttpError
from bot.http import MIB, Answer, Asks, Question
from bot.scanners.osv.ecosystems import Query
from bot.scanners.osv.records import RECORD_LIMIT
from bot.scanners.reading import Json, at, listed, mapping, mappings, text

MOST_AT_ONCE = 1000
"""Queries in one request: more are refused."""

MOST_ROUNDS = 200
"""Requests that one batch may take until it has no more pages."""

MOST_REFUSED = 50
"""Queries that may be refused before something else must be wrong."""

_ANSWER_LIMIT = 32 * MIB  # which the service keeps to as well
_ID = re.compile(r"[A-Za-z][A-Za-z0-9._:~+-]{1,120}")

Seen = dict[str, str]
"""When each record, by its id, was modified."""

_Pending = list[tuple[Query, str]]


class Api:
    """One OSV service. `refused` are the queries that it took for none."""

    def __init__(self, http: Asks, url: str) -> None:
        self.refused: list[Query] = []
        self.host = urlsplit(url).netloc
        self._http = http
        self._url = url.rstrip("/")

    async def about(self, queries: Iterable[Query]) -> dict[Query, Seen]:
        """The records on each query that has any; whole, however many pages that takes."""
        asked = list(queries)
        parts = [asked[n : n + MOST_AT_ONCE] for n in range(0, len(asked), MOST_AT_ONCE)]
        seen: dict[Query, Seen] = {}
        for part in parts:
            await self._whole(part, seen)
        return seen

    async def record(self, name: str) -> bytes:
        """The record of this id, as it is sent."""
        url = f"{self._url}/v1/vulns/{quote(name, safe='', errors='replace')}"
        answer = await self._ask(Question(url, accept="application/json", limit=RECORD_LIMIT))
        if answer.status != 200:
            raise EvidenceError(f"{self.host} answers {answer.status} about {name}")
        return answer.body

    async def _whole(self, queries: list[Query], seen: dict[Query, Seen]) -> None:
        pending: _Pending = [(query, "") for query in queries]
        for _ in range(MOST_ROUNDS):
            if not pending:
                return
            pending = await self._page(pending, seen)
        raise EvidenceError(f"{self.host} has no end of pages")

    async def _page(self, pending: _Pending, seen: dict[Query, Seen]) -> _Pending:
        """Note what is told, and give what there is more to ask about: it has a token."""
        answer = await self._ask(self._question(pending))
        if answer.status == 400 and not any(token for _, token in pending):
            return await self._halves(pending, seen)
        if answer.status != 200:
            raise EvidenceError(f"{self.host} answers {answer.status} to a batch of packages")
        more: _Pending = []
        for (query, _), told in zip(pending, self._results(answer, len(pending)), strict=True):
            for name, modified in self._vulnerabilities(told):
                seen.setdefault(query, {})[name] = modified
            # One may come with no records at all: that is how the service says that time is up.
            if token := text(at(told, "next_page_token"), 4000):
                more.append((query, token))
        return more

    async def _halves(self, pending: _Pending, seen: dict[Query, Seen]) -> _Pending:
        """One query that is refused makes the whole batch be: find it, and ask the others."""
        if len(pending) == 1:
            self.refused.append(pending[0][0])
            if len(self.refused) > MOST_REFUSED:
                raise EvidenceError(f"{self.host} refuses what it is asked about packages")
            return []
        middle = len(pending) // 2
        first = await self._page(pending[:middle], seen)
        return first + await self._page(pending[middle:], seen)

    def _question(self, pending: _Pending) -> Question:
        queries = [_query(query, token) for query, token in pending]
        document = json.dumps({"queries": queries}, separators=(",", ":")).encode()
        return Question(
            f"{self._url}/v1/querybatch",
            "POST",
            accept="application/json",
            limit=_ANSWER_LIMIT,
            document=document,
        )

    def _results(self, answer: Answer, count: int) -> list[Json]:
        try:
            results = listed(at(answer.json(), "results"))
        except HttpError as error:
            raise EvidenceError(str(error)) from None
        if len(results) != count:
            raise EvidenceError(f"{self.host} sent {len(results)} results for {count} packages")
        return results

    def _vulnerabilities(self, told: Json) -> Iterable[tuple[str, str]]:
        for entry in mappings(mapping(told).get("vulns")):
            name = text(entry.get("id"))
            if not _ID.fullmatch(name):
                raise EvidenceError(f"{self.host} names a record that is none")
            yield name, text(entry.get("modified"), 60)

    async def _ask(self, question: Question) -> Answer:
        try:
            return await self._http.ask(question)
        except HttpError as error:
            raise EvidenceError(str(error)) from error


def _query(query: Query, token: str) -> dict[str, object]:
    package = {"ecosystem": query.ecosystem, "name": query.name}
    more = {"page_token": token} if token else {}
    return {"package": package, "version": query.version, **more}


async def records(api: Api, names: Iterable[str]) -> Mapping[str, bytes]:
    """The records that can be had; of one that cannot, its id may tell enough."""

    async def one(name: str) -> tuple[str, bytes | None]:
        try:
            return name, await api.record(name)
        except EvidenceError:
            return name, None

    got = await asyncio.gather(*map(one, names))
    return {name: body for name, body in got if body is not None}

"""Ask https://endoflife.date when releases end, and keep what it says beside the ledger."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ConfigError, HttpError
from bot.http import MIB, Http, Limits, Question, client
from bot.lifecycle.answers import Rows, from_answer

API = "https://endoflife.date/api/v1"
_LIMITS = Limits(per_host=4, tries=3)  # the site belongs to volunteers
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Answers:
    """The releases of each product that was told about, and why there are none of the others."""

    rows: Mapping[str, Rows]
    failures: Mapping[str, str]


def asked(products: Iterable[str], api: str, today: dt.date) -> Answers:
    """
    What an API of endoflife.date says of products, one request for each.

    A product that fails is one of the failures. Raises `ConfigError` for an address that is
    neither https nor on this machine.
    """
    return asyncio.run(_all(list(products), _base(api), today))


def _base(api: str) -> str:
    try:
        parts = urlsplit(api)
        usable = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        usable = usable and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"--api {api[:200]!r}: write an https address, as in {API}")
    return api.rstrip("/")


async def _all(products: list[str], base: str, today: dt.date) -> Answers:
    async with client(_LIMITS) as http:
        given = await asyncio.gather(
            *(_one(http, f"{base}/products/{p}/", today) for p in products)
        )
    both = dict(zip(products, given, strict=True))
    return Answers(
        {product: said for product, said in both.items() if not isinstance(said, str)},
        {product: said for product, said in both.items() if isinstance(said, str)},
    )


async def _one(http: Http, url: str, today: dt.date) -> Rows | str:
    """What is said of one product, or why nothing is."""
    try:
        answer = await http.ask(Question(url, accept="application/json", limit=MIB))
        if answer.status != 200:
            return f"{answer.url.host} answered status {answer.status}"
        return from_answer(answer.json(), today.isoformat())
    except HttpError as error:
        return str(error)
    except ValueError as error:
        return f"{urlsplit(url).hostname} sent no answer of endoflife.date's: {error}"


def keep(path: Path, products: Mapping[str, Rows], source: str) -> None:
    """
    Write what is known of products, whole or not at all; readable to its owner only.

    Raises `ConfigError` where it cannot be written.
    """
    said = {"schema": "basewatch.lifecycle-kept/1", "source": source, "products": products}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(said, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None

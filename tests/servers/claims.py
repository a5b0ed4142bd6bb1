"""A registry that exists only in a test: it keeps a list of what it was asked, and says what it is told to."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx

from bot.http import Limits, client
from bot.registries import Registries
from tests.servers.registry import digest_of
from tests.servers.scripted import standing_in

QUICK = Limits(backoff=0.001, tries=2, patience=1)


def document(data, media_type="application/vnd.oci.image.index.v1+json", **headers):
    """An answer with a manifest or blob, its digest told truly unless a header says otherwise."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    fields = {"content-type": media_type, "docker-content-digest": digest_of(body), **headers}
    return httpx.Response(
        200, content=body, headers={k: v for k, v in fields.items() if v is not None}
    )


def listing(*tags, link=None):
    """An answer with a page of tags."""
    return httpx.Response(
        200, json={"name": "x", "tags": list(tags)}, headers={"link": link} if link else {}
    )


class Claims:
    """Answers by URL, query left out unless a route has one; everything else is not found."""

    def __init__(self, routes):
        self.routes = routes
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        url = str(request.url)
        for key in (f"{request.method} {url}", url, url.partition("?")[0], request.url.host):
            if key in self.routes:
                found = self.routes[key]
                return found(request) if callable(found) else found
        return httpx.Response(404)

    def sent(self):
        """What was asked, as `METHOD URL`."""
        return [f"{request.method} {request.url}" for request in self.asked]

    def heard(self, header="authorization"):
        """By URL without query, the values of a header that came with it."""
        return [
            (str(request.url).partition("?")[0], request.headers.get(header))
            for request in self.asked
        ]


def answers(routes, question, hosts=None, credentials=None, **options):
    """What `question(registries)` gives where the network is `routes`."""
    claims = routes if isinstance(routes, Claims) else Claims(routes)

    @asynccontextmanager
    async def registries():
        async with client(QUICK, standing_in(claims)) as http:
            opened = Registries(http, hosts, credentials, **options)
            yield opened
            opened.close()

    async def ask():
        async with registries() as opened:
            return await question(opened)

    return asyncio.run(ask())

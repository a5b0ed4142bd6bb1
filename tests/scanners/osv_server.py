"""An OSV service of a test's own: it keeps records, matches by a table, and notes what it is asked."""

import json

import httpx


class OsvServer:
    """
    `about` is by (ecosystem, name): the ids of records. `records` is by id.

    `refused` are the names that make a batch a bad request; `page` is how many ids fit a page.
    `late` is how many times a page comes empty, as when the service runs out of time.
    """

    def __init__(self, about=(), records=(), refused=(), page=1000, late=0):
        self.about = dict(about)
        self.records = {record["id"]: record for record in records}
        self.refused = set(refused)
        self.page = page
        self.late = late
        self.batches = []
        self.fetched = []
        self.broken = set()

    def __call__(self, request):
        if request.url.path == "/v1/querybatch":
            return self.batch(json.loads(request.content)["queries"])
        name = request.url.path.removeprefix("/v1/vulns/")
        self.fetched.append(name)
        if name in self.broken or name not in self.records:
            return httpx.Response(404, content=b"{}")
        return httpx.Response(200, content=json.dumps(self.records[name]).encode())

    def batch(self, queries):
        self.batches.append(queries)
        assert len(queries) <= 1000
        if any(query["package"]["name"] in self.refused for query in queries):
            return httpx.Response(400, content=b'{"code":3,"message":"Invalid ecosystem."}')
        return httpx.Response(
            200, content=json.dumps({"results": [self.one(q) for q in queries]}).encode()
        )

    def one(self, query):
        start = int(query.get("page_token", "0"))
        if self.late:
            self.late -= 1
            return {"next_page_token": str(start)}
        package = query["package"]
        ids = self.about.get((package["ecosystem"], package["name"]), [])
        page = ids[start : start + self.page]
        told = {"vulns": [{"id": i, "modified": self.modified(i)} for i in page]} if page else {}
        more = start + self.page < len(ids)
        return {**told, **({"next_page_token": str(start + self.page)} if more else {})}

    def modified(self, name):
        return self.records.get(name, {}).get("modified", "2026-01-01T00:00:00Z")

    def asked(self):
        """Every query that was put, as (ecosystem, name, version)."""
        return [
            (q["package"]["ecosystem"], q["package"]["name"], q["version"])
            for queries in self.batches
            for q in queries
        ]


def record(name, package="bash", ecosystem="Debian:12", events=(), **more):
    """A record about one package; `events` are as {"introduced": "0"}."""
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected = {"package": {"ecosystem": ecosystem, "name": package}, "ranges": ranges}
    affected.update(more.pop("affected", {}))
    return {"id": name, "modified": "2026-11-01T00:00:00Z", "affected": [affected], **more}

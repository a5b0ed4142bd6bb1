"""
A small read-only registry on the loopback interface, of nothing but the standard library.

It keeps to https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md as far as
pulling and listing go, and to https://distribution.github.io/distribution/spec/auth/token/.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bot.demo.images import Shelf

_THING = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/]+)")
_TAGS = re.compile(r"/v2/(?P<name>.+)/tags/list")
_PAGE = 100
_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class DemoRegistry:
    """
    Serves repositories on a free port of 127.0.0.1 while it is entered as a context.

    `token` makes it ask for an anonymous Bearer token as public registries do; `page` is the most
    tags that one answer lists. `requests` has the method and path of all that was asked.
    """

    def __init__(
        self, shelves: Mapping[str, Shelf], *, token: bool = False, page: int = _PAGE
    ) -> None:
        self.requests: list[tuple[str, str]] = []
        self._shelves = {name: replace(shelf) for name, shelf in shelves.items()}
        self._page = page
        self._gate = _Gate() if token else None
        self._moving = Lock()
        self._server = _Server(self)

    @property
    def host(self) -> str:
        """The address and port that it listens on."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """Where it is to be asked, without a final slash."""
        return f"http://{self.host}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def digest(self, repository: str, name: str) -> str:
        """The digest that a tag, or the name of a build, stands for now; `KeyError` if none."""
        shelf = self._shelves[repository]
        return shelf.tags.get(name) or shelf.builds[name]

    def move(self, repository: str, tag: str, to: str) -> None:
        """Re-point a tag, new or old, at another tag's image or at a build; `KeyError` if none."""
        with self._moving:
            shelf = self._shelves[repository]
            shelf.tags = {**shelf.tags, tag: self.digest(repository, to)}

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> _Answer:
        """
        What to say to a request whose headers are named in lower case.

        The body is there for HEAD too, to be measured.
        """
        self.requests.append((method, target))
        url = urlsplit(target)
        if method not in {"GET", "HEAD"}:
            return _error(405, "UNSUPPORTED", "this registry is read-only", Connection="close")
        if self._gate and (refusal := self._gate.refusal(self.url, target, headers)):
            return refusal
        if url.path in {"/v2", "/v2/"}:
            return _json(200, {})
        if found := _TAGS.fullmatch(url.path):
            return self._listing(found["name"], url.query)
        if found := _THING.fullmatch(url.path):
            return self._thing(found, headers)
        return _error(404, "UNSUPPORTED", "there is nothing at this path")

    def _listing(self, name: str, query: str) -> _Answer:
        if name not in self._shelves:
            return _error(404, "NAME_UNKNOWN", f"repository {name} is not known to this registry")
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        count = asked.get("n", str(self._page))
        if not re.fullmatch(r"[0-9]{1,9}", count):
            return _error(400, "PAGINATION_NUMBER_INVALID", "n is not a number of tags")
        left = sorted(tag for tag in self._shelves[name].tags if tag > asked.get("last", ""))
        page = left[: min(int(count), self._page)]
        more = {}
        if page and len(page) < len(left):
            query = urlencode({"n": count, "last": page[-1]})
            more = {"Link": f'</v2/{quote(name)}/tags/list?{query}>; rel="next"'}
        return _json(200, {"name": name, "tags": page}, more)

    def _thing(self, found: re.Match[str], headers: Mapping[str, str]) -> _Answer:
        shelf = self._shelves.get(found["name"])
        if not shelf:
            return _error(404, "NAME_UNKNOWN", "this repository is not known to this registry")
        if found["kind"] == "manifests":
            return _manifest(shelf, found["reference"], headers)
        data = shelf.blobs.get(found["reference"])
        if data is None:
            return _error(404, "BLOB_UNKNOWN", "this blob is not known to this registry")
        return _content(found["reference"], "application/octet-stream", data, headers)


class _Gate:
    """Lets in who shows a token that was given out for what they ask for."""

    def __init__(self) -> None:
        self._scopes: dict[str, str] = {}

    def refusal(self, url: str, target: str, headers: Mapping[str, str]) -> _Answer | None:
        asked = urlsplit(target)
        if asked.path == "/token":
            return self._token(asked.query)
        found = _TAGS.fullmatch(asked.path) or _THING.fullmatch(asked.path)
        scope = f"repository:{found['name']}:pull" if found else ""
        word, _, token = headers.get("authorization", "").partition(" ")
        granted = self._scopes.get(token) if word.lower() == "bearer" else None
        if granted is not None and scope in {granted, ""}:
            return None
        return _challenge(url, scope, shown=bool(token))

    def _token(self, query: str) -> _Answer:
        scope = parse_qs(query).get("scope", [""])[0]
        token = secrets.token_urlsafe(24)
        self._scopes[token] = scope
        return _json(200, {"token": token, "access_token": token, "expires_in": 300})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, registry: DemoRegistry) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.registry = registry


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece: apart, Nagle's algorithm would hold the body back.
    wbufsize = -1
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        answer = self._answer()
        self.wfile.write(answer.body)

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        # A body left unread would reset the connection before the answer is read.
        length = self.headers.get("Content-Length", "")
        self.rfile.read(min(int(length), _BODY) if re.fullmatch(r"[0-9]{1,9}", length) else 0)
        self.do_GET()

    do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - the base class looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base
        """Say nothing: `requests` is the log."""

    def _answer(self) -> _Answer:
        # Go's clients send a line of Accept for each type.
        headers = {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        answer = self.server.registry.answer(self.command, self.path, headers)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        return answer


def _manifest(shelf: Shelf, reference: str, headers: Mapping[str, str]) -> _Answer:
    digest = shelf.tags.get(reference, reference)
    manifest = shelf.manifests.get(digest)
    if manifest is None:
        return _error(404, "MANIFEST_UNKNOWN", f"manifest {reference} is unknown")
    if not _accepted(manifest.media_type, headers.get("accept", "*/*")):
        # As Docker's registry does: what the client cannot read is not there.
        return _error(404, "MANIFEST_UNKNOWN", f"{manifest.media_type} found, but not accepted")
    return _content(digest, manifest.media_type, manifest.data, headers)


def _content(digest: str, media_type: str, data: bytes, headers: Mapping[str, str]) -> _Answer:
    tagged = {"Docker-Content-Digest": digest, "ETag": f'"{digest}"'}
    if headers.get("if-none-match") == f'"{digest}"':
        return _Answer(304, tagged)
    return _Answer(200, {"Content-Type": media_type, **tagged}, data)


def _accepted(media_type: str, accept: str) -> bool:
    return bool({part.split(";")[0].strip() for part in accept.split(",")} & {media_type, "*/*"})


def _challenge(url: str, scope: str, *, shown: bool) -> _Answer:
    words = {"realm": f"{url}/token", "service": "basewatch-demo"}
    words |= {"scope": scope} if scope else {}
    words |= {"error": "invalid_token"} if shown else {}
    said = ",".join(f'{key}="{value}"' for key, value in words.items())
    challenge = {"WWW-Authenticate": f"Bearer {said}"}
    return _error(401, "UNAUTHORIZED", "authentication required", **challenge)


def _json(status: int, content: object, more: Mapping[str, str] | None = None) -> _Answer:
    api = {"Docker-Distribution-Api-Version": "registry/2.0"}
    headers = {"Content-Type": "application/json", **api, **(more or {})}
    return _Answer(status, headers, json.dumps(content).encode())


def _error(status: int, code: str, message: str, **headers: str) -> _Answer:
    content = {"errors": [{"code": code, "message": message, "detail": {}}]}
    return _json(status, content, headers)

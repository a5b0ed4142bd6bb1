"""The HTTP side of the fake GitLab: requests written down, faults where a test wants them."""

import base64
import json
import re
import ssl
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, unquote, urlsplit

from tests.canaries import received


@dataclass
class Request:
    method: str
    target: str
    headers: dict
    body: bytes
    status: int = 0
    inside: str = ""

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def raw_query(self):
        return urlsplit(self.target).query

    @property
    def query(self):
        return {name: found[-1] for name, found in parse_qs(self.raw_query).items()}

    @property
    def json(self):
        return json.loads(self.body) if self.body else {}

    @property
    def writes(self):
        """What it only asks of GraphQL is posted, and writes nothing."""
        return self.method not in {"GET", "HEAD"} and self.path.startswith("/api/v4/")

    def __str__(self):
        return f"{self.method} {unquote(self.target)}"


@dataclass
class Answer(Exception):  # noqa: N818 -- it is raised to answer at once
    status: int
    body: object = None
    headers: dict = field(default_factory=dict)

    def __post_init__(self):
        Exception.__init__(self, self.status, self.body)


@dataclass
class Fault:
    """
    What goes wrong with the next requests that fit, `skip` of them passed over.

    `after`: it is done before. `drop`: no answer at all. `body` may be bytes that are no JSON.
    """

    status: int = 502
    body: object = b"<html>Bad Gateway</html>"
    headers: dict = field(default_factory=dict)
    method: str = "[A-Z]+"
    path: str = ""
    times: int = 1
    skip: int = 0
    after: bool = False
    drop: bool = False

    def fits(self, request):
        fits = re.fullmatch(self.method, request.method) and re.search(self.path, request.path)
        if not fits or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class DropError(Exception):
    """The connection ends here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.taken())
        try:
            answer = self.server.answer(request)
        except DropError:
            self.close_connection = True
            return
        request.status = answer.status
        self.sent(answer)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 -- the base class looks for these

    def taken(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def sent(self, answer):
        plain = isinstance(answer.body, bytes)
        body = (
            answer.body
            if plain
            else b""
            if answer.body is None
            else json.dumps(answer.body).encode()
        )
        headers = {"Content-Type": "text/html" if plain else "application/json", **answer.headers}
        self.send_response(answer.status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        """`heard` is the log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 50

    def __init__(self, answering: Callable[[Request], Answer], certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.answering = answering
        self.heard = []
        self.faults = []
        self.lock = Lock()

    def answer(self, request):
        received("the GitLab", request.target, request.headers, request.body)
        with self.lock:
            self.heard.append(request)
            fault = next((each for each in self.faults if each.fits(request)), None)
            if fault is None:
                return self.answered(request)
            if fault.after:
                self.answered(request)
            if fault.drop:
                raise DropError
            return Answer(fault.status, fault.body, fault.headers)

    def answered(self, request):
        try:
            return self.answering(request)
        except Answer as answer:
            return answer

    def handle_error(self, *_):
        """A client that has gone is no error of ours."""


@contextmanager
def serving(answering, certificate=None):
    server = Server(answering, certificate)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def password(headers):
    """What is given as a password, or as a token, in the headers of git."""
    kind, _, given = headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        return base64.b64decode(given).decode().partition(":")[2]
    return given

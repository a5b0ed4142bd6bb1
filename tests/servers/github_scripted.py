"""A GitHub that answers what a test tells it to: for what neither emulator does."""

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.canaries import received


@dataclass
class Reply:
    """
    An answer: `body` is bytes, or becomes JSON; `hang` seconds pass before it, `slow` seconds
    before each byte after the headers, for as long as the other side waits; `lost`: there is none.
    """

    body: object = None
    status: int = 200
    headers: dict = field(default_factory=dict)
    hang: float = 0.0
    slow: float = 0.0
    lost: bool = False

    def data(self):
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass
class Asked:
    verb: str
    path: str
    headers: dict
    body: object


@dataclass
class Scripted:
    """Serves at `url`; `replies` are given in turn, the last one for ever; `asked` is what came."""

    url: str = ""
    replies: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def says(self, *replies):
        self.replies[:] = [each if isinstance(each, Reply) else Reply(each) for each in replies]
        return self

    def forget(self):
        self.replies, self.asked = [Reply(None, 500)], []
        return self

    def next(self):
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    @property
    def paths(self):
        return [f"{each.verb} {each.path}" for each in self.asked]


@contextmanager
def serve():
    scripted = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body go together, or each waits for the other's receipt

        def answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            received("the GitHub", self.path, self.headers, body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            scripted.asked.append(Asked(self.command, self.path, headers, body))
            reply = scripted.next()
            time.sleep(reply.hang)
            if reply.lost:
                self.close_connection = True
                return
            data = reply.data()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(data)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            for _ in range(100 if reply.slow else 0):
                time.sleep(reply.slow)
                self.wfile.write(b" ")
                self.wfile.flush()

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 -- http.server's names

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    scripted.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield scripted
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

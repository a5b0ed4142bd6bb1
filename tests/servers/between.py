"""Stands between the bot and a real registry: notes what is asked, and lets answers fail on request."""

import http.client
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

HELD_BACK = {"connection", "transfer-encoding", "content-length", "date", "server"}


class Between:
    """`asked` is each method and path, in turn; `fault(path)` is a status, or "cut" for half an answer."""

    def __init__(self, upstream):
        self.upstream = upstream.removeprefix("http://")
        self.asked = []
        self.fault = lambda _path: None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"

    def blobs(self):
        return [path for _, path in self.asked if "/blobs/" in path]

    def answer(self, method, path, headers):
        connection = http.client.HTTPConnection(self.upstream, timeout=10)
        try:
            connection.request(method, path, headers=dict(headers) | {"Host": self.upstream})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


def handler_of(between):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self):
            between.asked.append((self.command, self.path))
            fault = between.fault(self.path)
            if isinstance(fault, int):
                self.pass_on(fault, [], b"")
                return
            status, headers, body = between.answer(self.command, self.path, self.headers)
            self.pass_on(status, headers, body, cut=fault == "cut")

        do_HEAD = do_GET  # noqa: N815 -- the base class looks for this

        def pass_on(self, status, headers, body, *, cut=False):
            self.send_response(status)
            told = {name.lower(): value for name, value in headers}
            length = told.get("content-length", "0") if self.command == "HEAD" else len(body)
            for name, value in told.items():
                if name not in HELD_BACK:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut or self.close_connection

        def log_message(self, *_):
            """`asked` is the log."""

    return Handler


@contextmanager
def between(upstream):
    held = Between(upstream)
    Thread(target=held.server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield held
    finally:
        held.server.shutdown()
        held.server.server_close()

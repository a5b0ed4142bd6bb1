"""Two servers on real sockets: a registry that leads astray, and a house that must hear nothing."""

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers"}}).encode()


def digest_of(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def manifest(number):
    """A whole image, its layer as small as it gets; `number` makes it another one."""
    of = {"mediaType": "application/octet-stream", "digest": digest_of(CONFIG), "size": len(CONFIG)}
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {**of, "mediaType": "application/vnd.oci.image.config.v1+json"},
            "layers": [],
            "annotations": {"number": str(number)},
        }
    ).encode()


class Server(ThreadingHTTPServer):
    """Answers by `script(method, path, headers)`: status, headers, body. `heard` is all it was asked."""

    daemon_threads = True

    def __init__(self, script):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.heard = []

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    @property
    def secrets(self):
        """The credentials that it was shown."""
        return [value for _, _, value in self.heard if value]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        self.rfile.read(length)
        said = self.headers.get("authorization")
        self.server.heard.append((self.command, self.path, said))
        status, headers, body = self.server.script(self.command, self.path, said)
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET  # noqa: N815 -- as http.server asks for them

    def log_message(self, *_):
        pass


@contextmanager
def serving(script):
    with Server(script) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def innocent(_method, _path, _said):
    """What anybody would be glad to hear, whatever was asked."""
    return 200, {"content-type": "application/json"}, b'{"token": "t", "tags": ["9.9.9"]}'


class Astray:
    """
    A registry that leads elsewhere at one `place`, for the image `evil/N` to `links[N]`.

    Until there, it is as a registry should be. `login`: it wants to be shown a password.
    """

    def __init__(self, place, links, *, login=False):
        self.place, self.links, self.login = place, links, login

    def __call__(self, method, path, said):
        found = re.match(r"/v2/evil/(\d+)/(tags|manifests|blobs)/([^?]*)", path)
        if self.login and not said:
            return 401, {"www-authenticate": 'Basic realm="evil"'}, b""
        if not found:
            return 404, {}, b""
        number, kind, name = int(found[1]), found[2], found[3]
        link = self.links[number]
        if self.place == "realm" and (said or "") != "Bearer t":
            return 401, {"www-authenticate": f'Bearer realm="{link}",service="s"'}, b""
        if self.place == kind and not (kind == "manifests" and self._is_config(name)):
            return 307, {"location": link}, b""
        if kind == "tags":
            more = {"link": f'<{link}>; rel="next"'} if self.place == "page" else {}
            return (
                200,
                {"content-type": "application/json", **more},
                b'{"tags": ["1.0.0", "1.1.0"]}',
            )
        body = CONFIG if kind == "blobs" else manifest(name == "1.1.0")
        kind_of = "application/octet-stream" if kind == "blobs" else MANIFEST
        return 200, {"content-type": kind_of, "docker-content-digest": digest_of(body)}, body

    def _is_config(self, name):
        return name == digest_of(CONFIG)

"""Git over smart HTTP: nginx before git's own http-backend, with tokens or without; and hosts that lie."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.canaries import LEAKS, canary, received

TOKEN = canary("git-token", "ghs_")
BASIC = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
BEARER = f"Bearer {TOKEN}"

REFUSALS = (403, 404, 429, 500, 503)

CONF = """
{user}
daemon off;
pid nginx.pid;
error_log error.log;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    log_format asked '$request_method $request_uri $status $http_authorization';
    access_log access.log asked;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    client_max_body_size 0;
    map_hash_bucket_size 256;
    map $http_authorization $let_in {{ default 0; "{basic}" 1; "{bearer}" 1; }}
    map $http_authorization $greeted {{ default 1; "" 0; }}
    server {{
        listen 127.0.0.1:{port};
        set $protocol $http_git_protocol;
        location ~ ^/open(/.*)$ {{ include backend.conf; }}
        # As hosts that speak the protocol of before 2018 only.
        location ~ ^/old(/.*)$ {{
            set $protocol ""; include backend.conf;
        }}
        location ~ ^/private(/.*)$ {{
            if ($greeted = 0) {{ add_header WWW-Authenticate 'Basic realm="git"' always; return 401; }}
            if ($let_in = 0) {{ return 401; }}
            include backend.conf;
        }}
        {refusals}
        location ~ ^/moved/([^/]+)(/.*)$ {{ return 302 http://127.0.0.1:$1/open$2?$args; }}
    }}
}}
"""


# What is said in a location replaces all that is said around it, so this is said in each.
BACKEND = """
fastcgi_param GIT_PROJECT_ROOT {root};
fastcgi_param GIT_HTTP_EXPORT_ALL 1;
fastcgi_param GIT_CONFIG_COUNT 1;
fastcgi_param GIT_CONFIG_KEY_0 safe.directory;
fastcgi_param GIT_CONFIG_VALUE_0 *;
fastcgi_param QUERY_STRING $query_string;
fastcgi_param REQUEST_METHOD $request_method;
fastcgi_param CONTENT_TYPE $content_type;
fastcgi_param CONTENT_LENGTH $content_length;
fastcgi_param GIT_PROTOCOL $protocol;
fastcgi_param PATH_INFO $1;
fastcgi_param SCRIPT_FILENAME {backend};
fastcgi_pass unix:{socket};
"""


class GitServer:
    """`url(name)` is where a repository of `root` is cloned from; `asked()` what was, since last time."""

    def __init__(self, folder, root, port):
        self.folder, self.root = folder, root
        self.base = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self._read = 0

    def url(self, name, way="open"):
        return f"{self.base}/{way}/{name}"

    def asked(self):
        lines = (self.folder / "access.log").read_text().splitlines()
        new, self._read = lines[self._read :], len(lines)
        for line in new:
            LEAKS.look("an address asked of the git server", line.rpartition(" ")[0])
        return new


def programs():
    """What it takes; a test that needs it is skipped where it is not at hand."""
    found = {
        name: shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
        for name in ("nginx", "fcgiwrap")
    }
    told = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout
    backend = Path(told.strip(), "git-http-backend")
    missing = [name for name, path in found.items() if path is None]
    missing += [] if backend.exists() else ["git http-backend"]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not at hand")
    return found["nginx"], found["fcgiwrap"], backend


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(root):
    """Serve the bare repositories in a folder."""
    nginx, fcgiwrap, backend = programs()
    # A socket's path may have 107 characters, which a test's own folder exceeds.
    with tempfile.TemporaryDirectory(prefix="git-") as name:
        folder, port = Path(name), free_port()
        conf = CONF.format(
            user="user root;" if os.geteuid() == 0 else "", basic=BASIC, bearer=BEARER, port=port,
            refusals="\n".join(f"location /status/{code}/ {{ return {code}; }}" for code in REFUSALS),
        )  # fmt: skip
        (folder / "nginx.conf").write_text(conf)
        inner = BACKEND.format(root=root, backend=backend, socket=folder / "cgi")
        (folder / "backend.conf").write_text(inner)
        with (
            running([fcgiwrap, "-c", "2", "-s", f"unix:{folder / 'cgi'}"]),
            running([nginx, "-p", name, "-c", "nginx.conf", "-e", "error.log"]),
        ):
            wait_for(port, folder)
            yield GitServer(folder, Path(root), port)


@contextmanager
def running(command):
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    process = subprocess.Popen(
        command, env=env, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        # fcgiwrap does not take the workers that it started along.
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def wait_for(port, folder):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and (folder / "cgi").exists():
                return
        time.sleep(0.02)
    log = folder / "error.log"
    raise AssertionError(f"nginx did not start: {log.read_text() if log.exists() else ''}")


# ---------------------------------------------------------------- hosts that lie


@contextmanager
def host(answer):
    """
    A host that answers as a test says; gives its address, and the headers of each question.

    `answer(path)` gives a status, headers, and the body's parts, which may have no end.
    """
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(dict(self.headers))
            received("a host", self.path, self.headers)
            status, headers, parts = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for part in parts:
                    self.wfile.write(part)
            except OSError:
                pass

        do_POST = do_GET  # noqa: N815 -- the base class looks for this

        def log_message(self, *_):
            """`heard` is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()

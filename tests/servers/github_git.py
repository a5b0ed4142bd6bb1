"""
A GitHub with git: the emulator's API, and its repositories over smart HTTP, in front of both.

The emulator has no git, and its commits are named by no hash of what they are. So each is made
anew in a bare repository, and names are translated on the way in both directions.
"""

import base64
import json
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import RLock, Thread

from tests.canaries import received
from tests.servers.github_emulator import TOKENS

NAME = re.compile(rb"\b[0-9a-f]{40}\b")
GIT_PATH = re.compile(r"/([^/]+/[^/]+)\.git(/[^?]*)(?:\?(.*))?$")
SLUG = re.compile(r"/repos/([^/]+/[^/?]+)")
BARE = {"uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true"}
PASSED_ON = {"authorization", "accept", "content-type", "if-none-match"}
SECOND = (
    422,
    [("Content-Type", "application/json")],
    b'{"message": "Validation Failed", "errors": [{"message": "A pull request already exists"}]}',
)
HELD_BACK = {"connection", "content-length", "content-encoding", "date", "transfer-encoding"}


@dataclass
class Hub:
    """
    Serves at `url`. `written` is each write of the API in turn; the process `victim` is killed at
    the number `dies_at`, `before` it is done or `after`, and has no answer to it.
    """

    emulator: object
    folder: Path
    url: str = ""
    written: list = field(default_factory=list)
    dies_at: int = 0
    dies: str = "after"
    victim: object = None
    let_in: set = field(default_factory=lambda: set(TOKENS.values()))
    lock: RLock = field(default_factory=RLock)
    _real: dict = field(default_factory=dict)
    _told: dict = field(default_factory=dict)
    _ends: dict = field(default_factory=dict)

    # ------------------------------------------------------------ the API

    def answer(self, verb, path, headers, body):
        """Status, headers and body; None where the one who asks was killed meanwhile."""
        path = path.removeprefix("/api/v3")
        dies = verb != "GET" and self._dies(verb, path)
        if dies and self.dies == "before":
            return self.kill()
        if verb == "POST" and self._is_second(path, body):
            return SECOND
        sent = {k: v for k, v in headers.items() if k.lower() in PASSED_ON}
        found = self.emulator.client.request(
            verb, translated(path.encode(), self._told).decode(),
            headers=sent, content=translated(body, self._told) or None,
        )  # fmt: skip
        if dies:
            return self.kill()
        if path.endswith("/access_tokens") and found.is_success:
            self.let_in.add(found.json()["token"])
        kept = [(k, v) for k, v in found.headers.items() if k.lower() not in HELD_BACK]
        return found.status_code, kept, self._seen(path, found)

    def _is_second(self, path, body):
        """The emulator would open another pull request from the same branch; GitHub does not."""
        if not path.endswith("/pulls"):
            return False
        branch = json.loads(body)["head"]
        opened = self.emulator.ask(f"{path}?state=open&per_page=100")
        return any(each["head"]["ref"] == branch for each in opened)

    def _dies(self, verb, path):
        self.written.append(f"{verb} {re.sub('[0-9]+', 'N', path)}")
        return len(self.written) == self.dies_at

    def kill(self):
        self.victim.kill()
        self.victim.wait(10)

    def _seen(self, path, found):
        """An answer as it would be if commits had their real names, and pulls were up to date."""
        slug = SLUG.match(path)
        if not slug or not found.is_success or not found.content:
            return found.content
        tips = self.bring(slug[1])
        said = json.loads(translated(found.content, self._real))
        for pull in said if isinstance(said, list) else [said]:
            if isinstance(pull, dict) and "/pulls" in path and pull.get("state") == "open":
                pull["head"]["sha"] = tips.get(pull["head"]["ref"], pull["head"]["sha"])
        return json.dumps(said).encode()

    # ------------------------------------------------------------ git

    def bring(self, slug):
        """Have the bare repository be what the emulator has; gives the tip of each branch."""
        bare = self.folder / f"{slug}.git"
        if not bare.exists():
            bare.mkdir(parents=True)
            git(bare, "init", "-q", "--bare", "-b", "main", ".")
            for name, value in BARE.items():
                git(bare, "config", name, value)
        listed = self.emulator.ask(f"/repos/{slug}/branches?per_page=100")
        ends = {each["name"]: each["commit"]["sha"] for each in listed}
        if ends == self._ends.get(slug):
            return {name: self._real[end] for name, end in ends.items()}
        tips = {name: self._commit(slug, bare, end) for name, end in ends.items()}
        there = git(bare, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split()
        for name in {each.decode() for each in there} - set(tips):
            git(bare, "update-ref", "-d", f"refs/heads/{name}")
        for name, tip in tips.items():
            git(bare, "update-ref", f"refs/heads/{name}", tip)
        self._ends[slug] = ends
        return tips

    def _commit(self, slug, bare, name):
        if name in self._real:
            return self._real[name]
        said = self.emulator.ask(f"/repos/{slug}/git/commits/{name}")
        parents = [self._commit(slug, bare, each["sha"]) for each in said["parents"]]
        tree = self._tree(slug, bare, said["tree"]["sha"])
        words = [word for parent in parents for word in ("-p", parent)]
        made = git(bare, "commit-tree", tree, *words, said=said["message"].encode(),
                   env=people(said)).decode().strip()  # fmt: skip
        return self._known(name, made)

    def _tree(self, slug, bare, name):
        """Of a tree, whose name may be the same in both."""
        listed = self.emulator.ask(f"/repos/{slug}/git/trees/{name}?recursive=1")["tree"]
        lines = b"".join(
            f"{each['mode']} {self._blob(slug, bare, each['sha'])}\t{each['path']}\n".encode()
            for each in listed
            if each["type"] == "blob"
        )
        index = {"GIT_INDEX_FILE": str(bare / "emptied")}
        git(bare, "read-tree", "--empty", env=index)
        git(bare, "update-index", "--index-info", said=lines, env=index)
        return self._known(name, git(bare, "write-tree", env=index).decode().strip())

    def _blob(self, slug, bare, name):
        said = self.emulator.ask(f"/repos/{slug}/git/blobs/{name}")
        text = said["content"]
        data = base64.b64decode(text) if said["encoding"] == "base64" else text.encode()
        return git(bare, "hash-object", "-w", "--stdin", said=data).decode().strip()

    def _known(self, name, made):
        self._real[name], self._told[made] = made, name
        return made

    def git_answer(self, verb, asked, headers, body):
        slug, path, query = asked.groups()
        shown = headers.get("Authorization", "").partition(" ")[2]
        if shown not in map(basic, self.let_in):
            return 401, [("WWW-Authenticate", 'Basic realm="git"')], b""
        self.bring(slug)
        env = {
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": verb,
            "PATH_INFO": f"/{slug}.git{path}",
            "QUERY_STRING": query or "",
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        }
        head, _, rest = git(None, "http-backend", said=body, env=env).partition(b"\r\n\r\n")
        told = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        status = int(told.pop("Status", "200")[:3])
        return status, list(told.items()), rest


def basic(token):
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def translated(text, names):
    return NAME.sub(lambda found: names.get(found[0].decode(), found[0].decode()).encode(), text)


def people(commit):
    return {
        f"GIT_{role.upper()}_{part.upper()}": commit[role][part]
        for role in ("author", "committer")
        for part in ("name", "email", "date")
    }


def git(folder, *words, said=b"", env=None):
    base = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    trusted = {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
    }  # fmt: skip
    where = ["-C", folder] if folder else []
    done = subprocess.run(
        ["git", *where, *words],
        input=said,
        capture_output=True,
        env={**base, **trusted, **(env or {})},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def handler_of(hub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self):
            body = self.body()
            received("the GitHub", self.path, self.headers, body)
            asked = GIT_PATH.match(self.path)
            with hub.lock:
                if asked:
                    found = hub.git_answer(self.command, asked, self.headers, body)
                else:
                    found = hub.answer(self.command, self.path, self.headers, body)
            if found is None:
                self.close_connection = True
                return
            status, headers, data = found
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data if status != 204 else b"")

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- the base class looks for these

        def body(self):
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            whole = b""
            while size := int(self.rfile.readline(), 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return whole

        def log_message(self, *_):
            """Nobody reads it."""

    return Handler


@contextmanager
def serve(emulator, folder):
    hub = Hub(emulator, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(hub))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()

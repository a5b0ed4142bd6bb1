"""Images and advice that runs are tried on, and the proxies before them that let things go wrong."""

import json
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.servers import faults
from tests.servers.advisories import record
from tests.servers.issuer import issue
from tests.servers.layered import AMD64, ARM64, image, push
from tests.servers.registry import layer, serve

OS = b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
SOURCE = {"Labels": {"org.opencontainers.image.source": "https://code.example/acme/app"}}
RECORDS = {
    "CVE-2024-1001": ("openssl", "0", "3.0.15"),
    "CVE-2024-1002": ("zlib", "0", None),
}
RELEASES = [
    {"tag_name": f"v{name}", "html_url": f"https://code.example/{name}", "body": f"Notes {name}"}
    for name in ("1.1.0", "1.0.0")
]


def debian(name, openssl):
    """An image of two platforms; its packages, one of them of this version."""
    packages = {"openssl": openssl, "zlib": "1.2.13"}
    status = "".join(
        f"Package: {each}\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64\n\n"
        for each, version in packages.items()
    )
    files = {"etc/os-release": OS, "var/lib/dpkg/status": status.encode(), "etc/name": name}
    return {at: image([layer(files)], platform=at, config=SOURCE) for at in (AMD64, ARM64)}


class Truth:
    """What is in the registry: the digest of each tag, and a repository's files that name them."""

    def __init__(self, server):
        old, new = debian(b"old", "3.0.11"), debian(b"new", "3.0.15")
        tags = {"1.0.0-slim": old, "1.1.0-slim": new, "stable": new, "edge": new, "was": old}
        alone = {AMD64: image([layer({"bin/tool": b"x"})], kind="docker")}

        def pushed(name, tag, images, kind="oci"):
            headers = server.issuer.push(name) if server.issuer else {}
            return push(server.base_url, name, tag, images, kind=kind, headers=headers)

        self.digests = {
            f"faults/app:{tag}": pushed("faults/app", tag, images) for tag, images in tags.items()
        }
        self.digests["faults/tool:2.0"] = pushed("faults/tool", "2.0", alone, "docker")

    def files(self, host):
        old, tool = self.digests["faults/app:was"], self.digests["faults/tool:2.0"]
        dockerfile = (
            f"ARG V=1.0.0\nFROM {host}/faults/app:${{V}}-slim AS build\n"
            f"FROM {host}/faults/app:stable\n"
            f"COPY --from={host}/faults/tool:2.0@{tool} /bin/tool /bin/tool\n"
        )
        compose = f"services:\n  edge:\n    image: {host}/faults/app:edge@{old}\n"
        return {"Dockerfile": dockerfile, "compose.yaml": compose}


# ---------------------------------------------------------------- advice


def advised(path, question):
    """What OSV, or a forge of release notes, answers; None where it has nothing there."""
    path = path.partition("?step=")[0]  # of a chain of redirects that ends here
    if path == "/v1/querybatch":
        return {"results": [matches(query) for query in question["queries"]]}
    if path.startswith("/v1/vulns/DEBIAN-"):
        name = path.removeprefix("/v1/vulns/DEBIAN-")
        return record(name, *RECORDS[name])
    if path.startswith("/repos/acme/app/releases"):
        return RELEASES if path.endswith("page=1") else []
    return None


def matches(query):
    """The records about a package that its version is not the end of."""
    package, version = query["package"]["name"], query["version"]
    hit = [n for n, (of, _, fixed) in RECORDS.items() if of == package and fixed != version]
    return {"vulns": [{"id": f"DEBIAN-{n}", "modified": "2026-11-20T00:00:00Z"} for n in hit]}


class Advice(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        told = advised(self.path, json.loads(sent or b"{}"))
        body = json.dumps(told).encode()
        self.send_response(404 if told is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 -- the base class looks for this

    def log_message(self, *_):
        """The proxy keeps the log."""


@contextmanager
def advice():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advice)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


# ---------------------------------------------------------------- a place to run


def git(root, *words):
    command = ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Stand:
    """A proxy before the registry, the advice and `others`; and a repository to begin with."""

    def __init__(self, folder, truth, registry, advice, *others):
        self.folder, self.truth = folder, truth
        self.registry, self.advice = registry, advice
        self.proxies = (registry, advice, *others)
        self.plain = folder / "plain"
        for name, text in truth.files(registry.host).items():
            self.plain.mkdir(parents=True, exist_ok=True)
            (self.plain / name).write_text(text)
        git(self.plain, "init", "-q", "-b", "main")
        git(self.plain, "add", ".")
        git(self.plain, "commit", "-qm", "first")

    def plan(self, plan):
        """
        Let go wrong what `plan(number, method, path)` says, at each; begin the logs anew.

        Their paths have nothing in common, so that one plan does for all.
        """
        for proxy in self.proxies:
            proxy.forget()
            proxy.plan = plan

    def asked(self):
        return [each for proxy in self.proxies for each in proxy.asked]

    def drained(self):
        return [path for proxy in self.proxies for path in proxy.drained]

    def place(self, name):
        """A new folder with a repository `repo` and an operator's configuration in it."""
        place = self.folder / name
        shutil.copytree(self.plain, place / "repo")
        (place / "operator.yaml").write_text(json.dumps(self.configuration(place)))
        return place

    def configuration(self, place):
        url = self.advice.base_url
        forge = {"kind": "github", "api": url, "insecure": True}
        return {
            "registries": {self.registry.host: {"insecure": True}},
            "http": {"tries": 3, "timeout_seconds": 1},
            "ledger": str(place / "ledger.sqlite"),
            "evidence": {
                "cache": str(place / "cache"),
                "scanners": ["osv"],
                "osv": {"url": url, "insecure": True},
                "notes": {"sources": ["releases"], "forges": {"code.example": forge}},
            },
        }


@contextmanager
def stands(folder, server, count, *others):
    """Some stands before one registry, each for one run at a time; `others` are proxies they share."""
    truth = Truth(server)
    with ExitStack() as held:
        behind = held.enter_context(advice())
        made = []
        for number in range(count):
            before = held.enter_context(faults.proxy(server.base_url))
            beside = held.enter_context(faults.proxy(behind))
            made.append(Stand(Path(folder) / str(number), truth, before, beside, *others))
        yield made


@contextmanager
def guarded(folder):
    """A registry that wants tokens, and the proxy before the service that has them."""
    with issue(folder) as issuer, faults.proxy(issuer.base_url) as tokens:
        auth = {
            "token": {
                "realm": f"{tokens.base_url}/token",
                "service": issuer.service,
                "issuer": issuer.name,
                "rootcertbundle": str(issuer.certificate),
            }
        }
        with serve(folder, auth) as server:
            server.issuer = issuer
            yield server, tokens

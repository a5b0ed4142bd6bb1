"""Forges behind a proxy that does wrong, many repositories in each, and what people see of them."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from bot.cli import main
from tests.servers import github_git, gitlab
from tests.servers.faults import Fault, answered, redirected
from tests.servers.faults import proxy as proxied
from tests.servers.github_emulator import BOT, TOKENS

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r" (?:tip|on|heard|hash)=[0-9a-f]+")


NUMBERED = re.compile(r"(?<=/pull/)[0-9]+")


@dataclass
class Ran:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def report(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return self.err.splitlines()

    def of(self, slug):
        """The lines about a repository."""
        return [line for line in self.lines if re.search(rf"{slug}(?![0-9])", line)]


@dataclass
class World:
    """
    One forge: `proxy` stands before it, `elsewhere` is a host that nobody is to ask. `image` is
    what all repositories are built on, `digest` that of its newer tag.
    """

    kind: str
    proxy: object
    elsewhere: object
    config: object
    registry: str
    image: str
    digest: str
    token: str
    seen: object
    make: object
    writes: object
    capsys: object
    slugs: list = field(default_factory=list)

    def repository(self):
        """Another repository that has something to be proposed."""
        self.slugs.append(self.make(f"FROM {self.image}:1.0.0\n".encode()))
        return self.slugs[-1]

    def configured(self, *slugs, patience=0, more=""):
        self.config.write_text(
            f"registries:\n  '{self.registry}': {{insecure: true}}\n"
            f"platform:\n  kind: {self.kind}\n  url: {self.proxy.base_url}\n  insecure: true\n"
            f"  pause_seconds: 0\n  patience_seconds: {patience}\n  repos: [{', '.join(slugs)}]\n"
            f"proposals: {{labels: [docker]}}\nevidence: {{enabled: false}}\n{more}"
        )
        return ["run", "--config", str(self.config), "--json"]

    def run(self, *slugs, plan=None, **said):
        """A run in this process, the requests to the forge going as planned."""
        self.proxy.forget()
        self.proxy.plan = plan or (lambda *_: None)
        code = main(self.configured(*slugs, **said))
        told = self.capsys.readouterr()
        self.proxy.plan = lambda *_: None
        return Ran(code, told.out, told.err)

    @contextmanager
    def process(self, *slugs, **said):
        """A run in a process of its own, which ends with the test at the latest."""
        command = [sys.executable, "-P", "-m", "bot", *self.configured(*slugs, **said)]
        started = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            yield started
        finally:
            started.kill()
            started.communicate(timeout=20)

    def dockerfile(self):
        """What the branch of a proposal is to hold."""
        return f"FROM {self.image}:1.1.0@{self.digest}\n".encode()

    def asked_of(self, slug):
        """The requests about a repository, as a person would name them, in turn."""
        return [label(each.method, each.path, slug) for each in self.proxy.asked
                if is_about(each.path, slug)]  # fmt: skip


def is_about(path, slug):
    return re.search(rf"/{slug}(?=[/?.]|$)", unquote(path)) is not None


def label(method, path, slug):
    """`POST pulls`, `GET git-upload-pack`."""
    rest = unquote(path).partition(slug)[2].partition("?")[0]
    return f"{method} {re.sub('[0-9a-f]{40}|[0-9]+', 'N', rest).strip('/') or 'repository'}"


class Sticky:
    """
    A plan: of each repository one request goes wrong, and so does the same one asked again.

    `wrong` has for a repository the number of the request, from 0 on, and the fault.
    """

    def __init__(self, wrong):
        self.wrong = wrong
        self.hit = {}
        self._passed = dict.fromkeys(wrong, 0)

    def __call__(self, _number, method, path):
        for slug, (nth, fault) in self.wrong.items():
            if is_about(path, slug):
                number, self._passed[slug] = self._passed[slug], self._passed[slug] + 1
                if number == nth:
                    self.hit[slug] = (method, path)
                return fault if self.hit.get(slug) == (method, path) else None
        return None


# ---------------------------------------------------------------- faults that only a forge has


def wrong_types(said, depth=0):
    """The same JSON where each thing is of another kind."""
    if isinstance(said, dict) and depth < 3:
        return {name: wrong_types(each, depth + 1) for name, each in said.items()}
    if isinstance(said, list) and depth < 3:
        return [wrong_types(each, depth + 1) for each in said]
    if isinstance(said, str):
        return [len(said)]
    return {"surprise": str(said)}


async def _wrong_types(exchange):
    told = await exchange.ask()
    data = json.dumps(wrong_types(json.loads(told.body or b"null"))).encode()
    exchange.send(type(told)(told.status, told.headers, data))


async def _nothing_known(exchange):
    """Objects without anything in them, a list of what is no object."""
    told = await exchange.ask()
    said = json.loads(told.body or b"null")
    data = b"[null, 7, {}]" if isinstance(said, list) else b"{}"
    exchange.send(type(told)(told.status, told.headers, data))


WRONG_TYPES = Fault("wrong-types", _wrong_types)
NOTHING_KNOWN = Fault("nothing-known", _nothing_known)


def leads(url):
    return redirected(f"{url}/elsewhere", "redirected-elsewhere")


def limited(status):
    return answered(status, retry_after="1")


# ---------------------------------------------------------------- what people see


def gitlab_seen(server, slug):
    """All of a project, but for what differs from run to run."""
    project = server.projects[slug]

    def plain(text):
        return NAMED.sub("", text).replace(slug, "…")

    return {
        "branches": {
            name: {path: data for path, (_, data) in project.git.files(tip).items()}
            for name, tip in project.git.branches().items()
        },
        "pulls": [
            (number, each.title, each.state, tuple(each.labels), plain(each.description))
            for number, each in project.requests.items()
        ],
        "said": [len(each.notes) for each in project.requests.values()],
        "issues": [
            (number, each.title, each.state, plain(each.description))
            for number, each in project.issues.items()
        ],
    }


def github_seen(emulator, slug):
    """
    All of a repository, but for what differs from run to run.

    Numbers do: issues and pull requests share them, so that it matters which was opened first.
    """
    path = f"/repos/{slug}"
    pulls = emulator.ask(f"{path}/pulls?state=all&per_page=100")
    issues = emulator.ask(f"{path}/issues?state=all&per_page=100")

    def plain(text):
        return NUMBERED.sub("", NAMED.sub("", text or "").replace(slug, "…"))

    return {
        "branches": {
            each["name"]: {"Dockerfile": emulator.text(slug, "Dockerfile", each["name"])}
            for each in emulator.ask(f"{path}/branches?per_page=100")
        },
        "pulls": sorted(
            (0, each["title"], each["state"],
             tuple(sorted(label["name"] for label in each["labels"])), plain(each["body"]))
            for each in pulls
        ),
        "said": [len(emulator.ask(f"{path}/issues/{each['number']}/comments")) for each in pulls],
        "issues": sorted(
            (0, each["title"], each["state"], plain(each["body"]))
            for each in issues if "pull_request" not in each
        ),
    }  # fmt: skip


# ---------------------------------------------------------------- two forges


@contextmanager
def of_gitlab(told, based):
    """A fake GitLab; `told` has what fixtures gave, `based` the image."""
    folder, monkeypatch, capsys, elsewhere = told
    with gitlab.serve(folder / "gitlab") as server, proxied(server.url, rewrite=True) as proxy:
        token = server.token(server.user("basewatch", "Base Watch"))
        monkeypatch.setenv("BASEWATCH_TOKEN", token)

        def make(text):
            slug = f"team/app-{server.number()}"
            server.project(slug, {"Dockerfile": text}, {"basewatch": 40})
            return slug

        def writes(slug=""):
            return [each for each in server.writes() if slug in each]

        world = World(
            "gitlab", proxy, elsewhere, folder / "operator.yaml", *based, token,
            lambda slug: gitlab_seen(server, slug), make, writes, capsys,
        )  # fmt: skip
        world.server = server
        yield world


@contextmanager
def of_github(told, based, emulator):
    """The emulator, with git."""
    folder, monkeypatch, capsys, elsewhere = told
    monkeypatch.setenv("BASEWATCH_TOKEN", TOKENS[BOT])
    with (
        github_git.serve(emulator, folder / "git") as hub,
        proxied(hub.url, rewrite=True) as proxy,
    ):

        def make(text):
            return emulator.repository({"Dockerfile": text})[0]

        world = World(
            "github", proxy, elsewhere, folder / "operator.yaml", *based, TOKENS[BOT],
            lambda slug: github_seen(emulator, slug), make, lambda _slug="": list(hub.written),
            capsys,
        )  # fmt: skip
        world.server = hub
        yield world

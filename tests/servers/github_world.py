"""`myworld`: a GitHub that refuses what GitHub refuses, and fails when a test wants it to."""

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers.github_programs import at_hand, running
from tests.servers.registry import free_port

ROBOT = "robot"
SLUG = "team/app"
SEED = {
    "viewer": ROBOT,
    "users": [{"login": ROBOT}, {"login": "kim"}, {"login": "team", "type": "Organization"}],
    "repos": [
        {
            "name": SLUG,
            "files": {"Dockerfile": "FROM node:20\n"},
            "branches": {
                "basewatch/node": {"files": {"Dockerfile": "FROM node:22\n"}, "author": ROBOT},
                "basewatch/locked": {"files": {"Dockerfile": "FROM node:23\n"}, "author": ROBOT},
            },
            "labels": ["images", "rebase"],
            "protected": {"basewatch/locked": {"required_checks": ["ci"]}},
        }
    ],
}


@dataclass
class World:
    """Hosts are reached through `proxy`, and believed by `authorities`; `token` opens GitHub."""

    host: str
    proxy: str
    authorities: Path
    token: str
    instance: str

    def fail(self, *faults):
        """Have the next requests fail so; without any, none does."""
        url = f"{self.host}/instances/{self.instance}/faults"
        httpx.put(url, json=list(faults), trust_env=False).raise_for_status()

    def reset(self):
        self.fail()
        url = f"{self.host}/instances/{self.instance}/reset"
        httpx.post(url, trust_env=False).raise_for_status()


@contextmanager
def serve(folder):
    program = at_hand(Path(sys.prefix) / "bin" / "myworld", "pip install myworld[gateway]")
    host, gateway = free_port(), free_port()
    made = folder / "env.json"
    made.write_text(
        json.dumps({"name": "forge", "task": "none", "servers": {"github": {"seed": SEED}}})
    )
    command = [
        program,
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(host),
        "--gateway",
        str(gateway),
    ]
    command += [
        "--no-passthrough",
        "--ca-dir",
        folder / "ca",
        "--env",
        made,
        "--log-level",
        "error",
    ]
    url = f"http://127.0.0.1:{host}"
    with running(command, folder, f"{url}/envs"):
        said = httpx.get(f"{url}/envs", trust_env=False).json()
        yield world(url, f"http://127.0.0.1:{gateway}", folder / "ca" / "myworld-ca.pem", said)


def world(url, proxy, authorities, said):
    env = said["envs"][0]
    token = env["credentials"]["agent"]["github_token"]
    return World(url, proxy, authorities, token, env["servers"]["github"]["instance"])

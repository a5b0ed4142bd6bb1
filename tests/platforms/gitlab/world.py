"""A fake GitLab with one project and the bot, and how a run looks at it and acts on it."""

import datetime as dt
from dataclasses import dataclass

from bot.forges.carrying import carry_out
from bot.forges.there import There
from bot.model import NewFile, Proposal, Repo, Snapshot
from bot.platforms.gitlab import GitLab
from bot.pulls import Settings, decide, retire

SLUG = "team/sub/app"
BRANCH = "basewatch/docker.io-library-node-20.x.x"
LINE = "docker.io/library/node:20.*.*"
PREFIX = "basewatch/"
TODAY = dt.date(2026, 11, 22)
SETTINGS = Settings("basewatch", dressed=True)
FILES = {
    "Dockerfile": b"FROM node:20.1.0\n",
    "build.sh": ("100755", b"#!/bin/sh\n# node:20.1.0\n"),
    "logo.png": b"\x89PNG\x00\xff",
}


@dataclass
class World:
    server: object
    project: object
    token: str

    def forge(self, **more):
        """The adapter as a new process has it: it remembers nothing."""
        more = {"token": self.token, "patience": 0.04, "pause": 0.0, **more}
        return GitLab(url=self.server.url, **more)

    def wanted(self, target="a", *, evidence="e1", files=None, **more):
        """A proposal to move to `target`, for what `main` is now."""
        body = f"What it does.\n\n<!-- basewatch line={LINE} to=sha256:{target} evidence={evidence} -->\n"
        content = f"FROM node:20.1.0@sha256:{target}\n".encode()
        return Proposal(
            Snapshot(Repo(SLUG, "x", "main"), self.project.tip()),
            BRANCH,
            more.pop("title", None) or f"Refresh node 20.1.0 ({target})",
            body,
            files or {"Dockerfile": NewFile(content, "100644")},
            **more,
        )

    def course(self, forge, wanted, settings=SETTINGS):
        return decided(state_of(forge), wanted, settings)

    def run(self, wanted, settings=SETTINGS, forge=None):
        """What a run does: look, decide, carry out; raises what stopped it."""
        forge = forge or self.forge()
        there = There(forge, SLUG)
        course = decided(state_in(there), wanted, settings)
        tip = there.branches().get(BRANCH, "")
        carried = carry_out(
            course, lambda action, number: forge.carry_out(SLUG, action, number), tip
        )
        if carried.error:
            raise carried.error
        return course, carried

    def seen(self):
        """All that counts of what is there; neither ids nor times do."""
        branches = {
            name: (told["parents"], told["message"], self.project.git.files(name))
            for name, told in self.branch_tips().items()
        }
        requests = [
            (r.iid, r.title, r.description, r.state, r.labels, r.auto, r.milestone,
             [u.username for u in (*r.assignees, *r.reviewers)],
             [note["body"] for note in r.notes])
            for r in self.project.requests.values()
        ]  # fmt: skip
        return branches, requests

    def branch_tips(self):
        ends = self.project.git.branches()
        told = self.project.git.commits(list(ends.values()))
        return {name: told[tip] for name, tip in ends.items()}


def decided(state, wanted, settings):
    if wanted is None:
        return retire(BRANCH, state, "the image is used nowhere", settings)
    return decide(wanted, state, settings)


def state_of(forge):
    return state_in(There(forge, SLUG))


def state_in(there):
    there.hear([BRANCH])
    return there.state(BRANCH, "main", TODAY)

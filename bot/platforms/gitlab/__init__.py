"""GitLab, its own or one of many: projects, merge requests and branches through its APIs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ConfigError
from bot.forges import Done, Listed, Usage
from bot.git import Credential
from bot.model import BranchState, Comment, Issue, Pull
from bot.platforms.gitlab.api import Access, Api
from bot.platforms.gitlab.branches import Branches
from bot.platforms.gitlab.dressing import Dressing
from bot.platforms.gitlab.issues import Issues
from bot.platforms.gitlab.pace import Pace
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.people import People
from bot.platforms.gitlab.projects import Projects
from bot.platforms.gitlab.pulls import Pulls
from bot.platforms.gitlab.writing import Place, Writer
from bot.pulls import Action


class GitLab:
    """
    The `Forge` that is a GitLab; for one thread at a time.

    `job_token`: the token is a CI job's, which reads and cannot propose. `authorities`: a file of
    certificates to believe in place of the system's. `patience`: seconds that one request may wait
    in all where GitLab asks to be left alone; `pause`: seconds between two writes. Raises
    `ConfigError` for an address or a token that is none.
    """

    NAME = "gitlab"
    DRESSED = True

    def __init__(  # noqa: PLR0913 -- each is one thing that an operator says of a GitLab
        self,
        token: str,
        url: str = "https://gitlab.com",
        *,
        job_token: bool = False,
        authorities: Path | None = None,
        patience: float = 300.0,
        pause: float = 0.5,
    ) -> None:
        access = Access(_address(url), token, job_token, authorities)
        self._credential = access.credential
        self._pace = Pace(patience, pause)
        self._api = Api(access, self._pace)
        self._people = People(self._api)
        self._projects = Projects(self._api, self._people)
        self._branches = Branches(self._api, self._people)
        self._pulls = Pulls(self._api, self._people)
        self._issues = Issues(self._api, self._people, self._projects.without_issues)
        dressing = Dressing(self._people, self._pulls)
        self._writer = Writer(self._api, self._branches, self._pulls, dressing)

    @property
    def used(self) -> Usage:
        """What it was asked so far."""
        return self._pace.used

    def me(self) -> str:
        """The username of whose token it is: one request, once."""
        with self._api.located("who we are"):
            return self._people.me.username

    def named(self, slug: str) -> Listed:
        """The project of this path: one request, at times another."""
        return self._projects.named(slug)

    def owned_by(self, owner: str) -> Iterable[Listed]:
        """All of a group with its subgroups, else of a user: one request for each hundred."""
        return self._projects.owned_by(owner)

    def reachable(self) -> Iterable[Listed]:
        """All that we are a member of, as Developer or more: one request for each hundred."""
        return self._projects.reachable()

    def credential(self, slug: str) -> Credential | None:  # noqa: ARG002 -- one for all
        """What git has to show; GitLab takes a token as the password of the user `oauth2`."""
        return self._credential

    def pulls(self, slug: str, prefix: str) -> tuple[Pull, ...]:
        """The open ones, and those closed of late: one request; more beyond a hundred of them."""
        with self._api.located(slug):
            return self._pulls.all(slug, prefix)

    def past(self, slug: str, branch: str) -> tuple[Pull, ...]:
        """Those from just this branch that are closed or merged: one request, or none."""
        with self._api.located(slug):
            return self._pulls.past(slug, branch)

    def branches(self, slug: str, prefix: str) -> Mapping[str, str]:
        """Where each branch with this prefix ends: one request."""
        with self._api.located(slug):
            return self._branches.all(slug, prefix)

    def branch(self, slug: str, name: str, tip: str, base: str) -> BranchState:  # noqa: ARG002 -- told by the tip
        """What stands on a branch: no request for what `branches` has told of."""
        with self._api.located(slug):
            return self._branches.state(slug, name, tip)

    def comments(
        self, slug: str, pulls: Collection[Pull], since: dt.datetime | None = None
    ) -> tuple[Comment, ...]:
        """What people said: one request for all merge requests that have any news of them."""
        with self._api.located(slug):
            return tuple(self._pulls.comments(slug, pulls, since))

    def dressed(self, slug: str, number: int) -> bool:  # noqa: ARG002 -- all of them are
        """Yes: what a merge request is to wear is in the request that opens it."""
        return True

    def carry_out(self, slug: str, action: Action, number: int) -> Done:
        """Do one thing: one request, and one that looks first where a branch is replaced."""
        self._pulls.forget()
        with self._api.located(slug):
            path_of(slug)
            return self._writer.do(action, Place(slug, number))

    def issues(self, slug: str, *, closed: bool = False) -> Iterator[Issue]:
        """Those that we wrote: one request for each hundred that is looked at."""
        with self._api.located(slug):
            yield from self._issues.all(slug, closed=closed)

    def issue(self, slug: str, number: int) -> Issue:
        """One of them: one request."""
        with self._api.located(slug):
            return self._issues.now(slug, number)

    def write_issue(self, slug: str, wanted: Issue, was: Issue | None = None) -> Issue:
        """Open or edit one: one request."""
        with self._api.located(slug, writes=True):
            return self._issues.written(slug, wanted, was)


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
        bare = not ("@" in parts.netloc or parts.query or parts.fragment)
    except ValueError:
        fits = bare = False
    if not fits or not bare or not url.isprintable():
        raise ConfigError("the address of a GitLab is `https://host`, without a name or a token")
    return url.rstrip("/")

"""Branches of ours on a GitLab, and whether what stands on one is what we put there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import PlatformError
from bot.model import BranchState
from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.people import Account, People
from bot.platforms.gitlab.shapes import Record, known_sha, moment, names, part, text
from bot.pulls.templates import content_told

_PAGES = 50


@dataclass(frozen=True, slots=True)
class Tip:
    """The commit at the end of a branch, as GitLab tells it."""

    id: str
    parents: tuple[str, ...]
    message: str
    author: tuple[str, str]
    committer: tuple[str, str]
    authored: dt.datetime | None
    committed: dt.datetime | None

    def is_of(self, account: Account) -> bool:
        """
        Whether we made it, and nobody has amended or rebased it since.

        GitLab writes whose token it is as author and, unless it signs what is made through its
        API, as committer (https://docs.gitlab.com/administration/gitaly/configure_gitaly/
        #configure-commit-signing-for-gitlab-ui-commits).
        """
        made_at_once = self.authored is not None and self.authored == self.committed
        committed = self.committer == self.author or _is_gitlab(*self.committer)
        ours = account.wrote(*self.author) and committed
        return len(self.parents) == 1 and made_at_once and ours

    def state(self, account: Account) -> BranchState:
        """The same as the port has it."""
        content = content_told(self.message)
        return BranchState(
            tip=self.id,
            base=self.parents[0] if self.parents else "",
            ours=bool(content) and self.is_of(account),
            content=content,
            committed=self.committed,
        )


def tip_of(commit: Record) -> Tip:
    """The commit that an answer describes. Raises `PlatformError` where it describes none."""
    return Tip(
        known_sha(commit, "id"),
        names(commit, "parent_ids"),
        text(commit, "message"),
        (text(commit, "author_name"), text(commit, "author_email")),
        (text(commit, "committer_name"), text(commit, "committer_email")),
        moment(commit, "authored_date"),
        moment(commit, "committed_date"),
    )


def _is_gitlab(name: str, email: str) -> bool:
    return name == "GitLab" and email.startswith("noreply@")


class Branches:
    """Reads branches, and remembers what was told of them. Raises `PlatformError`."""

    def __init__(self, api: Api, people: People) -> None:
        self._api = api
        self._people = people
        self._tips: dict[tuple[str, str], Tip] = {}
        self._ends: dict[tuple[str, str], str] = {}

    def all(self, slug: str, prefix: str) -> Mapping[str, str]:
        """Where each branch with this prefix ends: one request for each hundred of them."""
        query = {"search": f"^{prefix}"}
        found = self._api.listed(path_of(slug, "repository", "branches"), slug, query, _PAGES)
        ends = {text(each, "name"): self._remembered(slug, each) for each in found}
        return {name: tip.id for name, tip in ends.items() if name.startswith(prefix)}

    def state(self, slug: str, name: str, tip: str) -> BranchState:
        """What stands on a branch: no request where `all` has told of its tip."""
        found = self._tips.get((slug, tip))
        if found is None:
            path = path_of(slug, "repository", "commits", tip)
            found = tip_of(self._api.one(path, f"{slug}, branch {name}", {"stats": "false"}))
        return found.state(self._people.me)

    def now(self, slug: str, name: str) -> str:
        """Where a branch ends at this moment; empty where there is none: one request."""
        path = path_of(slug, "repository", "branches", name)
        try:
            return self._remembered(slug, self._api.one(path, f"{slug}, branch {name}")).id
        except AnswerError as error:
            if error.status == 404:
                return ""
            raise

    def end(self, slug: str, name: str) -> str:
        """Where a branch ended when it was last told, or written by us; empty where never."""
        return self._ends.get((slug, name), "")

    def written(self, slug: str, name: str, commit: Record) -> str:
        """Remember what we have just put on a branch; gives its id."""
        tip = tip_of(commit)
        self._tips[slug, tip.id] = tip
        self._ends[slug, name] = tip.id
        return tip.id

    def expect(self, slug: str, name: str, expected: str) -> bool:
        """
        Whether the branch is still there, and ends where it is expected to: one request.

        Raises `PlatformError` where it ends elsewhere. GitLab knows no "if it is still at", so
        there is a moment between this and what is done next.
        """
        now = self.now(slug, name)
        if now and now != expected:
            host = self._api.access.host
            raise PlatformError(f"{host}: {slug}, branch {name}: it has moved meanwhile")
        return bool(now)

    def _remembered(self, slug: str, branch: Record) -> Tip:
        tip = self.written(slug, text(branch, "name"), part(branch, "commit"))
        return self._tips[slug, tip]

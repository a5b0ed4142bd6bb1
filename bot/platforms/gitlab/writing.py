"""Actions, carried out on a GitLab one request after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import singledispatchmethod

from bot.errors import PlatformError
from bot.forges import Done
from bot.model import Pull, PullState
from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.automerge import Automerge
from bot.platforms.gitlab.branches import Branches
from bot.platforms.gitlab.commits import Commits
from bot.platforms.gitlab.dressing import Dressing
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.pulls import DRAFT, Pulls
from bot.platforms.gitlab.shapes import Record
from bot.pulls import Action
from bot.pulls.actions import (
    NEW,
    AddComment,
    Close,
    CreateBranch,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    EditPull,
    EnableAutomerge,
    RemoveLabel,
    Reopen,
    SetDress,
    UpdateBranch,
)

_QUICK_ACTION = re.compile(r"^([ \t]*/)(?=[A-Za-z_]+\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """The project that an action is for, and what `NEW` stands for in it."""

    slug: str
    new: int

    def number(self, number: int) -> int:
        """The merge request that an action is about."""
        return self.new if number == NEW else number


def inert(said: str) -> str:
    """
    Markdown in which no line is a quick action.

    What people wrote into a body goes back with it, and GitLab would carry out `/merge` in our
    name (https://docs.gitlab.com/user/project/quick_actions/). An unseen joiner keeps it from it.
    It also drops carriage returns before it looks, so that one may hide in a name.
    """
    lines = said.replace("\r\n", "\n").replace("\r", "\n")
    return _QUICK_ACTION.sub("\\1\u2060", f"{lines}\n")[:-1]


class Writer:
    """Carries out. Raises `PlatformError`, `UnsureError` where something may have been done."""

    def __init__(self, api: Api, branches: Branches, pulls: Pulls, dressing: Dressing) -> None:
        self._api = api
        self._branches = branches
        self._pulls = pulls
        self._dressing = dressing
        self._commits = Commits(api, branches)
        self._automerge = Automerge(api, branches, pulls)

    @singledispatchmethod
    def do(self, action: Action, at: Place) -> Done:
        """Do one thing."""
        raise PlatformError(f"{at.slug}: a GitLab cannot do {type(action).__name__}")

    @do.register
    def _(self, action: CreateBranch, at: Place) -> Done:
        return Done(tip=self._commits.put(at.slug, action.branch, action.commit, force=False))

    @do.register
    def _(self, action: UpdateBranch, at: Place) -> Done:
        there = self._branches.expect(at.slug, action.branch, action.expect)
        return Done(tip=self._commits.put(at.slug, action.branch, action.commit, force=there))

    @do.register
    def _(self, action: DeleteBranch, at: Place) -> Done:
        if self._branches.expect(at.slug, action.branch, action.expect):
            path = path_of(at.slug, "repository", "branches", action.branch)
            self._api.told("delete", path, f"{at.slug}, branch {action.branch}")
        return Done()

    @do.register
    def _(self, action: CreatePull, at: Place) -> Done:
        worn = self._dressing.data(at.slug, action.dress)
        data = {
            "source_branch": action.branch,
            "target_branch": action.base,
            "title": f"{DRAFT}{action.title}" if action.draft else action.title,
            "description": inert(action.body),
            "remove_source_branch": True,
            **worn.data,
        }
        about = f"{at.slug}, branch {action.branch}"
        with self._api.located(about, writes=True):
            found = self._api.told("post", path_of(at.slug, "merge_requests"), about, data)
            pull = self._pulls.seen(at.slug, found)
        return Done(pull.number, pull.url, refused=worn.refused_of(pull))

    @do.register
    def _(self, action: EditPull, at: Place) -> Done:
        number, data = at.number(action.number), dict[str, object]()
        if action.title is not None:
            draft = self._pulls.known(at.slug, number).draft
            data["title"] = f"{DRAFT}{action.title}" if draft else action.title
        if action.body is not None:
            data["description"] = inert(action.body)
        return Done(number, self._edited(at.slug, number, data).url)

    @do.register
    def _(self, action: SetDress, at: Place) -> Done:
        number = at.number(action.number)
        worn = self._dressing.added(at.slug, action.dress, number)
        if not worn.data:
            return Done(number, refused=worn.refused_of(None))
        pull = self._edited(at.slug, number, worn.data)
        return Done(number, pull.url, refused=worn.refused_of(pull))

    @do.register
    def _(self, action: RemoveLabel, at: Place) -> Done:
        number = at.number(action.number)
        return Done(number, self._edited(at.slug, number, {"remove_labels": [action.label]}).url)

    @do.register
    def _(self, action: AddComment, at: Place) -> Done:
        number = at.number(action.number)
        path = path_of(at.slug, "merge_requests", number, "notes")
        self._api.told("post", path, f"{at.slug}!{number}", {"body": inert(action.text)})
        return Done(number)

    @do.register
    def _(self, action: Close, at: Place) -> Done:
        return self._turned(at, action, "close", "closed")

    @do.register
    def _(self, action: Reopen, at: Place) -> Done:
        return self._turned(at, action, "reopen", "open")

    @do.register
    def _(self, action: EnableAutomerge, at: Place) -> Done:
        return self._automerge.enable(at.slug, at.number(action.number))

    @do.register
    def _(self, action: DisableAutomerge, at: Place) -> Done:
        return self._automerge.disable(at.slug, at.number(action.number))

    def _turned(self, at: Place, action: Close | Reopen, event: str, state: PullState) -> Done:
        number = at.number(action.number)
        data = {"state_event": event, "description": inert(action.body)}
        pull = self._edited(at.slug, number, data)
        if pull.state != state:  # GitLab takes what it will not do without a word
            where = f"{self._api.access.host}: {at.slug}!{number}"
            raise PlatformError(f"{where}: asked to {event} it, it stays {pull.state}")
        return Done(number, pull.url)

    def _edited(self, slug: str, number: int, data: Record) -> Pull:
        path, about = path_of(slug, "merge_requests", number), f"{slug}!{number}"
        with self._api.located(about, writes=True):
            return self._pulls.seen(slug, self._api.told("put", path, about, data))

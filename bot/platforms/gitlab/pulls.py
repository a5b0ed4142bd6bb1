"""Merge requests as pull requests, and the comments below them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from bot.model import Comment, Pull, PullState
from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.notes import Note, Notes
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.people import DEVELOPER, People
from bot.platforms.gitlab.shapes import (
    Record,
    flag,
    known_number,
    moment,
    names,
    number,
    part,
    sha,
    text,
)
from bot.pulls.commands import says_something
from bot.pulls.hearing import has_to_be_judged

_PAGES = 50

# A request that is being merged is locked meanwhile.
_STATES: dict[str, PullState] = {"opened": "open", "merged": "merged", "locked": "merged"}

DRAFT = "Draft: "
"""What begins the title of a draft (https://docs.gitlab.com/user/project/merge_requests/drafts/)."""

_DRAFT = re.compile(r"\s*(?:\[draft\]|\(draft\)|draft:|draft\s-)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What a merge request was when it was last told of; `notes` counts what people wrote."""

    branch: str
    draft: bool
    notes: int
    updated: dt.datetime | None
    url: str
    head: str = ""


class Pulls:
    """Reads merge requests, and remembers what was told of them. Raises `PlatformError`."""

    def __init__(self, api: Api, people: People) -> None:
        self._api = api
        self._people = people
        self._notes = Notes(api)
        self._known: dict[tuple[str, int], Known] = {}
        self._whole: tuple[str, tuple[Pull, ...]] | None = None

    def forget(self) -> None:
        """Something is about to be written: what was told of all of them is past."""
        self._whole = None

    def all(self, slug: str, prefix: str) -> tuple[Pull, ...]:
        """
        The open ones, and those closed of late: one request.

        Where the project had more than a hundred, one more for each hundred that are open. Where it
        never had, that also tells of the past of each branch, until something is written.
        """
        path, order = path_of(slug, "merge_requests"), {"order_by": "updated_at", "sort": "desc"}
        found, more = self._api.page(path, slug, {"state": "all", **order})
        if more:
            opened = {"state": "opened", "order_by": "created_at", "sort": "asc"}
            found += self._api.listed(path, slug, opened, _PAGES)
        # What is told last counts: one may be opened again between the two.
        pulls = {pull.number: pull for pull in (self.seen(slug, each) for each in found)}
        self._whole = None if more else (slug, tuple(pulls.values()))
        return tuple(pull for pull in pulls.values() if pull.branch.startswith(prefix))

    def past(self, slug: str, branch: str) -> tuple[Pull, ...]:
        """Those from just this branch that are not open: a request for each hundred, or none."""
        if self._whole and self._whole[0] == slug:
            pulls = self._whole[1]
        else:
            query = {"state": "all", "source_branch": branch}
            found = self._api.listed(path_of(slug, "merge_requests"), slug, query, _PAGES)
            pulls = tuple(self.seen(slug, each) for each in found)
        return tuple(pull for pull in pulls if pull.branch == branch and pull.state != "open")

    def seen(self, slug: str, request: Record) -> Pull:
        """A merge request of an answer, which is remembered."""
        pull = _pull(request)
        self._known[slug, pull.number] = Known(
            pull.branch,
            pull.draft,
            number(request, "user_notes_count"),
            moment(request, "updated_at"),
            pull.url,
            pull.head,
        )
        return pull

    def known(self, slug: str, iid: int) -> Known:
        """What is remembered of a merge request, else one request."""
        if (slug, iid) not in self._known:
            self.now(slug, iid)
        return self._known[slug, iid]

    def now(self, slug: str, iid: int) -> Record:
        """The merge request at this moment: one request."""
        found = self._api.one(path_of(slug, "merge_requests", iid), f"{slug}!{iid}")
        self.seen(slug, found)
        return found

    def comments(
        self, slug: str, pulls: Collection[Pull], since: dt.datetime | None
    ) -> Iterator[Comment]:
        """What people said: one request for all that anything was said below since then."""
        talked_about = {pull.number: pull for pull in pulls if self._has_news(slug, pull, since)}
        for iid, note in self._notes.below(slug, talked_about, since):
            yield self._judged(slug, talked_about[iid], note)

    def _has_news(self, slug: str, pull: Pull, since: dt.datetime | None) -> bool:
        known = self._known.get((slug, pull.number))
        return known is None or _has_news(known, since)

    def _judged(self, slug: str, pull: Pull, note: Note) -> Comment:
        """The comment, and whether its author may write, where that matters."""
        found = Comment(note.id, pull.number, note.author, note.text, written=note.written)
        if not note.author_id or not says_something(found):
            return found  # without a question who we are
        if not has_to_be_judged(found, pull, self._people.me.username):
            return found
        return replace(found, may_write=self._people.role(slug, note.author_id) >= DEVELOPER)


def _has_news(known: Known, since: dt.datetime | None) -> bool:
    # A comment, and the edit of one, counts as an update of what it is below.
    old = since is not None and known.updated is not None and known.updated < since
    return known.notes > 0 and not old


def _pull(request: Record) -> Pull:
    title, draft = text(request, "title"), _is_draft(request)
    source, target = number(request, "source_project_id"), number(request, "target_project_id")
    state = _STATES.get(text(request, "state"), "closed")
    return Pull(
        number=known_number(request, "iid"),
        branch=text(request, "source_branch"),
        base=text(request, "target_branch"),
        title=_undrafted(title) if draft else title,
        body=text(request, "description"),
        state=state,
        head=sha(request, "sha"),
        author=text(part(request, "author"), "username"),
        url=text(request, "web_url"),
        draft=draft,
        automerge=flag(request, "merge_when_pipeline_succeeds"),
        fork=source != target,
        labels=names(request, "labels"),
        assignees=names(request, "assignees", "username"),
        reviewers=names(request, "reviewers", "username"),
        milestone=text(part(request, "milestone"), "title"),
        created=moment(request, "created_at"),
        closed=_ended(request, state),
        closed_by=_ended_by(request, state),
    )


def _is_draft(request: Record) -> bool:
    return flag(request, "draft") or flag(request, "work_in_progress")


def _undrafted(title: str) -> str:
    prefix = _DRAFT.match(title)
    return title[prefix.end() :] if prefix else title


def _ended(request: Record, state: PullState) -> dt.datetime | None:
    return None if state == "open" else moment(request, f"{state}_at")


def _ended_by(request: Record, state: PullState) -> str:
    words = {"closed": ("closed_by",), "merged": ("merge_user", "merged_by")}.get(state, ())
    told = (text(part(request, word), "username") for word in words)
    return next(filter(None, told), "")

"""GitLab's own auto-merge: set, and taken back."""

from __future__ import annotations

from itertools import count

from bot.errors import PlatformError
from bot.forges import Done
from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.branches import Branches
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.pulls import Pulls
from bot.platforms.gitlab.shapes import Record

# Just after it was opened or pushed to, GitLab has no pipeline for it yet and does not know
# whether it can be merged (https://gitlab.com/gitlab-org/gitlab/-/issues/353984).
_NOT_YET = frozenset({405, 422})


class Automerge:
    """Raises `PlatformError`."""

    def __init__(self, api: Api, branches: Branches, pulls: Pulls) -> None:
        self._api = api
        self._branches = branches
        self._pulls = pulls

    def enable(self, slug: str, number: int) -> Done:
        """
        Have GitLab merge just what we have put there, once its checks pass.

        Both names are sent: what knows only the older (before 17.11) would merge at once. Without
        a pipeline GitLab refuses, which is waited for a while.
        """
        data = {
            "auto_merge": True,
            "merge_when_pipeline_succeeds": True,
            "sha": self._head(slug, number),
        }
        for attempt in count(1):
            try:
                return self._asked(slug, number, data)
            except AnswerError as error:
                if error.status not in _NOT_YET or not self._again(attempt):
                    raise self._refused(slug, number, error) from None
        raise AssertionError  # pragma: no cover -- counting does not end

    def disable(self, slug: str, number: int) -> Done:
        """Take it back; that it was not set is no failure."""
        path = path_of(slug, "merge_requests", number, "cancel_merge_when_pipeline_succeeds")
        try:
            self._api.told("post", path, f"{slug}!{number}")
        except AnswerError as error:
            if error.status != 406:  # "not acceptable": there is nothing to cancel
                raise
        return Done(number)

    def _asked(self, slug: str, number: int, data: Record) -> Done:
        path, about = path_of(slug, "merge_requests", number, "merge"), f"{slug}!{number}"
        with self._api.located(about, writes=True):
            pull = self._pulls.seen(slug, self._api.told("put", path, about, data))
        return Done(number, pull.url)

    def _head(self, slug: str, number: int) -> str:
        """The commit that may be merged: what we wrote or were told, not what came since."""
        known = self._pulls.known(slug, number)
        end = self._branches.end(slug, known.branch) or known.head
        return end or self._branches.now(slug, known.branch)

    def _again(self, attempt: int) -> bool:
        return attempt < 4 and self._api.pace.rested(attempt)

    def _refused(self, slug: str, number: int, error: AnswerError) -> PlatformError:
        why = {
            401: "whom the token belongs to may not merge into this branch",
            405: "it takes a pipeline that runs, and nothing else that stands against a merge",
            409: "somebody has pushed meanwhile",
        }.get(error.status)
        where = f"{self._api.access.host}: {slug}!{number}"
        return PlatformError(f"{where}: no auto-merge: {why}") if why else error

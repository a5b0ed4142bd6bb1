"""The one commit of a branch, made through GitLab's API."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection

from bot.errors import PlatformError
from bot.model import NewFile
from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.branches import Branches
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.shapes import Record
from bot.pulls.actions import Commit

_NO_SUCH_FILE = "doesn't exist"
_MODES = frozenset({"100644", "100755"})


class Commits:
    """Writes commits. Raises `PlatformError`."""

    def __init__(self, api: Api, branches: Branches) -> None:
        self._api = api
        self._branches = branches

    def put(self, slug: str, branch: str, commit: Commit, *, force: bool) -> str:
        """
        Make the branch be this commit upon its base; only with `force` where it is there already.

        Gives the id of the commit.

        One request. Where a file is new: as many more as there are files, and one.
        """
        data = self._data(branch, commit, force=force)
        try:
            return self._sent(slug, branch, data)
        except AnswerError as error:
            # That a file is new is known nowhere; most never are.
            new = self._new(slug, commit) if _is_about_a_file(error) else set()
            if not new:
                raise
            return self._sent(slug, branch, {**data, "actions": _changes(commit, new)})

    def _data(self, branch: str, commit: Commit, *, force: bool) -> Record:
        return {
            "branch": branch,
            "start_sha": commit.base,
            "commit_message": commit.message,
            "actions": _changes(commit, ()),
            "force": force,
            "stats": False,
        }

    def _sent(self, slug: str, branch: str, data: Record) -> str:
        path = path_of(slug, "repository", "commits")
        about = f"{slug}, branch {branch}"
        with self._api.located(about, writes=True):
            return self._branches.written(slug, branch, self._api.told("post", path, about, data))

    def _new(self, slug: str, commit: Commit) -> set[str]:
        ref = {"ref": commit.base}
        return {
            path
            for path in commit.files
            if not self._api.there(path_of(slug, "repository", "files", path), slug, ref)
        }


def _is_about_a_file(error: AnswerError) -> bool:
    return error.status == 400 and _NO_SUCH_FILE in error.said


def _is_text(path: str) -> bool:
    """A name that is no UTF-8 cannot be said in JSON."""
    return not any("\ud800" <= character <= "\udfff" for character in path)


def _changes(commit: Commit, new: Collection[str]) -> list[Record]:
    return [
        change
        for path, file in sorted(commit.files.items())
        for change in _changes_of(path, file, new=path in new)
    ]


def _changes_of(path: str, file: NewFile, *, new: bool) -> list[Record]:
    """
    What makes a file be so. An update keeps the mode that it has; a new one is not executable.

    https://docs.gitlab.com/api/commits/#create-a-commit-with-multiple-files-and-actions
    """
    if file.mode not in _MODES or not _is_text(path):
        raise PlatformError(f"{path!r} is no file that can be written through GitLab's API")
    whole = b64encode(file.data).decode()
    action = "create" if new else "update"
    written: Record = {
        "action": action,
        "file_path": path,
        "content": whole,
        "encoding": "base64",
    }
    executable: Record = {"action": "chmod", "file_path": path, "execute_filemode": True}
    return [written, executable] if file.mode == "100755" else [written]

"""Commits and branches, written through the API: GitHub signs those that name no author."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.errors import PlatformError
from bot.model import NewFile
from bot.platforms.github.address import part, ref_path, repository
from bot.platforms.github.asking import Asker
from bot.platforms.github.listing import tip_of
from bot.platforms.github.reading import commit
from bot.platforms.github.refusals import RefusedError
from bot.pulls.actions import Commit, CreateBranch, DeleteBranch, UpdateBranch

_MODES = ("100644", "100755")
_WORKFLOWS = ".github/workflows/"


@dataclass(slots=True)
class Trees:
    """The tree of each commit that something was based upon: many proposals share one."""

    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, asker: Asker, slug: str, base: str) -> str:
        """A tree is documented to be based on a tree, not on a commit, so it is asked for."""
        key = (slug, base)
        if key not in self._known:
            said = asker.read(f"{repository(slug)}/git/commits/{part(base)}").data
            self._known[key] = commit(said, "tree", "sha")
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of one repository, to be written."""

    asker: Asker
    slug: str
    trees: Trees

    def create(self, action: CreateBranch) -> str:
        """Make the branch, and give its commit; that it is there already is refused."""
        ref_path(action.branch)
        with _rights_told(action.commit):
            made = self._committed(action.commit)
            self.asker.write(
                "POST",
                f"{repository(self.slug)}/git/refs",
                {"ref": f"refs/heads/{action.branch}", "sha": made},
            )
        return made

    def update(self, action: UpdateBranch) -> str:
        """Move the branch, and give its commit, having looked just before that nobody else did."""
        path = f"{repository(self.slug)}/git/refs/{ref_path(action.branch)}"
        with _rights_told(action.commit):
            made = self._committed(action.commit)
            self._see_still(action.branch, action.expect)
            self.asker.write("PATCH", path, {"sha": made, "force": True})
        return made

    def delete(self, action: DeleteBranch) -> None:
        """Delete the branch, unless it moved; that it is gone is as good."""
        if self._see_still(action.branch, action.expect):
            path = ref_path(action.branch)
            self.asker.write("DELETE", f"{repository(self.slug)}/git/refs/{path}")

    def _see_still(self, branch: str, expect: str) -> bool:
        tip = tip_of(self.asker, self.slug, ref_path(branch))
        if tip and tip != expect:
            raise PlatformError(
                f"{self.slug}: {branch} has moved meanwhile, so it is left; the next run looks"
            )
        return bool(tip)

    def _committed(self, wanted: Commit) -> str:
        path = f"{repository(self.slug)}/git"
        files = [self._entry(name, file) for name, file in sorted(wanted.files.items())]
        base = wanted.tree or self.trees.of(self.asker, self.slug, wanted.base)
        tree = self.asker.write("POST", f"{path}/trees", {"base_tree": base, "tree": files})
        said = {
            "message": wanted.message,
            "tree": commit(tree, "sha"),
            "parents": [wanted.base],
        }
        return commit(self.asker.write("POST", f"{path}/commits", said), "sha")

    def _entry(self, name: str, file: NewFile) -> dict[str, str]:
        if file.mode not in _MODES:
            raise PlatformError(f"{self.slug}: {name} has the mode {file.mode}, which is no file's")
        entry = {"path": name, "mode": file.mode, "type": "blob"}
        try:
            return {**entry, "content": file.data.decode()}
        except UnicodeDecodeError:
            return {**entry, "sha": self._blob(file.data)}

    def _blob(self, data: bytes) -> str:
        said = {"content": base64.b64encode(data).decode(), "encoding": "base64"}
        return commit(self.asker.write("POST", f"{repository(self.slug)}/git/blobs", said), "sha")


@contextmanager
def _rights_told(wanted: Commit) -> Iterator[None]:
    """
    Name the right that is likely missing where a commit is refused that changes a workflow.

    Who lacks it is told of no right, or that there is no such thing.
    """
    try:
        yield
    except RefusedError as error:
        refusal = error.refusal
        changed = sorted(name for name in wanted.files if name.startswith(_WORKFLOWS))
        if not changed or refusal.is_limit or refusal.status not in (403, 404):
            raise
        told = f"{error}; to change {changed[0]} takes the right to write workflows (`workflow`)"
        raise RefusedError(told, refusal) from None

"""Each action at a pull request, carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import PlatformError
from bot.forges import Done
from bot.platforms.github.address import part, repository
from bot.platforms.github.asking import Asker
from bot.platforms.github.commits import Branches, Trees
from bot.platforms.github.dressing import dressed
from bot.platforms.github.reading import address, at, needed, number
from bot.platforms.github.refusals import RefusedError
from bot.pulls.actions import (
    NEW,
    Action,
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


@dataclass(frozen=True, slots=True)
class Carrier:
    """
    Carries out actions in one repository.

    `new` is the pull request that `NEW` stands for; `method` is GitHub's word for how auto-merge
    merges (`MERGE`, `SQUASH`, `REBASE`), empty for its own default.
    """

    asker: Asker
    slug: str
    trees: Trees
    method: str = ""
    new: int = NEW

    def carry_out(self, action: Action) -> Done:
        """Do it."""
        return _DOING[type(action)](self, action)

    # ------------------------------------------------------------ branches

    def create_branch(self, action: CreateBranch) -> Done:
        """Make a branch; the answer tells its commit."""
        return Done(tip=self._branches.create(action))

    def update_branch(self, action: UpdateBranch) -> Done:
        """Move a branch; the answer tells its commit."""
        return Done(tip=self._branches.update(action))

    def delete_branch(self, action: DeleteBranch) -> Done:
        """Delete a branch."""
        self._branches.delete(action)
        return Done()

    @property
    def _branches(self) -> Branches:
        return Branches(self.asker, self.slug, self.trees)

    # ------------------------------------------------------------ pull requests

    def create_pull(self, action: CreatePull) -> Done:
        """Open a pull request; `dress` is for forges that take it at once."""
        said = {
            "title": action.title,
            "head": action.branch,
            "base": action.base,
            "body": action.body,
            "draft": action.draft,
        }
        made = self.asker.write("POST", f"{repository(self.slug)}/pulls", said)
        return Done(number(made, "number"), address(made, "html_url"))

    def edit(self, action: EditPull) -> Done:
        """Set title, body or both, in one request."""
        asked = {"title": action.title, "body": action.body}
        return self._patched(action.number, {k: v for k, v in asked.items() if v is not None})

    def close(self, action: Close) -> Done:
        """Close, with the body, in one request."""
        return self._patched(action.number, {"state": "closed", "body": action.body})

    def reopen(self, action: Reopen) -> Done:
        """Open again, with the body, in one request."""
        return self._patched(action.number, {"state": "open", "body": action.body})

    def _patched(self, wanted: int, said: Mapping[str, str]) -> Done:
        return _done(self.asker.write("PATCH", self._path("pulls", wanted), said))

    def dress(self, action: SetDress) -> Done:
        """Add what it is to wear; what is refused is told."""
        issue, pull = self._path("issues", action.number), self._path("pulls", action.number)
        refused = dressed(self.asker, (repository(self.slug), issue, pull), action.dress)
        return Done(self._number(action.number), refused="; ".join(refused))

    def remove_label(self, action: RemoveLabel) -> Done:
        """That it is off already is as good."""
        path = f"{self._path('issues', action.number)}/labels/{part(action.label)}"
        try:
            self.asker.write("DELETE", path)
        except RefusedError as error:
            if error.refusal.status != 404:
                raise
        return Done(self._number(action.number))

    def comment(self, action: AddComment) -> Done:
        """Write below it."""
        path = f"{self._path('issues', action.number)}/comments"
        self.asker.write("POST", path, {"body": action.text})
        return Done(self._number(action.number))

    # ------------------------------------------------------------ auto-merge

    def enable_automerge(self, action: EnableAutomerge) -> Done:
        """
        Refused where the repository does not allow it, or where there is nothing to wait for.

        https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge
        """
        there = self.asker.read(self._path("pulls", action.number)).data
        given = {"pullRequestId": needed(there, "node_id")}
        if self.method:
            given["mergeMethod"] = self.method
        try:
            self.asker.mutate("enablePullRequestAutoMerge", given)
        except RefusedError as error:
            if error.refusal.status != 422:
                raise
            said = error.refusal.message or "GitHub does not say why"
            return Done(number(there, "number"), refused=f"auto-merge ({said})")
        return _done(there)

    def disable_automerge(self, action: DisableAutomerge) -> Done:
        """That it is off already is as good; anything else must not go on."""
        there = self.asker.read(self._path("pulls", action.number)).data
        if at(there, "auto_merge") is not None:
            given = {"pullRequestId": needed(there, "node_id")}
            self.asker.mutate("disablePullRequestAutoMerge", given)
        return _done(there)

    def _path(self, kind: str, wanted: int) -> str:
        return f"{repository(self.slug)}/{kind}/{self._number(wanted)}"

    def _number(self, wanted: int) -> int:
        known = self.new if wanted == NEW else wanted
        if known == NEW:
            raise PlatformError(f"{self.slug}: the pull request that was opened has no number")
        return known


def _done(pull: object) -> Done:
    return Done(number(pull, "number"), address(pull, "html_url"))


_DOING: Mapping[type, Callable[..., Done]] = {
    CreateBranch: Carrier.create_branch,
    UpdateBranch: Carrier.update_branch,
    DeleteBranch: Carrier.delete_branch,
    CreatePull: Carrier.create_pull,
    EditPull: Carrier.edit,
    SetDress: Carrier.dress,
    RemoveLabel: Carrier.remove_label,
    AddComment: Carrier.comment,
    Close: Carrier.close,
    Reopen: Carrier.reopen,
    EnableAutomerge: Carrier.enable_automerge,
    DisableAutomerge: Carrier.disable_automerge,
}

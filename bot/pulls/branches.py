"""The branch of a pull request: what it has to become, and whether it is ours to change."""

from __future__ import annotations

from bot.model import BranchState, Proposal
from bot.pulls.actions import Commit, Course, CreateBranch, UpdateBranch
from bot.pulls.commands import Asked, is_later
from bot.pulls.marker import fingerprint
from bot.pulls.state import Settings, State
from bot.pulls.templates import commit_message


def branch_actions(wanted: Proposal, there: State, settings: Settings, asked: Asked) -> Course:
    """The action, if any, that makes the branch hold what is wanted; whose it is was asked."""
    branch = there.branch
    commit = commit_of(wanted, settings)
    if branch is None:
        return Course("created", (CreateBranch(wanted.branch, commit),))
    same = branch.content == fingerprint(wanted.files)
    rebased = branch.base == commit.base
    moves = settings.rebase == "always" or asked.rebase or asked.recreate is not None
    if same and branch.ours and (rebased or not moves):
        return Course("unchanged")
    action = UpdateBranch(wanted.branch, commit, branch.tip)
    return Course("rebased" if same else "updated", (action,))


def commit_of(wanted: Proposal, settings: Settings) -> Commit:
    """The commit that a proposal is."""
    said = wanted.message or wanted.title
    message = commit_message(said, fingerprint(wanted.files), settings.signed_off)
    snapshot = wanted.snapshot
    return Commit(snapshot.commit or "", wanted.files, message, snapshot.tree)


def is_stranger(branch: BranchState | None) -> bool:
    """Whether the branch has a commit of a person."""
    return branch is not None and not branch.ours


def is_given_up(branch: BranchState | None, asked: Asked) -> bool:
    """Whether a person asked to have their commits thrown away, and not before they were there."""
    committed = branch.committed if branch else None
    return asked.recreate is not None and is_later(asked.recreate, committed)


def may_be_replaced(there: State) -> bool:
    """
    Whether nobody's work is lost by overwriting the branch.

    It is ours, or it was merged just as it is, or there is none.
    """
    merged = {pull.head for pull in there.past if pull.state == "merged"}
    return there.branch is None or there.branch.ours or there.branch.tip in merged

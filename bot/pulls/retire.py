"""What is to be done about a branch of ours that nothing asks for any more?"""

from __future__ import annotations

from dataclasses import replace

from bot.model import Pull
from bot.pulls.actions import Action, Close, Course, DeleteBranch
from bot.pulls.branches import is_stranger, may_be_replaced
from bot.pulls.commands import asked_in
from bot.pulls.hearing import heard
from bot.pulls.marker import marker_in, short_hash, with_marker
from bot.pulls.said import once, said_by, unwanted, unwanted_but_touched
from bot.pulls.state import Settings, State, is_ours

MERGED = "merged; its branch is deleted"
UNWANTED = "no longer wanted"


def retire(branch: str, there: State, why: str, settings: Settings) -> Course:
    """
    Close its pull request with a comment that says why (a clause), and delete the branch.

    What a person pushed to stays, and that is said once. Cut short, the next decision completes it.
    """
    pull = there.open_pull
    if pull is None:
        return _leftover(branch, there)
    if not is_ours(pull, settings):
        return Course("left", detail=f"#{pull.number} is not basewatch's, but from its branch")
    said = said_by(settings.me, there.below(pull))
    if is_stranger(there.branch):
        told = once(pull.number, "unwanted", unwanted_but_touched(why), said)
        asked = asked_in(there.below(pull), marker_in(pull.body).heard, settings.me, there.today)
        done: tuple[Action, ...] = (*told, *heard(pull, asked))
        return Course("left", done, f"{why}; but has commits that are not basewatch's")
    actions: list[Action] = [
        *once(pull.number, f"retired-{_target(pull)}", unwanted(why), said),
        Close(pull.number, with_marker(pull.body, replace(marker_in(pull.body), retired=True))),
        *_deletion(branch, there),
    ]
    return Course("retired", tuple(actions), why)


def _leftover(branch: str, there: State) -> Course:
    if there.branch is None:
        return Course("unchanged")
    if not may_be_replaced(there):
        return Course("left", detail="has commits that are not basewatch's and no pull request")
    return Course("retired", tuple(_deletion(branch, there)), _why_left(there))


def _why_left(there: State) -> str:
    """A branch that moved on since it was merged is no merged one."""
    latest, tip = there.latest, there.branch and there.branch.tip
    return MERGED if latest and latest.state == "merged" and latest.head == tip else UNWANTED


def _deletion(branch: str, there: State) -> list[Action]:
    return [DeleteBranch(branch, there.branch.tip)] if there.branch else []


def _target(pull: Pull) -> str:
    return short_hash(marker_in(pull.body).to)

"""Ask a host which commits its repository's branches point at: one question for all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from bot.errors import EmptyRepoError, NoBranchError, RepoError
from bot.git.branches import complaint_about
from bot.git.origin import Origin
from bot.git.program import printable
from bot.git.running import MIB, Bounds

_HEADS = "refs/heads/"
_NOWHERE = Path(os.devnull)
"""In no repository, so that no configuration of one counts."""

_LISTING = 32 * MIB
_TRACE = b" packet: "
"""What stands in each line of git's GIT_TRACE_PACKET: none of them holds what it shows a host."""

_LINE = re.compile(
    r"(ref: (?P<target>[!-~][^\t]*)|(?P<oid>[0-9a-f]{40}|[0-9a-f]{64}))\t(?P<ref>.+)"
)


@dataclass(frozen=True, slots=True)
class Tip:
    """A branch and the commit at its tip; it has no name where the host's HEAD is on none."""

    branch: str | None
    commit: str


class Pointed(NamedTuple):
    """The tip of each branch, or why there is none; and each of some others with its commit."""

    tips: Mapping[str | None, Tip | RepoError]
    heads: Mapping[str, str]


def tips(
    origin: Origin, branches: Sequence[str | None], timeout: float, prefix: str = ""
) -> Pointed:
    """
    Where each branch ends (`None`: the one that HEAD is on), and all that begin with `prefix`.

    Raises `RepoError` where nothing is to be had of any of them,
    `EmptyRepoError` where the repository has no branch at all.
    """
    found = {branch: _unfit(origin, branch) for branch in branches}
    fit = [branch for branch, why in found.items() if why is None]
    refs = [_HEADS + branch for branch in fit if branch is not None]
    beside = [f"{_HEADS}{prefix}*"] if prefix else []
    said = _listed(origin, ("--symref", "origin", "HEAD", *refs, *beside), timeout)
    if not said.keys() & {"HEAD", *refs} and not _has_branches(origin, timeout):
        raise EmptyRepoError(f"{origin.shown}: is empty: there is no commit yet")
    ends = {branch: found[branch] or _tip(origin, branch, said) for branch in branches}
    return Pointed(ends, _heads(said, prefix) if prefix else {})


def _heads(said: Mapping[str, tuple[str, str]], prefix: str) -> dict[str, str]:
    named = {ref.removeprefix(_HEADS): commit for ref, (commit, _) in said.items()}
    return {name: commit for name, commit in named.items() if name.startswith(prefix)}


def _unfit(origin: Origin, branch: str | None) -> RepoError | None:
    why = complaint_about(branch) if branch is not None else None
    return RepoError(f"{origin.shown}: {why}") if why else None


def _tip(
    origin: Origin, branch: str | None, said: Mapping[str, tuple[str, str]]
) -> Tip | RepoError:
    commit, target = said.get("HEAD" if branch is None else _HEADS + branch, ("", ""))
    if commit:
        return Tip(branch or target.removeprefix(_HEADS) or None, commit)
    if branch is None:
        why = "its HEAD is on no branch that is there; name the base branch"
        return RepoError(f"{origin.shown}: {why}")
    why = f"there is no branch {printable(branch)!r}; see which base branch is configured"
    return NoBranchError(f"{origin.shown}: {why}", branch)


def _has_branches(origin: Origin, timeout: float) -> bool:
    # An answer without HEAD is one of an empty repository, or of one whose HEAD leads nowhere.
    command = origin.command(("ls-remote", "--heads", "origin"), _NOWHERE)
    traced = replace(command, env={**command.env, "GIT_TRACE_PACKET": "1"})
    done = origin.done(traced, Bounds(timeout, _LISTING))
    # To git a page without an end of line is a plain file server's list of no branch.
    if _TRACE not in done.said:
        raise RepoError(f"{origin.shown}: what answers there is no git; check the address")
    return any(ref.startswith(_HEADS) for ref in _refs(done.output))


def _listed(origin: Origin, words: tuple[str, ...], timeout: float) -> dict[str, tuple[str, str]]:
    command = origin.command(("ls-remote", *words), _NOWHERE)
    return _refs(origin.answer(command, Bounds(timeout, _LISTING)))


def _refs(output: bytes) -> dict[str, tuple[str, str]]:
    """Each ref with its commit, and with the ref that it stands for, if it does."""
    said: dict[str, tuple[str, str]] = {}
    for line in output.decode("utf-8", "surrogateescape").split("\n"):
        if match := _LINE.fullmatch(line):
            commit, target = said.get(match["ref"], ("", ""))
            said[match["ref"]] = match["oid"] or commit, match["target"] or target
    return said

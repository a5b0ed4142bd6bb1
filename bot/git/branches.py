"""Branches: which there are, and moving one only if it is where it is thought to be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.git.program import Git, printable

_HEADS = "refs/heads/"
_NAME_LIMIT = 200
"""Bytes: a branch may be a file, with `.lock` behind, on systems that allow 255 for its name."""

# https://git-scm.com/docs/git-check-ref-format, and its --branch
_UNFIT = re.compile(
    r"[\x00-\x20\x7f~^:?*\[\\]"  # characters that mean something to git
    r"|\.\.|@\{|//"
    r"|^[-/]|/$|\.$"
    r"|(?:^|/)\.|\.lock(?:/|$)"
    r"|\AHEAD\Z",
)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, the commit at its tip, and the folder it is checked out in, if any."""

    name: str
    tip: str
    symbolic: bool
    checked_out: str | None


def complaint_about(name: str) -> str | None:
    """Why no branch can be called this, `None` if one can: the rules of `git check-ref-format`."""
    if not name or not name.isprintable() or _UNFIT.search(name):
        return f"{printable(name)!r} is no name for a branch"
    if len(name.encode()) > _NAME_LIMIT:
        return f"{name[:40]!r}… is too long for the name of a branch"
    return None


def branches(git: Git, prefix: str = "") -> dict[str, Branch]:
    """The branches that have this name or, if it ends in `/` or is empty, are below it."""
    fields = ("%(refname)", "%(objectname)", "%(symref)", "%(worktreepath)")
    shape = "%00".join(fields) + "%00"
    output = git.run("for-each-ref", f"--format={shape}", "--", f"{_HEADS}{prefix}")
    words = output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    found: dict[str, Branch] = {}
    for at in range(0, len(words), 4):
        name, tip, symbolic, folder = words[at : at + 4]
        name = name.lstrip("\n").removeprefix(_HEADS)
        if prefix in ("", name) or (prefix.endswith("/") and name.startswith(prefix)):
            found[name] = Branch(name, tip, bool(symbolic), folder or None)
    return found


def head_branch(git: Git) -> str | None:
    """The branch that the repository is on, which may have no commit yet; `None` if detached."""
    answer = git.ask("symbolic-ref", "-q", "HEAD")
    if answer.code > 1:
        raise git.refusal("symbolic-ref", answer)
    return answer.output.decode("utf-8", "surrogateescape").strip().removeprefix(_HEADS) or None


def contains(git: Git, commit: str, older: str) -> bool:
    """Whether `older` is `commit` or one of those it is built on."""
    answer = git.ask("merge-base", "--is-ancestor", older, commit)
    if answer.code > 1:
        raise git.refusal("merge-base", answer)
    return answer.code == 0


def move(git: Git, name: str, new: str | None, old: str | None) -> bool:
    """
    Move a branch from commit `old` to `new`; `None`: it does not exist, or shall not.

    False where it is elsewhere than `old`: nothing is changed then. Raises `RepoError`.
    """
    ref, nothing = f"{_HEADS}{name}", "0" * len(new or old or "")
    how = ("-d", ref) if new is None else (ref, new)
    reason = "basewatch: proposal retired" if new is None else "basewatch: proposal"
    answer = git.ask("update-ref", "--no-deref", "-m", reason, *how, old or nothing)
    if answer.code == 0:
        return True
    there = branches(git, name).get(name)
    if (there.tip if there else None) != old:
        return False
    raise git.refusal("update-ref", answer)

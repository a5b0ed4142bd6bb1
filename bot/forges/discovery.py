"""Which of the repositories that a forge has are to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.errors import RepoError
from bot.forges.port import Forge, Listed
from bot.model import Failure, Passed, Repo
from bot.policy.globs import file_matches

MOST = 10_000
"""Repositories that one run looks at."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    The repositories that an operator names.

    `repos` are paths, or globs whose first part is none (`team/*-app`); `owners` are users,
    organisations and groups, whose subgroups count; `all_reachable`: what we were given. Of
    those, `exclude` are left out by path or glob, and with `topics` all that have none of them.
    `branches` are those to propose for, where they are there; none: the default branch of each.
    `only`: this time for that one alone.
    """

    repos: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    all_reachable: bool = False
    exclude: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()
    branches: tuple[str, ...] = ()
    only: str = ""
    archived: bool = False
    forks: bool = False


def discovered(forge: Forge, wanted: Wanted) -> Iterator[Repo | Passed | Failure]:
    """
    Each repository once, for each of its branches; each that is passed over, and why.

    One that was named by its path is looked at though it is a fork or lacks the topics. What
    cannot be listed is a failure, and keeps none of the others from being looked at. A glob that
    matches nothing is passed over as a repository is: perhaps it is misspelt.
    """
    seen: set[str] = set()
    for listed, by_name in _candidates(forge, wanted):
        if isinstance(listed, Failure | Passed):
            yield listed
        elif listed.slug not in seen:
            seen.add(listed.slug)
            if len(seen) > MOST:
                yield Failure("repositories", f"more than {MOST}: name fewer in `platform`")
                return
            yield from _looked_at(listed, wanted, by_name=by_name)


def _candidates(forge: Forge, wanted: Wanted) -> Iterator[tuple[Listed | Failure | Passed, bool]]:
    globs = [name for name in wanted.repos if _is_glob(name)]
    for slug in wanted.repos:
        if slug not in globs:
            yield from ((each, True) for each in _listed(partial(_one, forge, slug), slug))
    for owner in dict.fromkeys(glob.partition("/")[0] for glob in globs):
        yield from ((each, False) for each in _matching(forge, owner, globs))
    for owner in wanted.owners:
        yield from ((each, False) for each in _listed(partial(forge.owned_by, owner), owner))
    if wanted.all_reachable:
        yield from ((each, False) for each in _listed(forge.reachable, "repositories"))


def _matching(
    forge: Forge, owner: str, globs: Sequence[str]
) -> Iterator[Listed | Failure | Passed]:
    """What an owner has that these globs match, and those of its globs that match nothing."""
    unmet = [glob for glob in globs if glob.partition("/")[0] == owner]
    for listed in _listed(partial(forge.owned_by, owner), owner):
        if isinstance(listed, Failure):
            yield listed
            return
        if _matches(listed.slug, globs):
            yield listed
            unmet = [glob for glob in unmet if not _matches(listed.slug, [glob])]
    yield from (Passed(glob, "no repository has such a name") for glob in unmet)


def _one(forge: Forge, slug: str) -> list[Listed]:
    return [forge.named(slug)]


def _listed(ask: Callable[[], Iterable[Listed]], subject: str) -> Iterator[Listed | Failure]:
    try:
        yield from ask()
    except RepoError as error:
        yield Failure(subject, str(error))


def _looked_at(listed: Listed, wanted: Wanted, *, by_name: bool) -> Iterable[Repo | Passed]:
    because = _against(listed, wanted, by_name=by_name)
    if because:
        return [Passed(listed.slug, because)]
    branches = (wanted.only,) if wanted.only else wanted.branches or (listed.branch,)
    return [
        Repo(listed.slug, listed.clone, branch, not by_name, listed.branch) for branch in branches
    ]


def _against(listed: Listed, wanted: Wanted, *, by_name: bool) -> str:
    """Why a repository is passed over, as a clause; empty where it is not."""
    reasons = {
        "excluded by the configuration": _matches(listed.slug, wanted.exclude),
        "archived": listed.archived and not wanted.archived,
        "a fork": listed.fork and not wanted.forks and not by_name,
        "empty": not listed.branch,
        "its pull requests are switched off": not listed.open_to_pulls,
        "not writable with this token": not listed.writable,
        "without any of the topics": not by_name and _lacks_topics(listed, wanted),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _lacks_topics(listed: Listed, wanted: Wanted) -> bool:
    """GitHub writes topics in lower case; GitLab does not tell upper case from lower."""
    there = {topic.lower() for topic in listed.topics}
    return bool(wanted.topics) and not there & {topic.lower() for topic in wanted.topics}


def _matches(slug: str, patterns: Iterable[str]) -> bool:
    """Forges do not tell upper case from lower."""
    return any(file_matches(f"/{pattern.lower()}", slug.lower()) for pattern in patterns)


def _is_glob(name: str) -> bool:
    return any(sign in name for sign in "*?")

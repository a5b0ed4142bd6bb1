"""Read each repository, or say why it is not to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.batch import Batch, each_at_once
from bot.errors import EmptyRepoError, NoBranchError
from bot.flow.planning import Survey, survey
from bot.model import Passed, Repo
from bot.ports import Desk, Platform


class _Lacking(NamedTuple):
    """A repository that has nothing to read: no such branch, or (`None`) no commit at all."""

    slug: str
    branch: str | None


def looked_into(
    platform: Platform, repos: Sequence[Repo], desk: Desk
) -> tuple[Batch[Survey], tuple[Passed, ...]]:
    """What was found in each repository; and each that has nothing to look at."""

    def found(repo: Repo) -> Survey | _Lacking:
        try:
            tree = platform.tree(repo)
        except EmptyRepoError:
            return _Lacking(repo.slug, None)
        except NoBranchError as error:
            return _Lacking(repo.slug, error.branch)
        return survey(tree, desk)

    batch = each_at_once(found, repos, named=lambda repo: repo.slug)
    surveys = tuple(one for one in batch.done if isinstance(one, Survey))
    lacking = [one for one in batch.done if isinstance(one, _Lacking)]
    return Batch(surveys, batch.failed), tuple(_passed_over(lacking))


def _passed_over(lacking: Iterable[_Lacking]) -> Iterable[Passed]:
    """Each repository once, with all that it lacks."""
    missing: dict[str, list[str | None]] = {}
    for one in lacking:
        missing.setdefault(one.slug, []).append(one.branch)
    for slug, branches in missing.items():
        named = " and ".join(branch for branch in branches if branch)
        yield Passed(slug, f"for {named}, which it does not have" if named else "empty")

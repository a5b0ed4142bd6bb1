"""Repositories that do not have what is configured for all of them: passed over, and said."""

import pytest

from bot.errors import EmptyRepoError, NoBranchError, RepoError
from bot.flow import run
from bot.forges.discovery import Wanted
from bot.forges.platform import Hosted
from bot.forges.reading import lacking_only
from bot.model import Failure, Passed, Policy, Repo, Snapshot
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.fakes.shelf import Shelf
from tests.forges.memory import forge

TAGS = TagBook(load())
BRANCHES = ("main", "release/1.0")


class Files:
    """A tree of nothing."""

    def __init__(self, repo):
        self.snapshot = Snapshot(repo, "c0")

    def entries(self):
        return []

    def read(self, _paths, *, limit):
        del limit
        return iter(())


def reads(lacking):
    def read(repo, _):
        missing = lacking.get(repo.slug, ())
        if missing == "empty":
            raise EmptyRepoError(f"{repo.slug}: is empty")
        if repo.branch in missing:
            raise NoBranchError(f"{repo.slug}: there is no branch {repo.branch!r}", repo.branch)
        return Files(repo)

    return read


def report(lacking, *, demanded=False, **wanted):
    """Of a run; `demanded`: the branches are named on the command line."""
    there = forge("team/a", "team/b")
    optional = () if demanded else wanted.get("branches", ())
    hosted = Hosted(
        there,
        lacking_only(optional, reads(lacking)),
        Wanted(repos=("team/a", "team/b"), **wanted),
        lambda: None,
    )
    return run(Desk(TAGS, Shelf({}).open, lambda _tree: Policy()), hosted)


def test_a_configured_branch_that_a_repository_lacks_is_passed_over():
    found = report({"team/b": ("release/1.0",)}, branches=BRANCHES)
    assert found.passed == (Passed("team/b", "for release/1.0, which it does not have"),)
    assert found.failures == ()
    looked_at = [
        (p.findings.snapshot.repo.slug, p.findings.snapshot.repo.branch) for p in found.plans
    ]
    assert looked_at == [("team/a", "main"), ("team/a", "release/1.0"), ("team/b", "main")]


def test_a_repository_that_has_none_of_them_is_said_once():
    found = report({"team/b": BRANCHES}, branches=BRANCHES)
    assert found.passed == (Passed("team/b", "for main and release/1.0, which it does not have"),)
    assert found.failures == ()


def test_one_without_a_commit_is_empty():
    found = report({"team/b": "empty"}, branches=BRANCHES)
    assert found.passed == (Passed("team/b", "empty"),)
    assert found.failures == ()


def test_a_branch_named_for_these_repositories_has_to_be_there():
    found = report({"team/b": ("next",)}, demanded=True, branches=("next",))
    assert found.passed == ()
    assert found.failures == (Failure("team/b", "team/b: there is no branch 'next'"),)


def test_a_default_branch_that_is_not_there_is_no_wish_of_anybody():
    found = report({"team/b": ("main",)})
    assert found.failures == (Failure("team/b", "team/b: there is no branch 'main'"),)


def test_what_else_is_wrong_is_left_as_it_is():
    def read(_repo, _credential):
        raise RepoError("not found")

    with pytest.raises(RepoError, match="not found"):
        lacking_only(BRANCHES, read)(Repo("team/a", "x", "main"), None)

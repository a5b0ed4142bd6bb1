"""GitHub, in the cloud or an Enterprise's own, through its API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.errors import ConfigError, PlatformError, RepoError, ShutError
from bot.forges import Done, Listed, Usage
from bot.git import Credential
from bot.model import BranchState, Comment, Issue, Pull
from bot.platforms.github.accounts import App, Auth, Token, account
from bot.platforms.github.address import PUBLIC, Address, part, repository
from bot.platforms.github.asking import Asker, Link
from bot.platforms.github.carrying import Carrier
from bot.platforms.github.comments import Comments
from bot.platforms.github.commits import Trees
from bot.platforms.github.dressing import was_dressed
from bot.platforms.github.issues import issue_at, issues_of, written
from bot.platforms.github.listing import Pulls, branch_at, branches_of
from bot.platforms.github.patience import Manners
from bot.platforms.github.reading import listed
from bot.pulls import Action
from bot.pulls.hearing import has_to_be_judged

__all__ = ["PUBLIC", "App", "Auth", "GitHub", "Manners", "Site", "Token"]

_METHODS = ("", "MERGE", "SQUASH", "REBASE")


@dataclass(frozen=True, slots=True)
class Site:
    """
    Which GitHub, and how it is reached.

    `api`: `https://api.github.com`, or `https://ghe.example.org/api/v3`. `web`: below which git
    clones, where that cannot be told from `api`. `insecure`: the hosts, as `host` or `host:port`,
    that may be asked over plain HTTP. `authorities`: a file of certificates to believe in place of
    the usual ones.
    """

    api: str = PUBLIC
    web: str = ""
    insecure: frozenset[str] = field(default_factory=frozenset)
    authorities: str = ""


class GitHub:
    """
    The `Forge` of one GitHub, for one thread at a time.

    `me` is the name we have there, where it is known beforehand; `merge_method` how auto-merge is
    to merge: `merge`, `squash`, `rebase`, or what GitHub does by itself.
    Raises `ConfigError` for an address, a token, a key or a way to merge that is none.
    """

    NAME = "github"
    DRESSED = False

    def __init__(
        self,
        auth: Auth,
        site: Site | None = None,
        *,
        me: str = "",
        merge_method: str = "",
        manners: Manners | None = None,
    ) -> None:
        site = site or Site()
        self._address = Address.of(site.api, site.insecure, site.web)
        self._link = Link(self._address, manners or Manners(), site.authorities)
        self._account = account(auth, self._link)
        self._me = me
        self._method = merge_method.upper()
        if self._method not in _METHODS:
            raise ConfigError(f"{merge_method[:40]!r} is none of merge, squash and rebase")
        self._pulls = Pulls()
        self._comments = Comments()
        self._trees = Trees()

    @property
    def used(self) -> Usage:
        """Each request as it was sent; signing in as an app is a read."""
        return self._link.used

    def me(self) -> str:
        """The login of a user, `<slug>[bot]` of an app, `github-actions[bot]` in an Action."""
        if not self._me:
            self._me = self._account.me()
        return self._me

    # ------------------------------------------------------------ repositories

    def named(self, slug: str) -> Listed:
        """One read. An empty repository has a default branch, too: git tells that it is empty."""
        with _of_repositories():
            return listed(self._asker(slug).read(repository(slug)).data, self._address)

    def owned_by(self, owner: str) -> Iterable[Listed]:
        """One or two reads, and one for each hundred repositories."""
        with _of_repositories():
            found = self._account.owned_by(part(owner))
            return [listed(each, self._address) for each in found]

    def reachable(self) -> Iterable[Listed]:
        """One read for each hundred repositories; of an app, two more for each installation."""
        with _of_repositories():
            return [listed(each, self._address) for each in self._account.reachable()]

    def credential(self, slug: str) -> Credential:
        """The token, as the password of the user that GitHub wants named with it."""
        return Credential.basic("x-access-token", self._account.token(_owner(slug)))

    # ------------------------------------------------------------ what is there

    def pulls(self, slug: str, prefix: str) -> tuple[Pull, ...]:
        """One read; two where the repository has had more than a hundred pull requests."""
        return self._pulls.of(self._asker(slug), slug, prefix)

    def past(self, slug: str, branch: str) -> tuple[Pull, ...]:
        """One read; none where `pulls` was told of all of them just before."""
        return self._pulls.past(self._asker(slug), slug, branch)

    def branches(self, slug: str, prefix: str) -> Mapping[str, str]:
        """One read."""
        return branches_of(self._asker(slug), slug, prefix)

    def branch(self, slug: str, name: str, tip: str, base: str) -> BranchState:
        """One read; as it has one commit, the base need not be looked at."""
        del name, base
        return branch_at(self._asker(slug), slug, tip, self.me())

    def comments(
        self, slug: str, pulls: Collection[Pull], since: dt.datetime | None = None
    ) -> tuple[Comment, ...]:
        """One read, and one for each person who may have given a command since the last run."""
        asker, below, said = self._asker(slug), {pull.number: pull for pull in pulls}, []
        for each in self._comments.below(asker, slug, pulls, since):
            matters = has_to_be_judged(each, below[each.pull], self.me())
            said.append(self._comments.judged(asker, slug, each) if matters else each)
        return tuple(said)

    def dressed(self, slug: str, number: int) -> bool:
        """One read."""
        return was_dressed(self._asker(slug), f"{repository(slug)}/issues/{number}", self.me())

    # ------------------------------------------------------------ what is done

    def carry_out(self, slug: str, action: Action, number: int) -> Done:
        """
        One write, but for: a commit (four, with what its base is read from), moving or deleting a
        branch (one read more), labels and people (one of each kind), auto-merge (one read more).
        """
        asker = self._asker(slug)
        self._pulls.forget()
        return Carrier(asker, slug, self._trees, self._method, number).carry_out(action)

    # ------------------------------------------------------------ issues

    def issues(self, slug: str, *, closed: bool = False) -> Iterator[Issue]:
        """One read for each hundred, of pull requests and issues, that is looked at."""
        return issues_of(self._asker(slug), slug, self.me(), closed=closed)

    def issue(self, slug: str, number: int) -> Issue:
        """One read."""
        return issue_at(self._asker(slug), slug, number)

    def write_issue(self, slug: str, wanted: Issue, was: Issue | None = None) -> Issue:
        """One write."""
        return written(self._asker(slug), slug, wanted, was)

    def _asker(self, slug: str) -> Asker:
        return self._account.asker(_owner(slug))


def _owner(slug: str) -> str:
    return repository(slug).split("/")[2]


@contextmanager
def _of_repositories() -> Iterator[None]:
    """What fails in a listing of repositories is about these."""
    try:
        yield
    except ShutError:
        raise
    except PlatformError as error:
        raise RepoError(str(error)) from error

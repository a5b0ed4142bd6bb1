"""What stands in a repository: pull requests and branches."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.model import BranchState, Pull
from bot.platforms.github.address import part, repository
from bot.platforms.github.asking import PAGE, Asker
from bot.platforms.github.reading import commit, items, moment, needed, pull, text
from bot.platforms.github.refusals import RefusedError
from bot.pulls.templates import content_told

_MOST_PAGES = 50
_FORGE = "web-flow"  # whom GitHub names as the committer of what it signs in another's name


class Pulls:
    """
    Pull requests as they are listed.

    One request tells all where there were never more than a hundred. Then it also tells which
    ones a branch had, until something is written.
    """

    def __init__(self) -> None:
        self._all: tuple[str, tuple[Pull, ...]] | None = None

    def forget(self) -> None:
        """Something is about to be written."""
        self._all = None

    def of(self, asker: Asker, slug: str, prefix: str) -> tuple[Pull, ...]:
        """Those from branches with this prefix: every open one, and those that changed of late."""
        path = f"{repository(slug)}/pulls"
        late = asker.read(path, state="all", sort="updated", direction="desc", per_page=PAGE)
        answers = [late]
        if late.goes_on:
            answers += asker.pages(path, _MOST_PAGES, state="open", per_page=PAGE)
        found = {each.number: each for answer in answers for each in map(pull, items(answer.data))}
        self._all = None if late.goes_on else (slug, tuple(found.values()))
        return tuple(each for each in found.values() if each.branch.startswith(prefix))

    def past(self, asker: Asker, slug: str, branch: str) -> tuple[Pull, ...]:
        """All that is closed from one branch."""
        if self._all and self._all[0] == slug:
            found = self._all[1]
        else:
            head = f"{slug.partition('/')[0]}:{branch}"
            path, told = f"{repository(slug)}/pulls", {"state": "closed", "head": head}
            pages = asker.pages(path, _MOST_PAGES, per_page=PAGE, **told)
            found = tuple(pull(each) for page in pages for each in items(page.data))
        return tuple(each for each in found if each.branch == branch and each.state != "open")


def branches_of(asker: Asker, slug: str, prefix: str) -> Mapping[str, str]:
    """Each branch with the commit at its tip."""
    start = quote(prefix.rstrip("/"), safe="/")
    pages = asker.pages(f"{repository(slug)}/git/matching-refs/heads/{start}", _MOST_PAGES)
    found = (
        (needed(each, "ref").removeprefix("refs/heads/"), commit(each, "object", "sha"))
        for page in pages
        for each in items(page.data)
    )
    return {name: tip for name, tip in found if name.startswith(prefix)}


def tip_of(asker: Asker, slug: str, path: str) -> str:
    """The commit that a branch (`ref_path`) is at; empty where there is no such branch."""
    try:
        answer = asker.read(f"{repository(slug)}/git/ref/{path}")
    except RefusedError as error:
        if error.refusal.status != 404:
            raise
        return ""
    return commit(answer.data, "object", "sha")


def branch_at(asker: Asker, slug: str, tip: str, me: str) -> BranchState:
    """
    A branch by the commit at its tip.

    A person who commits on top, amends or rebases leaves their name, or another date of the
    committer than of the author.
    """
    said = asker.read(f"{repository(slug)}/commits/{part(tip)}", per_page=1).data
    parents = [commit(each, "sha") for each in items(said, "parents")]
    content = content_told(text(said, "commit", "message"))
    authored = moment(said, "commit", "author", "date")
    committed = moment(said, "commit", "committer", "date")
    ours = (
        len(parents) == 1
        and bool(content)
        and authored == committed
        and text(said, "author", "login") == me
        and text(said, "committer", "login") in {me, _FORGE}
    )
    return BranchState(tip, parents[0] if parents else "", ours, content, committed)

"""Many forges in memory behind the port, with real git behind the files: what `Hosted` talks to."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.errors import PlatformError, RepoError, UnsureError
from bot.forges import Done, Listed, NoIssuesError, Usage
from bot.model import BranchState
from bot.pulls.actions import CreateBranch, CreatePull, UpdateBranch
from tests.altered import replace
from tests.pulls.forge import ME, Forge, RefusedError


@dataclass
class MemoryForge:
    """
    `repos`: what is in each, by its path; `listed` says more of some. `dies_at`: the number of the
    write that is not answered: `before` it is done, or `after`.
    """

    repos: dict = field(default_factory=dict)
    listed: dict = field(default_factory=dict)
    broken: set = field(default_factory=set)
    asked: Counter = field(default_factory=Counter)
    dies_at: int = 0
    dies: str = "after"
    error: type = UnsureError
    written: int = 0
    pages: dict = field(default_factory=dict)

    NAME = "memory"
    DRESSED = False

    @property
    def used(self):
        return Usage(sum(self.asked.values()), self.written)

    def me(self):
        return ME

    def named(self, slug):
        self.asked["named"] += 1
        if slug in self.broken:
            raise RepoError(f"{slug}: there is no such repository, or no right to see it")
        return self._listed(slug)

    def owned_by(self, owner):
        self.asked["owned_by"] += 1
        if owner in self.broken:
            raise RepoError(f"{owner}: there is no such owner")
        return [self._listed(slug) for slug in self.repos if slug.startswith(f"{owner}/")]

    def reachable(self):
        self.asked["reachable"] += 1
        return [self._listed(slug) for slug in self.repos]

    def _listed(self, slug):
        return self.listed.get(slug) or Listed(slug, f"https://forge.test/{slug}.git", "main")

    def credential(self, _slug):
        return None

    def pulls(self, slug, prefix):
        self._look("pulls", slug)
        forge = self.repos[slug]
        mine = [forge._shown(p) for p in forge.pulls.values() if p.branch.startswith(prefix)]
        return tuple(replace(p, url=f"https://forge.test/pull/{p.number}") for p in mine)

    def past(self, slug, branch):
        self._look("past", slug)
        pulls = self.repos[slug].pulls.values()
        return tuple(p for p in pulls if p.branch == branch and p.state != "open")

    def branches(self, slug, prefix):
        self._look("branches", slug)
        there = self.repos[slug].branches
        return {name: state.tip for name, state in there.items() if name.startswith(prefix)}

    def branch(self, slug, name, tip, base):
        self._look("branch", slug)
        found = self.repos[slug].branches[name]
        assert isinstance(found, BranchState)
        assert found.tip == tip
        return found

    def comments(self, slug, pulls, since=None):
        self._look("comments", slug)
        numbers = {pull.number for pull in pulls}
        return tuple(c for c in self.repos[slug].comments if c.pull in numbers)

    def dressed(self, slug, number):
        self._look("dressed", slug)
        return number in self.repos[slug].dressed

    def issues(self, slug, *, closed=False):
        self._look("issues", slug)
        there = self.pages.get(slug, {}).values()
        return [issue for issue in there if issue.is_open is not closed]

    def issue(self, slug, number):
        self._look("issue", slug)
        return self.pages[slug][number]

    def write_issue(self, slug, wanted, was=None):
        there = self.pages.setdefault(slug, {})
        number = was.number if was else len(there) + 1
        assert not was or (wanted.body, wanted.is_open) != (was.body, was.is_open)
        title = there[number].title if was else wanted.title
        made = replace(wanted, title=title, number=number, url=f"https://forge.test/issue/{number}")
        with self._writing(slug):
            there[number] = made
        return made

    def _look(self, what, slug):
        self.asked[what] += 1
        if f"{slug} no {what}" in self.broken:
            raise NoIssuesError(f"{slug}: there are no issues here")
        if f"{slug} {what}" in self.broken:
            raise PlatformError(f"{slug}: the forge answers 500 to {what}")

    def carry_out(self, slug, action, number):
        forge = self.repos[slug]
        with self._writing(slug):
            try:
                forge.apply(action)
            except RefusedError as error:
                raise PlatformError(f"{slug}: {error}") from error
        return self._done(forge, action, number)

    @contextmanager
    def _writing(self, slug):
        self.written += 1
        dies = self.written == self.dies_at
        if dies and self.dies == "before":
            raise self.error(f"{slug}: no answer")
        yield
        if dies:
            raise self.error(f"{slug}: no answer")

    def _done(self, forge, action, number):
        if isinstance(action, CreateBranch | UpdateBranch):
            return Done(tip=forge.branches[action.branch].tip)
        if isinstance(action, CreatePull):
            number = max(forge.pulls)
        number = getattr(action, "number", 0) or number
        return Done(number, f"https://forge.test/pull/{number}" if number else "")

    def writes(self):
        return [type(write).__name__ for forge in self.repos.values() for write in forge.writes]

    def seen(self):
        return {slug: forge.seen() for slug, forge in self.repos.items()}


def forge(*slugs, **more):
    return MemoryForge({slug: Forge() for slug in slugs or ("team/app",)}, **more)

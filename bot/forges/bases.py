"""Several branches of one repository that are proposed for, each with branches of ours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import PlatformError
from bot.forges.discovery import Wanted
from bot.model import Repo, Snapshot
from bot.pulls.templates import LONGEST, one_line

_LONGEST = 60  # characters of a branch in a title


@dataclass(frozen=True, slots=True)
class Bases:
    """
    The branches that are proposed for. Of the first ours are named as they come, of another with
    its name at the end; without any there is one, whatever it is called.

    Whether it is looked at in this run or not, each is among them: a name is of one base alone.
    """

    names: tuple[str, ...] = ()

    def ours(self, branch: str, base: str) -> str:
        """The name of a branch of ours where it is proposed for `base`."""
        return branch + self._end(base)

    def everywhere(self, branch: str) -> frozenset[str]:
        """The names of a branch of ours, for whichever base it is proposed."""
        return frozenset({branch, *(self.ours(branch, base) for base in self.names)})

    def titled(self, title: str, base: str) -> str:
        """The title where it is proposed for `base`: two of one repository are told apart by it."""
        if not self._end(base):
            return title
        end = f" ({one_line(base, _LONGEST)})"
        return one_line(title, LONGEST - len(end)) + end

    def of(self, branches: Iterable[str], base: str) -> list[str]:
        """Those of our branches that are proposed for `base`, in their order."""
        end = self._end(base)
        return sorted(each for each in branches if self._end_of(each) == end)

    def _end_of(self, branch: str) -> str:
        """How the name of one of ours ends; `-for-a-for-b` is of the base `a-for-b`, not of `b`."""
        ends = (end for end in map(self._end, self.names) if branch.endswith(end))
        return max(ends, key=len, default="")

    def _end(self, base: str) -> str:
        if base not in self.names[1:]:
            return ""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", base).strip("-")[:40]
        mark = hashlib.sha256(base.encode("utf-8", "surrogateescape")).hexdigest()[:6]
        return f"-for-{plain}" if plain == base else f"-for-{plain}-{mark}"


def bases_of(repo: Repo, wanted: Wanted) -> Bases:
    """Those that are configured, else the default one; and the one that is named just this time."""
    named = wanted.branches or ((repo.default,) if repo.default else ())
    further = (wanted.only,) if named and wanted.only and wanted.only not in named else ()
    return Bases((*named, *further))


def base_of(snapshot: Snapshot) -> str:
    """The branch that is proposed for. Raises `PlatformError` where it was read from none."""
    if not snapshot.repo.branch:
        raise PlatformError(f"{snapshot.repo.slug} was read from no branch: name one in `platform`")
    return snapshot.repo.branch

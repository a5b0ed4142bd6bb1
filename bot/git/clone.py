"""One clone of a repository: of its tips alone, and of the files alone that are wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import RepoError
from bot.git.complaints import not_given_by_name
from bot.git.files import in_words
from bot.git.keeping import Held, Shelf, size
from bot.git.origin import Origin
from bot.git.program import CutShortError, DamageError, Git
from bot.git.running import MIB, Bounds

_PACKS = 40
"""Fetches, one file each, after which it costs less to begin anew than to search them all."""

_LISTING = 96 * MIB
"""Bytes of a list of files, or of some of their contents: half a million files take this much."""

_WHOLE = "fetched-whole"
"""A file in clones from hosts that give no single files."""

_BARE = "[core]\nbare = true\n"
_FETCH = (
    "fetch", "--quiet", "--stdin", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
)  # fmt: skip

# Said for a fetch only: whoever reads is to find what is missing missing, not to go and ask.
_PARTIAL = {"remote.origin.promisor": "true", "remote.origin.partialCloneFilter": "blob:none"}


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How long one exchange with a host may take, in seconds, and how many bytes may be kept.

    `clone` bounds one repository's clone, `kept` all of them; `patience` is how many seconds to
    wait for another run that is at the same clone.
    """

    timeout: float = 300.0
    patience: float = 600.0
    clone: int = 1024 * MIB
    kept: int = 4096 * MIB


@dataclass(frozen=True, slots=True)
class Clone:
    """
    A repository's clone on a shelf, which may vanish and is then made anew.

    It is a bare repository without a remote in its configuration: no address, no credential, and
    nothing that would let git fetch by itself. Raises `RepoError`.
    """

    origin: Origin
    shelf: Shelf
    limits: Limits

    @property
    def folder(self) -> Path:
        """Where it is, if it is."""
        return self.shelf.folder(self.origin.url)

    @property
    def git(self) -> Git:
        """Git at work on it, without any configuration but its own."""
        own = {"GIT_DIR": str(self.folder), "GIT_CONFIG_COUNT": "0"}
        none = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
        return Git(self.folder, self.limits.timeout, own | none, _LISTING)

    def bring(
        self, commits: Collection[str], files: Iterable[str] = (), *, anew: bool = False
    ) -> None:
        """
        See that these commits with their trees are here, and the files of these names.

        What is here already costs nothing; the rest takes one fetch for all commits and one for
        all files. `anew` throws away what is here.
        """
        names = sorted(set(files))
        with self.shelf.hold(self.origin.url, self.limits.patience) as held:
            kept = not anew and self._is_usable(held, _configuration(commits))
            if not kept:
                self._lay(held, commits)
            try:
                self._complete(held, commits, names)
            except CutShortError:
                raise
            except DamageError:
                if not kept:
                    raise
                self._lay(held, commits)
                self._complete(held, commits, names)

    def _complete(self, held: Held, commits: Collection[str], files: list[str]) -> None:
        if wanted := self._lacking(commits):
            self._fetch_commits(held, wanted)
        if not (missing := self._lacking(files)):
            return
        try:
            self._fetch_files(held, missing)
        except RepoError as error:
            if (held.folder / _WHOLE).exists() or not not_given_by_name(error):
                raise
            self._lay(held, commits)
            (held.folder / _WHOLE).touch()
            self._fetch_commits(held, commits)

    def _fetch_commits(self, held: Held, commits: Collection[str]) -> None:
        # Kept under names, for the next fetch to say what is here already.
        lines = [f"+{commit}:refs/tips/{commit}" for commit in sorted(commits)]
        if (held.folder / _WHOLE).exists():
            self._fetch(held, ("--depth=1",), lines, {})
        else:
            self._fetch(held, ("--depth=1", "--filter=blob:none"), lines, _PARTIAL)

    def _fetch_files(self, held: Held, files: list[str]) -> None:
        # Told of commits here, a host would leave out the files that those have.
        settings = _PARTIAL | {"fetch.negotiationAlgorithm": "noop"}
        self._fetch(held, ("--filter=blob:none",), files, settings)

    def _fetch(
        self, held: Held, options: tuple[str, ...], lines: list[str], settings: Mapping[str, str]
    ) -> None:
        command = self.origin.command((*_FETCH, *options, "origin"), held.folder, settings)
        stdin = "".join(f"{line}\n" for line in lines).encode()
        bounds = Bounds(self.limits.timeout, MIB, lambda: self._too_large(held.folder))
        with held.changing():
            self.origin.answer(replace(command, stdin=stdin, held=held.lock), bounds)
            if why := self._too_large(held.folder):
                raise CutShortError(f"{self.origin.shown}: {why}; it is left out of this run")

    def _too_large(self, folder: Path) -> str | None:
        if size(folder) <= self.limits.clone:
            return None
        return f"takes more than {in_words(self.limits.clone)}"

    def _lacking(self, names: Collection[str]) -> list[str]:
        """Those of the objects that are not here."""
        if not names:
            return []
        asked = "".join(f"{name}\n" for name in names).encode()
        answer = self.git.ask("cat-file", "--batch-check", stdin=asked)
        lines = answer.output.decode().split("\n")[:-1]
        if answer.code or len(lines) != len(names):
            raise DamageError(f"{self.origin.shown}: its clone is damaged: {answer.complaint}")
        return [line.split(" ")[0] for line in lines if line.endswith(" missing")]

    def _is_usable(self, held: Held, configuration: str) -> bool:
        try:
            # What else may stand there, nobody of ours wrote.
            told = (held.folder / "config").read_text("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return False
        if told != configuration or not held.is_sound():
            return False
        packs = list((held.folder / "objects" / "pack").glob("*.pack"))
        return 0 < len(packs) < _PACKS and not self._too_large(held.folder)

    def _lay(self, held: Held, commits: Collection[str]) -> None:
        """Begin anew with an empty repository (https://git-scm.com/docs/gitrepository-layout)."""
        held.throw_away()
        (held.folder / "objects" / "pack").mkdir(mode=0o700, parents=True)
        (held.folder / "refs").mkdir()
        (held.folder / "HEAD").write_text("ref: refs/heads/none\n")
        (held.folder / "config").write_text(_configuration(commits))


def _configuration(commits: Collection[str]) -> str:
    if any(len(commit) == 64 for commit in commits):
        return f"{_BARE}repositoryFormatVersion = 1\n[extensions]\nobjectFormat = sha256\n"
    return f"{_BARE}repositoryFormatVersion = 0\n"

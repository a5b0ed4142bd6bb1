"""The title and body of each proposal, as two files in a folder of that proposal."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import PlatformError
from bot.git import Folder, printable, put
from bot.model import Proposal
from bot.pulls.differences import text_difference
from bot.wording.vulnerabilities import without_data

_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Texts:
    """
    Where a person reads what is proposed: `<out>/<branch>/title.txt` and `body.md`.

    A `/` in the branch's name is a `+` here, which no name of an image or a tag has. Nothing is
    kept where `out` is `None`. Raises `PlatformError`, and `OSError` where a write fails.
    """

    out: Path | None

    def where(self, branch: str) -> str:
        """What leads a person to the proposal: the body's file, else the branch."""
        return str(self.out / _folder(branch) / "body.md") if self.out else branch

    def differ(self, proposal: Proposal) -> bool:
        """Whether what lies there is not what the proposal says."""
        return any(self._stale(proposal))

    def write(self, proposal: Proposal) -> None:
        """Make the files say what the proposal says; files that do are not touched."""
        for path, data, _ in self._stale(proposal):
            if path.parent.is_symlink():
                raise PlatformError(f"{printable(str(path.parent))} is a symbolic link: remove it")
            path.parent.mkdir(parents=True, exist_ok=True)
            put(path, data, 0o644)

    def foreseen(self, proposal: Proposal) -> Iterator[str]:
        """What `write` would write, file by file, with what becomes of each."""
        for path, data, now in self._stale(proposal):
            yield f"write {printable(str(path))}:"
            old = now.decode("utf-8", "replace") if isinstance(now, bytes) else ""
            yield from (f"    {line}" for line in text_difference(old, data.decode()))

    def sweep(self, prefix: str, keep: Collection[str]) -> None:
        """Remove the files of every branch below `prefix` that is not to be kept."""
        kept = {_folder(branch) for branch in keep}
        for folder in self._folders():
            if folder.name.startswith(_folder(prefix)) and folder.name not in kept:
                for name in ("title.txt", "body.md"):
                    (folder / name).unlink(missing_ok=True)
                # A person may keep notes there; those stay.
                with contextlib.suppress(OSError):
                    folder.rmdir()

    def _folders(self) -> list[Path]:
        if self.out is None or not self.out.is_dir():
            return []
        return sorted(
            path for path in self.out.iterdir() if path.is_dir() and not path.is_symlink()
        )

    def _stale(self, proposal: Proposal) -> Iterator[tuple[Path, bytes, bytes | str | None]]:
        """Each file that is not as it should be: what it should be, and what it is."""
        if self.out is None:
            return
        there, folder = Folder(bytes(self.out)), _folder(proposal.branch)
        for name, text in (("title.txt", proposal.title), ("body.md", proposal.body)):
            data = (text.removesuffix("\n") + "\n").encode("utf-8", "replace")
            now = there.read(f"{folder}/{name}", _LIMIT)
            if _undated(now) != _undated(data):
                yield self.out / folder / name, data, now


def _undated(data: bytes | str | None) -> str | None:
    """What a file says but for the days of scanners' data; None where it cannot be read."""
    return without_data(data.decode("utf-8", "replace")) if isinstance(data, bytes) else None


def _folder(branch: str) -> str:
    return branch.replace("/", "+")

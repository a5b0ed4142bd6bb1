"""Which files of a tree may meet, as far as each says so by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.formats.feeding.values import Ties
from bot.model import SourceFile

MOST_FILES = 200
MOST_TEXT = 1 << 21
"""How many files, and characters of them, are read together; larger families are read apart."""


class Families:
    """Files that give values to others, and the families that they make with those."""

    def __init__(self, givers: Sequence[tuple[SourceFile, Ties]]) -> None:
        self._ties = {file.path: ties for file, ties in givers}
        self._givers = {file.path: file for file, _ in givers}
        self.too_large: list[SourceFile] = []

    def every(self, there: Mapping[str, SourceFile]) -> Iterator[list[SourceFile]]:
        """
        The families of two files or more, sorted; `there`: files that may be given values.

        Of one that is too large to be read together there are only the files that `too_large` has.
        """
        members: defaultdict[str, dict[str, SourceFile]] = defaultdict(dict)
        head: dict[str, str] = {}
        for path, ties in self._ties.items():
            for other in ties.every():
                found = self._givers.get(other) or there.get(other)
                if found:
                    self._join(self._givers[path], head, members)
                    self._join(found, head, members)
                    _merge(head[path], head[found.path], head, members)
        for family in members.values():
            text = sum(len(file.text) for file in family.values())
            if len(family) > MOST_FILES or text > MOST_TEXT:
                self.too_large.append(next(file for file in family.values() if self._gives(file)))
            else:
                yield [family[path] for path in sorted(family)]

    def _gives(self, file: SourceFile) -> bool:
        ties = self._ties.get(file.path)
        return bool(ties and ties.every())

    @staticmethod
    def _join(
        file: SourceFile, head: dict[str, str], members: dict[str, dict[str, SourceFile]]
    ) -> None:
        if file.path not in head:
            head[file.path] = file.path
            members[file.path][file.path] = file


def _merge(
    one: str, other: str, head: dict[str, str], members: dict[str, dict[str, SourceFile]]
) -> None:
    """The smaller family goes into the larger one."""
    if one == other:
        return
    small, large = sorted((one, other), key=lambda name: len(members[name]))
    for path in members[small]:
        head[path] = large
    members[large] |= members.pop(small)

"""The names in `etc/passwd` and `etc/group`: passwd(5), group(5)."""

from __future__ import annotations

import re

_NAME = re.compile(r"^([^:\s#+-][^:\s]{0,255}):", re.MULTILINE)


def names(database: str) -> frozenset[str]:
    """The first field of each line; comments and what NIS would add (`+name`) are no names."""
    return frozenset(_NAME.findall(database))

"""Read package URLs, as far as findings are named by them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

_PURL = re.compile(
    r"pkg:/{0,2}([A-Za-z][A-Za-z0-9.+-]{0,40})/([^@?#]{1,400})(?:@([^?#]{0,200}))?(?:[?#].*)?"
)
FAMILIES = {"deb", "apk", "rpm"}


class Purl(NamedTuple):
    """
    https://github.com/package-url/purl-spec, without qualifiers and subpath.

    `path` is namespace and name.
    """

    kind: str
    path: str
    version: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def __str__(self) -> str:
        return f"pkg:{self.kind}/{self.path}"


def versions(purls: Iterable[Purl]) -> dict[str, tuple[str, ...]]:
    """The versions of each package of a language, sorted, by its purl without one."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for purl in purls:
        if purl.kind not in FAMILIES:
            found[str(purl)].add(purl.version)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def read(text: str) -> Purl | None:
    """The purl in a text; None where it is none. `str` of it leaves out the version."""
    match = _PURL.fullmatch(text[:1000])
    if not match:
        return None
    kind, path, version = match.groups()
    return Purl(kind.lower(), unquote(path).strip("/"), unquote(version or ""))

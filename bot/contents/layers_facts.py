"""What is written down of one layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from bot.model import Package


class Entry(NamedTuple):
    """
    What stands at a path.

    A `database` has its `packages`, a `text` its text in `said`. A `symlink` says where it leads
    to, as written; a `hardlink` (to what its own layer lacks) the path. `broken` says why it could
    not be read. `folder` and `other` stand there only.
    """

    kind: Literal["database", "text", "symlink", "hardlink", "folder", "other", "broken"]
    said: str = ""
    packages: tuple[Package, ...] = ()


class LayerFacts(NamedTuple):
    """
    One layer's part in an image.

    `hidden` are the paths that its whiteouts remove, `opaque` the folders that it empties, from the
    layers below. `entries` are by path, in its order; `programs` are the paths of what can be run.
    https://github.com/opencontainers/image-spec/blob/main/layer.md
    """

    diff_id: str = ""
    hidden: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()
    entries: Mapping[str, Entry] = {}
    programs: tuple[str, ...] = ()

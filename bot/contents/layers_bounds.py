"""What a layer may cost to read: whoever made an image may have meant harm."""

from __future__ import annotations

from typing import NamedTuple

MIB = 1 << 20
GIB = 1 << 30


class Bounds(NamedTuple):
    """
    Sizes in bytes: `compressed` of all layers of an image, `unpacked` of one layer, `database` and
    `text` of one file. `members` of one layer. A layer that unpacks to more than `ratio` times its
    size is refused once it exceeds `unsuspected` (gzip reaches a thousand, with zeros).
    """

    compressed: int = 4 * GIB
    unpacked: int = 8 * GIB
    ratio: int = 200
    unsuspected: int = 256 * MIB
    members: int = 1_000_000
    database: int = 256 * MIB
    text: int = MIB

"""Cut a tag into the smallest pieces that mean something, losing no character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple


class Token(NamedTuple):
    """A run of characters of one sort: `sep arch hash date epoch number word other`."""

    sort: str
    text: str


NOTHING: Final = Token("end", "")
"""What stands after the last piece."""

_START = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
_DAY8 = rf"{_YEAR}{_MONTH}{_DAY}"
_ISO = rf"{_YEAR}-{_MONTH}-{_DAY}"
_EPOCH = r"1\d{9}(?:\d{3})?"
_ARCH = (
    "x86_64|amd64|arm64v8|arm64|arm32v[567]|armv[5678]l?|armhf|armel|arm|aarch64|i386|i686"
    "|ppc64le|ppc64|s390x|riscv64|mips64le|mips64|mipsle|loong64|loongarch64"
)

# Every repetition is of single characters and no two alternatives overlap for more than a few of
# them, so the time to match grows with the length of the tag, whose limit is 128.
_TOKEN: Final = re.compile(
    r"(?P<sep>[-_.]+)"
    rf"|(?P<arch>{_START}(?:{_ARCH}){_END})"
    # A commit: 7 to 64 hexadecimal digits, one of them a letter; `git describe` writes a `g` first.
    rf"|(?P<hash>{_START}g?(?=[0-9]*[a-f])[0-9a-f]{{7,64}}{_END})"
    r"|(?P<date>(?<!\d)(?:"
    rf"{_ISO}[-T_][0-2]\d[-.]?[0-5]\d[-.]?[0-5]\d(?:\.\d+)?Z?"
    rf"|{_ISO}"
    rf"|{_DAY8}[-T_]?{_TIME}Z?"
    rf"|{_DAY8}[0-2]\d[0-5]\d"
    rf"|{_DAY8}(?:\.\d+)*"
    r")(?!\d))"
    rf"|(?P<epoch>(?<!\d){_EPOCH}(?!\d))"
    rf"|(?P<number>\d+(?:\.(?!(?:{_DAY8}|{_EPOCH})(?!\d))\d+)*)"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<other>.)",
    re.ASCII | re.DOTALL,
)

LIMIT: Final = (
    128  # https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
)


def tokens(text: str) -> Sequence[Token]:
    """The pieces of a tag in order; a text too long to be a tag is one piece."""
    if len(text) > LIMIT:
        return [Token("other", text)]
    return [Token(match.lastgroup or "other", match[0]) for match in _TOKEN.finditer(text)]


def numbers(text: str) -> tuple[int, ...]:
    """The decimal numbers in a text, in order."""
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", text))

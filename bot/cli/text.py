"""Text for a terminal: colour where it is wanted, and nothing a file could inject."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from bot.hushed import unsigned
from bot.wording.unseen import UNSEEN

_STEERING = re.compile(rf"[{UNSEEN}]|(?<!\S):(?=:)|(?<=##)(?=\w{{0,20}}\[)")
"""What a terminal obeys; and what GitHub's runner, Azure's or TeamCity takes for a command."""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_COMMAND = re.compile(r"##(?=\w{0,20}\[)")
_COLOURS = {
    "update": "32",
    "pin": "36",
    "current": "2",
    "held": "33",
    "skipped": "2",
    "failed": "31",
    "bold": "1",
    "dim": "2",
}


def out(text: str = "") -> None:
    """Print a line of text on standard output."""
    print(text if text.isascii() else text.encode("utf-8", "replace").decode())


def note(text: str) -> None:
    """
    Print lines for people, not for programs, on standard error.

    An address that somebody gave in place of a path or a name may have a password in it.
    """
    for line in text.split("\n"):
        print(unsigned(clean(line)), file=sys.stderr)


def speak() -> None:
    """
    Make the standard streams take whatever is printed on them.

    What their encoding lacks is written as an escape, and a stream that was closed swallows all:
    `print` would else turn from a closed standard error to standard output.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def clean(text: str) -> str:
    """
    Foreign text that steers neither a terminal nor the runner of a CI; a byte of no text in hex.

    A step's output is read for commands: `::set-output …` where a line begins, and `##[…]`,
    `##vso[…]`, `##teamcity[…]` wherever they stand.
    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    if "::" in text or "##" in text:
        return _STEERING.sub(_escaped, text)
    # Nearly all there is to print: told at once, or by a look at each sign alone.
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub(_escaped, text)


def uncommanding(document: str) -> str:
    """
    JSON in which no runner of a CI finds a command, as `clean` tells of them.

    These signs stand within its texts only; there the second of them gets another spelling.
    """
    return _COMMAND.sub(r"#\\u0023", document)


def _escaped(match: re.Match[str]) -> str:
    if not match[0]:
        return "\\"  # between the signs of a command
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte, as `surrogateescape` has it
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def coloured(stream: TextIO) -> bool:
    """Whether a stream shows colours: a terminal, and nobody said NO_COLOR (no-color.org)."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("TERM") != "dumb"


def paint(text: str, name: str) -> str:
    """The text in the colour of an outcome, on a terminal."""
    code = _COLOURS.get(name)
    return f"\x1b[{code}m{text}\x1b[0m" if code and coloured(sys.stdout) else text


def counted(numbers: Iterable[tuple[str, int]]) -> str:
    """`3 update, 1 held`: what there is none of is left out."""
    return ", ".join(f"{number} {what}" for what, number in numbers if number) or "none"


def plural(number: int, what: str) -> str:
    """`1 use`, `2 uses`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


class Progress:
    """One line on a terminal's standard error that tells what is under way, after a second."""

    PATIENCE = 1.0

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        # Asked once: it is told of every piece that comes, and each question to the system lets
        # another thread go first, which costs milliseconds where one unpacks.
        self._terminal = self._stream.isatty()
        self._began = time.monotonic()
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that `done` of `total` of something are done."""
        if not self._terminal or time.monotonic() - self._began < self.PATIENCE:
            return
        self._stream.write(f"\r\x1b[K{what}: {done} of {total}")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False

"""Run one command to its end, within bounds on its time and its output, and leave none behind."""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.git.files import in_words

MIB = 1 << 20
_CHUNK = 1 << 16
_PULSE = 0.2  # seconds between looks at the clock and at what is watched
_TAIL = 16_384  # bytes of complaints that are kept: what ended a program is said last


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a command may take, in seconds, and how many bytes it may write to its output."""

    timeout: float
    output: int
    watch: Callable[[], str | None] = lambda: None
    """Asked now and then while it runs: why it has to end, `None` if it may go on."""


@dataclass(frozen=True, slots=True)
class Command:
    """
    A program, its arguments, all of its environment, and what it reads.

    It keeps `held`, a descriptor, open for as long as it or anything it started lives.
    """

    words: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    stdin: bytes = field(default=b"", repr=False)
    held: int | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left; `cut` says why it was ended, if it was, and then the rest is partial."""

    code: int
    output: bytes
    said: bytes
    cut: str | None


def ran(command: Command, bounds: Bounds) -> Ran:
    """
    Run a command to its end, or end it and all it started. Raises `OSError` if it cannot start.

    It has a process group of its own: helpers that git starts hold its pipes, and would keep us
    waiting for ever after git itself was ended.
    """
    process = subprocess.Popen(
        command.words,
        stdin=subprocess.PIPE if command.stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(command.env),
        pass_fds=() if command.held is None else (command.held,),
        start_new_session=True,
    )
    talk = _Talk(process, command.stdin, bounds)
    with process:
        try:
            cut = talk.to_the_end()
            code = -signal.SIGKILL if cut else process.wait(bounds.timeout)
        except subprocess.TimeoutExpired:
            code, cut = -signal.SIGKILL, _too_long(bounds)
        finally:
            _end(process)
    return Ran(code, bytes(talk.output), bytes(talk.said), cut)


class _Talk:
    """What is said to a program and by it."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes, bounds: Bounds) -> None:
        self.output = bytearray()
        self.said = bytearray()
        self._process = process
        self._left = memoryview(stdin)
        self._bounds = bounds
        self._next_look = time.monotonic() + _PULSE
        self._until = time.monotonic() + bounds.timeout

    def to_the_end(self) -> str | None:
        """Read and write until the program closes its pipes; else why it has to be ended."""
        process = self._process
        with selectors.DefaultSelector() as ready:
            for pipe in (process.stdout, process.stderr):
                assert pipe
                ready.register(pipe, selectors.EVENT_READ, pipe)
            if pipe := process.stdin:
                ready.register(pipe, selectors.EVENT_WRITE, pipe)
            while ready.get_map():
                for key, _ in ready.select(_PULSE):
                    if not self._moved(key):
                        ready.unregister(key.fileobj)
                        key.data.close()
                if cut := self._cut():
                    return cut
        return None

    def _cut(self) -> str | None:
        now = time.monotonic()
        if now > self._until:
            return _too_long(self._bounds)
        if len(self.output) > self._bounds.output:
            return f"wrote more than {in_words(self._bounds.output)}"
        if now < self._next_look:
            return None
        self._next_look = now + _PULSE
        return self._bounds.watch()

    def _moved(self, key: selectors.SelectorKey) -> int:
        """How much there was to read, or is left to write; 0 where that is the end of it."""
        if key.data is self._process.stdin:
            return self._written(key.fd)
        chunk = os.read(key.fd, _CHUNK)
        if key.data is self._process.stdout:
            self.output += chunk
        else:
            self.said = (self.said + chunk)[-_TAIL:]
        return len(chunk)

    def _written(self, pipe: int) -> int:
        try:  # a pipe that is ready takes this much without blocking
            self._left = self._left[os.write(pipe, self._left[: select.PIPE_BUF]) :]
        except BrokenPipeError:  # it wants to know no more; what it says tells why
            return 0
        return len(self._left)


def _end(process: subprocess.Popen[bytes]) -> None:
    # Until it is waited for, its number is that of no other group.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _too_long(bounds: Bounds) -> str:
    return f"took longer than {bounds.timeout:g} seconds"

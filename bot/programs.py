"""Run programs that get no more than they need: of time, of output, of their surroundings."""

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import EvidenceError
from bot.hushed import hushed, logins

MIB = 1 << 20
_CHUNK = 1 << 16
_COMPLAINT_LIMIT = 300
_PULSE = 0.2  # seconds between looks at whether the wait was given up
_GRACE = 5.0  # seconds for a program that has closed its pipes to end
_TAIL = 4096  # bytes of stderr that are kept: what ended a program is said last

# What a program may hear of ours where it has to reach the network. Tokens are not among it.
_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True, slots=True)
class Call:
    """
    One run of a program.

    `env` is all of its environment. `folder` is where it starts; `timeout` is in seconds, `limit`
    bounds what it may write to its standard output, in bytes.
    """

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path = Path("/")
    timeout: float = 600.0
    limit: int = 100 * MIB

    @property
    def name(self) -> str:
        """What a person calls the program."""
        return Path(self.command[0]).name


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program left: its exit code, its output, and the last line of its complaints."""

    code: int
    output: bytes
    complaint: str


def found(program: str) -> str | None:
    """
    The absolute path of a program that is there and may be run: a path, or a name in `PATH`.

    A name is not looked for in folders of `PATH` that depend on where one is: what lies in a
    repository is not to be run for its name.
    """
    there = shutil.which(program)
    if there is None or (os.sep not in program and not Path(there).is_absolute()):
        return None
    return str(Path(there).absolute())


def surroundings(home: Path, *, network: bool) -> dict[str, str]:
    """
    The least environment that a program gets along with; `home` also holds its temporary files.

    With `network`, it learns of proxies and certificates. It finds no credentials either way:
    `DOCKER_CONFIG` names an empty folder.
    """
    names = (*_NETWORK, *map(str.lower, _NETWORK)) if network else ()
    heard = {name: os.environ[name] for name in ("PATH", *names) if name in os.environ}
    return {**heard, "HOME": str(home), "TMPDIR": str(home), "DOCKER_CONFIG": str(home)}


def made(folder: Path) -> Path:
    """The folder, made where it was not there yet; raises `EvidenceError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EvidenceError(f"{folder}: the folder cannot be made: {error.strerror}") from error
    return folder


async def run(call: Call) -> Ran:
    """
    Run a program to its end, whatever its exit code.

    It has a process group of its own, which is ended with it, so that nothing it started lives
    on. Raises `EvidenceError` where it cannot be started, takes too long or writes too much.
    """
    given_up = threading.Event()
    try:
        return await asyncio.to_thread(_ran, call, given_up)
    finally:
        given_up.set()


def _ran(call: Call, given_up: threading.Event) -> Ran:
    with _started(call) as process:
        try:
            output, said = _Reading(call, process, given_up).all()
            code = process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            raise _too_long(call) from None
        finally:
            _end(process)
    return Ran(code, output, _complaint(said, logins(call.env)))


def _started(call: Call) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 -- no shell; who calls says what is run
            call.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(call.env),
            cwd=call.folder,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EvidenceError(f"{call.name} cannot be run: {why}") from error


class _Reading:
    """What a program writes, until it ends or is ended: all of its output, the end of the rest."""

    def __init__(
        self, call: Call, process: subprocess.Popen[bytes], given_up: threading.Event
    ) -> None:
        self._call = call
        self._process = process
        self._given_up = given_up
        self._until = time.monotonic() + call.timeout
        self._output = bytearray()
        self._said = b""

    def all(self) -> tuple[bytes, bytes]:
        """Both, whole as far as they are kept; raises `EvidenceError`."""
        with selectors.DefaultSelector() as ready:
            for pipe in (self._process.stdout, self._process.stderr):
                assert pipe
                ready.register(pipe, selectors.EVENT_READ)
            while ready.get_map() and self._goes_on():
                for key, _ in ready.select(_PULSE):
                    if not self._read(key.fd, is_output=key.fileobj is self._process.stdout):
                        ready.unregister(key.fileobj)
        return bytes(self._output), self._said

    def _goes_on(self) -> bool:
        """Whether there may be more to read; an error where there was time enough."""
        given_up = self._given_up.is_set()
        if given_up or self._process.poll() is not None:
            # What it left behind may hold the pipes, and has nothing to say.
            _end(self._process)
        if given_up:
            return False
        if time.monotonic() > self._until:
            raise _too_long(self._call)
        return True

    def _read(self, pipe: int, *, is_output: bool) -> int:
        chunk = os.read(pipe, _CHUNK)
        if not is_output:
            self._said = (self._said + chunk)[-_TAIL:]
        else:
            self._output += chunk
            if len(self._output) > self._call.limit:
                raise EvidenceError(
                    f"{self._call.name} wrote more than {self._call.limit >> 10} KiB"
                )
        return len(chunk)


def _end(process: subprocess.Popen[bytes]) -> None:
    # The group is there as long as any process of it is, and its number with it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _too_long(call: Call) -> EvidenceError:
    return EvidenceError(f"{call.name} took longer than {call.timeout:g} seconds")


def _complaint(said: bytes, secrets: Iterable[str]) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    # A program may repeat the address of a proxy that it cannot make sense of.
    shown = "".join(char if char.isprintable() else " " for char in hushed(last, secrets))
    return shown[-_COMPLAINT_LIMIT:]

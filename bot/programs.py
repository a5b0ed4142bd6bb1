"""Run programs that get no more than they need: of time, of output, of their surroundings."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import EvidenceError

MIB = 1 << 20
_CHUNK = 1 << 16
_COMPLAINT_LIMIT = 300
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
    process = await _started(call)
    try:
        async with asyncio.timeout(call.timeout):
            output, said = await asyncio.gather(_output(process, call), _said(process))
            code = await process.wait()
    except TimeoutError:
        raise EvidenceError(f"{call.name} took longer than {call.timeout:g} seconds") from None
    finally:
        _end(process)
        await process.wait()
    if output is None:
        raise EvidenceError(f"{call.name} wrote more than {call.limit >> 10} KiB")
    return Ran(code, output, _complaint(said))


async def _started(call: Call) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *call.command,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=dict(call.env),
            cwd=call.folder,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EvidenceError(f"{call.name} cannot be run: {why}") from error


async def _output(process: Process, call: Call) -> bytes | None:
    """All that it writes; None where that is too much, and then it is ended."""
    assert process.stdout
    kept = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        kept += chunk
        if len(kept) > call.limit:
            _end(process)
            return None
    return bytes(kept)


async def _said(process: Process) -> bytes:
    assert process.stderr
    tail = b""
    while chunk := await process.stderr.read(_CHUNK):
        tail = (tail + chunk)[-_TAIL:]
    return tail


def _end(process: Process) -> None:
    # The group is there as long as any process of it is, and its number with it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _complaint(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    shown = "".join(char if char.isprintable() else " " for char in last)
    return shown[-_COMPLAINT_LIMIT:]

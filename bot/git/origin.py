"""Where a repository is cloned from: its address, who may see it, and git's talk with its host."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ConfigError, RepoError, ShutError
from bot.git.complaints import explained, is_unreached
from bot.git.program import (
    OPTIONS,
    CutShortError,
    DamageError,
    complaint_in,
    printable,
    why_not_run,
)
from bot.git.running import MIB, Bounds, Command, Ran, ran
from bot.hushed import hushed, logins

_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
_ADDRESS = re.compile(r"[!-~]{1,2000}")
_UNSAFE_IN_HEADER = re.compile(r"[^ -~]")

# Git holds in memory what a host says of its branches, however long that gets. Where the system
# knows no such limit, there is none.
_BOUNDED = 'ulimit -v "$0" 2>/dev/null; exec "$@"'
_NOT_THERE = 127  # https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html

# Nothing of the machine's configuration is read, so this is all there is, and it is not on disk.
_SAID = {
    "protocol.version": "2",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "http.followRedirects": "false",  # git would send the header along, wherever it leads
    "http.sslVerify": "true",
    "http.lowSpeedLimit": "100",  # bytes a second, for as long as:
    "http.lowSpeedTime": "60",
    "credential.helper": "",
    "core.askPass": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "fetch.unpackLimit": "1",  # one file for each fetch, however few objects it brings
    "pack.threads": "1",  # each takes memory of its own, and there is little to do
    "core.packedGitWindowSize": "32m",
    "core.packedGitLimit": "256m",
    "core.bigFileThreshold": "16m",  # what is larger goes to disk without being held in memory
    "filter.lfs.smudge": "",
    "filter.lfs.process": "",
    "filter.lfs.required": "false",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """What a host wants to be shown, as an HTTP header; it is never printed."""

    header: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    """What must not be shown to anybody: the token, and what it looks like in the header."""

    @classmethod
    def basic(cls, user: str, token: str) -> Credential:
        """
        A token in place of a password: `x-access-token` is GitHub's user, `oauth2` GitLab's.

        Raises `ConfigError` where no header can have it.
        """
        encoded = base64.b64encode(f"{user}:{token}".encode()).decode()
        return cls._of("Basic", encoded, token)

    @classmethod
    def bearer(cls, token: str) -> Credential:
        """A token by itself. Raises `ConfigError` where no header can have it."""
        return cls._of("Bearer", token, token)

    @classmethod
    def _of(cls, scheme: str, shown: str, token: str) -> Credential:
        if not token or _UNSAFE_IN_HEADER.search(token):
            raise ConfigError("the token for git is empty, or has a character that no token has")
        return cls(f"Authorization: {scheme} {shown}", (token, shown))


@dataclass(frozen=True, slots=True)
class Trust:
    """
    What an operator says of hosts.

    `insecure` are those, as `host` or `host:port`, that may be asked over plain HTTP;
    `authorities` is a file with the certificates to believe in place of the system's; `memory` is
    how many bytes of it one git program may take for what they send.
    """

    insecure: frozenset[str] = frozenset()
    authorities: Path | None = None
    memory: int = 2048 * MIB


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository's clone URL, and how its host is asked. `shown` is what messages call it."""

    url: str
    credential: Credential | None = None
    trust: Trust = field(default_factory=Trust)

    def __post_init__(self) -> None:
        """Raise `RepoError` where this is no address that may be asked."""
        if why := _unfit(self.url, self.trust.insecure):
            raise RepoError(f"{self.shown}: {why}")

    @property
    def shown(self) -> str:
        """The URL as a person may read it: without what may be a password."""
        return printable(re.sub(r"(?<=//)[^/]*@", "", self.url))[:300]

    @property
    def _host(self) -> str:
        return "/".join(self.shown.split("/")[:3])

    def command(
        self, words: Sequence[str], folder: Path, settings: Mapping[str, str] | None = None
    ) -> Command:
        """A git command at work in this folder, which hears of no setting of this machine."""
        bounded = ("/bin/sh", "-c", _BOUNDED, str(self.trust.memory >> 10))
        return Command((*bounded, "git", *OPTIONS, *words), self._environment(folder, settings))

    def _environment(self, folder: Path, settings: Mapping[str, str] | None) -> dict[str, str]:
        pairs = {**_SAID, **dict(self._own()), **(settings or {})}
        return {**_surroundings(folder), **_as_variables(pairs)}

    def answer(self, command: Command, bounds: Bounds) -> bytes:
        """What a git command gives. Raises `RepoError`, a `DamageError` if files may be harmed."""
        return self.done(command, bounds).output

    def done(self, command: Command, bounds: Bounds) -> Ran:
        """The same, with what git said beside."""
        try:
            done = ran(command, bounds)
        except OSError as error:
            raise RepoError(f"{self.shown}: {why_not_run(error)}") from error
        if done.cut or done.code:
            raise self._refusal(done)
        return done

    def _refusal(self, done: Ran) -> RepoError:
        if done.code == _NOT_THERE:
            return RepoError(f"{self.shown}: {why_not_run(FileNotFoundError())}")
        if done.cut:
            return CutShortError(f"{self.shown}: reading it {done.cut}; it is left out of this run")
        said = complaint_in(self._without_secrets(done.said))
        if why := explained(said, with_token=self.credential is not None):
            if is_unreached(said):
                return ShutError(f"{self._host}: {why}")
            return RepoError(f"{self.shown}: {why}")
        return DamageError(f"{self.shown}: git failed: {said or f'exit code {done.code}'}")

    def _without_secrets(self, said: bytes) -> bytes:
        # git shows none but a proxy's; a server may send back what it was sent.
        own = self.credential.secrets if self.credential else ()
        text = said.decode("utf-8", "surrogateescape")
        told = hushed(text, (*own, *logins(os.environ)))
        return told.encode("utf-8", "surrogateescape")

    def _own(self) -> Iterator[tuple[str, str]]:
        yield "remote.origin.url", self.url
        if urlsplit(self.url).scheme == "http":
            yield "protocol.http.allow", "always"
        if self.trust.authorities:
            yield "http.sslCAInfo", str(self.trust.authorities)
        if self.credential:
            yield f"http.{self.url}.extraHeader", self.credential.header


def _unfit(url: str, insecure: frozenset[str]) -> str | None:
    if not _ADDRESS.fullmatch(url):
        return "is no URL that can be cloned"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "is no URL that can be cloned"
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        return "only URLs as https://host/path can be cloned"
    if "@" in parts.netloc:
        return "has a name or password in it; give the token apart"
    named = {host, f"{host}:{port or 80}", parts.netloc.lower()}
    if parts.scheme == "http" and not named & insecure:
        return "is asked over plain HTTP only if its host is configured as insecure"
    return None


def _surroundings(folder: Path) -> dict[str, str]:
    names = ("PATH", *_NETWORK, *map(str.lower, _NETWORK))
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        "GIT_DIR": str(folder),
        "HOME": str(folder),  # where no .netrc is
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }


def _as_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Configuration for git without a file of it (`git help config`, GIT_CONFIG_COUNT)."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables

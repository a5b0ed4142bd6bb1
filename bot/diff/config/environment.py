"""The environment that an image gives to builds and containers on top of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.model import ConfigChange

HIDDEN = "(hidden)"
MOST = 100
"""Variables, and labels, beyond which the rest is counted and not listed."""

_LOADERS = frozenset({
    "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "BASH_ENV", "ENV", "NODE_OPTIONS",
    "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "RUBYOPT", "RUBYLIB", "PERL5OPT", "PERL5LIB",
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "DOTNET_STARTUP_HOOKS",
    "GCONV_PATH",
})  # fmt: skip
"""What makes programs load code that nobody named when starting them."""

_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"})
_SECRET_NAME = re.compile(
    r"PASS(?:WORD|WD|PHRASE)?(?:_|$)|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|SECRET|SIGNING|"
    r"ENCRYPTION|MASTER|AUTH)_?KEY|(?:^|_)(?:PWD|AUTH|COOKIE|DSN)$"
)
_PUBLIC_NAME = re.compile(r"_(?:SHA\d+|CHECKSUM|VERSION|FILE|URL)$|^GPG_KEYS?$")
_SECRET_VALUE = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20}|github_pat_|glpat-|xox[abprs]-|sk-[A-Za-z0-9]{20}"
    r"|-----BEGIN|eyJ[A-Za-z0-9_-]{10,}\.eyJ|://[^/\s:@]{1,200}:[^/\s@]{1,200}@"
)
_VERSION = re.compile(r"(.+)_VERSION$")
_ASSIGNMENT = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]*)=(\S+)")
"""As build arguments stand before a command: `|1 TOKEN=… /bin/sh -c …`."""

_CHECKSUM = re.compile(r"_(?:SHA(?:1|256|384|512)|CHECKSUM|MD5)$|^GPG_KEYS?$")


def environment_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[ConfigChange]:
    """A change for each variable that differs; `PATH` by its folders."""
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    for name in names[:MOST]:
        was, now = old.get(name), new.get(name)
        if name == "PATH" and was is not None and now is not None:
            yield _path(was, now)
        else:
            yield _variable(name, was, now)
    if len(names) > MOST:
        meaning = f"{len(names) - MOST} more variables differ."
        yield ConfigChange("environment", None, None, meaning)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable or label looks as if nobody should read it."""
    upper = name.upper()
    named = _SECRET_NAME.search(upper) and not _PUBLIC_NAME.search(upper)
    return bool(named or _SECRET_VALUE.search(value[:4000]))


def shown(name: str, value: str | None) -> str | None:
    """A value as it may be told."""
    return HIDDEN if value is not None and is_secret(name, value) else value


def without_secrets(command: str) -> str:
    """A command of a build without what looks like secrets in it."""
    told = _ASSIGNMENT.sub(lambda found: f"{found[1]}={shown(found[1], found[2])}", command)
    return HIDDEN if is_secret("", told) else told


def _variable(name: str, was: str | None, now: str | None) -> ConfigChange:
    serious = _is_serious(name, now)
    hidden = any(value is not None and is_secret(name, value) for value in (was, now))
    meaning = _meaning(name, was, None if hidden else now, gone=now is None)
    if hidden:
        was, now = (None if value is None else HIDDEN for value in (was, now))
    return ConfigChange(f"environment {name}", was, now, meaning, serious)


def _is_serious(name: str, now: str | None) -> bool:
    return bool(now) and (name in _LOADERS or name.upper() in _PROXIES)


def _meaning(name: str, was: str | None, now: str | None, *, gone: bool) -> str:
    if special := _special(name, gone=gone):
        return special
    if gone:
        return f"Builds that use ${name} find it empty now."
    version = _VERSION.fullmatch(name)
    if version and now and was:
        return f"{version[1]} is {now} now, where it was {was}."
    if was is None:
        return f"Builds and containers on it see ${name}, which was not set."
    return f"Builds and containers on it see another value of ${name}."


def _special(name: str, *, gone: bool) -> str:
    """What is to be said of variables that are known by their name."""
    if name in _LOADERS and not gone:
        return f"Every program in builds and containers on it may load other code by {name}."
    if name.upper() in _PROXIES and not gone:
        return f"Builds and containers on it reach the network through {name}."
    if name == "PATH":
        return "Programs are found by their name where the default says, or no longer there."
    if _CHECKSUM.search(name):
        return "The publisher checks its own downloads by it; builds on it seldom read it."
    return ""


def _path(was: str, now: str) -> ConfigChange:
    before, after = was.split(":"), now.split(":")
    lost = [folder for folder in dict.fromkeys(before) if folder not in after]
    won = [folder for folder in dict.fromkeys(after) if folder not in before]
    sentences = []
    if lost:
        sentences.append(f"Programs in {', '.join(lost)} are no longer found by their name.")
    if won:
        sentences.append(f"Programs are looked for in {', '.join(won)} too.")
    if not sentences:
        sentences.append("Programs are looked for in another order.")
    return ConfigChange("environment PATH", was, now, " ".join(sentences), serious=bool(lost))

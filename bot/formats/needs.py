"""What commands of a build need of the image they run in: programs, packages, users."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from bot.formats.commands import Command, Word, commands
from bot.model import AskedKind

_DEPTH = 3
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_PROGRAM = re.compile(r"[A-Za-z0-9_./+-][A-Za-z0-9_./+@:-]{0,200}")
_BUILTINS = frozenset({
    ".", ":", "[", "[[", "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command",
    "compgen", "complete", "continue", "declare", "dirs", "disown", "echo", "enable", "eval",
    "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help", "history", "jobs",
    "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read",
    "readarray", "readonly", "return", "set", "shift", "shopt", "source", "suspend", "test",
    "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
})  # fmt: skip
_WRAPPERS = {
    "builtin": "", "chronic": "", "command": "", "doas": "u", "eatmydata": "", "env": "uCS",
    "exec": "a", "fakeroot": "", "ionice": "cn", "nice": "n", "nohup": "", "setarch": "",
    "stdbuf": "ioe", "sudo": "ugpCDhRTU", "xargs": "aEeIiLlnPs",
}  # fmt: skip
"""Commands that run another one, each with the letters of its options that take a value."""

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_ACCOUNTS = frozenset({
    "adduser", "useradd", "usermod", "addgroup", "groupadd", "groupmod", "newusers",
})  # fmt: skip
_BRINGING_NOTHING = frozenset({"chown", "chgrp", "mkdir", "cd", "rm", "echo", "export", "sudo"})
_LONGEST = 300
"""Characters of a package with its version: no longer word is read as one."""

_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
_DEB = re.compile(r"([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?(=[^\s/]+)?(?:/[\w.-]+)?")
_APK = re.compile(r"([A-Za-z0-9][A-Za-z0-9+._-]*?)((?:~=|[<>]=?|=~?|~)[^\s@]+)?(?:@[\w.-]+)?")
# `name-version[-release]` as of https://dnf.readthedocs.io/en/latest/command_ref.html (specifying
# packages), where what comes last is a number; zypper's `name=version`. Names have digits too
# (`java-17-openjdk`), and may end in one: a version alone has a dot.
_RPM = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9+._-]*?)"
    r"((?:-(?:[0-9]+:)?[0-9][A-Za-z0-9._+~^]*-[0-9][A-Za-z0-9._+~^]*?"
    r"|-(?:[0-9]+:)?[0-9]+[.][A-Za-z0-9._+~^]+?"
    r"|[<>]?=[^\s=<>]+?)?)"
    r"(?:[.](?:noarch|x86_64|aarch64|i[3-6]86|ppc64le|s390x|armv7hl|riscv64))?"
)


class Need(NamedTuple):
    """Something that is needed, and where in the script."""

    kind: AskedKind
    name: str
    at: int
    constraint: str = ""


class _Manager(NamedTuple):
    """How a package manager is told to install: its verbs, options with a value, its words."""

    verbs: frozenset[str]
    valued: frozenset[str]
    word: re.Pattern[str]


_APT = _Manager(
    frozenset({"install", "reinstall"}),
    frozenset({
        "-t", "-o", "-c", "-a", "--target-release", "--default-release", "--option",
        "--config-file",
    }),
    _DEB,
)  # fmt: skip
_DNF = _Manager(
    frozenset({"install", "in", "reinstall"}),
    frozenset({
        "-c", "-d", "-e", "-x", "--repo", "--repoid", "--enablerepo", "--disablerepo",
        "--installroot", "--releasever", "--setopt", "--exclude", "--config",
    }),
    _RPM,
)  # fmt: skip
_APKS = _Manager(
    frozenset({"add"}),
    frozenset({
        "-t", "--virtual", "-X", "--repository", "-p", "--root", "--keys-dir",
        "--repositories-file", "--wait", "--arch", "--cache-dir",
    }),
    _APK,
)  # fmt: skip
_MANAGERS = {
    "apk": _APKS,
    **dict.fromkeys(("apt", "apt-get", "aptitude"), _APT),
    **dict.fromkeys(("dnf", "dnf5", "microdnf", "tdnf", "yum", "zypper"), _DNF),
}


@dataclass(slots=True)
class Known:
    """
    What a build has spoken of so far, and so may have brought itself.

    A program that was an argument of an earlier command (`npm install -g yarn`, `command -v wget`)
    or the target of a copy is not asked of the image any more; a user that was created neither.
    """

    programs: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)

    def copy(self) -> Known:
        """The same, to go on with."""
        return Known(set(self.programs), set(self.users))

    def mention(self, text: str) -> None:
        """Take note of an argument that may bring a program."""
        bare = re.split(r"[@=~<>:\s]", text.rstrip("/").rpartition("/")[2], maxsplit=1)[0]
        self.programs.add(bare)


def needs_of_script(script: str, known: Known, depth: int = 0) -> Iterator[Need]:
    """What a script needs, in its order; `known` is added to."""
    for command in commands(script):
        yield from needs_of_command(command, known, depth)


def needs_of_command(command: Command, known: Known, depth: int = 0) -> Iterator[Need]:
    """What one command needs; `known` is added to."""
    words = command.words
    while words := _after_assignments(words):
        name = words[0]
        if not name.known or not _PROGRAM.fullmatch(name.text):
            break
        if command.sure and _is_asked(name.text, known):
            yield Need("command", name.text, name.at)
        base = name.text.rpartition("/")[2]
        if base not in _WRAPPERS or (base == "command" and _asks_only(words)):
            found = [*_inner(base, words[1:], known, depth)]
            yield from found if command.sure else ()
            break
        words = _wrapped(words[1:], _WRAPPERS[base])
    if command.words[0].text not in _BRINGING_NOTHING:
        for word in command.words[1:]:
            known.mention(word.text)


def account(text: str) -> Iterator[tuple[AskedKind, str]]:
    """The user and the group that `user:group` names, without numbers and variables."""
    user, _, group = text.partition(":")
    if _USER.fullmatch(user):
        yield "user", user
    if _USER.fullmatch(group):
        yield "group", group


def package(text: str, word: re.Pattern[str] = _DEB) -> Iterator[tuple[AskedKind, str, str]]:
    """The package that a word of an install line names, with its constraint if there is one."""
    match = word.fullmatch(text) if len(text) <= _LONGEST else None
    if match and not text.endswith((".deb", ".apk", ".rpm")):
        yield ("pin" if match[2] else "package"), match[1], match[2] or ""


def _is_asked(name: str, known: Known) -> bool:
    base = name.rpartition("/")[2]
    if "/" in name and not name.startswith("/"):
        return False  # a file of the build
    return name not in _BUILTINS and base not in known.programs


def _asks_only(words: Sequence[Word]) -> bool:
    return len(words) > 1 and words[1].text in ("-v", "-V")


def _after_assignments(words: Sequence[Word]) -> tuple[Word, ...]:
    start = 0
    while start < len(words) and _ASSIGNMENT.match(words[start].text):
        start += 1
    return tuple(words[start:])


def _wrapped(words: Sequence[Word], valued: str) -> tuple[Word, ...]:
    """What follows the options of a command that runs another one."""
    start = 0
    while start < len(words) and words[start].text.startswith("-"):
        text = words[start].text
        start += 2 if len(text) == 2 and text[1] in valued else 1
    return tuple(words[start:])


def _inner(base: str, words: Sequence[Word], known: Known, depth: int) -> Iterator[Need]:
    """What the arguments of a command need, where they are known to need something."""
    if base in _SHELLS:
        yield from _given_script(words, known, depth)
    elif base in _MANAGERS:
        yield from _installed(words, _MANAGERS[base])
    elif base in _ACCOUNTS:
        known.users.update(word.text for word in words)
    elif base in _NAMING:
        for kind, name, at in _NAMING[base](words):
            if name not in known.users:
                yield Need(kind, name, at)
    if any("passwd" in word.text or "/group" in word.text for word in words):
        known.users.update(part for word in words for part in re.split(r"\W+", word.text))


def _given_script(words: Sequence[Word], known: Known, depth: int) -> Iterator[Need]:
    for option, script in pairwise(words):
        if not option.text.startswith("-"):
            return
        if re.fullmatch(r"-[abd-z]*+c[a-z]*+", option.text):
            if depth < _DEPTH:
                for need in needs_of_script(script.text, known, depth + 1):
                    yield need._replace(at=script.at)
            return


def _installed(words: Sequence[Word], manager: _Manager) -> Iterator[Need]:
    verb = False
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in manager.valued
        elif not verb:
            verb = word.text in manager.verbs
            if not verb:
                return
        elif word.known:
            for kind, name, constraint in package(word.text, manager.word):
                yield Need(kind, name, word.at, constraint)


def _first_argument(words: Sequence[Word]) -> Word | None:
    return next((word for word in words if not word.text.startswith("-")), None)


def _owner(words: Sequence[Word]) -> Iterator[tuple[AskedKind, str, int]]:
    first = _first_argument(words)
    if first and first.known and not any(w.text.startswith("--reference") for w in words):
        yield from ((kind, name, first.at) for kind, name in account(first.text))


def _group(words: Sequence[Word]) -> Iterator[tuple[AskedKind, str, int]]:
    first = _first_argument(words)
    if first and first.known and _USER.fullmatch(first.text):
        yield "group", first.text, first.at


_NAMING: dict[str, Callable[[Sequence[Word]], Iterable[tuple[AskedKind, str, int]]]] = {
    "chown": _owner,
    "gosu": _owner,
    "su-exec": _owner,
    "chgrp": _group,
}

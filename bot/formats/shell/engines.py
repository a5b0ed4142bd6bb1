"""The commands of container engines, and which of their words name images."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.formats.commands import Command, Word
from bot.model import Role

ENGINES = frozenset({"docker", "podman", "nerdctl", "finch", "buildah", "buildctl"})
_GROUPS = frozenset({"container", "image", "buildx", "builder"})
_OF_ENGINE = frozenset(
    "-H --host -c --context --config -l --log-level -n --namespace --addr --timeout".split()  # noqa: SIM905 - legible
)
_WITHOUT_VALUE = frozenset(
    "-- --all-tags --detach --disable-content-trust --env-host --help --http-proxy --init"  # noqa: SIM905 - legible
    " --interactive --no-healthcheck --no-hosts --oom-kill-disable --privileged --publish-all"
    " --quiet --read-only --replace --rm --rmi --sig-proxy --tls-verify --tty"
    " --no-cache --pull --push --load --squash --force-rm --compress".split()
)
_SHORT_WITHOUT_VALUE = frozenset("ditPqa")
_PULLED = "docker-image://"
_FRONTEND = "source="
_LOOSE = re.compile(r"\$\{?[\w@*]+\}?|\{\{.*\}\}", re.DOTALL)
_SURE = re.compile(r"[a-z0-9][\w./-]*(?::[0-9]+/[\w./-]+)?[:@][\w$].*", re.DOTALL)


class Named(NamedTuple):
    """A word that names an image from its character `start` on, and the platform it is for."""

    role: Role
    word: Word
    start: int = 0
    platform: str | None = None


def images(command: Command) -> Iterator[Named]:
    """What a command names that an engine runs, pulls or builds with."""
    words = command.words
    at = next((at for at, word in enumerate(words) if _is_engine(word.text)), len(words)) + 1
    at = _after_flags(words, at, _OF_ENGINE)
    if at < len(words) and words[at].text in _GROUPS:
        at += 1
    verb = words[at].text if at < len(words) else ""
    if verb in {"run", "create", "pull", "from"}:
        yield from _run(words, at + 1)
    elif verb in {"build", "bud"}:
        yield from _built(words, at + 1)


def _is_engine(word: str) -> bool:
    """An engine by its name, or a variable that has one: the comment has asked for it."""
    return word.rpartition("/")[2] in ENGINES or word.startswith("$")


def _after_flags(words: Sequence[Word], at: int, with_value: frozenset[str]) -> int:
    while at < len(words) and words[at].text.startswith("-"):
        at += 1 + (words[at].text in with_value)
    return at


def _run(words: Sequence[Word], at: int) -> Iterator[Named]:
    platform = None
    at = _past_options(words, at)
    while at < len(words) and words[at].text.startswith("-"):
        flag, equals, value = words[at].text.partition("=")
        takes_next = not equals and _takes_next(flag)
        if flag == "--platform":
            platform = value or (words[at + 1].text if at + 1 < len(words) else None)
        at += 1 + takes_next
        at = _past_options(words, at)
    if at < len(words):
        known = platform if platform and "$" not in platform else None
        yield Named("image", words[at], platform=known)


def _past_options(words: Sequence[Word], at: int) -> int:
    """Past a variable that can only have flags in it, as more flags or an image come behind it."""
    while at + 1 < len(words) and _LOOSE.fullmatch(words[at].text):
        behind = words[at + 1].text
        if not (behind.startswith("-") or _SURE.fullmatch(behind) or _LOOSE.fullmatch(behind)):
            break
        at += 1
    return at


def _takes_next(flag: str) -> bool:
    """Whether a flag that has no value of its own takes the next word for it (`-p`, `-dp`)."""
    if flag.startswith("--"):
        return flag not in _WITHOUT_VALUE
    letters = flag[1:]
    before = letters[:-1]
    return (
        bool(letters)
        and letters[-1] not in _SHORT_WITHOUT_VALUE
        and all(letter in _SHORT_WITHOUT_VALUE for letter in before)
    )


def _built(words: Sequence[Word], at: int) -> Iterator[Named]:
    """What a build is given: arguments that look like images, contexts, its base, its frontend."""
    for number in range(at, len(words)):
        flag, equals, _ = words[number].text.partition("=")
        if flag not in {"--build-arg", "--build-context", "--from", "--opt"}:
            continue
        if not equals and number + 1 == len(words):
            return
        word = words[number] if equals else words[number + 1]
        start = len(flag) + 1 if equals else 0
        if flag == "--from":
            yield Named("from", word, start)
        elif flag == "--opt":
            if word.text.startswith(_FRONTEND, start):
                yield Named("syntax", word, start + len(_FRONTEND))
        else:
            yield from _given(flag, word, start)


def _given(flag: str, word: Word, start: int) -> Iterator[Named]:
    name, equals, value = word.text[start:].partition("=")
    behind = start + len(name) + 1
    if not equals:
        return
    if flag == "--build-context" and value.startswith(_PULLED):
        yield Named("arg", word, behind + len(_PULLED))
    elif flag == "--build-arg" and (":" in value or "/" in value) and "://" not in value:
        yield Named("arg", word, behind)

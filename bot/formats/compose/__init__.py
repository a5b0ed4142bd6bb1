"""
Compose files: the services of an application, what they run and how it is built.

Where an image may be named is told in `docs/formats/compose.md`; the source of the rules is
https://github.com/compose-spec/compose-spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Ties
    from bot.formats.telling import Value

NAME = "compose"

_NAMED = re.compile(r"(?:.*[._-])?(?:docker[_-]?)?compose[^/]*\.ya?ml", re.IGNORECASE)
_SERVICES = re.compile(r"^\ufeff?[\"']?services[\"']?[ \t]*:", re.MULTILINE)
_ENTRY = re.compile(r"^\ufeff?[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*=", re.MULTILINE)


def matches(path: str) -> bool:
    """Whether a file of this path may be of Compose: any YAML, and the `.env` that it reads."""
    return path.lower().endswith((".yml", ".yaml")) or is_env(path)


def is_env(path: str) -> bool:
    """Whether a file of this path is one that Compose takes variables from."""
    return path == ".env" or path.endswith("/.env")


def claims(file: SourceFile) -> bool:
    """
    Whether a file has services with images or builds and nothing that Compose does not know; one
    that is named like a Compose file also if it is of the first version, or broken.
    """
    if is_env(file.path):
        return bool(_ENTRY.search(file.text))
    named = bool(_NAMED.fullmatch(file.path.rpartition("/")[2]))
    if "image" not in file.text and "build" not in file.text:
        return False
    if not (named or _SERVICES.search(file.text)):
        return False
    from bot.formats.compose.survey import is_meant

    return is_meant(file, named=named)


def find(file: SourceFile, env: Mapping[str, Value] | None = None) -> Iterator[Mention]:
    """
    Every use and skip, in the order of the text; see `Format`.

    `env`: what variables stand for. Of an `.env` file there is nothing to tell by itself.
    """
    if is_env(file.path):
        return iter(())
    from bot.formats.compose.survey import mentions

    return mentions(file, env or {})


def ties(file: SourceFile) -> Ties:
    """The Dockerfiles that services give arguments or contexts to, and the file of variables."""
    from bot.formats.feeding import Ties

    if is_env(file.path):
        return Ties()
    where: tuple[str, ...] = ()
    if "args" in file.text or "additional_contexts" in file.text:
        from bot.formats.compose.survey import paths_in

        where = tuple(paths_in(file))
    folder = file.path.rpartition("/")[0]
    if "$" not in file.text and "args" not in file.text:
        return Ties(where)
    return Ties(where, f"{folder}/.env" if folder else ".env")


def builds(file: SourceFile, env: Mapping[str, Value] | None = None) -> Iterator[Build]:
    """The builds that are given arguments or contexts; `env`: what variables stand for."""
    if is_env(file.path):
        return iter(())
    from bot.formats.compose.survey import builds_in

    return iter(builds_in(file, env or {}))

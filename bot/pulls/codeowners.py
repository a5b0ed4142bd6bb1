"""
Who owns a file, by CODEOWNERS as GitHub and GitLab read it.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.policy.globs import Glob, glob

Flavour = Literal["github", "gitlab"]

PATHS: dict[Flavour, tuple[str, ...]] = {
    "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
"""Where each forge looks for the file: the first that is there counts."""

LIMIT = 3 << 20
"""Bytes: GitHub does not load a larger file."""
_MOST_RULES = 5_000
_LONGEST_LINE = 2_000
_LONGEST_PATTERN = 300
_MOST_WORK = 5_000_000  # characters of paths, times rules: some seconds at the very worst
_MOST_OWNERS = 15  # as many reviewers as GitHub takes

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]{1,200})\](?:\[[0-9]{1,4}\])?(?P<owners>(?:\s.*)?)")
_OWNER = re.compile(r"@([A-Za-z0-9][\w.-]{0,99}(?:/[\w.-]{1,99}){0,20})")
_BLANK = re.compile(r"(?<!\\)\s+")


@dataclass(frozen=True, slots=True)
class Rule:
    """
    The owners of what matches a pattern, without the `@`; none: nobody owns it.

    Of each section the last rule that matches counts, unless an `excluded` one matches there.
    """

    globs: tuple[Glob, ...]
    owners: tuple[str, ...]
    section: str = ""
    excluded: bool = False

    def matches(self, path: str) -> bool:
        """Whether the rule is about this file."""
        return any(pattern.matches(path) for pattern in self.globs)


def rules_in(text: str, flavour: Flavour) -> tuple[Rule, ...]:
    """The rules of a CODEOWNERS file in its order; lines that make no sense are passed over."""
    rules: list[Rule] = []
    section = ""
    default: tuple[str, ...] = ()
    for line in _lines(text, flavour):
        header = _SECTION.fullmatch(line) if flavour == "gitlab" else None
        if header:
            section, default = header["name"].strip().lower(), _owners(header["owners"])
        elif rule := _rule(line, flavour, section, default):
            rules.append(rule)
        if len(rules) == _MOST_RULES:
            break
    return tuple(rules)


def owners_of(
    paths: Iterable[str], rules: tuple[Rule, ...], *, but: Iterable[str] = ()
) -> tuple[str, ...]:
    """
    Who is to review these files, each once, in the order of the files: users and `group/team`s.

    At most 15, and none of `but`. Files past a bound of work have no owners.
    """
    found: dict[str, None] = {}
    left_out, work = set(but), 0
    backwards = tuple(reversed(rules))
    for path in paths:
        work += len(path) * len(rules)
        if work > _MOST_WORK:
            break
        found |= dict.fromkeys(o for o in _owners_of(path, backwards) if o not in left_out)
    return tuple(found)[:_MOST_OWNERS]


def _owners_of(path: str, backwards: tuple[Rule, ...]) -> Iterator[str]:
    """The owners of one file, those of the last section first."""
    decided: dict[str, tuple[str, ...]] = {}
    for rule in backwards:
        if (rule.excluded or rule.section not in decided) and rule.matches(path):
            decided[rule.section] = () if rule.excluded else rule.owners
    for section in sorted(decided):
        yield from decided[section]


def _lines(text: str, flavour: Flavour) -> Iterator[str]:
    """The lines that are no comments; at the end of a line GitHub alone has some."""
    for line in text[:LIMIT].splitlines():
        said = line.strip() if len(line) <= _LONGEST_LINE else ""
        if said and not said.startswith("#"):
            yield re.split(r"\s#", said, maxsplit=1)[0].rstrip() if flavour == "github" else said


def _rule(line: str, flavour: Flavour, section: str, default: tuple[str, ...]) -> Rule | None:
    pattern, *rest = _BLANK.split(line, maxsplit=1)
    excluded = flavour == "gitlab" and pattern.startswith("!")
    globs = _globs(pattern.removeprefix("!") if excluded else pattern, flavour)
    if not globs:
        return None
    owners = _owners(rest[0]) if rest else ()
    return Rule(globs, owners or (default if not rest else ()), section, excluded)


def _owners(text: str) -> tuple[str, ...]:
    """Users and groups; addresses and roles (`@@maintainer`) cannot be asked by name."""
    found = (_OWNER.fullmatch(word) for word in text.split())
    return tuple(dict.fromkeys(owner[1] for owner in found if owner))


@lru_cache(_MOST_RULES)
def _globs(pattern: str, flavour: Flavour) -> tuple[Glob, ...]:
    """
    The globs that say what a pattern says; none for one that says nothing that is kept here.

    Without a slash but at its end it is found at any depth; GitLab finds all so that do not begin
    with one. What ends with one is about all below; at GitHub whatever may name a folder is.
    """
    plain = re.sub(r"\\([ #\\])", r"\1", pattern)
    if len(plain) > _LONGEST_PATTERN or not plain.strip("/") or "\\" in plain:
        return ()
    inner = plain.strip("/")
    anywhere = "/" not in plain.rstrip("/") or (flavour == "gitlab" and not plain.startswith("/"))
    start = "**/" if anywhere and not inner.startswith("**/") else ""
    if plain.endswith("/"):
        return (glob(f"{start}{inner}/**"),)
    last = inner.rpartition("/")[2]
    whole = (glob(f"{start}{inner}"),)
    if "*" in last or flavour == "gitlab":
        return whole
    return (*whole, glob(f"{start}{inner}/**"))

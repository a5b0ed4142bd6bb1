"""Which formats there are, and which of them may want a file of a path: asked of every path."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.ports import Format

KINDS = {
    "docker-pkg": "template yaml yml",
    "dockerfile": "* | erfile",
    "blubber": "yaml yml",
    "github-workflow": "yml yaml | .github/ .forgejo/ .gitea/ action.y",
    "gitlab-ci": "yml yaml | gitlab ci/ templates/",
    "circleci": "yml yaml | .circleci/",
    "drone": "yml yaml | drone",
    "woodpecker": "yml yaml | woodpecker crow",
    "azure-pipelines": "yml yaml | azure .azdo vsts pipelines/",
    "bitbucket": "yml yaml | bitbucket",
    "cloudbuild": "yaml yml json | cloudbuild cloud-build cloud_build",
    "buildkite": "yml yaml json | buildkite",
    "compose": "yaml yml env",
    "devcontainer": "json | devcontainer",
    "bake": "hcl json | bake .hcl",
    "skaffold": "yaml yml | skaffold",
    "ko": "yaml yml",
    "apko": "yaml yml",
    "melange": "yaml yml",
    "apko-lock": "json | .lock.",
    "helm-values": "yaml yml | values chart.y helmfile fleet.y",
    "kustomize": "yaml yml - | kustomization",
    "kubernetes": "yaml yml json",
    "quadlet": "container image volume build conf",
    "ansible": "yaml yml",
    "jenkinsfile": "* | jenkinsfile",
    "pipelinelib": "yaml yml | .pipeline/",
    "jjb": "yaml yml | jjb jenkins",
    "zuul": "yaml yml | zuul nodepool",
    "buildpacks": "toml | project.toml builder.toml package.toml",
    "jib": "xml gradle kts | pom.xml .gradle",
    "dotnet": "csproj fsproj vbproj props targets pubxml",
    "earthfile": "- earth | earth",
    "shell": "sh bash zsh ksh mk just justfile - | .sh .bash .zsh .ksh .mk .just makefile justfile",
    "bazel": "bazel bzl bzlmod - | module workspace .bzl",
}
"""
Each format's name, in the order in which they are asked whether a file is theirs; the endings (what
follows the last `.`, in lower case) of the files it may want, `*` for any, `-` for none; and behind
a `|`, where that says enough, words one of which stands in their paths, in lower case. A format is
loaded when such a path is met. The module is named like the format, with `_` for `-`.
"""

_WANTED_BY_CONTENT = (".yaml", ".yml")  # blubber wants all of them, whatever their names


class _Candidates(NamedTuple):
    """The formats of an ending, each with its words, and those that ask for none."""

    every: tuple[tuple[str, tuple[str, ...]], ...]
    without_words: tuple[str, ...]
    words: tuple[str, ...]


def _candidates(ending: str, said: dict[str, tuple[str, str]]) -> _Candidates:
    every = tuple(
        (name, tuple(words.split()) or ("",))
        for name, (those, words) in said.items()
        if {ending, "*"} & {*those.split()}
    )
    asked = {word for _, words in every for word in words if word}
    return _Candidates(
        every,
        tuple(name for name, words in every if words == ("",)),
        tuple(sorted(asked)),
    )


def _by_ending() -> dict[str, _Candidates]:
    parts = {name: told.partition("|") for name, told in KINDS.items()}
    said = {name: (those, words) for name, (those, _, words) in parts.items()}
    endings = {ending for those, _ in said.values() for ending in those.split()}
    return {ending: _candidates(ending, said) for ending in endings}


_BY_ENDING = _by_ending()
_ANY = _BY_ENDING["*"]


@cache
def named(name: str) -> Format:
    """The format of a name in `KINDS`."""
    return cast("Format", import_module(f"bot.formats.{name.replace('-', '_')}"))


def asked_about(path: str) -> Iterator[Format]:
    """The formats that may want a file of this path, in order, each loaded when it is come to."""
    return map(named, _names(path))


def _names(path: str) -> tuple[str, ...]:
    lower = path.lower()
    ending = lower[lower.rfind(".") + 1 :]
    if len(ending) == len(lower) or "/" in ending:
        ending = "-"
    found = _BY_ENDING.get(ending, _ANY)
    for (
        word
    ) in found.words:  # most paths have none; `any` with a generator takes three times as long
        if word in lower:
            break
    else:
        return found.without_words
    return tuple(name for name, words in found.every if any(word in lower for word in words))


def possible(path: str) -> bool:
    """Whether a file of this path may be of any format."""
    if path.endswith(_WANTED_BY_CONTENT):
        return True
    for name in _names(path):  # noqa: SIM110 - as above
        if named(name).matches(path):
            return True
    return False

"""
Bazel: the images that modules and workspaces pull for rules_oci, rules_img and rules_docker.

Where an image may be named is told in `docs/formats/bazel.md`; the sources of the rules are
https://github.com/bazel-contrib/rules_oci (`oci/pull.bzl`) and
https://github.com/bazelbuild/rules_docker (`container/pull.bzl`).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "bazel"

_ENDINGS = (".bzl", "MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod")


def matches(path: str) -> bool:
    """Whether a file is a module, a workspace or an extension, or part of a module."""
    return path.endswith(_ENDINGS) or path.endswith(".MODULE.bazel")


def claims(file: SourceFile) -> bool:
    """Whether the file has a word for pulling images."""
    return any(word in file.text for word in ("oci_pull", "container_pull", ".pull(", "rules_img"))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.bazel.pulls import mentions

    return mentions(file, NAME)

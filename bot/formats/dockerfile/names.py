"""Which files are Dockerfiles, by their path and by a look at what they say."""

from __future__ import annotations

import re

_WORD = re.compile(r"(?:^|[._-])(?:docker|container)file\d*(?:$|[._-])", re.IGNORECASE)
_CAMEL = re.compile(r"^(?:Docker|Container)file[A-Z]|[a-z](?:Docker|Container)file(?:$|[._-])")

OTHER_KINDS = frozenset(
    # documents about Dockerfiles
    "md markdown mdx rst adoc asciidoc txt text html htm pdf tex log csv"  # noqa: SIM905 - legible
    # code that makes or reads them
    " py pyi pyc go js mjs cjs jsx ts tsx sh bash zsh fish bat cmd ps1 psm1 tf hcl bzl vim el ipynb"
    # data and configuration about them
    " json jsonc json5 yaml yml toml xml ini cfg conf lock properties svg png jpg jpeg gif"
    # copies that tools leave behind, archives, and what is not text
    " orig rej bak backup old save swp swo diff patch gz tgz zip tar xz bz2 zst sig asc pem"
    " sha256 sbom spdx snap class o so"
    # what stands beside a Dockerfile and is none
    " dockerignore containerignore gitignore ignore".split()
)
"""Last suffixes that say a file named after a Dockerfile is something else."""

LANGUAGES = frozenset(
    "java kt kts scala groovy rb php cs c h cc cpp hpp rs swift lua pl pm"  # noqa: SIM905 - legible
    " ex exs erl r jl dart nix"
    " sql css scss vue svelte gradle mk env tmp".split()
)
"""Suffixes that people also give to the Dockerfile for a language: what it says decides."""

_FROM = re.compile(r"^[ \t]*FROM[ \t]+\S", re.IGNORECASE | re.MULTILINE)
_MARKUP = re.compile(r"\ufeff?\s*<(?:!doctype|html|\?xml|svg)", re.IGNORECASE)


def is_dockerfile(path: str) -> bool:
    """
    Whether the path's last part can be that of a Dockerfile or Containerfile, in any case.

    A prefix or suffix counts where `.`, `-`, `_` or an upper-case letter divides it
    (`app.Dockerfile`, `Dockerfile-prod`, `Dockerfile.j2`, `DockerfileTest`), a number always;
    a last suffix of another kind of file does not.
    """
    name = path[path.rfind("/") + 1 :]
    # How both words end: it tells most names apart, and this is asked of every one.
    if "erfile" not in name.lower() or name.endswith("~"):
        return False
    if not (_WORD.search(name) or _CAMEL.search(name)):
        return False
    return name.rpartition(".")[2].lower() not in OTHER_KINDS


def says_so(path: str, text: str) -> bool:
    """Whether a file with such a path reads like one: not binary, not markup, no other language."""
    if "\0" in text or _MARKUP.match(text):
        return False
    name = path[path.rfind("/") + 1 :]
    doubtful = name.rpartition(".")[2].lower() in LANGUAGES or not _WORD.search(name)
    return not doubtful or bool(_FROM.search(text))

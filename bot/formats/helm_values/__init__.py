"""
Helm: the values of charts, and the images that a `Chart.yaml` lists in its annotations.

Where an image may be named is told in `docs/formats/helm-values.md`; the rule by which the pieces
become a reference is that of `common.images.image` in https://github.com/bitnami/charts
(`bitnami/common/templates/_images.tpl`), which most charts share.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.model import Mention, SourceFile

NAME = "helm-values"

Kind = Literal["values", "chart", "helmfile", "fleet"]

_ENDINGS = (".yaml", ".yml")
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("chart.yaml", "chart.yml"), "chart"),
    **dict.fromkeys(("helmfile.yaml", "helmfile.yml"), "helmfile"),
    **dict.fromkeys(("fleet.yaml", "fleet.yml"), "fleet"),
}
_OF_FORGES = (".github", ".gitlab", ".forgejo", ".gitea")
"""Folders that belong to others: a workflow called `update-values.yml` has no values."""


def matches(path: str) -> bool:
    """Whether a file of this path may be one: YAML of values, by its name or folder, or a chart."""
    # Most paths end otherwise, and this is asked of every one.
    if path[-1:] not in ("l", "L"):
        return False
    folder, _, name = path.lower().rpartition("/")
    if not name.endswith(_ENDINGS):
        return False
    if folder.startswith(_OF_FORGES):
        return False
    return name in _KINDS or "values" in name or folder.endswith("values")


def claims(file: SourceFile) -> bool:
    """
    Whether a file of values says something of images, and is no manifest; whether a chart has
    annotations that list images. Also where it only seems so, but is no YAML.
    """
    if "image" not in file.text and "Image" not in file.text:
        return False
    # Most YAML named so says nothing of images: the library that reads it is not loaded for it.
    from bot.formats.helm_values.survey import is_meant

    return is_meant(file, _KINDS.get(_name(file.path), "values"))


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.helm_values.survey import mentions

    return mentions(file, NAME, _KINDS.get(_name(file.path), "values"))


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()

"""
Kubernetes: manifests of any kind, also those of Argo, Tekton, KServe, Knative and operators.

Where an image may be named is told in `docs/formats/kubernetes.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "kubernetes"

_ENDINGS = (".yaml", ".yml")
# Repositories are full of JSON, and little of it is a manifest: a folder or a name tells.
_SAYS_SO = (
    "k8s", "kube", "manifest", "deploy", "cluster", "openshift", "helm", "argo", "tekton", "pod",
)  # fmt: skip
_VERSION = re.compile(r"apiVersion[\"']?[ \t]*:")
_KIND = re.compile(r"\bkind[\"']?[ \t]*:")


def matches(path: str) -> bool:
    """Whether a file of this path may be a manifest: any YAML, and JSON where it says so."""
    # Most paths end otherwise, and this is asked of every one.
    if path[-1:] in ("l", "L"):
        return path.lower().endswith(_ENDINGS)
    if path[-5:] != ".json":
        return False
    lower = path.lower()
    return any(word in lower for word in _SAYS_SO)


def claims(file: SourceFile) -> bool:
    """
    Whether a document of the file has an `apiVersion` and a `kind`, and the file says something of
    images. A template of a chart is one only where it names an image itself.
    """
    text = file.text
    if "apiVersion" not in text or "kind" not in text:
        return False
    if "mage" not in text and "bundle" not in text:
        return False
    if not (_VERSION.search(text) and _KIND.search(text)):
        return False
    # Most YAML is no manifest: the library that reads it is not loaded for it.
    from bot.formats.kubernetes.survey import is_meant

    return is_meant(file)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.kubernetes.survey import mentions

    return mentions(file, NAME)

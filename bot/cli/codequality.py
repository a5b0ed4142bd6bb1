"""What a plan found, as GitLab shows it in merge requests: a Code Quality report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.wording.findings import Finding, Rule

if TYPE_CHECKING:
    from bot.cli.payload import Document

_SEVERITIES: dict[Rule, str] = {"failed": "critical", "unpinned": "major", "behind": "minor"}


def codequality(found: Iterable[Finding]) -> list[Document]:
    """
    One entry for each finding, in the subset of Code Climate's format that GitLab reads.

    https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    """
    return [
        {
            "description": one.said.encode("utf-8", "replace").decode(),
            "check_name": f"basewatch/{one.rule}",
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[one.rule],
            "location": {
                "path": one.use.path.encode("utf-8", "replace").decode(),
                "lines": {"begin": one.use.position.line},
            },
        }
        for one, fingerprint in fingerprinted(found)
    ]


def fingerprinted(found: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """
    Each finding with a name that stays while lines move and newer images appear.

    It is made of the file, the rule, the reference as it is and how often that came before, so
    that no two findings have the same.
    """
    before: dict[tuple[str, ...], int] = {}
    for one in found:
        key = (one.use.path, one.rule, one.reference)
        before[key] = before.get(key, 0) + 1
        text = "\0".join((*key, str(before[key])))
        yield one, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]

"""What a plan found, as SARIF for code scanning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from bot import __version__
from bot.cli.carried import carried
from bot.cli.codequality import fingerprinted
from bot.cli.sarif_parts import place_of, said
from bot.wording.findings import MEANINGS, Finding, Rule

if TYPE_CHECKING:
    from bot.cli.payload import Document

MOST_RESULTS = 5_000
"""GitHub shows no more of one run, and rejects a run of more than 25,000."""

_LEVELS: dict[Rule, str] = {"failed": "error", "unpinned": "warning", "behind": "note"}
_ABOUT = "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"


def sarif(found: Sequence[Finding]) -> Document:
    """
    SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): a result for each finding.

    Of more than are shown it has the most severe, and says how many it does not have.
    """
    shown = _shown(fingerprinted(found))
    run = {
        "tool": {"driver": {"name": "basewatch", "version": __version__, "rules": _rules()}},
        # Apart from what `basewatch diff` finds in an image: neither closes alerts of the other.
        "automationDetails": {"id": "basewatch/check/"},
        "columnKind": "unicodeCodePoints",
        **_left_out(len(found) - len(shown), len(found)),
        "results": [_result(*one) for one in shown],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return carried({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _shown(found: Iterable[tuple[Finding, str]]) -> list[tuple[Finding, str]]:
    """The most severe that there is room for, in their order."""
    all_, severe = [*found], [*_LEVELS]
    worst = sorted(enumerate(all_), key=lambda one: severe.index(one[1][0].rule))
    return [one for _, one in sorted(worst[:MOST_RESULTS], key=itemgetter(0))]


def _left_out(number: int, of: int) -> Document:
    if not number:
        return {}
    text = (
        f"{number:,} of {of:,} results, the least severe, were left out: code scanning shows"
        f" {MOST_RESULTS:,}."
    )
    notice = {"level": "warning", "message": {"text": text}}
    told = {"executionSuccessful": True, "toolExecutionNotifications": [notice]}
    return {"invocations": [told]}


def _rules() -> list[Document]:
    return [
        {
            "id": rule,
            "shortDescription": {"text": meaning},
            "fullDescription": {"text": meaning},
            "help": {"text": f"{meaning}. `basewatch fix` puts right what it can."},
            "helpUri": _ABOUT,
            "defaultConfiguration": {"level": _LEVELS[rule]},
            "properties": {"precision": "high", "tags": ["maintainability", "supply-chain"]},
        }
        for rule, meaning in MEANINGS.items()
    ]


def _result(found: Finding, fingerprint: str) -> Document:
    use = found.use
    return {
        "ruleId": found.rule,
        "ruleIndex": [*MEANINGS].index(found.rule),
        "level": _LEVELS[found.rule],
        "message": {"text": said(found.said)},
        "locations": [place_of(use.path, *use.position, use.text)],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{fingerprint}:1",
            "basewatch/v1": fingerprint,
        },
    }

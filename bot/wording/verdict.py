"""The one sentence that a reviewer reads first: what the move does about vulnerabilities."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Difference, Evidence, Row, Unavailable, Vulnerabilities
from bot.wording.counting import count
from bot.wording.markdown import code, plain
from bot.wording.tallies import BAD, is_fixable, of_kind, worst_of

_BUT = " beyond what scanners were to leave out"


def verdict(evidence: Evidence) -> str:
    """What it fixes and introduces, then why it moved; empty where nothing was looked at."""
    parts = [_fixes(evidence.vulnerabilities), _why(evidence.difference)]
    return " ".join(part for part in parts if part)


def _why(found: Difference | Unavailable | None) -> str:
    if not isinstance(found, Difference):
        return ""
    where = f" This is about {code(found.platform)}." if found.instead_of else ""
    return plain(found.because) + where


def _fixes(found: Vulnerabilities | Unavailable | None) -> str:
    if found is None:
        return ""
    if isinstance(found, Unavailable) or not found.conclusive:
        return "**What it does about vulnerabilities is not known.**"
    fixed, gone = of_kind(found, "fixed"), of_kind(found, "gone")
    bad, left = of_kind(found, *BAD), of_kind(found, "present")
    if not found.rows:
        less = any(any(scanner.suppressed) for scanner in found.scanners)
        return f"**No vulnerability is known in either image{_BUT if less else ''}.**"
    sentences = [f"**{_fixed(fixed)}, {_introduces(bad)}.**"]
    if gone:
        how = "is gone with its package" if len(gone) == 1 else "are gone with their packages"
        sentences.append(f"{len(gone)}{worst_of(gone)} {how}.")
    if left:
        fixable = sum(map(is_fixable, left))
        whom = "" if fixable == len(left) else f" for {fixable}"
        more = f", a fix exists{whom}" if fixable else ""
        sentences.append(f"{len(left)}{worst_of(left)} {_remain(len(left))}{more}.")
    return " ".join(sentences)


def _fixed(rows: Sequence[Row]) -> str:
    if not rows:
        return "Fixes no known vulnerability"
    return f"Fixes {count(len(rows), 'vulnerability')}{worst_of(rows)}"


def _introduces(rows: Sequence[Row]) -> str:
    return f"introduces {len(rows)}{worst_of(rows)}" if rows else "introduces none"


def _remain(number: int) -> str:
    return "remains" if number == 1 else "remain"

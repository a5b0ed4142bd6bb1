"""
What https://endoflife.date says of the releases of a product, checked and brought to one form.

A row is one release as it is kept in `products.json` and in the state directory: `codename`, the
last days of `support`, `security` and `extended`, `lts` (yes, or from which day) and `as_of`, the
day of the knowledge. Three forms are read: the front matter of its files, and the answers of its
first API and of API v1 (https://endoflife.date/docs/api/v1/).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, str | bool]
Rows: TypeAlias = dict[str, Row]
"""The releases of a product, by number."""

MOST_RELEASES = 1000
_NUMBER = re.compile(r"(?!None|True|False)[A-Za-z0-9][A-Za-z0-9._+-]{0,31}")
_CODENAME = re.compile(r"[A-Za-z][A-Za-z0-9 '.-]{0,63}")
_DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")

# What front matter, the first API and API v1 call the same thing, in that order of age.
_NAMES = {
    "support": ("support", "eoas", "eoasFrom"),
    "security": ("eol", "eolFrom"),
    "extended": ("extendedSupport", "eoes", "eoesFrom"),
}


def from_answer(answer: object, day: str) -> Rows:
    """
    The releases of an answer: of API v1 an object, of the first API a list.

    `day` is that of the answer where it does not say itself when it was made. Raises `ValueError`
    where it is no answer of theirs.
    """
    if isinstance(answer, list):
        return from_releases(answer, "cycle", day)
    said = answer if isinstance(answer, dict) else {}
    result = said.get("result")
    made = str(said.get("generated_at") or "")[:10]
    releases = result.get("releases") if isinstance(result, dict) else None
    return from_releases(releases, "name", made if is_day(made) else day)


def from_releases(releases: object, number: str, day: str) -> Rows:
    """
    Releases as they are kept; `number` is what their number is called.

    What ended on a day that nobody wrote down is left out, and so is what has no usable number.
    Raises `ValueError` where they are none, or too many.
    """
    if not isinstance(releases, list) or len(releases) > MOST_RELEASES:
        raise ValueError(f"it is not a list of at most {MOST_RELEASES} releases")
    named = ((str(each.get(number, "")), each) for each in releases if isinstance(each, dict))
    found = ((name, _row(each, day)) for name, each in named if _NUMBER.fullmatch(name))
    rows = {name: row for name, row in found if row is not None}
    if not rows:
        raise ValueError("it tells of no release")
    return rows


def _row(release: Mapping[str, Any], day: str) -> Row | None:
    kept: Row = {}
    if _CODENAME.fullmatch(codename := str(release.get("codename") or "")):
        kept["codename"] = codename
    for ours, theirs in _NAMES.items():
        said = next((release[name] for name in theirs if release.get(name) is not None), None)
        if ours == "security" and (said is True or (said is None and release.get("isEol"))):
            return None
        if is_day(said):
            kept[ours] = str(said)
    if lts := _lts(release, kept):
        kept["lts"] = lts
    return {**kept, "as_of": day}


def _lts(release: Mapping[str, Any], kept: Row) -> str | bool:
    """Whether, or from which day, a release is supported for long."""
    security = kept.get("security")
    said = release.get("ltsFrom") or release.get("lts") or release.get("isLts")
    if is_day(said):
        # Red Hat's say when something else begins, on the day security support ends.
        return False if security and str(said) >= str(security) else str(said)
    return bool(said)


def is_day(said: object) -> bool:
    """Whether something is a day, and not a yes or no."""
    try:
        return bool(_DAY.fullmatch(str(said))) and bool(dt.date.fromisoformat(str(said)))
    except ValueError:
        return False


def as_kept(products: object) -> dict[str, Rows]:
    """
    Rows that were kept in a file, believed only where each is what this module writes.

    Raises `ValueError`.
    """
    if not isinstance(products, dict) or len(products) > MOST_RELEASES:
        raise ValueError("it holds no products")
    return {str(key): dict(_checked(rows)) for key, rows in products.items()}


def _checked(rows: object) -> Iterator[tuple[str, Row]]:
    if not isinstance(rows, dict) or len(rows) > MOST_RELEASES:
        raise ValueError("a product has no releases")
    for number, row in rows.items():
        if not (_NUMBER.fullmatch(number) and isinstance(row, dict) and is_day(row.get("as_of"))):
            raise ValueError(f"{number[:40]!r} is no release")
        yield number, {name: said for name, said in row.items() if _is_kept(name, said)}


def _is_kept(name: str, said: object) -> bool:
    if name == "codename":
        return isinstance(said, str) and bool(_CODENAME.fullmatch(said))
    if name == "lts" and isinstance(said, bool):
        return True
    return name in {"lts", "as_of", *_NAMES} and isinstance(said, str) and is_day(said)


def merged(older: Rows, newer: Rows) -> Rows:
    """Every release that either tells about, as the one with the later knowledge has it."""
    both = dict(older)
    for number, row in newer.items():
        if number not in both or str(both[number]["as_of"]) <= str(row["as_of"]):
            both[number] = row
    return newest_first(both)


def newest_first(rows: Rows) -> Rows:
    """Releases by their numbers, the newest first."""
    return dict(sorted(rows.items(), key=lambda entry: _order(entry[0])))


def _order(number: str) -> list[int]:
    return [-int(part) if part.isdecimal() else 0 for part in number.split(".")]


def newest_knowledge(products: Iterable[Rows]) -> str:
    """The latest day of all that is known."""
    return max(str(row["as_of"]) for rows in products for row in rows.values())

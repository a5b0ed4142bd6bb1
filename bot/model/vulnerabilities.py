"""What scanners find in images, and what a move does about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

Severity = Literal["unknown", "negligible", "low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the least to the most."""

FixState = Literal["fixed", "not-fixed", "wont-fix", "unknown"]
"""`fixed`: a version that fixes it exists, whether or not the image has it."""

RowClass = Literal[
    "fixed",  # in the old image only, and its package is there at another version
    "gone",  # in the old image only, and so is its package
    "introduced",  # in the new image only, its package was in the old
    "arrived",  # in the new image only, and so is its package
    "present",  # in both
    "unexplained",  # in the old image only, its package is there at the same version
]


class Finding(NamedTuple):
    """
    One vulnerability in one source package, as one scanner tells it.

    `id` is canonical: a CVE where there is one, then GHSA, then the vendor's; `aliases` has the
    others and the id as told. `package` is the source package for deb, apk and rpm, else the purl
    without version. `installed` is the version of it; `fixed_in` is empty where no fix is known.
    `severities` is by who says so (`debian`, `nvd`); `title` and `url` are untrusted text.
    """

    id: str
    package: str
    family: str
    installed: str
    severity: Severity = "unknown"
    fixed_in: str = ""
    state: FixState = "unknown"
    aliases: frozenset[str] = frozenset()
    binaries: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = {}
    exploited: bool = False
    epss: float | None = None
    title: str = ""
    url: str = ""


class Scan(NamedTuple):
    """
    What one scanner says of one image.

    `database` names the data it used, the same for both sides of a comparison. `packages` is how
    many it catalogued, of the operating system and all; None where it does not tell. `doubts`:
    full sentences on why a small number of findings may mean nothing (unknown distribution, end
    of life feed). `suppressed`: how many it left out by VEX or ignore lists. `libraries`: the
    versions of each package of a language that it catalogued, by purl; None where it does not tell.
    """

    scanner: str
    version: str
    database: str
    findings: tuple[Finding, ...]
    packages: int | None = None
    doubts: tuple[str, ...] = ()
    suppressed: int = 0
    libraries: Mapping[str, tuple[str, ...]] | None = None


class Scanned(NamedTuple):
    """Both sides by one scanner with the same version, data, options and platform."""

    old: Scan
    new: Scan


class Row(NamedTuple):
    """
    One vulnerability in one source package over both images and all scanners.

    `by` is who sees it in the side that counts (the new one where it is there, else the old).
    `severity` is the highest told; `severities` is by scanner and source (`trivy: debian`).
    `advisories` are the ids of what distributions published about it (`DSA-5764-1`), sorted.
    """

    id: str
    package: str
    family: str
    kind: RowClass
    by: tuple[str, ...]
    severity: Severity
    severities: Mapping[str, Severity] = {}
    old: str = ""
    new: str = ""
    fixed_in: str = ""
    state: FixState = "unknown"
    exploited: bool = False
    epss: float | None = None
    title: str = ""
    url: str = ""
    advisories: tuple[str, ...] = ()


class ScannerWord(NamedTuple):
    """One scanner's part in a comparison: what it is, and why its word may not count."""

    scanner: str
    version: str = ""
    database: str = ""
    unavailable: str = ""
    inconclusive: tuple[str, ...] = ()
    suppressed: tuple[int, int] = (0, 0)


class Vulnerabilities(NamedTuple):
    """
    What a move does about vulnerabilities.

    Only rows of scanners that are conclusive are there. Without a conclusive scanner nothing is
    known, whatever the number of rows: `conclusive` is false.
    """

    scanners: tuple[ScannerWord, ...]
    rows: tuple[Row, ...] = ()

    @property
    def conclusive(self) -> bool:
        """Whether the rows are to be believed at all."""
        return any(not s.unavailable and not s.inconclusive for s in self.scanners)

"""Where a person reads about a vulnerability: at its distribution, and what that published."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.model import OsRelease, Row

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_SYSTEM = frozenset({"deb", "apk", "rpm"})
_TRACKERS: Mapping[str, str] = {
    "alpine": "https://security.alpinelinux.org/vuln/{cve}",
    "amzn": "https://explore.alas.aws.amazon.com/{cve}.html",
    "centos": "https://access.redhat.com/security/cve/{cve}",
    "debian": "https://security-tracker.debian.org/tracker/{cve}",
    "ol": "https://linux.oracle.com/cve/{cve}.html",
    "opensuse-leap": "https://www.suse.com/security/cve/{cve}.html",
    "opensuse-tumbleweed": "https://www.suse.com/security/cve/{cve}.html",
    "rhel": "https://access.redhat.com/security/cve/{cve}",
    "sles": "https://www.suse.com/security/cve/{cve}.html",
    "ubuntu": "https://ubuntu.com/security/{cve}",
}
"""By the `ID` of os-release(5): what the distribution says of it, its own versions and verdict."""


def address(row: Row, system: OsRelease | None) -> str:
    """The page about a row: its distribution's, else the one of all; empty where there is none."""
    if _CVE.fullmatch(row.id):
        tracker = _TRACKERS.get(system.id) if system and row.family in _SYSTEM else None
        return (tracker or "https://nvd.nist.gov/vuln/detail/{cve}").format(cve=row.id)
    if row.id.startswith("GHSA-"):
        return f"https://github.com/advisories/{row.id}"
    return notice(row.id, system) or row.url


def notice(name: str, system: OsRelease | None) -> str:
    """The page of an advisory, by its id; empty where its publisher has none for each."""
    for pattern, page in _NOTICES:
        if match := pattern.fullmatch(name):
            return page(match, system)
    return ""


def _plainly(template: str) -> Callable[[re.Match[str], OsRelease | None], str]:
    return lambda match, _system: template.format(id=match[0])


def _amazon(match: re.Match[str], _system: OsRelease | None) -> str:
    return f"https://alas.aws.amazon.com/AL{match[1]}/{match[0]}.html"


def _alma(match: re.Match[str], system: OsRelease | None) -> str:
    major = system.version_id.partition(".")[0] if system and system.id == "almalinux" else ""
    name = match[0].replace(":", "-")
    return f"https://errata.almalinux.org/{major}/{name}.html" if major.isdigit() else ""


def _suse(match: re.Match[str], _system: OsRelease | None) -> str:
    year, number, revision = match[1], match[2].zfill(4), match[3]
    name = f"suse-su-{year}{number}-{revision}"
    return f"https://www.suse.com/support/update/announcement/{year}/{name}/"


_NOTICES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], OsRelease | None], str]], ...] = (
    (
        re.compile(r"D[SLT]A-[0-9]{1,6}-[0-9]{1,4}"),
        _plainly("https://security-tracker.debian.org/tracker/{id}"),
    ),
    (
        re.compile(r"USN-[0-9]{1,6}-[0-9]{1,4}"),
        _plainly("https://ubuntu.com/security/notices/{id}"),
    ),
    (
        re.compile(r"RH[SBE]A-[0-9]{4}:[0-9]{1,7}"),
        _plainly("https://access.redhat.com/errata/{id}"),
    ),
    (
        re.compile(r"RL[SBE]A-[0-9]{4}:[0-9]{1,7}"),
        _plainly("https://errata.rockylinux.org/{id}"),
    ),
    (
        re.compile(r"EL[SBE]A-[0-9]{4}-[0-9]{1,7}"),
        _plainly("https://linux.oracle.com/errata/{id}.html"),
    ),
    (re.compile(r"AL[SBE]A-[0-9]{4}:[0-9]{1,7}"), _alma),
    (re.compile(r"ALAS(2|2023)-[0-9]{4}-[0-9]{1,6}"), _amazon),
    (re.compile(r"SUSE-SU-([0-9]{4}):([0-9]{1,6})-([0-9]{1,3})"), _suse),
)

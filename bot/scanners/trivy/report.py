"""
Read Trivy's JSON report, SchemaVersion 2.

https://github.com/aquasecurity/trivy/blob/main/pkg/types/report.go and `pkg/fanal/types`. What is
not as it should be in what counts is a `ValueError`, whose text goes on from "trivy".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.model import Contents, Finding, FixState, Scan, Severity
from bot.scanners import doubts, ids, purls
from bot.scanners.kept import Identity
from bot.scanners.merging import distinct
from bot.scanners.reading import Json, at, line, link, loaded, mapping, mappings, text, texts
from bot.scanners.severity import of_number, of_word

NAME = "Trivy"
_SCHEMA = 2
_SYSTEM = "os-pkgs"
_STATES: Mapping[str, FixState] = {
    "fixed": "fixed",
    "affected": "not-fixed",
    "fix_deferred": "not-fixed",
    "will_not_fix": "wont-fix",
    "end_of_life": "wont-fix",
}
# Where a package has no purl: the names of `pkg/fanal/types/const.go`.
_TYPES = {"debian": "deb", "ubuntu": "deb", "echo": "deb"} | dict.fromkeys(
    ("alpine", "chainguard", "minimos", "wolfi"), "apk"
)
_ALIASES = 50
_SOURCES = 50


class _Source(NamedTuple):
    name: str
    version: str


class _Result(NamedTuple):
    kind: str
    is_system: bool
    sources: Mapping[str, _Source]


def read(data: bytes, identity: Identity, contents: Contents) -> Scan:
    """What a report says of an image, whose own contents tell whether to believe it."""
    report = loaded(data)
    if at(report, "SchemaVersion") != _SCHEMA:
        raise ValueError(f"told a report that is not of schema {_SCHEMA}")
    results = list(mappings(at(report, "Results")))
    findings = distinct(found for result in results for found in _findings(result))
    system, others = (_counted(results, is_system=flag) for flag in (True, False))
    return Scan(
        "trivy",
        identity.version,
        identity.database,
        findings,
        packages=system,
        doubts=tuple(_doubts(report, system, others, contents)),
        suppressed=sum(1 for r in results for _ in mappings(r.get("ExperimentalModifiedFindings"))),
        libraries=purls.versions(library for result in results for library in _libraries(result)),
    )


def _libraries(result: Mapping[str, Json]) -> Iterator[purls.Purl]:
    if result.get("Class") == _SYSTEM:
        return
    for package in mappings(result.get("Packages")):
        purl = purls.read(text(at(package, "Identifier", "PURL")))
        version = text(package.get("Version"))
        found = purl or purls.Purl(_kind(result), text(package.get("Name")), version)
        yield found._replace(version=found.version or version)


def _kind(result: Mapping[str, Json]) -> str:
    return text(result.get("Type")) or "generic"


def _counted(results: list[Mapping[str, Json]], *, is_system: bool) -> int:
    mine = (r for r in results if (r.get("Class") == _SYSTEM) == is_system)
    return sum(1 for result in mine for _ in mappings(result.get("Packages")))


def _doubts(report: Json, system: int, others: int, contents: Contents) -> Iterator[str]:
    family, name = (text(at(report, "Metadata", "OS", key)) for key in ("Family", "Name"))
    yield from doubts.of_distribution(NAME, "" if family == "none" else family, contents)
    yield from doubts.of_counting(NAME, system, others, contents)
    if at(report, "Metadata", "OS", "EOSL") is True:
        yield doubts.of_support(NAME, f"{family} {name}")


def _findings(result: Mapping[str, Json]) -> Iterator[Finding]:
    told = _Result(text(result.get("Type")), result.get("Class") == _SYSTEM, _sources(result))
    yield from (_finding(found, told) for found in mappings(result.get("Vulnerabilities")))


def _sources(result: Mapping[str, Json]) -> dict[str, _Source]:
    """The source package of each binary one, by every name that a finding may join it by."""
    sources = {}
    for package in mappings(result.get("Packages")):
        source = _Source(text(package.get("SrcName")), _version(package))
        if source.name:
            names = (package.get("ID"), at(package, "Identifier", "UID"))
            sources.update(dict.fromkeys(filter(None, map(text, names)), source))
    return sources


def _version(package: Mapping[str, Json]) -> str:
    """As dpkg and rpm write it: Trivy keeps epoch, version and release apart."""
    epoch = package.get("SrcEpoch")
    version, release = (text(package.get(key)) for key in ("SrcVersion", "SrcRelease"))
    before = f"{epoch}:" if isinstance(epoch, int) and epoch else ""
    return f"{before}{version}{'-' if release else ''}{release}" if version else ""


def _finding(found: Mapping[str, Json], result: _Result) -> Finding:
    name, binary = text(found.get("VulnerabilityID")), text(found.get("PkgName"))
    if not name or not binary:
        raise ValueError("told a finding without id or package")
    names = {name, *texts(found.get("VendorIDs"), _ALIASES)}
    family, package = _named(found, binary, result)
    source = _source(found, result)
    severities = _severities(found)
    return Finding(
        # Never by a vendor's id: one advisory is of many CVEs.
        ids.plain(name),
        source.name if source and result.is_system else package,
        family,
        (source and source.version) or text(found.get("InstalledVersion")),
        severity=of_word(text(found.get("Severity"))),
        fixed_in=text(found.get("FixedVersion")),
        state=_STATES.get(text(found.get("Status")), "unknown"),
        aliases=frozenset(names),
        binaries=(binary,),
        severities=severities,
        title=line(found.get("Title")),
        url=link(found.get("PrimaryURL")),
    )


def _source(found: Mapping[str, Json], result: _Result) -> _Source | None:
    uid, name = text(at(found, "PkgIdentifier", "UID")), text(found.get("PkgID"))
    return result.sources.get(uid) or result.sources.get(name)


def _named(found: Mapping[str, Json], binary: str, result: _Result) -> tuple[str, str]:
    """The family of a package, and its name where it has no source package."""
    purl = purls.read(text(at(found, "PkgIdentifier", "PURL")))
    if result.is_system:
        family = purl.kind if purl else _TYPES.get(result.kind, "rpm")
        return family, binary
    purl = purl or purls.Purl(result.kind or "generic", binary, "")
    return purl.kind, str(purl)


def _severities(found: Mapping[str, Json]) -> dict[str, Severity]:
    by_source = sorted(mapping(found.get("VendorSeverity")).items())[:_SOURCES]
    told = {text(source): of_number(number) for source, number in by_source}
    if source := text(found.get("SeveritySource")):
        # It may be about this package, where the other is about all that have the vulnerability.
        told[source] = of_word(text(found.get("Severity")))
    return {source: severity for source, severity in told.items() if severity != "unknown"}

"""
Read Grype's JSON report.

https://github.com/anchore/grype/tree/main/grype/presenter/models. What is not as it should be in
what counts is a `ValueError`, whose text goes on from "grype".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, get_args

from bot.model import Contents, Finding, FixState, Scan, Severity
from bot.scanners import doubts, ids, purls
from bot.scanners.kept import Identity
from bot.scanners.merging import distinct
from bot.scanners.reading import (
    Json,
    at,
    line,
    link,
    listed,
    loaded,
    mapping,
    mappings,
    number,
    text,
    texts,
)
from bot.scanners.severity import of_word

NAME = "Grype"
_STATES: tuple[FixState, ...] = get_args(FixState)
_FAMILIES = {"deb": "deb", "apk": "apk", "rpm": "rpm"}
_SOURCES = {"github": "ghsa"}  # as Trivy calls it
_VERSIONS = 5


class Counted(NamedTuple):
    """What was catalogued: how many packages of the system and of languages, and the latter."""

    system: int
    others: int
    libraries: Mapping[str, tuple[str, ...]] = {}


def counted(catalogue: bytes) -> Counted | None:
    """What a CycloneDX document of Grype's holds; None where it is none."""
    try:
        components = list(mappings(at(loaded(catalogue), "components")))
    except ValueError:
        return None
    found = [purl for c in components if (purl := purls.read(text(c.get("purl"))))]
    system = sum(1 for purl in found if purl.kind in _FAMILIES)
    return Counted(system, len(found) - system, purls.versions(found))


def read(data: bytes, identity: Identity, contents: Contents, packages: Counted | None) -> Scan:
    """
    What a report says of an image, whose own contents tell whether to believe it.

    The report does not tell what was catalogued: `packages` does, where that is known.
    """
    report = loaded(data)
    if at(report, "descriptor", "name") != "grype" or not isinstance(at(report, "matches"), list):
        raise ValueError("told what is no report of its own")
    if text(at(report, "descriptor", "version")).removeprefix("v") != identity.version:
        raise ValueError("told a report of another version")
    matches = list(mappings(at(report, "matches")))
    ignored = len(listed(at(report, "ignoredMatches")))
    return Scan(
        "grype",
        identity.version,
        identity.database,
        distinct(found for match in matches for found in _findings(match)),
        packages=packages.system if packages else None,
        doubts=tuple(_doubts(report, contents, packages)),
        suppressed=ignored,
        libraries=packages.libraries if packages else None,
    )


def _doubts(report: Json, contents: Contents, packages: Counted | None) -> Iterator[str]:
    distribution = " ".join(text(at(report, "distro", key)) for key in ("name", "version")).strip()
    yield from doubts.of_distribution(NAME, distribution, contents)
    if packages:
        yield from doubts.of_counting(NAME, packages.system, packages.others, contents)
    if _has_ended(report):
        yield doubts.of_support(NAME, distribution or "the distribution")


def _has_ended(report: Json) -> bool:
    packages = mappings(at(report, "alertsByPackage"))
    return any(
        alert.get("type") == "distro-eol" for p in packages for alert in mappings(p.get("alerts"))
    )


def _findings(match: Mapping[str, Json]) -> Iterator[Finding]:
    """One finding; of an advisory on several CVEs, one for each of them."""
    about, artifact = mapping(match.get("vulnerability")), mapping(match.get("artifact"))
    name, binary = text(about.get("id")), text(artifact.get("name"))
    if not name or not binary:
        raise ValueError("told a finding without id or package")
    related = tuple(mappings(match.get("relatedVulnerabilities")))
    others = tuple(filter(None, (text(r.get("id")) for r in related)))
    named = ids.cves([name]) or ids.cves(others) or (ids.plain(name),)
    for one in named:
        aliases = {name, one, *(others if len(named) == 1 else ()), *_advisories(about)}
        yield _finding(one, about, artifact, frozenset(aliases), related)


def _advisories(about: Mapping[str, Json]) -> tuple[str, ...]:
    return texts([entry.get("id") for entry in mappings(about.get("advisories"))])


def _finding(
    name: str,
    about: Mapping[str, Json],
    artifact: Mapping[str, Json],
    aliases: frozenset[str],
    related: tuple[Mapping[str, Json], ...],
) -> Finding:
    family, package, installed = _package(artifact)
    severity = of_word(text(about.get("severity")))
    severities = _severities(name, about, related)
    state = text(at(about, "fix", "state"))
    return Finding(
        name,
        package,
        family,
        installed,
        severity=severity,
        fixed_in=", ".join(texts(at(about, "fix", "versions"), _VERSIONS)),
        state=next((known for known in _STATES if known == state), "unknown"),
        aliases=aliases,
        binaries=(text(artifact.get("name")),),
        severities=severities,
        exploited=any(bool(listed(e.get("knownExploited"))) for e in (about, *related)),
        epss=max(filter(None, map(_epss, (about, *related))), default=None),
        title=line(about.get("description")),
        url=link(about.get("dataSource")),
    )


def _severities(
    name: str, about: Mapping[str, Json], related: tuple[Mapping[str, Json], ...]
) -> dict[str, Severity]:
    """By who says it; what is said of the finding itself counts before what it leads to."""
    told: dict[str, Severity] = {}
    for entry in (*(each for each in related if text(each.get("id")) == name), about):
        source = text(entry.get("namespace")).partition(":")[0]
        word = of_word(text(entry.get("severity")))
        if source and word != "unknown":
            told[_SOURCES.get(source, source)] = word
    return dict(sorted(told.items()))


def _epss(about: Mapping[str, Json]) -> float | None:
    scores = (number(entry.get("epss")) for entry in mappings(about.get("epss")))
    return max((score for score in scores if score is not None and 0 <= score <= 1), default=None)


def _package(artifact: Mapping[str, Json]) -> tuple[str, str, str]:
    """Family, name and version of the source package, or of the package of a language."""
    name, version, kind = (text(artifact.get(key)) for key in ("name", "version", "type"))
    family = _FAMILIES.get(kind)
    if family is None:
        purl = purls.read(text(artifact.get("purl"))) or purls.Purl(kind or "generic", name, "")
        return purl.kind, str(purl), version
    upstream = next(mappings(artifact.get("upstreams")), {})
    # Without a version of its own, an upstream has that of the package.
    return family, text(upstream.get("name")) or name, text(upstream.get("version")) or version

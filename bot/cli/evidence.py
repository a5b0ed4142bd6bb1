"""`basewatch.diff/1`: all that is known of two images, as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.cli.carried import carried
from bot.cli.evidence_images import sides
from bot.cli.evidence_vulnerabilities import vulnerabilities
from bot.model import Difference, Unavailable
from bot.wording.readable import readable
from bot.wording.warnings import warnings_of

if TYPE_CHECKING:
    from bot.cli.payload import Document
    from bot.model import (
        Attachment,
        Broken,
        ConfigChange,
        Evidence,
        LayerChange,
        Note,
        Opened,
        Package,
        PlatformChange,
        Provenance,
        SourceChange,
        StepChange,
        Use,
    )

_DEEP = 2
"""How deep in a document something may be unavailable: `old.packages`."""

NOT_OPENED = Unavailable("The images were not opened.")


def diff(
    evidence: Evidence,
    opened: tuple[Opened, Opened] | None = None,
    uses: Sequence[Use] | None = None,
) -> Document:
    """
    `basewatch.diff/1` (docs/schemas/diff.schema.json): the same for the same evidence.

    What could not be looked at is null, never zero or empty, and `unavailable` has the reason under
    its path (`old.packages`). A null without a reason: the image does not say. `uses` are the
    places whose build files were asked what they need; None where nobody asked.
    """
    found = evidence.difference or NOT_OPENED
    old, new = sides(evidence, opened)
    document = {
        "schema": "basewatch.diff/1",
        "kind": evidence.bump.kind,
        "old": old,
        "new": new,
        **_difference(found),
        "platforms": _platforms(evidence.platforms),
        "vulnerabilities": vulnerabilities(evidence.vulnerabilities),
        "notes": _notes(evidence),
        "silent": list(evidence.silent),
        "provenance": _provenances(evidence.provenance),
        "broken": _needs(evidence, found, uses),
        "warnings": list(dict.fromkeys(map(readable, warnings_of(evidence)))),
    }
    reasons = dict(sorted(_reasons(document)))
    return carried({**_without_gaps(document), "unavailable": reasons})


# ---------------------------------------------------------------- what is not there


def _reasons(values: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Why each value is not there, by its path."""
    for key, value in values.items():
        if isinstance(value, Unavailable):
            yield f"{within}{key}", value.reason
        elif isinstance(value, dict) and within.count(".") < _DEEP - 1:
            yield from _reasons(value, f"{within}{key}.")


def _without_gaps(values: Mapping[str, Any], depth: int = _DEEP) -> Document:
    return {key: _without_gap(value, depth - 1) for key, value in values.items()}


def _without_gap(value: Any, depth: int) -> Any:  # noqa: ANN401 -- whatever a document holds
    if isinstance(value, Unavailable):
        return None
    return _without_gaps(value, depth) if isinstance(value, dict) and depth else value


# ---------------------------------------------------------------- what differs


def _difference(found: Difference | Unavailable) -> Document:
    if isinstance(found, Unavailable):
        parts = ("platform", "cause", "because", "packages", "config", "layers", "steps")
        return dict.fromkeys(parts, found)
    known = found.packages is not None
    return {
        "platform": found.platform,
        "cause": found.cause,
        "because": found.because,
        "packages": _packages(found.packages or ()) if known else Unavailable(found.unknown),
        "config": [_config(change) for change in found.config],
        "layers": _layers(found.layers),
        "steps": None if found.steps is None else [_step(step) for step in found.steps],
    }


def _packages(changes: Sequence[SourceChange]) -> Document:
    """By what became of them; a change of version has its direction."""
    parts: Document = {"added": [], "removed": [], "changed": []}
    for change in changes:
        part = change.direction if change.direction in parts else "changed"
        parts[part].append(_change(change))
    return parts


def _change(change: SourceChange) -> Document:
    return {
        "source": change.source,
        "family": (*change.before, *change.after)[0].family,
        "direction": change.direction,
        "old": change.old or None,
        "new": change.new or None,
        "before": [_package(package) for package in change.before],
        "after": [_package(package) for package in change.after],
    }


def _package(package: Package) -> Document:
    return {
        "name": package.name,
        "version": package.version,
        "architecture": package.architecture or None,
    }


def _config(change: ConfigChange) -> Document:
    return {
        "what": change.what,
        "old": change.old,
        "new": change.new,
        "meaning": change.meaning,
        "serious": change.serious,
    }


def _layers(change: LayerChange) -> Document:
    return {
        "shared": change.shared,
        "old": change.old,
        "new": change.new,
        "old_size": change.old_size,
        "new_size": change.new_size,
        "fresh": change.fresh,
    }


def _step(change: StepChange) -> Document:
    return {"change": change.change, "old": change.old or None, "new": change.new or None}


def _platforms(change: PlatformChange | None) -> Document | Unavailable:
    if change is None:
        return Unavailable("The platforms of the two images were not compared.")
    return {
        "added": list(change.added),
        "dropped": list(change.dropped),
        "moved": list(change.moved),
        "lagging": list(change.lagging),
    }


# ---------------------------------------------------------------- what is said of them


def _notes(evidence: Evidence) -> list[Document] | Unavailable:
    if evidence.notes is None:
        return Unavailable("Nobody looked for release notes.")
    return [_note(note) for note in evidence.notes]


def _note(note: Note) -> Document:
    return {"source": note.source, "title": note.title, "url": note.url, "text": note.text}


def _provenances(
    found: tuple[Provenance, Provenance] | Unavailable | None,
) -> Document | Unavailable:
    if isinstance(found, tuple):
        old, new = found
        return {"old": _provenance(old), "new": _provenance(new)}
    return found or Unavailable("Nobody looked for signatures and attestations.")


def _provenance(found: Provenance) -> Document:
    return {
        "attachments": [_attachment(each) for each in found.attachments],
        "source": found.source or None,
        "revision": found.revision or None,
        "base_name": found.base_name or None,
        "base_digest": found.base_digest or None,
        "verified": found.verified or None,
        "refused": found.refused or None,
        "unverified": found.unverified or None,
    }


def _attachment(found: Attachment) -> Document:
    return {
        "kind": found.kind,
        "how": found.how,
        "identity": found.identity or None,
        "issuer": found.issuer or None,
        "predicate": found.predicate or None,
    }


def _needs(
    evidence: Evidence, found: Difference | Unavailable, uses: Sequence[Use] | None
) -> list[Document] | Unavailable:
    if evidence.broken:
        return [_broken(each) for each in evidence.broken]
    if isinstance(found, Unavailable):
        return found
    return [] if uses is not None else Unavailable("No build file was looked at.")


def _broken(found: Broken) -> Document:
    return {
        "file": found.path,
        "line": found.line,
        "needs": found.needs,
        "because": found.because,
    }

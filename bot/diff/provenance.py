"""What the new image's origin lacks, or has otherwise, that the old one's had."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Attachment, Provenance

_BUILDERS_OWN = "buildkit"
"""Unsigned by themselves: they come and go with a builder's options."""


def provenance_warnings(old: Provenance, new: Provenance) -> tuple[str, ...]:
    """
    Full sentences on what should make a person look twice, the gravest first.

    A signature that is lost or made by somebody else, attestations that are lost, another source
    repository, another base. What the old image never had is no news.
    """
    return (*_signatures(old, new), *_attestations(old, new), *_source(old, new), *_base(old, new))


def _signatures(old: Provenance, new: Provenance) -> Iterator[str]:
    before, after = _signing(old), _signing(new)
    if before and not after:
        yield f"The new image has no signature; the old one was signed{_by(before)}."
        return
    was, now = _identities(before), _identities(after)
    if was and now and not was & now:
        yield f"The new image is signed by somebody else: {_listed(now)}, no longer {_listed(was)}."
    elif was and after and not now:
        yield f"The new image's signature names nobody; the old one was signed by {_listed(was)}."


def _attestations(old: Provenance, new: Provenance) -> Iterator[str]:
    for kind, name in (
        ("attestation", "attestation of how it was built"),
        ("sbom", "list of parts"),
    ):
        had = [a for a in old.attachments if a.kind == kind and a.how != _BUILDERS_OWN]
        has = any(a.kind == kind for a in new.attachments)
        if had and not has:
            yield f"The new image has no {name}; the old one had."


def _source(old: Provenance, new: Provenance) -> Iterator[str]:
    if old.source and new.source and old.source.lower() != new.source.lower():
        yield f"It says that it was built from {new.source}, no longer from {old.source}."


def _base(old: Provenance, new: Provenance) -> Iterator[str]:
    if old.base_name and new.base_name and old.base_name != new.base_name:
        yield f"It is built on {new.base_name}, no longer on {old.base_name}."


def _signing(found: Provenance) -> list[Attachment]:
    return [each for each in found.attachments if each.kind == "signature"]


def _identities(signatures: list[Attachment]) -> frozenset[tuple[str, str]]:
    return frozenset((each.identity, each.issuer) for each in signatures if each.identity)


def _by(signatures: list[Attachment]) -> str:
    identities = _identities(signatures)
    return f" by {_listed(identities)}" if identities else ""


def _listed(identities: frozenset[tuple[str, str]]) -> str:
    named = [
        f"{who} (vouched for by {issuer})" if issuer else who for who, issuer in sorted(identities)
    ]
    return " and ".join(named)

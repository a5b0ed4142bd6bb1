"""Who signed the images, where they come from, and what of that was lost."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Evidence, Provenance, Unavailable
from bot.wording.markdown import code, plain

_KINDS = {"signature": "signed", "attestation": "attested", "sbom": "with an SBOM"}


def provenance_row(evidence: Evidence) -> Iterator[list[str]]:
    """A row of the table at the top: what is published with either image."""
    if isinstance(evidence.provenance, tuple):
        old, new = evidence.provenance
        if any(side.attachments or _outcome(side) for side in (old, new)):
            yield ["Published with it", _attached(old), _attached(new)]


def not_as_signed(evidence: Evidence) -> Iterator[str]:
    """The warning that comes before all others: the new image is not known to be what it is."""
    if not isinstance(evidence.provenance, tuple):
        return
    _, new = evidence.provenance
    if new.refused:
        yield f"**The signature of the new image does not hold.** {plain(new.refused)}"
    elif new.unverified:
        yield f"**The signature of the new image could not be verified.** {plain(new.unverified)}"


def unread(evidence: Evidence) -> str:
    """A line on why nothing is known of signatures and attestations; empty where it is."""
    found = evidence.provenance
    if not isinstance(found, Unavailable):
        return ""
    return f"**Signatures and attestations are not known**: {plain(found.reason)}"


def worries(evidence: Evidence) -> Iterator[str]:
    """A warning for each thing that the old image had and the new one has not, or otherwise."""
    if not isinstance(evidence.provenance, tuple):
        return
    old, new = evidence.provenance
    yield from _lost(old, new)
    signers = [_signers(side) for side in (old, new)]
    if all(signers) and not signers[0] & signers[1]:
        was, now = map(_named, signers)
        yield f"**The signer changed** from {was} to {now}, as the certificates say."
    elif signers[0] and not signers[1] and "signature" in _by_makers(new):
        yield f"**The signature names nobody**; the old one was by {_named(signers[0])}."
    for what, was, now in (
        ("source repository", _repository(old.source), _repository(new.source)),
        ("base image", _bare(old.base_name), _bare(new.base_name)),
    ):
        if was and now and was != now:
            yield f"**The {what} changed** from {code(was)} to {code(now)}."
        elif was and not now:
            yield f"**The {what} is no longer named**; it was {code(was)}."


def _lost(old: Provenance, new: Provenance) -> Iterator[str]:
    before, after = (_by_makers(side) for side in (old, new))
    for kind in ("signature", "attestation", "sbom"):
        if kind in before - after:
            word = "SBOM" if kind == "sbom" else kind
            yield f"**The new image has no {word}**, and the old one had."


def _by_makers(side: Provenance) -> set[str]:
    """The kinds of what was published on purpose; what BuildKit adds comes and goes by itself."""
    return {attachment.kind for attachment in side.attachments if attachment.how != "buildkit"}


def _named(identities: set[str]) -> str:
    return ", ".join(map(code, sorted(identities)))


def _signers(side: Provenance) -> set[str]:
    return {
        each.identity for each in side.attachments if each.kind == "signature" and each.identity
    }


def _attached(side: Provenance) -> str:
    words = []
    for kind, word in _KINDS.items():
        found = [attachment for attachment in side.attachments if attachment.kind == kind]
        if found:
            ways = ", ".join(plain(way) for way in dict.fromkeys(each.how for each in found))
            names = ", ".join(code(n) for n in dict.fromkeys(e.identity for e in found) if n)
            words.append(f"{word} ({ways}{f', by {names}' if names else ''})")
    outcome = _outcome(side) or ("not verified" if words else "")
    return "; ".join(filter(None, [", ".join(words), outcome])) or "nothing"


def _outcome(side: Provenance) -> str:
    """What came of verifying it; empty where nobody tried."""
    if side.refused:
        return "**the signature does not hold**"
    return "could not be verified" if side.unverified else plain(side.verified)


def _repository(source: str) -> str:
    """An address without what differs from build to build (`#commit:folder`, `.git`)."""
    return source.partition("#")[0].rstrip("/").removesuffix(".git").lower()


def _bare(name: str) -> str:
    """A base's name without tag and digest: that a newer one is used is told as the cause."""
    bare = name.partition("@")[0]
    head, colon, tag = bare.rpartition(":")
    return head if colon and "/" not in tag else bare

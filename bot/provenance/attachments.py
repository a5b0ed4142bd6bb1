"""
Find what is attached to an image in its registry.

* cosign 2: the tags `sha256-<digest>.sig` and `.att`
  (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md);
* cosign 3, GitHub and Notation: referrers
  (https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md,
  https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md);
* BuildKit: manifests in the index
  (https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import EvidenceError, MissingError, RegistryError
from bot.image import ImageRef
from bot.model import Attachment, AttachmentKind, Description, Provenance, Referrer
from bot.origin import base_of, origin
from bot.ports import Registry
from bot.provenance.certificates import Signer, signer_of
from bot.provenance.cosign import Checked, Cosign

_BUNDLE = "application/vnd.dev.sigstore.bundle"
_NOTATION = "application/vnd.cncf.notary.signature"
_COSIGN_CERTIFICATE = "dev.sigstore.cosign/certificate"
_PREDICATE = "dev.sigstore.bundle.predicateType"
_IN_TOTO = "in-toto.io/predicate-type"
_SBOMS = ("spdx", "cyclonedx", "syft")
_BUNDLE_LIMIT = 1 << 20
_MOST_READ = 4
"""Bundles and signatures of one image that are opened to see who signed."""


class Origins:
    """Asks the registry of an image for what is attached to it."""

    def __init__(self, registry: Registry, cosign: Cosign | None = None) -> None:
        self._registry = registry
        self._cosign = cosign

    async def of(
        self, image: ImageRef, found: Description, base: Description | None = None
    ) -> Provenance:
        """
        What is published with an image, whose reference is used for its repository only.

        `base` is what it is built on, where that is known: what it inherits is not its own. Raises
        `EvidenceError`: that a registry could not be asked is not that there is nothing.
        """
        subject = image.at(None, found.index)
        try:
            attachments = [
                *await self._referring(subject),
                *await self._tagged(subject),
                *await self._in_index(subject, found),
            ]
        except RegistryError as error:
            raise EvidenceError(f"what is published with it could not be read: {error}") from None
        checked = await self._cosign.check(subject) if self._cosign else Checked()
        source, on = origin(found, image, base), base_of(found)
        return Provenance(
            tuple(dict.fromkeys(attachments)),
            source=source.url if source else "",
            revision=source.commit if source else "",
            base_name=str(on).partition("@")[0] if on else "",
            base_digest=(on.digest or "") if on else "",
            verified=checked.verified,
            refused=checked.refused,
            unverified=checked.unverified,
        )

    # ------------------------------------------------------------ referrers

    async def _referring(self, subject: ImageRef) -> list[Attachment]:
        found = sorted(await self._registry.referrers(subject), key=lambda each: each.digest)
        kinds = [(each, _kind_of(each)) for each in found]
        read = [each for each, kind in kinds if kind and kind.how == "sigstore bundle"][:_MOST_READ]
        return [
            await self._opened(subject, each, kind) if each in read else kind
            for each, kind in kinds
            if kind
        ]

    async def _opened(self, subject: ImageRef, each: Referrer, kind: Attachment) -> Attachment:
        """The attachment with what the bundle's certificate says of who signed."""
        body = _object((await self._registry.document(subject.at(None, each.digest))).body)
        layer = next(iter(_rows(body.get("layers"))), None)
        size = layer.get("size") if layer else None
        if not layer or not isinstance(size, int) or not 0 < size <= _BUNDLE_LIMIT:
            return kind
        data = bytearray()
        digest = layer.get("digest")
        await self._registry.blob(
            subject, digest if isinstance(digest, str) else "", size, data.extend
        )
        signer = _signer_of_bundle(_object(bytes(data)))
        return kind._replace(identity=signer.identity, issuer=signer.issuer)

    # ------------------------------------------------------------ tags

    async def _tagged(self, subject: ImageRef) -> list[Attachment]:
        name = (subject.digest or "").replace(":", "-", 1)
        signatures = await self._layers(subject.at(f"{name}.sig"))
        attestations = await self._layers(subject.at(f"{name}.att"))
        return [
            *(_signed(layer, "signature") for layer in signatures[:_MOST_READ]),
            *(_signed(layer, "attestation") for layer in attestations[:_MOST_READ]),
        ]

    async def _layers(self, image: ImageRef) -> list[Mapping[str, Any]]:
        try:
            found = await self._registry.document(image)
        except MissingError:
            return []
        return _rows(_object(found.body).get("layers"))

    # ------------------------------------------------------------ BuildKit

    async def _in_index(self, subject: ImageRef, found: Description) -> list[Attachment]:
        if found.index == found.digest:
            return []
        index = _object((await self._registry.document(subject)).body)
        about = next((e for e in _rows(index.get("manifests")) if _is_about(e, found.digest)), None)
        if about is None:
            return []
        digest = about.get("digest")
        document = await self._registry.document(subject.at(None, str(digest)))
        layers = _rows(_object(document.body).get("layers"))
        said = (_annotations(layer).get(_IN_TOTO, "") for layer in layers)
        return [_buildkit(predicate) for predicate in said if predicate]


def _kind_of(each: Referrer) -> Attachment | None:
    what = (each.artifact_type or each.media_type).lower()
    predicate = each.annotations.get(_PREDICATE, "")
    if what.startswith(_BUNDLE):
        signs = not predicate or predicate.endswith("/cosign/sign/v1")
        return Attachment(
            "signature" if signs else _attests(predicate), "sigstore bundle", predicate=predicate
        )
    if what == _NOTATION:
        return Attachment("signature", "notation")
    if any(word in what for word in _SBOMS):
        return Attachment("sbom", "referrer")
    return None


def _attests(predicate: str) -> AttachmentKind:
    return "sbom" if any(word in predicate.lower() for word in _SBOMS) else "attestation"


def _buildkit(predicate: str) -> Attachment:
    return Attachment(_attests(predicate), "buildkit", predicate=predicate[:200])


def _signed(layer: Mapping[str, Any], kind: AttachmentKind) -> Attachment:
    annotations = _annotations(layer)
    signer = signer_of(annotations.get(_COSIGN_CERTIFICATE, ""))
    predicate = annotations.get("predicateType", "")[:200]
    return Attachment(kind, "cosign tag", signer.identity, signer.issuer, predicate)


def _signer_of_bundle(bundle: Mapping[str, Any]) -> Signer:
    """https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto."""
    material = bundle.get("verificationMaterial")
    if not isinstance(material, dict):
        return Signer()
    chain = material.get("x509CertificateChain")
    listed = _rows(chain.get("certificates")) if isinstance(chain, dict) else []
    certificate = material.get("certificate") or next(iter(listed), None)
    raw = certificate.get("rawBytes") if isinstance(certificate, dict) else None
    return signer_of(raw) if isinstance(raw, str) else Signer()


def _is_about(entry: Mapping[str, Any], digest: str) -> bool:
    said = _annotations(entry)
    return (
        said.get("vnd.docker.reference.type") == "attestation-manifest"
        and said.get("vnd.docker.reference.digest") == digest
    )


def _annotations(entry: Mapping[str, Any]) -> dict[str, str]:
    said = entry.get("annotations")
    items: Iterator[tuple[Any, Any]] = iter(said.items() if isinstance(said, dict) else ())
    return {key: value for key, value in items if isinstance(value, str)}


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

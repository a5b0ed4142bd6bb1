"""What is published beside an image about its origin: annotations, statements, signatures."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from bot.demo.blobs import document

SIGNED = "application/vnd.dev.cosign.simplesigning.v1+json"
"""The media type of what cosign signs."""

_OCI = "org.opencontainers.image."
_SLSA = "https://slsa.dev/provenance/v0.2"
PREDICATE = {"in-toto.io/predicate-type": _SLSA}
"""The annotation of a provenance statement, by which it is known for one."""


def commit_of(*words: str) -> str:
    """A commit that might be: 40 hexadecimal digits, always the same for the same words."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:40]


def annotated(
    source: str, revision: str, created: str, base: tuple[str, str] | None
) -> dict[str, str]:
    """
    What Docker's official images say of themselves.

    `base` is the name in its `FROM` and the digest that it stood for.
    https://github.com/opencontainers/image-spec/blob/main/annotations.md
    """
    said = {"created": created, "revision": revision, "source": source}
    if base:
        said |= {"base.name": base[0], "base.digest": base[1]}
    return {f"{_OCI}{key}": value for key, value in sorted(said.items())}


def statement(digest: str) -> dict[str, Any]:
    """A provenance statement about an image, which says next to nothing."""
    return {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": _SLSA,
        "subject": [{"name": "demo", "digest": {"sha256": digest[7:]}}],
        "predicate": {"builder": {"id": ""}, "buildType": "demo"},
    }


def signed(name: str, digest: str) -> tuple[bytes, dict[str, str]]:
    """What cosign would have signed, and the annotation with a signature that is none."""
    payload = {
        "critical": {
            "identity": {"docker-reference": name},
            "image": {"docker-manifest-digest": digest},
            "type": "cosign container image signature",
        },
        "optional": None,
    }
    nothing = base64.b64encode(b"invented for the basewatch demo").decode()
    return document(payload), {"dev.cosignproject.cosign/signature": nothing}

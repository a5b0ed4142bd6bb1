"""Show one image of an OCI layout by itself, as programs read nothing but the only one there."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import EvidenceError
from bot.model import Opened

_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_MANIFEST_LIMIT = 4 << 20
_OCI = "application/vnd.oci.image.manifest.v1+json"


@contextmanager
def alone(opened: Opened) -> Iterator[Path]:
    """
    A folder that lasts as long as the context: `image` in it is a layout with this image only.

    `home` in it is empty. No byte of the image is copied. Raises `EvidenceError`.
    https://github.com/opencontainers/image-spec/blob/main/image-layout.md
    """
    blobs = Path(opened.layout).absolute() / "blobs"
    made = tempfile.TemporaryDirectory(prefix="basewatch-scan-", ignore_cleanup_errors=True)
    try:
        with made as name:
            _lay_out(Path(name), blobs, opened.contents.image.digest)
            yield Path(name)
    except OSError as error:
        raise EvidenceError(f"the image cannot be laid out: {error.strerror or error}") from error


def _lay_out(folder: Path, blobs: Path, digest: str) -> None:
    image = folder / "image"
    for each in (folder / "home", image):
        each.mkdir()
    (image / "blobs").symlink_to(blobs, target_is_directory=True)
    (image / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    index = {"schemaVersion": 2, "manifests": [_entry(blobs, digest)]}
    (image / "index.json").write_text(json.dumps(index))


def _entry(blobs: Path, digest: str) -> dict[str, object]:
    if not _DIGEST.fullmatch(digest):
        raise EvidenceError("the image has no digest that a layout could hold")
    path = blobs / "sha256" / digest.removeprefix("sha256:")
    with path.open("rb") as file:
        data = file.read(_MANIFEST_LIMIT + 1)
    return {"mediaType": _media_type(data), "digest": digest, "size": len(data)}


def _media_type(manifest: bytes) -> str:
    try:
        told = json.loads(manifest)["mediaType"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _OCI  # which need not say so
    return told if isinstance(told, str) else _OCI

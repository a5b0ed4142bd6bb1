"""Chisel's manifest of what an Ubuntu image was cut from: `var/lib/chisel/manifest.wall`."""

from __future__ import annotations

import json
from typing import Any

from bot.errors import EvidenceError
from bot.model import Package
from bot.packages.entries import check_count, text, without_zero_epoch

_WALL = b'{"jsonwall":'
_LONGEST_LINE = 1 << 16


def packages(manifest: bytes) -> tuple[Package, ...]:
    """
    The packages that slices were taken from, by the manifest without its zstd compression.

    A line of JSON each (https://github.com/canonical/chisel/tree/main/internal/jsonwall); it names
    no source, so that a package stands for its own. Raises `EvidenceError` where it is none.
    """
    if not manifest.startswith(_WALL):
        raise EvidenceError("it is no jsonwall")
    lines = [line for line in manifest.splitlines() if b'"package"' in line]
    check_count(len(lines))
    found = (_package(_read(line)) for line in lines)
    return tuple(package for package in found if package)


def _read(line: bytes) -> Any:  # noqa: ANN401 -- it is what the image holds, checked below
    if len(line) > _LONGEST_LINE:
        raise EvidenceError(f"a line of {len(line)} bytes is in it")
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvidenceError("a line of it is no JSON") from error


def _package(said: Any) -> Package | None:  # noqa: ANN401 -- as `_read` gives it
    if not isinstance(said, dict) or said.get("kind") != "package":
        return None
    name, version, architecture = (
        text(str(said.get(key, "")).encode("utf-8", "replace"))
        for key in ("name", "version", "arch")
    )
    if not name or not version:
        return None
    version = without_zero_epoch(version)
    return Package("deb", name, version, name, version, architecture)

"""What is inside images: blobs on this machine, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

OFF = "off"
SCANS = "scans.sqlite"
"""In the cache folder: what scanners said of images, and the records that they said it by."""


def cache_folder(said: str | None, environ: Mapping[str, str]) -> Path | None:
    """
    Where what is fetched is kept from run to run: as `said`, else in the user's cache directory.

    `None` where it is `off`, or where the user has no home.
    https://specifications.freedesktop.org/basedir-spec/latest/ names the directory, and has a
    relative `XDG_CACHE_HOME` ignored.
    """
    if said == OFF:
        return None
    try:
        if said:
            return Path(said).expanduser()
        caches = Path(environ.get("XDG_CACHE_HOME", ""))
        caches = caches if caches.is_absolute() else Path.home() / ".cache"
    except RuntimeError:  # nobody knows where home is
        return None
    return caches / "basewatch"

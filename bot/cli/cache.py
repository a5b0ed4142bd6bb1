"""`basewatch cache`: show, prune and clear what was fetched of images and said of them."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.text import clean, out, plural
from bot.contents import SCANS
from bot.contents.store import Kept, Store, Sum, total
from bot.contents.views import sweep
from bot.errors import ConfigError

MIB = 1 << 20


def show(arguments: argparse.Namespace) -> int:
    """Show where it is, how much there is, and how much there may be."""
    store = _store(arguments)
    if arguments.json:
        out(payload.printed(_document(store)))
        return DONE
    blobs = total(store.blobs())
    out(f"{clean(str(store.root))}: {plural(blobs.count, 'blob')}, {_mib(_all(store))}.")
    out(f"At most {_mib(store.most)} are kept between runs.")
    if scans := total(_scans(store)).size:
        out(f"What scanners said of images: {_mib(scans)}.")
    if partial := total(store.partials()).count:
        out(f"{plural(partial, 'blob')} not whole yet; the next run that wants it goes on with it.")
    return DONE


def prune(arguments: argparse.Namespace) -> int:
    """Remove what was longest unused."""
    store = _store(arguments)
    if arguments.to:
        store.most = _bytes(arguments.to)
    return _told(arguments, store, store.shrink())


def clear(arguments: argparse.Namespace) -> int:
    """Remove all of it: what was fetched, and what scanners said."""
    store = _store(arguments)
    removed, scans = store.clear(), _scans(store)
    for each in scans:
        with store.trouble():
            each.path.unlink(missing_ok=True)
    sweep(store.views)
    said = total(scans)
    return _told(arguments, store, Sum(removed.count + said.count, removed.size + said.size))


def _store(arguments: argparse.Namespace) -> Store:
    return wiring.image_store(wiring.settings(arguments.config).evidence)


def _told(arguments: argparse.Namespace, store: Store, removed: Sum) -> int:
    if arguments.json:
        out(payload.printed(_document(store, removed)))
    else:
        files = plural(removed.count, "file")
        out(f"Removed {files}, {_mib(removed.size)}; {_mib(_all(store))} are left.")
    return DONE


def _document(store: Store, removed: Sum | None = None) -> dict[str, Any]:
    """`basewatch.cache/1`: sizes in bytes, times in UTC."""
    blobs = store.blobs()
    document = {
        "schema": "basewatch.cache/1",
        "folder": str(store.root),
        "limit": store.most,
        "bytes": _all(store),
        "blobs": {**_sum(total(blobs)), "oldest": _time(blobs[:1]), "newest": _time(blobs[-1:])},
        "made": _sum(total(store.made())),
        "partial": _sum(total(store.partials())),
        "scans": _sum(total(_scans(store))),
    }
    return {**document, "removed": _sum(removed)} if removed else document


def _sum(files: Sum) -> dict[str, int]:
    return {"count": files.count, "bytes": files.size}


def _time(files: list[Kept]) -> str | None:
    """When the one of these was last used."""
    for each in files:
        return dt.datetime.fromtimestamp(int(each.used), dt.UTC).isoformat()
    return None


def _scans(store: Store) -> list[Kept]:
    """The file beside the store that has what scanners said, with what SQLite keeps next to it."""
    return [
        Kept(path, told.st_size, told.st_mtime)
        for path in sorted(store.root.parent.glob(f"{SCANS}*"))
        for told in [path.stat()]
    ]


def _all(store: Store) -> int:
    return total([*store.blobs(), *store.made(), *store.partials(), *_scans(store)]).size


def _mib(size: int) -> str:
    return f"{size / MIB:.1f} MiB" if size < 10 * MIB else f"{size / MIB:.0f} MiB"


def _bytes(text: str) -> int:
    from bot.config import size_in_bytes

    try:
        return size_in_bytes(text)
    except ValueError as error:
        raise ConfigError(f"--to {text!r}: {error}") from None

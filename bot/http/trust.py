"""Whom TLS connections trust: read from disk when the first of them is made."""

from __future__ import annotations

import asyncio
import os
import ssl
from pathlib import Path

import certifi

from bot.errors import ConfigError


class Trust:
    """
    The certificates of `SSL_CERT_FILE` or `SSL_CERT_DIR`, else those that come with httpx.

    Reading them takes longer than a whole run on a loopback registry, so `context` knows none, and
    trusts nobody, until `ready` is called.
    """

    def __init__(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._reading: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Read the certificates, once; raises `ConfigError` where they cannot be."""
        if self._reading is None:
            self._reading = asyncio.create_task(asyncio.to_thread(self._read))
        await asyncio.shield(self._reading)

    def _read(self) -> None:
        file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        try:
            if file and Path(file).exists():
                self.context.load_verify_locations(cafile=file)
            elif folder and Path(folder).exists():
                self.context.load_verify_locations(capath=folder)
            else:
                self.context.load_verify_locations(cafile=certifi.where())
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"the certificates in {file or folder} cannot be read: {error}"
            ) from None

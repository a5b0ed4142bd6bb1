"""cosign as a program: whether an image is signed by who the operator expects."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import programs
from bot.errors import EvidenceError
from bot.image import ImageRef
from bot.policy.globs import image_matches
from bot.programs import Call, Ran

NAME = "cosign"

_REFUSALS = frozenset({10, 12, 13})
"""
No signature, none that matches, none with a certificate; all else is a failure to find out.

https://github.com/sigstore/cosign/blob/main/doc/cosign_exit_codes.md
"""

_REFUSED = re.compile(r"no (?:matching )?signatures(?: found)?\b", re.IGNORECASE)
"""What versions without those exit codes say for it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Who signs some images (globs): the identity in the certificate, and who vouches for it."""

    images: tuple[str, ...]
    identity: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What came of it; all are empty where nobody is expected to have signed.

    `verified` names the signer; `refused` is a sentence on why the signature does not hold,
    `unverified` on why that could not be found out.
    """

    verified: str = ""
    refused: str = ""
    unverified: str = ""


class Cosign:
    """
    https://github.com/sigstore/cosign/blob/main/doc/cosign_verify.md, versions 2 and 3.

    It asks the image's registry itself, without credentials, and the public log of signatures.
    """

    def __init__(self, program: str, expected: Sequence[Expected], timeout: float = 120) -> None:
        self._program, self._expected, self._timeout = program, tuple(expected), timeout

    async def check(self, image: ImageRef) -> Checked:
        """Verify an image at its digest; nothing where nobody is expected to have signed it."""
        who = next((each for each in self._expected if _is_of(each, image)), None)
        if who is None:
            return Checked()
        try:
            return await self._verify(image, who)
        except EvidenceError as error:
            return Checked(unverified=f"It is to be signed by {who.identity}, and {error}.")

    async def _verify(self, image: ImageRef, who: Expected) -> Checked:
        command = (
            *(self._program, "verify", "--output", "text"),
            *("--certificate-identity", who.identity, "--certificate-oidc-issuer", who.issuer),
            f"{image.repository}@{image.digest}",
        )
        with tempfile.TemporaryDirectory(prefix="basewatch-") as home:
            env = programs.surroundings(Path(home), network=True)
            ran = await programs.run(Call(command, env, Path(home), self._timeout))
        return _judged(ran, who)


def _judged(ran: Ran, who: Expected) -> Checked:
    if ran.code == 0:
        return Checked(verified=f"verified by cosign as signed by {who.identity}")
    why = ran.complaint or f"exit code {ran.code}"
    if ran.code in _REFUSALS or _REFUSED.search(why):
        return Checked(refused=f"It is not signed by {who.identity}, says cosign: {why}.")
    return Checked(unverified=f"It is to be signed by {who.identity}, and cosign failed: {why}.")


def _is_of(expected: Expected, image: ImageRef) -> bool:
    return any(image_matches(pattern, image.repository) for pattern in expected.images)

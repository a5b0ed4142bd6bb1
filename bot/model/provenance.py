"""Where an image comes from, and what its makers say of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from bot.model.bumps import Bump
from bot.model.changes import Difference
from bot.model.contents import Description

AttachmentKind = Literal["signature", "attestation", "sbom", "other"]


class Note(NamedTuple):
    """
    Something that was written about a change: a release, a commit range, an advisory.

    `source` says who is asked (`GitHub releases of nodejs/node`), `title` what it is about
    (`20.18.1`), `url` where it stands; `text` is untrusted Markdown, cut to a bound, or empty.
    """

    source: str
    title: str
    url: str
    text: str = ""


class Comparison(NamedTuple):
    """
    Two images that somebody may have written about: what moves, and what both say of themselves.

    `bases` are the images that they were built on, where they name them; by what a base says too it
    is told what an image has inherited from it.
    """

    bump: Bump
    old: Description
    new: Description
    bases: tuple[Description | None, Description | None] = (None, None)
    difference: Difference | None = None


class Attachment(NamedTuple):
    """
    A signature or attestation that is published with an image; that it is there proves nothing.

    `identity` and `issuer` are what its certificate says, where it has one, unverified;
    `how` names the format (`cosign tag`, `sigstore bundle`, `notation`, `buildkit`).
    """

    kind: AttachmentKind
    how: str
    identity: str = ""
    issuer: str = ""
    predicate: str = ""


class Provenance(NamedTuple):
    """
    What is published with an image about its origin.

    `source`, `revision`, `base_name` and `base_digest` are from annotations and labels of the
    image itself; empty where nothing is said. `verified` is the clause of a program that verified
    it, where one was asked to; `refused` its full sentence where what it found does not hold, and
    `unverified` where it could not find out.
    """

    attachments: tuple[Attachment, ...] = ()
    source: str = ""
    revision: str = ""
    base_name: str = ""
    base_digest: str = ""
    verified: str = ""
    refused: str = ""
    unverified: str = ""

"""Where a registry is asked: its base URL, what may be sent there, and what is refused outright."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import RegistryError
from bot.http import addresses
from bot.http.redirects import web_url
from bot.image import DOCKER_HUB
from bot.registries.credentials import Credential

HUB_REGISTRY = "registry-1.docker.io"
_PREFIX = re.compile(r"(?:/[a-z0-9][a-z0-9._-]*)*/?")


@dataclass(frozen=True, slots=True)
class HostSettings:
    """
    What the operator says about one registry host.

    * `lookup`: ask there instead (a mirror, `https://harbor.example/hub-proxy`); its path comes
      before the repository's, as it would in an image name.
    * `insecure`: plain HTTP is meant. Never guessed.
    * `credential`: to be used where that registry is asked, before Docker's configuration.
    * `realm`: the URL of the token service that the credential may also be sent to.
    * `kind`: what its software is, where the name does not tell; one of `KINDS`.
    """

    lookup: str | None = None
    insecure: bool = False
    credential: Credential | None = None
    realm: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    One registry as it is asked.

    `base` has no path; `prefix` comes before every repository; `login` is its name in Docker's
    configuration; `private` whether it may be at a private address.
    """

    host: str
    base: str
    login: str
    prefix: str = ""
    insecure: bool = False
    realm: str | None = None
    private: bool = True


def endpoint(registry: str, settings: HostSettings | None, *, allow_private: bool) -> Endpoint:
    """
    Where images of `registry` (host, with its port if it has one) are looked up.

    Raises `RegistryError` for what is never asked: link-local and metadata addresses; plain HTTP
    where it is not configured; private addresses where they are neither allowed nor configured.
    """
    known = settings or HostSettings()
    url = known.lookup or _usual(registry, insecure=known.insecure)
    try:
        parsed = web_url(url)
    except ValueError as error:
        raise RegistryError(f"{registry} cannot be asked at {url[:200]!r}: {error}") from None
    if parsed.scheme == "http" and not known.insecure:
        raise RegistryError(f"{registry}: {url} is plain HTTP; say `insecure` if that is meant")
    if not _PREFIX.fullmatch(parsed.path) or parsed.query or parsed.fragment:
        raise RegistryError(f"{registry}: {url} has more than a host and a path")
    private = allow_private or settings is not None
    if addresses.private(parsed.host) and not private:
        raise RegistryError(f"{registry} is a private address, which only the operator may name")
    netloc = parsed.netloc.decode("ascii").lower()
    return Endpoint(
        host=parsed.host.lower(),
        base=f"{parsed.scheme}://{netloc}",
        login=netloc if known.lookup else registry.lower(),
        prefix=parsed.path.strip("/") + "/" if parsed.path.strip("/") else "",
        insecure=parsed.scheme == "http",
        realm=known.realm,
        private=private,
    )


def _usual(registry: str, *, insecure: bool) -> str:
    host = HUB_REGISTRY if registry == DOCKER_HUB else registry.lower()
    return f"{'http' if insecure else 'https'}://{host}"

"""Which token services are asked, and which of them may see credentials."""

from __future__ import annotations

import re

import httpx

from bot.http import addresses
from bot.http.redirects import origin, web_url
from bot.registries.endpoint import Endpoint

# Registries whose token service has another host, as their operators document it.
_KNOWN = {
    "registry-1.docker.io": "auth.docker.io",
    "registry.gitlab.com": "gitlab.com",
    "registry.digitalocean.com": "api.digitalocean.com",
}
# Below these everybody can have a name, so a shared parent proves nothing. `co.uk` and its like
# are met by their shape. https://publicsuffix.org/list/ has them all; what is missing here still
# needs an attacker who answers for a registry that the operator has credentials for.
_SHARED = re.compile(
    r"(?:co|com|org|net|ac|gov|gob|edu|ne|or|go|nom|gen|ltd|plc|sch|me|in|[a-z]{1,3})\.[a-z]{2}"
    r"|(?:.+\.)?(?:amazonaws\.com(?:\.cn)?|aws|cloudapp\.azure\.com|azurecontainerapps\.io"
    r"|digitaloceanspaces\.com|scw\.cloud|appspot\.com|run\.app|pkg\.dev|local)"
    r"|azurecr\.(?:io|cn|us)|azurewebsites\.net|web\.app|firebaseapp\.com|gcr\.io|github\.io"
    r"|githubusercontent\.com|gitlab\.io|pages\.dev|workers\.dev|vercel\.app|vercel\.dev"
    r"|netlify\.app|herokuapp\.com|fly\.dev|onrender\.com|railway\.app|cloudfront\.net|fastly\.net"
    r"|ngrok\.(?:io|app|dev)|ngrok-free\.(?:app|dev)|ondigitalocean\.app|ovh\.net|ts\.net"
    r"|duckdns\.org|nip\.io|sslip\.io|jfrog\.io|quay\.io"
)


def token_service(realm: str, endpoint: Endpoint) -> httpx.URL:
    """
    The URL that a challenge names as its realm; raises `ValueError`, saying why it is refused.

    https only, but for the host of a registry that is itself meant to be plain HTTP; no private
    address, but for the registry's own; anything that the operator configured.
    """
    url = web_url(realm)
    if _configured(url, endpoint):
        return url
    own = url.host == endpoint.host
    if url.scheme != "https" and not (own and endpoint.insecure):
        raise ValueError("it is not https")
    if not own and addresses.private(url.host):
        raise ValueError("it is a private address")
    return url


def trusted(url: httpx.URL, endpoint: Endpoint) -> bool:
    """Whether a token service may be sent the credentials of the registry that names it."""
    if _configured(url, endpoint):
        return True
    host = url.host.lower()
    if host == endpoint.host or _KNOWN.get(endpoint.host) == host:
        return True
    parent = endpoint.host.partition(".")[2]
    related = host == parent or host.endswith(f".{parent}")
    return related and "." in parent and not _SHARED.fullmatch(parent) and not _numeric(parent)


def _configured(url: httpx.URL, endpoint: Endpoint) -> bool:
    if endpoint.realm is None:
        return False
    try:
        return origin(url) == origin(httpx.URL(endpoint.realm))
    except httpx.InvalidURL:
        return False


def _numeric(parent: str) -> bool:
    """Whether what is left of a host without its first part is a piece of an IPv4 address."""
    return parent.replace(".", "").isdigit()

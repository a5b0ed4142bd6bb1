"""What git says where a host does not give a repository, and what a person should do about it."""

from __future__ import annotations

import re

_ASKS = r"could not read (?:Username|Password)|Authentication failed|error: 401\b"

_GARBLED = (
    r"dumb http|not valid: is this a git repository|bad line length|protocol error"
    r"|invalid (?:server|ls-refs) response|invalid index-pack output|expected (?:flush|version|'')"
    r"|unexpected|unknown object format|Empty reply|bad pack header|[Ee]arly EOF|hung up"
    r"|RPC failed|unable to access|still expected"
)

# Git's own words, of versions 2.31 to 2.50, in English (LC_ALL=C). The first that fits counts.
_KNOWN = [
    (r"[Oo]ut of memory", "the host sends more than a repository can be"),
    (r"No space left on device|Disk quota exceeded", "the disk of the cache is full: make room"),
    (
        r"error: 403\b",
        "forbidden (HTTP 403): the token may not read it, or the host wants less to be asked",
    ),
    (
        r"repository '.*' not found|error: 404\b",
        "not found (HTTP 404): there is none at this address, or none that may be seen",
    ),
    (
        r"error: 30[0-9]\b",
        "moved (HTTP redirect, which is not followed): give its new address",
    ),
    (r"error: 429\b", "the host wants less to be asked (HTTP 429): try again later"),
    (r"error: 5\d\d\b", "the host is in trouble (HTTP 5xx): try again later"),
    (
        r"Could not resolve (?:host|proxy)",
        "the host's name is not known: check the address and the network",
    ),
    (
        r"Failed to connect|Connection (?:refused|timed out)|[Cc]ouldn't connect|No route to host",
        "the host cannot be reached: try again later, or check the address and the network",
    ),
    (
        r"(?i)certificate|SSL peer|SSL_|TLS|schannel",
        "the host's certificate is not trusted, or it speaks no TLS: name its authority",
    ),
    (r"too slow|Operation timed out|[Tt]imed? ?out", "the host is too slow: try again later"),
    (
        r"transport '.*' not allowed",
        "only https is spoken (http where the host is configured as insecure)",
    ),
    (r"mismatched algorithms", "git is too old here for the object format of this repository"),
    (
        _GARBLED,
        "the host gave no answer that git understands: check the address, or try again later",
    ),
]
_READY = [(re.compile(pattern), words) for pattern, words in _KNOWN]
_QUOTED = re.compile(r"'[^']*'")  # an address may have any words in it
_REFUSED = re.compile(_ASKS)
_UNREACHED = re.compile(
    r"Could not resolve (?:host|proxy)|Failed to connect|Connection refused"
    r"|[Cc]ouldn't connect|No route to host|(?i:certificate)"
)
_UNGIVEN = re.compile(r"not our ref|unadvertised object|[Cc]ould not (?:find|read) [0-9a-f]{40}")


def explained(complaint: str, *, with_token: bool) -> str | None:
    """In words that say what to do, `None` where the host is not known to be the reason."""
    said = _QUOTED.sub("''", complaint)
    if _REFUSED.search(said):
        if with_token:
            return "the token was refused (HTTP 401): it is wrong, expired or for another host"
        return "a token is wanted (HTTP 401), and none is configured"
    for pattern, words in _READY:
        if pattern.search(said):
            return f"{words} ({complaint})" if "understands" in words else words
    return None


def is_unreached(complaint: str) -> bool:
    """Whether it was the host that could not be reached, or believed, whatever was wanted there."""
    return bool(_UNREACHED.search(_QUOTED.sub("''", complaint)))


def not_given_by_name(error: Exception) -> bool:
    """Whether a host refused to give an object that was asked for by its name alone."""
    return bool(_UNGIVEN.search(str(error)))

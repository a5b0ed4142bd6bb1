"""Read what a registry asks for in `WWW-Authenticate`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_LENGTH_LIMIT = 8 << 10
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 -- a grammar, not a secret
_PARAM = re.compile(rf'({_TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))')
_SCHEME = re.compile(rf"({_TOKEN})(?=[ \t,]|$)")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")
_BETWEEN = re.compile(r"[ \t,]*")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to be let in: the scheme and its parameters, both in lower case."""

    scheme: str
    params: Mapping[str, str] = field(default_factory=dict)


def challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """
    Every challenge of these headers, in order; what cannot be read ends its header.

    https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1: several to a header, quoted strings with
    escapes, commas inside quotes, a token68 in place of parameters (which is dropped).
    """
    return tuple(each for header in headers for each in _read(header[:_LENGTH_LIMIT]))


def _read(header: str) -> list[Challenge]:
    found: list[tuple[str, dict[str, str]]] = []
    at = _past(_BETWEEN, header, 0)
    while at < len(header):
        if found and (param := _PARAM.match(header, at)):
            found[-1][1].setdefault(param[1].lower(), _unquoted(param))
            at = param.end()
        elif scheme := _SCHEME.match(header, at):
            found.append((scheme[1].lower(), {}))
            at = _past(_TOKEN68, header, _past(_BETWEEN, header, scheme.end()))
        else:
            break
        at = _past(_BETWEEN, header, at)
    return [Challenge(scheme, params) for scheme, params in found]


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _unquoted(param: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", param[2]) if param[3] is None else param[3]

"""Take secrets out of what others say: a host may send back what it was sent, as may a program."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

_SIGNED = re.compile(r":/(/?)[^/\s@'\"]{1,300}@")
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_SHORTEST = 4
"""Characters; what is shorter would be found in words that are none of it."""


def hushed(text: str, secrets: Iterable[str]) -> str:
    """The text with `***` in place of each secret: as it is, in a URL, in JSON and in base64."""
    forms = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        text = text.replace(form, "***")
    return text


def unsigned(text: str) -> str:
    """Addresses in a text without the user and the password in them; a path may be made of one."""
    return _SIGNED.sub(r":/\1***@", text)


def named(variable: str, option: str) -> str:
    """
    An environment variable as messages name it, which an option of the configuration names.

    Who writes a token where the name of its variable belongs does not have it repeated: names are
    written in capitals.
    """
    return f"${variable}" if _NAME.fullmatch(variable) else f"the variable that `{option}` names"


def logins(environ: Mapping[str, str]) -> frozenset[str]:
    """What is secret of the proxies that an environment names: user and password, as written."""
    found = (value for name, value in environ.items() if name.lower().endswith("_proxy"))
    return frozenset(part for value in found for part in _login(value))


def _login(url: str) -> Iterator[str]:
    rest = url.partition("://")[2] or url
    # A password may hold, against the rules, whatever divides URLs, so the last `@` counts. Who
    # reads the address by the rules takes the start of such a password for a port.
    login = rest.rpartition("@")[0] or (rest if _is_portless(rest) else "")
    for part in filter(None, (login, login.partition("/")[0])):
        yield part
        yield part.partition(":")[2]


def _is_portless(rest: str) -> bool:
    """Whether what stands where a port would is none."""
    _, there, port = rest.partition("/")[0].rpartition(":")
    return bool(there) and not rest.startswith("[") and not port.isdigit()


def _forms(secret: str) -> Iterator[str]:
    for plain in (secret, unquote(secret)):
        yield plain
        yield quote(plain, errors="surrogateescape")
        yield quote(plain, safe="", errors="surrogateescape")
        yield json.dumps(plain)[1:-1]
        yield base64.b64encode(plain.encode("utf-8", "surrogateescape")).decode()

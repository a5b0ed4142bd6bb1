"""Lists that come in pages: where the next page is, and what is believed of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.http import Answer
from bot.http.redirects import joined, name, origin

MOST_PAGES = 200
MOST_TAGS = 200_000
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_LENGTH_LIMIT = 8 << 10
_LINK = re.compile(r"[ \t,]*<([^<>]*)>((?:[^,\"<>]|\"(?:[^\"\\]|\\.)*\")*)")
_PARAM = re.compile(r";[ \t]*([a-zA-Z*]{1,20})[ \t]*=[ \t]*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]+))")


def next_link(headers: Iterable[str]) -> str | None:
    """
    The target of `rel="next"` among `Link` headers, as it stands there.

    https://www.rfc-editor.org/rfc/rfc8288#section-3: several to a header, other relations, several
    words in one `rel`, with quotes or without.
    """
    for header in headers:
        for target, params in _links(header[:_LENGTH_LIMIT]):
            if "next" in _relations(params):
                return target
    return None


def _links(header: str) -> Iterator[tuple[str, str]]:
    at = 0
    while link := _LINK.match(header, at):
        yield link[1], link[2]
        at = link.end()


def _relations(params: str) -> list[str]:
    """The words of `rel`; only the first `rel` counts."""
    for param in _PARAM.finditer(params):
        if param[1].lower() == "rel":
            return (param[2] or param[3] or "").lower().split()
    return []


def next_query(answer: Answer) -> str | None:
    """
    The query of the next page's URL, `None` on the last page.

    Raises `ValueError` where the next page is said to be on another server. The path is not
    looked at: some registries behind a proxy name one that leads nowhere, and the next page of a
    list is never at another place than the list.
    """
    link = next_link(answer.headers.get_list("link"))
    if link is None:
        return None
    there = joined(answer.url, link)
    if origin(there) != origin(answer.url):
        raise ValueError(f"it is on another server ({name(there)})")
    return there.query.decode("ascii")


def believable(tags: Iterable[object]) -> Iterator[str]:
    """Those of `tags` that are tags by the grammar; a registry may list anything."""
    for tag in tags:
        if isinstance(tag, str) and TAG.fullmatch(tag):
            yield tag

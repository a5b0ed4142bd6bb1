"""The base images in Gradle's scripts, Groovy's and Kotlin's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.formats import telling
from bot.formats.code_spans import (
    COMPUTED,
    SLASHES,
    TOO_LONG,
    Token,
    all_tokens,
    goes_on,
    left_at,
    node,
    says,
    values,
)
from bot.formats.jib.bases import lead, left, no_digest
from bot.formats.remarks import remarks
from bot.formats.telling import Left, Place, Style, Teller, Variables
from bot.formats.yaml_spans import Collection, Reading, Trouble
from bot.model import Mention, SourceFile

PLUGIN = "com.google.cloud.tools.jib"

STYLE = Style(
    re.compile(r"\$(?:\{\s{0,9}(?P<name>[A-Za-z_][\w.]*)\s{0,9}\}|(?P<bare>[A-Za-z_]\w*))"),
    "is not given one fixed text here",
)
_EXTENSION = "JibExtension"
_OPENING, _CLOSING = "{([", "})]"


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    found = all_tokens(file.text, SLASHES)
    if found is None:
        return iter([Teller(file, format_, Reading()).unparsable(Trouble(TOO_LONG, 0))])
    code = [token for token in found if token.kind != "comment"]
    comments = [token.span for token in found if token.kind == "comment"]
    given = values(code)
    reading = Reading(
        [Collection("mapping", 0, len(file.text), [])],
        [token.span for token in code if token.kind == "text"],
        remarks=tuple(remarks(file.text, comments, "/*")),
    )
    return telling.mentions(
        file,
        format_,
        lambda *_: _places(code),
        reading=reading,
        variables=Variables(STYLE, lambda *_: given),
    )


def _places(code: Sequence[Token]) -> Iterator[Place]:
    reason = no_digest(_version(code))
    openers: list[str] = []
    for at, token in enumerate(code):
        if token.kind == "sign" and token.said in _OPENING:
            openers.append(_opener(code, at))
        elif token.kind == "sign" and token.said in _CLOSING:
            del openers[-1:]
        elif token.said == "image" and token.kind == "word":
            way = [word for opener in openers for word in opener.split(".")] + _chain(code, at)
            if way[-2:] == ["jib", "from"]:
                yield from _image(code, at + 1 + says(code, at + 1, "="), reason)


def _image(code: Sequence[Token], at: int, reason: str | None) -> Iterator[Place]:
    """The place at the token after `image` or `image =`."""
    if at >= len(code) or code[at].kind == "sign":
        return
    token = code[at]
    scalar = COMPUTED if goes_on(code, at + 1) else node(token, STYLE)
    if isinstance(scalar, Left):
        yield left_at(token, "base", scalar)
    else:
        why = left(scalar.value)
        yield Place("base", scalar, left=why, lead=lead(scalar), no_digest=reason)


def _chain(code: Sequence[Token], at: int) -> list[str]:
    """The words before a token that are joined to it by points: `jib.from` of `jib.from.image`."""
    found: list[str] = []
    while says(code, at - 1, ".") and at > 1 and code[at - 2].kind == "word":
        at -= 2
        found.insert(0, code[at].said)
    return found


def _opener(code: Sequence[Token], at: int) -> str:
    """The words that a bracket belongs to: `jib`, `jib.from`, `configure<JibExtension>`."""
    if at and code[at - 1].kind == "word":
        return ".".join([*_chain(code, at - 1), code[at - 1].said])
    if (says(code, at - 1, ">") or says(code, at - 1, ")")) and _names_extension(code, at - 2):
        return "jib"
    return ""


def _names_extension(code: Sequence[Token], at: int) -> bool:
    return at >= 0 and code[at].said.endswith(_EXTENSION)


def _version(code: Sequence[Token]) -> str | None:
    """The version in `id 'com.google.cloud.tools.jib' version '3.4.0'`, in either language."""
    for at, token in enumerate(code):
        if token.kind == "text" and token.said == PLUGIN:
            rest = [each for each in code[at + 1 : at + 5] if each.said not in "()"]
            if len(rest) > 1 and rest[0].said == "version" and rest[1].kind == "text":
                return rest[1].said
    return None

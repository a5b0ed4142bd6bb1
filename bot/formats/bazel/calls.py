"""The calls in Starlark that pull images, and what they are given by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.formats.code_spans import Token, says
from bot.model import Span

Rules = Literal["oci", "docker"]
"""Whose rules pull: of rules_oci, or of rules_docker and rules_img, which have the same fields."""

_RULES: Mapping[str, Rules] = {"oci_pull": "oci", "container_pull": "docker"}
_LONGEST = 600
"""Words and signs of a call beyond which nobody would write it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that pulls an image: by whose rules, its first word, all of it, and its fields."""

    rules: Rules
    word: Token
    span: Span
    fields: Mapping[str, Sequence[Token]]


def calls(code: Sequence[Token]) -> Iterator[Call]:
    """Every such call, in the order of the text. `code` is without comments."""
    functions, extensions = _functions(code), _extensions(code)
    end = 0  # of the last call: none is within another
    for at, token in enumerate(code):
        if token.kind != "word" or token.span.start < end:
            continue
        rules = functions.get(token.said)
        if token.said == "pull" and says(code, at - 1, "."):
            rules = extensions.get(code[at - 2].said)
        if rules and not says(code, at - 1, "def"):
            opened = _opened(code, at)
            if opened is not None:
                call = _call(code, rules, token, opened)
                end = call.span.end
                yield call


def _functions(code: Sequence[Token]) -> Mapping[str, Rules]:
    """The functions that pull, by the names that they are loaded under."""
    found = dict(_RULES)
    ours = False
    for at, token in enumerate(code):
        if token.kind != "text":
            ours = ours and token.said != ")"
            continue
        ours = ours or "rules_img" in token.said
        if ours and token.said == "pull":
            found["pull"] = "docker"
        if token.said in _RULES and says(code, at - 1, "=") and code[at - 2].kind == "word":
            found[code[at - 2].said] = _RULES[token.said]
    return found


def _extensions(code: Sequence[Token]) -> Mapping[str, Rules]:
    """The names that the extensions of modules are used under."""
    found: dict[str, Rules] = {"oci": "oci"}
    for at, token in enumerate(code[:-2]):
        if (
            token.said == "use_extension"
            and code[at + 2].kind == "text"
            and says(code, at - 1, "=")
        ):
            if "rules_oci" in code[at + 2].said:
                found[code[at - 2].said] = "oci"
            elif "rules_img" in code[at + 2].said:
                found[code[at - 2].said] = "docker"
    return found


def _opened(code: Sequence[Token], at: int) -> int | None:
    """Where the bracket of a call is: `oci_pull(…)`, or `maybe(oci_pull, …)`."""
    if says(code, at + 1, "("):
        return at + 1
    if says(code, at + 1, ",") and says(code, at - 1, "(") and says(code, at - 2, "maybe"):
        return at - 1
    return None


def _call(code: Sequence[Token], rules: Rules, word: Token, opened: int) -> Call:
    fields: dict[str, list[Token]] = {}
    name, depth, end = "", 0, opened
    for end in range(opened, min(opened + _LONGEST, len(code))):
        token = code[end]
        if token.kind == "sign" and token.said in "([{":
            depth += 1
        elif token.kind == "sign" and token.said in ")]}":
            depth -= 1
            if not depth:
                break
        elif depth == 1 and says(code, end, ","):
            name = ""
        elif depth == 1 and token.kind == "word" and not name and says(code, end + 1, "="):
            name = token.said
            fields[name] = []
            continue
        if name and end != opened and not (says(code, end, "=") and not fields[name]):
            fields[name].append(token)
    return Call(rules, word, Span(word.span.start, code[end].span.end), fields)

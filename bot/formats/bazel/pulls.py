"""What calls that pull images say of them, and where a digest goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.formats import telling
from bot.formats.bazel.calls import Call, calls
from bot.formats.code_spans import (
    COMPUTED,
    HASH,
    TOO_LONG,
    Token,
    all_tokens,
    left_at,
    node,
    values,
)
from bot.formats.remarks import remarks
from bot.formats.telling import Left, Place, Slot, Style, Teller, Variables, split
from bot.formats.yaml_spans import Collection, Reading, Scalar, Trouble
from bot.model import Mention, SourceFile, Span

NO_DIGEST_BESIDE_TAG = "earlier releases of rules_oci refuse a tag and a digest together"
NO_TAG = "without a tag nothing says what the digest is to follow"
NONE = "its digest is given as None"

STYLE = Style(
    re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)\}(?P<bare>(?!))?"),
    "is not given one fixed text in this file",
    sign="${",
)
"""How names are told, see `code_spans.node`: Starlark has no variables within texts."""

_FIELDS = ("image", "repository", "registry", "tag", "digest")
_TAG = re.compile(r"#[ \t]*tag[ \t]*[:=][ \t]*[\"']?(?P<tag>\w[\w.-]*)[\"']?,?[ \t]*(?:#.*)?")


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    found = all_tokens(file.text, HASH)
    if found is None:
        return iter([Teller(file, format_, Reading()).unparsable(Trouble(TOO_LONG, 0))])
    code = [token for token in found if token.kind != "comment"]
    comments = [token for token in found if token.kind == "comment"]
    given = values(code)
    reading = Reading(
        [Collection("mapping", 0, len(file.text), [])],
        [token.span for token in code if token.kind == "text"],
        remarks=tuple(remarks(file.text, [token.span for token in comments], "")),
    )
    return telling.mentions(
        file,
        format_,
        lambda *_: (place for call in calls(code) for place in _places(file.text, call, comments)),
        reading=reading,
        variables=Variables(STYLE, lambda *_: given),
    )


def _places(text: str, call: Call, comments: Sequence[Token]) -> Iterator[Place]:
    fields: dict[str, Token] = {}
    for name in _FIELDS:
        said = [*call.fields.get(name, ())]
        if len(said) == 1 and said[0].said not in {"None", ""}:
            fields[name] = said[0]
        elif len(said) > 1:
            yield left_at(said[0], "base", COMPUTED)
            return
    if "image" in fields or "repository" in fields:
        yield _place(text, call, fields, comments)


def _place(text: str, call: Call, fields: Mapping[str, Token], comments: Sequence[Token]) -> Place:
    nodes: dict[str, Scalar] = {}
    for name, token in fields.items():
        found = node(token, STYLE)
        if isinstance(found, Left):
            return left_at(token, "base", found)
        nodes[name] = found
    tag = nodes.get("tag") or ("digest" in nodes and _commented(call, comments)) or None
    whole = nodes.get("image") or nodes["repository"]
    registry = None if "image" in nodes else nodes.get("registry")
    return Place(
        "base",
        whole,
        Scalar(call.word.said, call.word.span),
        parts=split(whole, registry, tag, nodes.get("digest")),
        slot=_slot(text, call, fields) if call.rules == "docker" else None,
        no_digest=None if "digest" in nodes else _no_digest(call, nodes),
    )


def _no_digest(call: Call, nodes: Mapping[str, Scalar]) -> str | None:
    if call.rules == "oci":
        return NO_DIGEST_BESIDE_TAG
    if _says(call, "digest") == "None":
        return NONE
    return None if "tag" in nodes else NO_TAG


def _says(call: Call, name: str) -> str | None:
    return next((token.said for token in call.fields.get(name, ())), None)


def _commented(call: Call, comments: Sequence[Token]) -> Scalar | None:
    """The tag that a comment within the call names: `# tag = "3.19"`."""
    for comment in comments:
        inside = call.span.start <= comment.span.start < call.span.end
        match = _TAG.fullmatch(comment.said) if inside else None
        if match:
            start = comment.span.start + match.start("tag")
            span = Span(start, start + len(match["tag"]))
            return Scalar(match["tag"], span, tag="tag:yaml.org,2002:str")
    return None


def _slot(text: str, call: Call, fields: Mapping[str, Token]) -> Slot | None:
    """Where `digest = "…"` goes: behind the tag, on a line of its own if the tag has one."""
    tag = fields.get("tag")
    if _says(call, "digest") == "":
        return Slot(call.fields["digest"][0].span.start)
    if tag is None:
        return None
    begin = text.rfind("\n", 0, tag.span.start) + 1
    lead = re.match(r"[ \t]*(?=tag\b)", text[begin : begin + 200])
    end = "\r\n" if text[begin - 2 : begin] == "\r\n" else "\n"
    between = f",{end}{lead[0]}" if lead and begin else ", "
    if tag.kind == "word":
        return Slot(tag.span.end, f'{between}digest = "', '"')
    return Slot(tag.span.end, f"{tag.quotes}{between}digest = {tag.quotes}")

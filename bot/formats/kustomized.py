"""
What Kustomize puts in the place of images: `images`, in kustomizations, Flux and transformers.

The rule is `SetImageValue` of https://github.com/kubernetes-sigs/kustomize
(`api/filters/imagetag/updater.go`): a tag and a digest are both written, one alone drops the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats.telling import Left, Place, Slot, split
from bot.formats.yaml_spans import Alias, Collection, Field, Fields, Node, Scalar, is_null, is_text
from bot.formats.yaml_spans import target as said_by

NO_TAG = Left("elsewhere", "only the name is replaced; the manifests say the tag")
NO_NUMBER = Left("invalid-reference", "Kustomize takes texts only, and this is a number; quote it")
NULL_SLOT = "the digest's field says null, beside which nothing can be put"
NO_SLOT = "beside the tag as it is written here there is no room for a digest"

_LINE_END = re.compile(r"[ \t]*(?:[ \t]#[^\r\n]*)?(?=(?P<break>\r?\n)|\Z)")
_WHOLE = re.compile(r":[^/]*\Z|@")
_DEEPEST = 500  # columns; who indents further has no room for another field
_TAG_FIELDS = ("newTag", "digest")


def replaced(text: str, item: Node, fields: Fields) -> Iterator[Place]:
    """The place of one item: what `name`, `newName`, `newTag` and `digest` come to."""
    mapping = {field.name: field for field in fields.of(item) if not field.is_merge}
    name = _given(mapping, "newName") or _given(mapping, "name")
    tag, digest = (_given(mapping, each) for each in _TAG_FIELDS)
    if not name or not (tag or digest or _given(mapping, "newName")):
        return
    if not (tag or digest) and _is_whole(name.value):
        yield Place("image", name.value, name.key)
        return
    slot, no_digest = _slot(text, item, tag, mapping.get("digest"))
    yield Place(
        "image",
        name.value,
        name.key,
        parts=split(name.value, None, tag.value if tag else None, digest.value if digest else None),
        slot=slot,
        no_digest=no_digest,
        left=_left(tag, digest),
    )


def _given(mapping: dict[str, Field], name: str) -> Field | None:
    """The field of that name, if it says something."""
    field = mapping.get(name)
    said = field and said_by(field.value)
    return None if said is None or (isinstance(said, Scalar) and is_null(said)) else field


def _is_whole(name: Node) -> bool:
    """Whether `newName` has a tag or a digest: it replaces names without one, and is all then."""
    said = said_by(name)
    return isinstance(said, Scalar) and bool(_WHOLE.search(said.value))


def _left(tag: Field | None, digest: Field | None) -> Left | None:
    said = said_by(tag.value) if tag else None
    if isinstance(said, Scalar) and not is_text(said):
        return NO_NUMBER
    return None if tag or digest else NO_TAG


def _slot(
    text: str, item: Node, tag: Field | None, digest: Field | None
) -> tuple[Slot | None, str | None]:
    """Where a digest goes: into its empty field, else into a field of its own behind the tag's."""
    if digest:
        return _in_field(digest)
    said = said_by(item)
    if tag is None or isinstance(tag.value, Alias) or not isinstance(said, Collection):
        return None, NO_SLOT
    value = said_by(tag.value)
    if not isinstance(value, Scalar) or value.style in {"|", ">"} or text[said.start] in "&!":
        return None, NO_SLOT
    if text[said.start] == "{":
        return Slot(value.span.end, ', digest: "', '"'), None
    return _on_next_line(text, tag, value)


def _in_field(digest: Field) -> tuple[Slot | None, str | None]:
    said = said_by(digest.value)
    if isinstance(said, Collection) or not is_null(said):
        return None, None
    if isinstance(digest.value, Alias) or (said.value and not said.style):
        return None, NULL_SLOT
    return (Slot(said.start + 1) if said.style else Slot(said.start, " ")), None


def _on_next_line(text: str, tag: Field, value: Scalar) -> tuple[Slot | None, str | None]:
    rest = _LINE_END.match(text, value.span.end)
    before = text[max(0, tag.key.start - _DEEPEST) : tag.key.start].rpartition("\n")[2]
    if not rest or before.strip(" -") or len(before) == _DEEPEST:
        return None, NO_SLOT
    line_break = rest["break"] or _line_break(text)
    return Slot(rest.end(), f"{line_break}{' ' * len(before)}digest: "), None


def _line_break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"

"""
The labels `org.opencontainers.image.base.name` and `.base.digest`, which repeat what `FROM` says.

See https://github.com/opencontainers/image-spec/blob/main/annotations.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.formats.dockerfile.places import About, Places, pieces, templated
from bot.formats.dockerfile.scopes import Globals, declarations, expand, word_span
from bot.formats.dockerfile.stages import Stage
from bot.formats.dockerfile.text import BLANKS, Instruction
from bot.formats.dockerfile.values import Scope, Value
from bot.formats.dockerfile.words import Word, quoted_words
from bot.image import ImageRef
from bot.model import Carries, Skip, Span, Steer, Use

BASE_NAME = "org.opencontainers.image.base.name"
BASE_DIGEST = "org.opencontainers.image.base.digest"

_BLANK = re.compile(rf"[{BLANKS}]+")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")


class Labelling(NamedTuple):
    """A `LABEL`, its stage, and what stands before it there and may give variables values."""

    found: Instruction
    stage: Stage
    before: tuple[Instruction, ...]
    steers: tuple[Steer, ...]


def pairs(text: str, at: int, escape: str) -> list[tuple[Word, Word]]:
    """The keys and values of `LABEL` or `ENV`; raises `ValueError`, as a clause, on bad ones."""
    words = quoted_words(text, at, escape)
    if not words:
        return []
    start, end = words[0]
    if "=" not in text[start:end]:
        gap = _BLANK.search(text, at)
        if not gap or gap.end() == len(text):
            raise ValueError("it needs a name and a value")
        return [((at, gap.start()), (gap.end(), len(text)))]
    found: list[tuple[Word, Word]] = []
    for start, end in words:
        equals = text.find("=", start, end)
        if equals < 0:
            raise ValueError(f"{text[start:end][:40]!r} has no `=`")
        found.append(((start, equals), (equals + 1, end)))
    return found


def labelled(places: Places, labelling: Labelling, outer: Globals) -> Iterator[Use | Skip]:
    """The base labels of one `LABEL`."""
    found = labelling.found
    try:
        every = pairs(found.text.rstrip(), found.rest, outer.escape)
    except ValueError:
        return  # the refusal of the file says it
    scope: Scope | None = None
    for (start, end), word in every:
        key = found.text[start:end].strip("\"'")
        if key not in (BASE_NAME, BASE_DIGEST):
            continue
        scope = scope or _scope(labelling, outer)
        span = word_span(found, word)
        if span.start == span.end:
            continue
        try:
            value, _ = expand(found, word, scope, outer.escape)
        except ValueError as error:
            yield places.skip(span, "invalid-reference", f"it cannot be read: {error}")
            continue
        yield _unsuited(places, labelling, span, value) or (
            _name(places, labelling, span, value)
            if key == BASE_NAME
            else _digest(places, labelling, span, value)
        )


def _scope(labelling: Labelling, outer: Globals) -> Scope:
    """The variables a label can use: those its stage takes over or sets before it."""
    scope = Scope(work=100_000)
    for found in labelling.before:
        try:
            if found.keyword.upper() == "ARG":
                _take(scope, found, outer)
            else:
                _set(scope, found, outer.escape)
        except ValueError:
            continue
    return scope


def _take(scope: Scope, found: Instruction, outer: Globals) -> None:
    for name, word in declarations(found, outer.escape):
        if word:
            scope.values[name] = expand(found, word, scope, outer.escape)[0].through(name)
        elif name in outer.scope.values:
            scope.values[name] = outer.scope.values[name]


def _set(scope: Scope, found: Instruction, escape: str) -> None:
    values = {
        found.text[start:end]: expand(found, word, scope, escape)[0]
        for (start, end), word in pairs(found.text.rstrip(), found.rest, escape)
    }
    scope.values.update({name: value.through(name) for name, value in values.items()})


def _unsuited(places: Places, labelling: Labelling, span: Span, value: Value) -> Skip | None:
    base = labelling.stage.built_on()
    if templated(value.text):
        return places.skip(span, "template", "a template fills this in before it is built")
    if value.missing:
        why = value.missing.replace("has no default", "has no value in this stage")
        return places.skip(span, "variable-without-default", why)
    if isinstance(base, Skip):
        why = f"the FROM it repeats, on line {base.position.line}, is left alone: {base.detail}"
        return places.skip(span, base.reason, why)
    if base is None:
        return places.skip(span, "unparsable", "the FROM it repeats cannot be read")
    return None


def _name(places: Places, labelling: Labelling, span: Span, value: Value) -> Use | Skip:
    base = labelling.stage.built_on()
    assert isinstance(base, Use)
    about = About("label", labelling.stage.label, None, labelling.steers)
    mention = places.mention(span, value, about)
    if isinstance(mention, Skip):
        return mention
    image = mention.image
    if _own_name(image) != _own_name(base.image):
        why = f"it names {image}, but its stage is built on {base.image}"
        return places.skip(span, "invalid-reference", why)
    carries: Carries = "reference" if image.digest else "tag"
    return mention._replace(carries=carries, follows=base.span, digest_at=None)


def _own_name(image: ImageRef) -> str:
    """The last part of the image's name, which mirrors keep."""
    return image.repository.path.rpartition("/")[2]


def _digest(places: Places, labelling: Labelling, span: Span, value: Value) -> Use | Skip:
    base = labelling.stage.built_on()
    assert isinstance(base, Use)
    if not _DIGEST.fullmatch(value.text):
        return places.skip(span, "invalid-reference", f"{value.text[:80]!r} is no digest")
    return Use(
        path=base.path,
        format=base.format,
        span=span,
        position=places.position(span.start),
        text=span.of(places.text),
        image=ImageRef(base.image.name, base.image.tag, value.text),
        pieces=pieces(value.runs),
        role="label",
        stage=labelling.stage.label,
        carries="digest",
        follows=base.span,
        steers=labelling.steers,
    )

"""Go through a bake file: what its targets are made of, and what they give to Dockerfiles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.formats import json_spans
from bot.formats.bake import hcl
from bot.formats.bake.targets import (
    STYLE,
    Bake,
    Target,
    end_of,
    names_of,
    with_values,
)
from bot.formats.dockerfile.given import given
from bot.formats.feeding import Build, Given, Inner, for_several, place_of, pulled, without_heard
from bot.formats.telling import (
    Left,
    Place,
    Teller,
    Value,
    Variables,
    expanded,
    is_changed_by_yaml,
)
from bot.formats.telling import mentions as told
from bot.formats.yaml_spans import (
    Field,
    Fields,
    Node,
    Reading,
    Scalar,
    TooMuchError,
    Trouble,
    characters,
    spelling,
)
from bot.model import Mention, Piece, SourceFile, Span, Steer, Use

NAME = "bake"
_IMAGE_CONTEXT = "docker-image://"
_FRONTEND = "BUILDKIT_SYNTAX"
_INLINE = "dockerfile-inline"
_HERE = "cwd://"
MOST_INLINE = 1 << 20
"""Characters of Dockerfiles within a file that are read for more than one value of a matrix."""
_TOO_MUCH = "its targets inherit and repeat more than anyone would write"
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<words>[^\r\n]*)(?P<end>\r?\n|$)")


def mentions(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text."""
    reading = _reading(file)
    try:
        found = [*_within(file, reading, _bake(file, reading))]
    except TooMuchError:
        found = [Teller(file, NAME, reading).unparsable(Trouble(_TOO_MUCH, 0))]
    return iter(sorted(found, key=lambda mention: mention.span))


def _within(file: SourceFile, reading: Reading, bake: Bake) -> Iterator[Mention]:
    def places(_document: Node, _fields: Fields) -> Iterator[Place]:
        for target in bake.targets.values():
            yield from _places(bake, target)

    variables = Variables(STYLE, lambda _document, _fields: bake.values)
    found = [*told(file, NAME, places, reading=reading, variables=variables)]
    found += _inline(file, reading, bake)
    yield from without_heard(found, _heard(file.text, bake))


def builds_in(file: SourceFile) -> list[Build]:
    """What targets give to the builds of Dockerfiles."""
    reading = _reading(file)
    try:
        bake = _bake(file, reading)
        giving = _Giving(file, reading, bake)
        return [build for target in bake.targets.values() for build in giving.builds(target)]
    except TooMuchError:
        return []


@lru_cache(maxsize=1)
def _read(text: str, *, json: bool) -> Reading:
    return json_spans.read(text) if json else hcl.read(text)


def _reading(file: SourceFile) -> Reading:
    return _read(file.text, json=file.path.endswith(".json"))


def _bake(file: SourceFile, reading: Reading) -> Bake:
    bake = Bake(file.text)
    for document in reading.documents:
        bake.take(document)
    return bake


# ---------------------------------------------------------------- the places of a target


def _places(bake: Bake, target: Target) -> Iterator[Place]:
    of_matrix = {name for own in bake.combinations(target) for name in own}
    for key, one in _fields(bake, target, "contexts"):
        if isinstance(one.value, Scalar) and _IMAGE_CONTEXT in one.value.value:
            stage = f"{target.name}.{key}"
            left = _several(one.value, of_matrix)
            lead = _IMAGE_CONTEXT if one.value.value.startswith(_IMAGE_CONTEXT) else ""
            yield Place("from", one.value, one.key, stage, lead=lead, left=left)
    for key, one in _fields(bake, target, "args"):
        if key == _FRONTEND and isinstance(one.value, Scalar):
            left = _several(one.value, of_matrix)
            yield Place("syntax", one.value, one.key, target.name, left=left)


def _fields(bake: Bake, target: Target, name: str) -> Iterator[tuple[str, Field]]:
    if name in target.fields:
        yield from bake.by_name(target.fields[name].value).items()


def _several(scalar: Scalar, of_matrix: set[str]) -> Left | None:
    names = sorted(names_of(scalar) & of_matrix)
    if names:
        return Left("variable-not-expanded", f"the matrix gives {names[0]} its values")
    return None


def _heard(text: str, bake: Bake) -> Iterator[Span]:
    """Where comments steer what is given to Dockerfiles, if anything is made of it."""
    nodes = [*bake.variables]
    for target in bake.targets.values():
        nodes += [target.fields[name].value for name in ("args", "matrix") if name in target.fields]
    for node in nodes:
        end = text.find("\n", end_of(node))
        start = text.rfind("\n", 0, max(text.rfind("\n", 0, node.start), 0)) + 1
        yield Span(start, len(text) if end < 0 else end)


# ---------------------------------------------------------------- what is given to Dockerfiles


class _Giving:
    """Reads what one file gives to builds."""

    def __init__(self, file: SourceFile, reading: Reading, bake: Bake) -> None:
        self._file = file
        self._bake = bake
        self._teller = Teller(file, NAME, reading)
        self._apart: Mapping[int, Steer] = {}
        self._known: dict[int, Given | None] = {}

    def builds(self, target: Target) -> Iterator[Build]:
        """The builds of a target, one for each combination of its matrix."""
        contexts = self._bake.contexts(target)
        if not self._bake.is_built(target) or not (contexts or self._bake.args(target)):
            return
        self._apart = self._bake.kept_apart(target)
        for own in self._bake.combinations(target):
            values = with_values(self._bake, own)
            fields = self._bake.whole(target)
            context = self._plain(fields.get("context"), ".", values)
            dockerfile = self._plain(fields.get("dockerfile"), "Dockerfile", values)
            if _INLINE in fields or context is None or dockerfile is None:
                continue
            here = place_of(self._file.path, context.removeprefix(_HERE), dockerfile)
            top = place_of("", context.removeprefix(_HERE), dockerfile)
            if path := here or top:
                stop = self._plain(fields.get("target"), "", values) or None
                yield Build(path, self.args(target, values), top, contexts, stop)

    def args(
        self, target: Target, values: Mapping[str, Value], within: str | None = None
    ) -> dict[str, Given]:
        """The arguments that have a known value; those that a text names, if there is one."""
        fields = self._bake.args(target)
        wanted = fields if within is None else [name for name in fields if name in within]
        once = "matrix" not in target.fields
        found = ((name, self._given_once(fields[name], values, once=once)) for name in wanted)
        return {name: one for name, one in found if one}

    def _given_once(self, field: Field, values: Mapping[str, Value], *, once: bool) -> Given | None:
        """What many targets inherit is read once, but where a matrix has values of its own."""
        if not once:
            return self._given(field, values)
        if field.value.start not in self._known:
            self._known[field.value.start] = self._given(field, values)
        return self._known[field.value.start]

    def inline(self, target: Target, scalar: Scalar, own: Mapping[str, Value]) -> list[Mention]:
        """What a Dockerfile says that stands in a target, for one combination of its matrix."""
        values = {**self._bake.unset, **with_values(self._bake, own)}
        text = expanded(_spelled(self._file.text, scalar), STYLE, values)
        if isinstance(text, Left):
            return [self._teller.skip(spelling(self._file.text, scalar).span, *text)]
        inner = Inner(self._file, text)
        given_ = self.args(target, values, inner.text)
        args = {name: inner.given(one.pieces) for name, one in given_.items()}
        found = given(SourceFile("Dockerfile", inner.text), args)
        told_ = inner.told(pulled(found, self._bake.contexts(target)), NAME)
        apart = self._bake.kept_apart(target)
        return [_steered(mention, apart) for mention in told_]

    def _given(self, field: Field, values: Mapping[str, Value]) -> Given | None:
        scalar = field.value
        if not isinstance(scalar, Scalar):
            return None
        pieces = expanded(self._bake.pieces(scalar), STYLE, values)
        if isinstance(pieces, Left):
            return None
        said = spelling(self._file.text, scalar).span
        steers = self._teller.steers_beside(field.key.start, end_of(scalar))
        steers += _kept_apart(pieces, self._apart)
        own = [piece.span for piece in pieces if piece.span]
        for span in own:
            steers += self._teller.steers_beside(span.start, span.end)
        shown = own[0] if len(own) == 1 and not _is_within(own[0], said) else said
        left = None
        if is_changed_by_yaml(scalar) and not names_of(scalar):
            left = Left("invalid-reference", f"{scalar.value} is another number here; quote it")
        return Given(pieces, shown, tuple(dict.fromkeys(steers)), left)

    def _plain(self, field: Field | None, default: str, values: Mapping[str, Value]) -> str | None:
        if field is None or not isinstance(field.value, Scalar):
            return default
        found = expanded((Piece(field.value.value, None),), STYLE, values)
        return None if isinstance(found, Left) else "".join(piece.text for piece in found)


def _is_within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


# ---------------------------------------------------------------- Dockerfiles within


def _inline(file: SourceFile, reading: Reading, bake: Bake) -> Iterator[Mention]:
    giving = _Giving(file, reading, bake)
    budget = MOST_INLINE
    for target in bake.targets.values():
        one = target.fields.get(_INLINE)
        if one is None or not isinstance(one.value, Scalar):
            continue
        found: dict[Mention, None] = {}
        for own in bake.combinations(target) if "matrix" in target.fields else [{}]:
            budget -= end_of(one.value) - one.value.start
            if not found or budget > 0:
                found |= dict.fromkeys(giving.inline(target, one.value, own))
        yield from _settled([*found])


def _settled(found: Sequence[Mention]) -> Iterator[Mention]:
    """What is told of a Dockerfile, where a matrix makes several images of a place."""
    images: defaultdict[Span, set[str]] = defaultdict(set)
    for mention in found:
        if isinstance(mention, Use):
            images[mention.span].add(str(mention.image))
    for mention in found:
        if isinstance(mention, Use) and len(images[mention.span]) > 1 and not mention.image.digest:
            yield for_several(mention)
        else:
            yield mention


def _steered(mention: Mention, apart: Mapping[int, Steer]) -> Mention:
    if isinstance(mention, Use) and apart:
        return mention._replace(steers=(*mention.steers, *_kept_apart(mention.pieces, apart)))
    return mention


def _kept_apart(pieces: Value, apart: Mapping[int, Steer]) -> tuple[Steer, ...]:
    found = (apart.get(piece.span.start) for piece in pieces if piece.span)
    return tuple(dict.fromkeys(steer for steer in found if steer))


def _spelled(text: str, scalar: Scalar) -> Value:
    """The characters of a Dockerfile; of a here-document line by line, without their indent."""
    if not scalar.style.startswith(hcl.HEREDOC):
        return characters(text, scalar)
    lines = [match for match in _LINE.finditer(text, *scalar.span) if match[0]]
    said = [len(line["indent"]) for line in lines if line["words"]]
    indent = min(said, default=0) if scalar.style.endswith("-") else 0
    pieces: list[Piece] = []
    for line in lines:
        start = line.start() + min(indent, len(line["indent"]))
        pieces.append(Piece(text[start : line.end()], Span(start, line.end())))
    return tuple(piece for piece in pieces if piece.text)

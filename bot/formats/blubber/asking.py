"""What the variants of a blubber file ask of the images that they build on."""

from __future__ import annotations

from collections.abc import Iterator

from bot.formats.blubber.places import variants, version
from bot.formats.commands import Command, words_of
from bot.formats.needs import Known, Need, needs_of_command, needs_of_script, package
from bot.formats.yaml_spans import (
    Alias,
    Field,
    Fields,
    Lines,
    Node,
    Scalar,
    TooMuchError,
    read,
    spelling,
    target,
)
from bot.model import Asked, SourceFile, Span

_BUILDERS = frozenset({"builder", "custom"})
_DEEPEST = 20


def asked(file: SourceFile) -> tuple[Asked, ...]:
    """
    The packages that `apt` installs and the programs that builders and entry points run.

    In the order of the file; `of` is the span of the use in `base`. A variant asks the base that it
    names, else the one of what it includes, else that of the top level.
    """
    reading = read(file.text)
    if not reading.documents:
        return ()
    try:
        found = [*_Asking(file, reading.documents[0]).every()]
    except TooMuchError:
        return ()
    return tuple(sorted(dict.fromkeys(found), key=lambda ask: (ask.line, ask.kind, ask.name)))


class _Asking:
    """One document being gone through for what it asks."""

    def __init__(self, file: SourceFile, document: Node) -> None:
        self.file = file
        self.document = document
        self.fields = Fields()
        self.lines = Lines(file.text)
        names = variants(document, self.fields) if version(document) else frozenset()
        self.variants = {name: node for name, node in self._variants() if name in names}

    def every(self) -> Iterator[Asked]:
        """What the top level asks of its base, and each variant of its own."""
        outer = self._base(self.document)
        if outer:
            yield from self._needs(self.document, outer)
        for name, node in self.variants.items():
            base = self._base_of(name) or outer
            if base:
                # What all variants have in common is asked of each one's base.
                for part in (self.document, *self._with_included(name), node):
                    yield from self._needs(part, base)

    def _variants(self) -> Iterator[tuple[str, Node]]:
        for field in self.fields.of(self.document):
            if field.name == "variants":
                yield from ((each.name, each.value) for each in self.fields.of(field.value))

    def _base_of(self, name: str) -> Span | None:
        for part in (self.variants[name], *reversed(self._with_included(name))):
            if base := self._base(part):
                return base
        return None

    def _with_included(self, name: str) -> list[Node]:
        """The variants that a variant includes, directly or not, the farthest first."""
        found: dict[str, Node] = {}
        ahead = [name]
        while ahead and len(found) < _DEEPEST:
            node = self.variants.get(ahead.pop())
            for field in self.fields.of(node) if node else ():
                if field.name == "includes":
                    included = [*self._texts(field.value)]
                    new = [each.value for each in included if each.value not in found]
                    found |= {each: self.variants[each] for each in new if each in self.variants}
                    ahead += [each for each in new if each in found]
        return [*reversed(found.values())]

    def _base(self, node: Node) -> Span | None:
        """Where the mapping names its base, as the use of it has it."""
        for field in self.fields.of(node):
            said = target(field.value)
            if field.name == "base" and isinstance(said, Scalar):
                value = field.value
                if isinstance(value, Alias):
                    return value.span
                return spelling(self.file.text, said).span
        return None

    # ------------------------------------------------------------ what a part asks

    def _needs(self, node: Node, base: Span) -> Iterator[Asked]:
        for field in self.fields.of(node):
            if field.name == "apt":
                yield from self._apt(field.value, base)
            elif field.name == "entrypoint":
                yield from self._command(field.value, base)
            elif field.name == "builder":
                yield from self._builder(field, base)
            elif field.name == "builders":
                for item in self.fields.items(field.value):
                    for each in self.fields.of(item):
                        yield from self._builder(each, base)

    def _apt(self, node: Node, base: Span) -> Iterator[Asked]:
        for field in self.fields.of(node):
            if field.name == "packages":
                lists = [each.value for each in self.fields.of(field.value)]
                for listed in lists or [field.value]:
                    for word in self._texts(listed):
                        for kind, name, constraint in package(word.value):
                            yield self._ask(Need(kind, name, 0, constraint), word, base)

    def _builder(self, builder: Field, base: Span) -> Iterator[Asked]:
        if builder.name in _BUILDERS:
            for field in self.fields.of(builder.value):
                if field.name == "command":
                    yield from self._command(field.value, base)

    def _command(self, node: Node, base: Span) -> Iterator[Asked]:
        """A list of words, or a line of shell."""
        words = [*self._texts(node)]
        if not words:
            return
        if isinstance(target(node), Scalar):
            needs = needs_of_script(words[0].value, Known())
        else:
            given = Command(words_of([word.value for word in words]), sure=True)
            needs = needs_of_command(given, Known())
        for need in needs:
            yield self._ask(need, words[0], base)

    def _texts(self, node: Node) -> Iterator[Scalar]:
        for item in self.fields.items(node):
            said = target(item)
            if isinstance(said, Scalar):
                yield said

    def _ask(self, need: Need, where: Scalar, base: Span) -> Asked:
        line = self.lines.of(where.start) + 1
        return Asked(self.file.path, line, need.kind, need.name, need.constraint, base)

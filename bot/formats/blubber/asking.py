"""What the variants of a blubber file ask of the images that they build on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.formats.blubber.effective import Variants, named
from bot.formats.blubber.places import version
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
    is_null,
    read,
    spelling,
    target,
)
from bot.model import Asked, SourceFile, Span

_PROGRAM = re.compile(r"[a-z][a-z0-9.]{0,40}")
_SHELL = re.compile(r"(?!#!)|#!(?:/usr)?/bin/(?:env )?(?:ba|da)?sh\b")
_MERGED = frozenset({"node", "php", "python"})
_PROGRAMS = {"node": "npm", "php": "composer"}
"""What these builders run, once they have requirements."""


def asked(file: SourceFile) -> tuple[Asked, ...]:
    """
    The packages that `apt` installs and the programs that builders and entry points run.

    In the order of the file; `of` is the span of the use in `base`. Each variant asks it of the
    base that it has in the end, whichever of what it is merged of says so.
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

    def every(self) -> Iterator[Asked]:
        """What each variant asks of the base that it starts from, as Blubber merges it."""
        if version(self.document) is None:
            return
        variants = Variants(self.document, self.fields)
        for _, parts in variants.every():
            base = self._span(variants.base(parts))
            if base:  # what starts from nothing installs and runs nothing
                yield from self._needs([named(self.fields, part) for part in parts], base)

    def _span(self, base: Node | None) -> Span | None:
        """Where a base is named, as the use of it has it."""
        if isinstance(base, Alias):
            return base.span
        return spelling(self.file.text, base).span if isinstance(base, Scalar) else None

    # ------------------------------------------------------------ what a variant asks

    def _needs(self, parts: Sequence[Mapping[str, Field]], base: Span) -> Iterator[Asked]:
        """All packages are installed, all custom builders run; of the rest the last one counts."""
        for part in parts:
            if "apt" in part:
                yield from self._apt(part["apt"].value, base)
            if "builders" in part:
                yield from self._custom(part["builders"].value, base)
        for name in ("builder", *sorted(_MERGED)):
            told = [named(self.fields, part[name].value) for part in parts if name in part]
            yield from self._builder(name, told, base)
        for name in sorted(_MERGED):
            listed = [each for part in parts for each in self._listed(part, name)]
            yield from self._builder(name, listed, base)
        if entry := _last("entrypoint", parts):
            yield from self._command(entry.value, base)

    def _listed(self, part: Mapping[str, Field], name: str) -> Iterator[Mapping[str, Field]]:
        """What an item of `builders` says of the builder of that name."""
        for item in self.fields.items(part["builders"].value) if "builders" in part else ():
            if found := named(self.fields, item).get(name):
                yield named(self.fields, found.value)

    def _custom(self, node: Node, base: Span) -> Iterator[Asked]:
        for item in self.fields.items(node):
            if found := named(self.fields, item).get("custom"):
                yield from self._builder("custom", [named(self.fields, found.value)], base)

    def _apt(self, node: Node, base: Span) -> Iterator[Asked]:
        packages = named(self.fields, node).get("packages")
        if packages is None:
            return
        lists = [each.value for each in named(self.fields, packages.value).values()]
        for listed in lists or [packages.value]:
            for word in self._texts(listed):
                for kind, name, constraint in package(word.value):
                    yield self._ask(Need(kind, name, 0, constraint), word, base)

    def _builder(
        self, name: str, told: Sequence[Mapping[str, Field]], base: Span
    ) -> Iterator[Asked]:
        """What one builder runs, by all that is said of it, the last of each field."""
        if name == "python":
            said = _last("version", told)
            if said and isinstance(word := target(said.value), Scalar) and _is_program(word.value):
                yield self._ask(Need("command", word.value, 0), word, base)
        elif name in _PROGRAMS:
            if wanted := _last("requirements", told):
                line = self.lines.of(wanted.key.start) + 1
                yield Asked(self.file.path, line, "command", _PROGRAMS[name], "", base)
        elif script := _last("script", told):
            yield from self._script(script.value, base)
        elif command := _last("command", told):
            yield from self._command(command.value, base)

    def _script(self, node: Node, base: Span) -> Iterator[Asked]:
        """A script that a shell runs; what another program is to read is not understood."""
        said = target(node)
        if isinstance(said, Scalar) and _SHELL.match(said.value):
            for need in needs_of_script(said.value, Known()):
                yield self._ask(need, said, base)

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


def _last(name: str, told: Sequence[Mapping[str, Field]]) -> Field | None:
    """The last that is said of a field, however empty: what is null was not said."""
    for part in reversed(told):
        if name in part and not _is_null(part[name].value):
            return part[name]
    return None


def _is_null(node: Node) -> bool:
    said = target(node)
    return isinstance(said, Scalar) and is_null(said)


def _is_program(name: str) -> bool:
    return bool(_PROGRAM.fullmatch(name))

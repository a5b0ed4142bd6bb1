"""What the `FROM`s of a Dockerfile build on: images, earlier stages, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.formats.dockerfile.places import About, Places, template_end, templated
from bot.formats.dockerfile.scopes import UNREADABLE, Globals, expand, word_span
from bot.formats.dockerfile.text import Instruction
from bot.formats.dockerfile.values import Value
from bot.formats.dockerfile.words import Word, blank_words, flag_value, flag_words
from bot.model import Skip, SkipReason, Span, Steer, Use

_NOTHING = Value(())
_MANY = 64
"""Stages beyond which none is sought for a variable that selects among them."""
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_PLAIN = re.compile(
    r"(?:--platform=(?P<platform>[A-Za-z0-9_/.${}:-]+)[ \t]+)?"
    r"(?P<ref>[A-Za-z0-9$][A-Za-z0-9._/:@${}-]*)"
    r"(?:[ \t]+[aA][sS][ \t]+(?P<name>[A-Za-z][A-Za-z0-9_.-]*))?[ \t]*"
)


@dataclass(slots=True)
class Stage:
    """One `FROM`: what its base expands to, the variables it asks for, and what became of it."""

    found: Instruction
    number: int
    name: str | None = None
    platform: str | None = None
    value: Value = _NOTHING
    names: set[str] = field(default_factory=set)
    base: Word = (0, 0)
    mention: Use | Skip | None = None
    alias: Stage | None = None
    refusal: str | None = None

    @property
    def label(self) -> str:
        """The stage's name as spelled, else its number."""
        return self.name or str(self.number)

    def built_on(self) -> Use | Skip | None:
        """The mention of the image that the stage is built on, through other stages."""
        stage = self
        while stage.alias:
            stage = stage.alias
        return stage.mention


@dataclass(slots=True)
class Stages:
    """The stages so far; `by_name` has the last of each name, in lower case."""

    places: Places
    outer: Globals
    every: list[Stage] = field(default_factory=list)
    by_name: dict[str, Stage] = field(default_factory=dict)

    def add(self, found: Instruction, steers: tuple[Steer, ...]) -> Stage:
        """Take in one `FROM`."""
        stage = Stage(found, len(self.every))
        plain = _PLAIN.fullmatch(found.text, found.rest)
        if plain:
            stage.platform, stage.name = plain["platform"], plain["name"]
            stage.base = plain.span("ref")
        else:
            self._words(stage)
        if stage.base[1]:
            stage.mention = (plain and self._plain(stage, steers)) or self._mention(stage, steers)
        self.every.append(stage)
        if stage.name:
            self.by_name[stage.name.lower()] = stage
        return stage

    def _plain(self, stage: Stage, steers: tuple[Steer, ...]) -> Use | None:
        """The use of a base that is spelled out in one piece, if it is an image."""
        start, end = stage.base
        text = stage.found.text[start:end]
        if "$" in text or text == "scratch" or text.lower() in self.by_name:
            return None
        if len(stage.found.seams) > 1:
            return None
        at = stage.found.offset(start)
        return self.places.plain(at, text, About("from", stage.label, stage.platform, steers))

    def _words(self, stage: Stage) -> None:
        """The platform, base and name of a `FROM` that is not of the plain form."""
        found = stage.found
        flags, at = flag_words(found.text, found.rest)
        for flag in flags:
            platform = flag_value(found, flag, "platform")
            if platform is not None:
                stage.platform = "".join([run.text for run in platform])
        words = blank_words(found.text, at)
        texts = [found.text[start:end] for start, end in words]
        comment = next((n for n, text in enumerate(texts) if n and text.startswith("#")), None)
        ours = comment is not None and "basewatch" in "".join(texts[comment:]).lower()
        if words:
            words = _with_template(found.text, words[:comment])
            texts = [found.text[start:end] for start, end in words]
        self._named(stage, words, texts)
        if comment is not None and not ours:
            stage.refusal = "nothing but AS and a name may follow the image, no comment either"

    def _named(self, stage: Stage, words: list[Word], texts: list[str]) -> None:
        if len(words) == 1 or (len(words) == 3 and texts[1].lower() == "as"):
            stage.base = words[0]
        else:
            stage.refusal = "FROM takes an image, and perhaps AS and a name"
        if len(words) == 3 and stage.base[1]:
            stage.name = texts[2]
            if not _STAGE_NAME.fullmatch(stage.name.lower()) and not templated(stage.name):
                stage.refusal = f"{stage.name[:40]} cannot be the name of a stage"

    def _mention(self, stage: Stage, steers: tuple[Steer, ...]) -> Use | Skip:
        found = stage.found
        span = word_span(found, stage.base)
        raw = found.text[stage.base[0] : stage.base[1]]
        if templated(raw):
            return self.places.skip(span, "template", "a template fills this in before it is built")
        try:
            outer = self.outer
            stage.value, stage.names = expand(found, stage.base, outer.scope, outer.escape)
        except ValueError as error:
            return self.places.skip(span, "invalid-reference", f"it cannot be read: {error}")
        return self._not_pulled(stage, span) or self.places.mention(
            span, stage.value, About("from", stage.label, stage.platform, steers)
        )

    def _not_pulled(self, stage: Stage, span: Span) -> Skip | None:
        text = stage.value.text
        if stage.value.missing:
            if name := self._stage_like(stage.value):
                why = f"{stage.value.missing}, and the stage {name} would fit"
                return self.places.skip(span, "stage", why)
            broken = stage.value.missing.startswith(UNREADABLE)
            reason: SkipReason = "invalid-reference" if broken else "variable-without-default"
            return self.places.skip(span, reason, self._missing(stage.value))
        if not text and stage.names:
            why = f"it is empty unless {' and '.join(sorted(stage.names))} is given"
            return self.places.skip(span, "variable-without-default", why)
        if text == "scratch":
            return self.places.skip(span, "scratch", "scratch is empty: nothing is pulled")
        if alias := self.by_name.get(text.lower()):
            stage.alias = alias
            why = f"{text} is a stage of this file, on line {alias.found.line}"
            return self.places.skip(span, "stage", why)
        return None

    def _missing(self, value: Value) -> str:
        assert value.missing
        name = value.missing.partition(" ")[0]
        if line := self.outer.late.get(name):
            return f"{value.missing} that reaches FROM: the ARG on line {line} is its stage's own"
        declared = self.outer.declared.get(name)
        if declared and re.search(rf"\b{re.escape(name)}[ \t]+[^ \t=#]", declared.text):
            return f"{value.missing}: `ARG {name} …` without `=` declares two variables"
        return value.missing

    def _stage_like(self, value: Value) -> str | None:
        """A stage whose name the word can become, once what is missing is given."""
        parts = [re.escape(run.text) if run.text else "[a-z0-9_.-]*" for run in value.runs]
        if not any(run.text for run in value.runs) or len(parts) > 8 or len(self.by_name) > _MANY:
            return None
        pattern = re.compile("".join(parts), re.IGNORECASE)
        return next((name for name in self.by_name if pattern.fullmatch(name)), None)


def _with_template(text: str, words: list[Word]) -> list[Word]:
    """The words, the first one with all of the placeholders that begin in it."""
    start, end = words[0]
    longer = template_end(text, start)
    if longer <= end or not templated(text[start:longer]):
        return words
    return [(start, longer), *[word for word in words if word[0] >= longer]]

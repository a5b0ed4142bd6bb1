"""Go through the instructions of a Dockerfile: what pulls an image, and what only seems to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.formats.dockerfile.copies import Taking, copied, mounted
from bot.formats.dockerfile.digests import Sharing
from bot.formats.dockerfile.directives import syntax
from bot.formats.dockerfile.labels import Labelling, labelled
from bot.formats.dockerfile.lines import Reading, Refusal, read
from bot.formats.dockerfile.lookalikes import lookalikes
from bot.formats.dockerfile.places import About, Places, templated
from bot.formats.dockerfile.refusals import KEYWORDS, refusal
from bot.formats.dockerfile.scopes import Globals, declarations
from bot.formats.dockerfile.stages import Stage, Stages
from bot.formats.dockerfile.steers import Steering
from bot.formats.dockerfile.text import Instruction, Run, command
from bot.formats.dockerfile.values import Value
from bot.model import Mention, Skip, SourceFile, Span, Use

_MANY = 200
"""Labels, and variables before a label, beyond which variables in labels are not followed."""

_OWN_FRONTENDS = ("docker/dockerfile", "docker/dockerfile-upstream")


class Survey:
    """One file being gone through, once."""

    def __init__(self, file: SourceFile, given: Mapping[str, Value] | None = None) -> None:
        self.places = Places(file)
        self.syntax = syntax(file.text)
        self.steering = Steering(self.places, self.syntax.line if self.syntax else None)
        foreign = self.syntax is not None and self.syntax.foreign
        text = "" if foreign else file.text
        self.reading: Reading = read(text, comments=self.steering.wanted)
        self.outer = Globals(self.reading.escape, given=given or {})
        self.stages = Stages(self.places, self.outer)
        self.takings: list[tuple[bool, Taking]] = []
        self.labels: list[Labelling] = []
        self.taken: dict[str, int] = {}
        self.before: list[Instruction] = []
        self.blank = not text or text.isspace()
        self.foreign = foreign

    def mentions(self) -> list[Mention]:
        """Every use and skip, in the order of the text."""
        for found in self.reading.instructions:
            self._instruction(found)
        mentions = [*self._syntax(), *self._froms(), *self._takings(), *self._labels()]
        directive = self.syntax.line if self.syntax else None
        mentions += lookalikes(self.places, self.reading, self.stages.by_name, directive)
        mentions += self._refused()
        mentions += self.steering.complaints(self.reading, mentions)
        return sorted(mentions, key=lambda mention: (mention.span.start, mention.span.end))

    def _instruction(self, found: Instruction) -> None:
        keyword = found.keyword.upper()
        if not self.stages.every and keyword in KEYWORDS and keyword not in ("FROM", "ARG"):
            self._refuse_early(keyword, found)
        if keyword == "FROM":
            self._from(found)
        elif keyword == "ARG":
            self._arg(found)
        elif keyword == "ENV":
            self.before.append(found)
        elif keyword == "LABEL":
            self._label(found)
        elif keyword == "ONBUILD":
            inner, at = command(found.text, found.rest)
            self._taking(found, inner.upper(), at)
        else:
            self._taking(found, keyword, found.rest)
        if (why := refusal(found, keyword, self.reading.escape)) and not templated(found.text):
            self._refuse(why, found)

    def _refuse(self, why: str, found: Instruction) -> None:
        own = self.syntax is None or self.syntax.text.partition(":")[0].endswith(_OWN_FRONTENDS)
        if own or found.keyword.upper() in KEYWORDS:
            self.reading.refusals.append(Refusal(why, found.line, found.whole))

    def _refuse_early(self, keyword: str, found: Instruction) -> None:
        if not self.reading.refusals and not templated(self.places.text[: found.whole.start]):
            self._refuse(f"{keyword} stands before the first FROM", found)

    def _from(self, found: Instruction) -> None:
        stage = self.stages.add(found, self.steering.of(found))
        self.before = []
        if stage.refusal:
            self._refuse(stage.refusal, found)

    def _arg(self, found: Instruction) -> None:
        if not self.stages.every:
            self.outer.add(found, self.steering.of(found))
            return
        self.before.append(found)
        for name, word in declarations(found, self.reading.escape):
            lines = self.taken if word is None else self.outer.late
            lines.setdefault(name, found.line)

    def _label(self, found: Instruction) -> None:
        if "image.base." in found.text and self.stages.every:
            steers = self.steering.of(found)
            last = self.stages.every[-1]
            wanted = "$" in found.text and len(self.labels) < _MANY and len(self.before) < _MANY
            before = tuple(self.before) if wanted else ()
            self.labels.append(Labelling(found, last, before, steers))

    def _taking(self, found: Instruction, keyword: str, at: int) -> None:
        if keyword in ("COPY", "RUN") and "--" in found.text and "from" in found.text.lower():
            stage = self.stages.every[-1].label if self.stages.every else None
            taking = Taking(found, at, stage, self.steering.of(found))
            self.takings.append((keyword == "COPY", taking))

    def _syntax(self) -> Iterator[Mention]:
        if not self.syntax:
            return
        text, span = self.syntax.text, self.syntax.span
        steers = self.steering.on(self.syntax.line)
        if "$" in text and not templated(text):
            why = "builders expand no variables in a directive"
            yield self.places.skip(span, "variable-not-expanded", why)
            return
        runs = (Run(text, span.start),)
        yield self.places.mention(span, Value(runs), About("syntax", None, None, steers))

    def _froms(self) -> Iterator[Mention]:
        sharing: Sharing | None = None
        for stage in self.stages.every:
            mention = stage.mention
            if stage.names and isinstance(mention, Use):
                sharing = sharing or Sharing(self.outer, self.stages.every, self.taken)
                mention = stage.mention = self._steered(sharing.placed(stage), stage)
            if mention:
                yield mention

    def _steered(self, use: Use, stage: Stage) -> Use:
        """The use, with what comments beside the `ARG`s it is made of say."""
        if not self.outer.steers:
            return use
        names = dict.fromkeys(name for run in stage.value.runs for name in run.via)
        return self.steering.added(use, [self.outer.steers.get(name, ()) for name in names])

    def _takings(self) -> Iterator[Mention]:
        for is_copy, taking in self.takings:
            found = copied if is_copy else mounted
            yield from found(self.places, taking, self.stages.by_name)

    def _labels(self) -> Iterator[Mention]:
        for labelling in self.labels:
            yield from labelled(self.places, labelling, self.outer)

    def _refused(self) -> Iterator[Skip]:
        """One skip that says what a builder would refuse first, and where."""
        refusals = self.reading.refusals
        if self.foreign:
            return
        if not self.reading.instructions:
            yield self.places.skip(Span(0, 0), "unparsable", "nothing in it is an instruction")
        elif refusals:
            first = min(refusals, key=lambda refused: refused.line)
            detail = f"BuildKit refuses it on line {first.line}: {first.why}"
            yield self.places.skip(first.span, "unparsable", detail)
        elif why := self._without_stage():
            span = self.reading.instructions[0].whole
            yield self.places.skip(span, "unparsable", why)

    def _without_stage(self) -> str | None:
        """Why there is nothing to build, though every instruction is one."""
        if self.stages.every or templated(self.places.text):
            return None
        return "it has no FROM"


def mentions(file: SourceFile) -> Iterable[Mention]:
    """Every use and skip of a Dockerfile, in the order of the text."""
    return Survey(file).mentions()

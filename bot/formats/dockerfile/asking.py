"""What the stages of a Dockerfile ask of the images that they build on."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from bot.formats.commands import Command, words_of
from bot.formats.dockerfile.heredocs import is_array_of_strings
from bot.formats.dockerfile.lines import read
from bot.formats.dockerfile.survey import Survey
from bot.formats.dockerfile.text import Instruction, command
from bot.formats.dockerfile.words import blank_words, flag_value, flag_words
from bot.formats.needs import Known, Need, account, needs_of_command, needs_of_script
from bot.model import Asked, AskedKind, SourceFile, Span, Use

_POSIX = re.compile(r"(?:.*/)?(?:sh|bash|ash|dash|zsh|ksh)")
_ONLY_HEREDOC = re.compile(r"[0-9]*<<-?\s*['\"]?\w+['\"]?\s*")
_FED = re.compile(r"(\S+)(?:\s+-\S+)*\s+[0-9]*<<-?\s*['\"]?\w+['\"]?\s*")
_SHEBANG = re.compile(r"#!\s*(/\S+)(?:[ \t]+(\S+))?")
_BIN = re.compile(r"/?|/usr/?|(?:/usr)?(?:/local)?/s?bin/?|/usr/local/?|/opt/?")
_SEVERAL = re.compile(r".*[*?\[/]|\.|.*/\.")


def asked(file: SourceFile) -> tuple[Asked, ...]:
    """
    Programs, packages, users and groups that each stage needs of the image it builds on.

    In the order of the file; `of` is the span of the use in `FROM`, or in `COPY --from` for what is
    copied out of an image. What a stage brings itself is not asked of its image.
    """
    return tuple(_Asking(file).every())


@dataclass(slots=True)
class _Stage:
    """A stage as far as it is read: the use it stands on, and what it has brought so far."""

    of: Span | None
    known: Known = field(default_factory=Known)
    readable: bool = True
    certain: bool = True
    shell: str = ""

    def on_top(self) -> _Stage:
        """A stage that is built on this one."""
        return _Stage(self.of, self.known.copy(), self.readable, self.certain, self.shell)


class _Asking:
    """One file being gone through for what it asks."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.survey = Survey(file)
        mentions = self.survey.mentions()
        self.copies = [m for m in mentions if isinstance(m, Use) and m.role == "copy"]
        self.starts = [0, *(m.end() for m in re.finditer("\n", file.text))]
        self.stages: dict[int, _Stage] = {}
        self.here = _Stage(None)

    def every(self) -> Iterator[Asked]:
        if self.survey.foreign:
            return
        by_line = {stage.found.line: stage for stage in self.survey.stages.every}
        for found in read(self.file.text, every=True).instructions:
            keyword = found.keyword.upper()
            if keyword == "FROM":
                stage = by_line.get(found.line)
                below = stage and stage.alias and self.stages.get(stage.alias.number)
                mention = stage.mention if stage else None
                use = mention.span if isinstance(mention, Use) else None
                self.here = below.on_top() if below else _Stage(use)
                if stage:
                    self.stages[stage.number] = self.here
            else:
                yield from self._instruction(keyword, found)

    def _instruction(self, keyword: str, found: Instruction) -> Iterator[Asked]:
        if keyword in ("COPY", "ADD"):
            yield from self._copy(found)
        if self.here.of is None:
            return
        if keyword == "SHELL":
            self._shell(found)
        elif keyword == "USER":
            at = found.rest
            yield from self._accounts(found.text[at:].strip().strip("\"'"), self._line(found, at))
        elif keyword == "RUN":
            yield from self._run(found)
        else:
            yield from self._started(keyword, found)

    # ------------------------------------------------------------ commands

    def _run(self, found: Instruction) -> Iterator[Asked]:
        at = flag_words(found.text, found.rest)[1]
        if found.heredocs:
            yield from self._heredocs(found, found.text[at:], at)
        else:
            yield from self._words(found, at)

    def _words(self, found: Instruction, at: int) -> Iterator[Asked]:
        """The commands of the list or the line of shell that begins at an index."""
        text = found.text[at:]
        if text.startswith("[") and is_array_of_strings(text):
            words = words_of(json.loads(text))
            given = Command(words, sure=True)
            needs = needs_of_command(given, self.here.known) if words else iter(())
            yield from self._asked(needs, lambda _at: self._line(found, at))
            return
        yield from self._shell_itself(self._line(found, at))
        if self.here.readable:
            needs = needs_of_script(text, self.here.known)
            yield from self._asked(needs, lambda index: self._line(found, at + index))

    def _started(self, keyword: str, found: Instruction) -> Iterator[Asked]:
        """What containers start, or are asked for their health by."""
        at = found.rest
        if keyword == "HEALTHCHECK":
            inner, at = command(found.text, flag_words(found.text, at)[1])
            keyword = f"{keyword} {inner.upper()}"
        if keyword in ("CMD", "ENTRYPOINT", "HEALTHCHECK CMD"):
            yield from self._words(found, at)

    def _heredocs(self, found: Instruction, text: str, at: int) -> Iterator[Asked]:
        """A script of its own, or what is fed to a shell; what is fed to others is data."""
        line = self._line(found, at)
        script = found.heredocs[0].of(self.file.text)
        start = found.heredocs[0].start
        fed = _FED.fullmatch(text)
        if _ONLY_HEREDOC.fullmatch(text):
            yield from self._script(script, start, line)
        elif fed and _POSIX.fullmatch(fed[1]):
            needs = needs_of_script(script, self.here.known)
            yield from self._asked(needs, lambda index: self._line_at(start + index))
        elif fed:
            yield from self._words_before(fed[1], line)

    def _script(self, script: str, start: int, line: int) -> Iterator[Asked]:
        shebang = _SHEBANG.match(script)
        if shebang:
            program = shebang[2] if shebang[1].endswith("/env") and shebang[2] else shebang[1]
            yield from self._asked(iter([Need("command", program, 0)]), lambda _at: line)
            if not _POSIX.fullmatch(program):
                return
        else:
            yield from self._shell_itself(line)
            if not self.here.readable:
                return
        needs = needs_of_script(script, self.here.known)
        yield from self._asked(needs, lambda index: self._line_at(start + index))

    def _words_before(self, program: str, line: int) -> Iterator[Asked]:
        given = Command(words_of([program]), sure=True)
        yield from self._asked(needs_of_command(given, self.here.known), lambda _at: line)

    def _shell_itself(self, line: int) -> Iterator[Asked]:
        """A line of shell needs a shell, which some images do not have."""
        needs = iter([Need("command", self.here.shell or "/bin/sh", 0)])
        yield from self._asked(needs, lambda _at: line)

    def _shell(self, found: Instruction) -> None:
        text = found.text[found.rest :]
        words = json.loads(text) if is_array_of_strings(text) else []
        self.here.shell = words[0] if words else ""
        self.here.readable = bool(words and _POSIX.fullmatch(words[0]))

    # ------------------------------------------------------------ copies and users

    def _copy(self, found: Instruction) -> Iterator[Asked]:
        flags, at = flag_words(found.text, found.rest)
        words = [found.text[start:end] for start, end in blank_words(found.text, at)]
        if found.text[at:].startswith("[") and is_array_of_strings(found.text[at:]):
            words = json.loads(found.text[at:])
        *sources, target = words or [""]
        yield from self._taken(found, sources)
        if self.here.of is None:
            return
        for flag in flags:
            owner = "".join(run.text for run in flag_value(found, flag, "chown") or [])
            yield from self._accounts(owner, self._line(found, flag[0]))
        for word in words:
            self.here.known.mention(word)
            if word.startswith("/etc/passwd") or word in ("/", "/etc", "/etc/"):
                self.here.certain = False
        if _BIN.fullmatch(target) and any(_SEVERAL.fullmatch(w) or w == target for w in sources):
            self.here.readable = self.here.certain = False

    def _taken(self, found: Instruction, sources: list[str]) -> Iterator[Asked]:
        """What is copied out of an image that the file names."""
        use = next((u for u in self.copies if u.span.start in found), None)
        for source in sources if use else ():
            if use and re.fullmatch(r"/[\w./+-]+", source):
                line = self._line(found, found.rest)
                yield Asked(self.file.path, line, "command", source, of=use.span)

    def _accounts(self, text: str, line: int) -> Iterator[Asked]:
        if not self.here.certain:
            return
        for kind, name in account(text):
            if name not in self.here.known.users:
                yield self._ask(kind, name, line)

    # ------------------------------------------------------------ places

    def _asked(self, needs: Iterable[Need], line_of: Callable[[int], int]) -> Iterator[Asked]:
        for need in needs:
            certain = self.here.certain or need.kind in ("package", "pin")
            if certain:
                yield self._ask(need.kind, need.name, line_of(need.at), need.constraint)

    def _ask(self, kind: AskedKind, name: str, line: int, constraint: str = "") -> Asked:
        assert self.here.of is not None
        return Asked(self.file.path, line, kind, name, constraint, self.here.of)

    def _line(self, found: Instruction, index: int) -> int:
        return self._line_at(found.offset(min(index, max(len(found.text) - 1, 0))))

    def _line_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

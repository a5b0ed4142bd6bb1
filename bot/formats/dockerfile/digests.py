"""
Where a digest may be written so that it stays true when a `--build-arg` is given.

* Nowhere, if a variable that does not end the reference holds some of the last part of its name:
  for any other value of it the digest would be wrong. A variable before that part names a mirror.
* Behind the characters that end the reference, if they stand in the `FROM` itself.
* Else into the `ARG` whose value ends the reference, if that `ARG` serves nothing but references to
  this one image, and ends each of them: another value brings its own digest, or none.
* Else behind the word in the `FROM`, if the variables hold nothing but parts of the tag. Behind a
  variable that names the image a digest would silently overrule any other value.
"""

from __future__ import annotations

import re

from bot.formats.dockerfile.scopes import Arg, Globals, word_span
from bot.formats.dockerfile.stages import Stage
from bot.formats.dockerfile.text import Run
from bot.model import Use

_ASKED = re.compile(r"\$\{?(\w+)")


class Sharing:
    """What else uses the global variables: stages, defaults, and stages that take one over."""

    def __init__(self, outer: Globals, stages: list[Stage], taken: dict[str, int]) -> None:
        self.outer, self.taken = outer, taken
        self.stages: dict[str, list[Stage]] = {}
        self.args: dict[str, list[Arg]] = {}
        self.alike: dict[str, bool] = {}
        for stage in stages:
            for name in {*stage.names, *_ASKED.findall(stage.platform or "")}:
                self.stages.setdefault(name, []).append(stage)
        for arg in outer.every:
            for name in arg.names:
                self.args.setdefault(name, []).append(arg)

    def placed(self, stage: Stage) -> Use:
        """The use of a `FROM` with variables, with a place for its digest or why there is none."""
        use = stage.mention
        assert isinstance(use, Use)
        if use.image.digest:
            return use
        at, why = self._place(stage, use)
        return use._replace(digest_at=at, no_digest=why)

    def _place(self, stage: Stage, use: Use) -> tuple[int | None, str | None]:
        runs = stage.value.runs
        last = runs[-1]
        outer = last.via[0] if last.via else ""
        namers = _namers(runs, len(use.image.name))
        if namers and outer not in namers:
            return None, _unfit(namers, outer, None, whole=False)
        if last.text and last.at is not None and last.at in stage.found:
            return last.at + len(last.text), None
        arg = self.outer.args.get(outer)
        shared = self._shared(arg, stage) if arg else "is no ARG with a default"
        if arg and not shared and (at := _within(arg, namers)) is not None:
            return at, None
        if not namers:
            return word_span(stage.found, stage.base).end, None
        return None, _unfit(namers, outer, shared, whole=all(outer in run.via[:1] for run in runs))

    def _shared(self, arg: Arg, stage: Stage) -> str | None:
        """Why the `ARG` serves more than the ends of references to one image, as a clause."""
        if not _ends(stage, arg):
            return "is used only in part, or more than once"
        if line := self.taken.get(arg.name):
            return f"is also used on line {line}"
        for other in self.args.get(arg.name, ())[:2]:
            if other is not arg:
                return f"is also used on line {other.found.line}"
        if self._one_image(arg):
            return None
        others = [one for one in self.stages[arg.name][:2] if one is not stage]
        line = others[0].found.line if others else stage.found.line
        return f"is also used on line {line}"

    def _one_image(self, arg: Arg) -> bool:
        """Whether all that uses the variable are references to one image that it ends."""
        if arg.name not in self.alike:
            stages = self.stages[arg.name]
            images = {one.mention.image if isinstance(one.mention, Use) else None for one in stages}
            self.alike[arg.name] = (
                len(images) == 1
                and None not in images
                and all(_ends(one, arg) and not _selects(one, arg) for one in stages)
            )
        return self.alike[arg.name]


def _selects(stage: Stage, arg: Arg) -> bool:
    """Whether the variable is part of the stage's platform."""
    return bool(stage.platform) and arg.name in _ASKED.findall(stage.platform or "")


def _ends(stage: Stage, arg: Arg) -> bool:
    """Whether the stage's base ends with all of the variable's value, and has it nowhere else."""
    runs, value = stage.value.runs, arg.value.runs
    before = runs[: -len(value)]
    return runs[-len(value) :] == value and not any(arg.name in run.via for run in before)


def _within(arg: Arg, namers: set[str]) -> int | None:
    """The place in an `ARG` that ends the reference and serves nothing else."""
    last = arg.value.runs[-1]
    if not last.text or last.at is None:
        return None
    if last.at in arg.found:
        return last.at + len(last.text)
    inner = {name for name in namers if name in last.via[1:]}
    return None if inner else word_span(arg.found, arg.word).end


def _namers(runs: tuple[Run, ...], name_end: int) -> set[str]:
    """The variables that decide which image it is: they hold some of the last part of its name."""
    first = "".join([run.text for run in runs]).rfind("/", 0, name_end) + 1
    found: set[str] = set()
    at = 0
    for run in runs:
        end = at + len(run.text)
        # An empty value counts where other characters could be given.
        if at <= name_end and (end > first if run.text else at > first):
            found.update(run.via)
        at = end
    return found


def _unfit(namers: set[str], outer: str, shared: str | None, *, whole: bool) -> str:
    if outer in namers and shared:
        return f"{outer} names the {'whole ' if whole else ''}image and {shared}"
    names = sorted(namers)
    verb = "names" if len(names) == 1 else "name"
    return f"{' and '.join(names)} {verb} the image, and a digest would be wrong for any other"

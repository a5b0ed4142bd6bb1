"""Read the rules: YAML files, each with its own examples, found in a checkout or in the wheel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import ConfigError
from bot.lifecycle import LifeCycles, Products
from bot.model import Mutability
from bot.tags.rules import FULL, Claim, Family, Lts, Replacement, Rule, When
from bot.tags.tag import PartRole

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times as fast
_DEFAULT = "default.yaml"

# Parts between slashes; `**`, any number of parts, stands alone, first or last.
_PART = r"(?:[^*/]|\*[^*/])*\*?"
_GLOB = rf"^(?:\*\*|(?:\*\*/)?{_PART}(?:/{_PART})*|{_PART}(?:/{_PART})*/\*\*)$"

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1)]
Sentence: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z`].{10,}\.$")]
Glob: TypeAlias = Annotated[str, StringConstraints(pattern=_GLOB)]
Globs: TypeAlias = Annotated[list[Glob], Field(min_length=1)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WhenData(_Data):
    """
    The shape of tag that a claim is about (see `bot.tags.When`).

    `version`, `date`, `revision`, `prerelease`, `system`, `channel`, `hash`: whether it has one.
    """

    images: list[Glob] = []
    version: bool | None = None
    date: bool | None = None
    revision: bool | None = None
    prerelease: bool | None = None
    system: bool | None = None
    channel: bool | None = None
    hash: bool | None = None
    full: bool | None = None
    numbers: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    counts: list[Text] = []
    words: list[Text] = []
    hash_length: Annotated[int, Field(ge=7, le=64)] | None = None

    def when(self) -> When:
        """The shape, as the tags know it."""
        return When(
            images=tuple(self.images),
            has=frozenset(role for role, said in self._roles() if said is True),
            lacks=frozenset(role for role, said in self._roles() if said is False),
            full=self.full,
            numbers=(self.numbers[0], self.numbers[1]) if self.numbers else None,
            counts=frozenset(self.counts),
            words=frozenset(self.words),
            hash_length=self.hash_length,
        )

    def _roles(self) -> tuple[tuple[PartRole, bool | None], ...]:
        return (
            ("release", self.version),
            ("date", self.date),
            ("revision", self.revision),
            ("prerelease", self.prerelease),
            ("system", self.system),
            ("channel", self.channel),
            ("hash", self.hash),
        )


class ClaimData(_Data):
    """What tags of a shape are, and why."""

    when: WhenData = WhenData()
    mutability: Mutability
    because: Sentence
    follows: Text | None = None

    def claim(self) -> Claim:
        """The claim, as the tags know it."""
        return Claim(self.when.when(), self.mutability, self.because, self.follows)


class FamilyData(_Data):
    """Images whose versions are special (see `bot.tags.Family`)."""

    images: Globs
    full: Annotated[int, Field(ge=1, le=5)] = FULL
    major: Annotated[int, Field(ge=1, le=3)] = 1
    lts: Lts | None = None

    def family(self) -> Family:
        """The family, as the tags know it."""
        return Family(tuple(self.images), self.full, self.major, self.lts)


class ReplacementData(_Data):
    """An image that was replaced; without `by`, there is none to go to."""

    images: Globs
    by: Text | None = None
    because: Sentence

    def replacement(self) -> Replacement:
        """The replacement, as the tags know it."""
        return Replacement(tuple(self.images), self.by, self.because)


class FactExample(_Data):
    """What a reference must turn out to be."""

    image: Text
    mutability: Mutability
    follows: Text | None = None


class OrderExample(_Data):
    """Tags of one image of which each must be succeeded by those after it, and by no other."""

    image: Text
    order: Annotated[list[Text], Field(min_length=2)]


class ApartExample(_Data):
    """Tags of one image of which none may succeed another."""

    image: Text
    apart: Annotated[list[Text], Field(min_length=2)]


class RuleFile(_Data):
    """One file of `rules/`, and what a user may write for their own images."""

    publisher: Text
    source: Annotated[str, StringConstraints(pattern=r"^https://")]
    images: Globs
    claims: list[ClaimData] = []
    families: list[FamilyData] = []
    replacements: list[ReplacementData] = []
    examples: Annotated[list[FactExample | OrderExample | ApartExample], Field(min_length=3)]

    def rule(self, name: str) -> Rule:
        """The rule, as the tags know it."""
        return Rule(
            name,
            tuple(self.images),
            tuple(item.claim() for item in self.claims),
            tuple(item.family() for item in self.families),
            tuple(item.replacement() for item in self.replacements),
            f"rules/{name}.yaml",
        )


def load(folder: Path | None = None) -> tuple[Rule, ...]:
    """All rules of a folder (ours by default), the default for all images last."""
    return tuple(read(path).rule(path.stem) for path in files(folder))


def files(folder: Path | None = None) -> Sequence[Path]:
    """The rule files of a folder in the order they are tried; raises `ConfigError` without one."""
    where = folder or _our_folder()
    found = sorted(where.glob("*.yaml"), key=lambda path: (path.name == _DEFAULT, path.name))
    if not found:
        raise ConfigError(f"there are no rules in {where}: basewatch is not installed whole")
    return found


def read(path: Path) -> RuleFile:
    """One rule file; raises `ConfigError` with its name and the line of every mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader, in C where there is one
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{path}: {_one_line(error)}") from error
    try:
        return RuleFile.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_complaint(path, text, error)) from error


def life_cycles(folder: Path | None = None) -> LifeCycles:
    """What is known of ends of support (`lifecycle/` of the folder); raises `ConfigError`."""
    where = (folder or _our_folder()) / "lifecycle"
    try:
        images = yaml.load((where / "images.yaml").read_bytes(), Loader=_Loader)  # noqa: S506  a SafeLoader
        dates = json.loads((where / "products.json").read_bytes())
        return LifeCycles(Products.read(images, dates))
    except (OSError, KeyError, ValueError, yaml.YAMLError) as error:
        said = f"{type(error).__name__}: {_one_line(error)}"
        raise ConfigError(f"{where} cannot be read: {said}") from error


def _our_folder() -> Path:
    here = Path(__file__).parent
    in_wheel = here / "_rules"
    return in_wheel if in_wheel.is_dir() else here.parent / "rules"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _complaint(path: Path, text: str, error: ValidationError) -> str:
    root = yaml.compose(text, Loader=_Loader)
    lines = []
    for mistake in error.errors(include_url=False, include_context=False):
        steps = [step for step in mistake["loc"] if not str(step).endswith("Example")]
        said = ".".join(map(str, steps)) or "the file"
        lines.append(f"{path}:{_line_of(root, steps)}: {said}: {mistake['msg']}")
    return "\n".join(dict.fromkeys(lines))


def _line_of(node: yaml.Node | None, steps: Sequence[int | str]) -> int:
    """The line of what `steps` lead to, or of the last thing on the way that is there."""
    line = 1
    for step in [*steps, None]:
        if node is None:
            break
        line = node.start_mark.line + 1
        node = _child(node, step)
    return line


def _child(node: yaml.Node, step: int | str | None) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return dict(enumerate(node.value)).get(step)
    if isinstance(node, yaml.MappingNode):
        by_key: Mapping[str, yaml.Node] = {key.value: value for key, value in node.value}
        return by_key.get(str(step))
    return None

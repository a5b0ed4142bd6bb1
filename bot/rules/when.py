"""The shape of tags that a claim of a rule is about, as it is written."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from bot.rules.said import Glob, Text
from bot.tags.rules import When
from bot.tags.tag import PartRole

_HAS = "Whether the tag has such a part."
Words: TypeAlias = Annotated[list[Text], Field(max_length=50)]
Whether: TypeAlias = Annotated[bool | None, Field(description=_HAS)]


class Data(BaseModel):
    """What any mapping of a rule is like: fixed, strict, with no key but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WhenData(Data):
    """The shape of tag that a claim is about; all that is said must hold (see `bot.tags.When`)."""

    model_config = ConfigDict(title="When")

    images: Annotated[list[Glob], Field(max_length=200)] = Field(
        default=[], description="The tags of these images only."
    )
    version: Whether = None
    date: Whether = None
    revision: Whether = None
    prerelease: Whether = None
    system: Whether = None
    channel: Whether = None
    hash: Whether = None
    full: bool | None = Field(
        default=None, description="Whether the tag names one version whole, or less than that."
    )
    numbers: Annotated[list[int], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="The least and the most numbers that the version has."
    )
    counts: Words = Field(
        default=[], description="The words of which one counts its revision: `r` in `-r8`."
    )
    words: Words = Field(default=[], description="The words of which the tag has one at least.")
    hash_length: Annotated[int, Field(ge=7, le=64)] | None = Field(
        default=None, description="By how many digits the tag names a commit."
    )

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

"""What a rule about tags may say, and what each part of it means; the docs and schemas use it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from bot.model import Mutability
from bot.rules.said import (
    Github,
    Gitlab,
    Glob,
    Page,
    Product,
    Release,
    ReleaseName,
    Sentence,
    Source,
    Text,
    complaint,
)
from bot.rules.when import Data, WhenData
from bot.tags.notes import NotesKind, NotesPlace
from bot.tags.rules import FULL, Claim, Family, Inside, Lts, Replacement, Rule

_IMAGES = (
    "The images it is about, by host and path: `*` stays within a part, `**` is any number of"
    " parts and stands first or last. `node` is `docker.io/library/node`."
)
Globs: TypeAlias = Annotated[list[Glob], Field(min_length=1, max_length=200, description=_IMAGES)]


class ClaimData(Data):
    """What tags of a shape are, and why."""

    model_config = ConfigDict(title="Claim")

    when: WhenData = Field(
        default=WhenData(),
        description="The shape of the tags that the claim is about. Left out: every other tag.",
    )
    mutability: Mutability = Field(description="What such a tag is; `immutable` is a promise.")
    because: Sentence = Field(description="Why it is so, as one sentence for a person.")
    follows: Text | None = Field(
        default=None,
        description="What such a rolling tag follows. Left out: it is worked out from the tag.",
    )

    def claim(self) -> Claim:
        """The claim, as the tags know it."""
        return Claim(self.when.when(), self.mutability, self.because, self.follows)


class FamilyData(Data):
    """Images whose versions are special (see `bot.tags.Family`)."""

    model_config = ConfigDict(title="Family")

    images: Globs
    full: Annotated[int, Field(ge=1, le=5)] = Field(
        default=FULL, description="How many numbers a full version has: 2 for `postgres:16.2`."
    )
    major: Annotated[int, Field(ge=1, le=3)] = Field(
        default=1, description="How many leading numbers make a major: 2 for Ubuntu's `22.04`."
    )
    lts: Lts | None = Field(
        default=None, description="Which versions are supported for long, if there are such."
    )

    def family(self) -> Family:
        """The family, as the tags know it."""
        return Family(tuple(self.images), self.full, self.major, self.lts)


class ReplacementData(Data):
    """An image that was replaced; without `by`, there is none to go to."""

    model_config = ConfigDict(title="Replacement")

    images: Globs
    by: Text | None = Field(
        default=None, description="The image to use instead. Left out: there is none."
    )
    because: Sentence = Field(description="What became of it, as one sentence for a person.")

    def replacement(self) -> Replacement:
        """The replacement, as the tags know it."""
        return Replacement(tuple(self.images), self.by, self.because)


class InsideData(Data):
    """What is in some images, so that it is known until when they are supported."""

    model_config = ConfigDict(title="LifeCycle")

    images: Globs
    product: Product | None = Field(
        default=None,
        description="What is in them, by its name in `rules/lifecycle/images.yaml`; a tag begins"
        " with a release of it, unless `release` says which it is.",
        examples=["nodejs"],
    )
    release: Release | None = Field(
        default=None,
        description="The release of the product that is in them, whatever the tag.",
        examples=["12"],
    )
    named: bool = Field(
        default=False,
        description="Whether the image's own name says what is in it, as `nodejs20-slim` does.",
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> InsideData:
        if self.named == bool(self.product):
            raise complaint("it is to have either `product` or `named: true`")
        if self.release and not self.product:
            raise complaint("it is of no product", ("release",))
        return self

    def inside(self) -> Inside:
        """What is inside, as the tags know it."""
        return Inside(tuple(self.images), self.product, self.release)


class NotesData(Data):
    """Where the release notes of some images live."""

    model_config = ConfigDict(title="Notes")

    images: Globs
    github: Github | None = Field(
        default=None,
        description="The repository on GitHub whose releases tell of them, as `owner/repository`.",
        examples=["nodejs/node"],
    )
    gitlab: Gitlab | None = Field(
        default=None,
        description="The project whose releases tell of them, as `host/group/project`.",
        examples=["gitlab.com/example/project"],
    )
    url: Page | None = Field(
        default=None,
        description="The page that tells of them; it may have `{version}`, `{major}`, `{minor}`,"
        " `{tag}` and `{name}`, the last part of the image's name.",
        examples=["https://go.dev/doc/devel/release#go{version}"],
    )
    tag: ReleaseName | None = Field(
        default=None,
        description="What a release is called there, with the same words in braces. Left out:"
        " `v{version}` or `{version}`.",
        examples=["v{version}"],
    )

    @model_validator(mode="after")
    def _says_one_place(self) -> NotesData:
        if sum(bool(place) for place in (self.github, self.gitlab, self.url)) != 1:
            raise complaint("it is to have one of `github`, `gitlab` and `url`")
        if self.tag and self.url:
            raise complaint("a page has no releases; write it into `url`", ("tag",))
        return self

    def place(self, *, guest: bool) -> NotesPlace:
        """The place, as the tags know it."""
        places: tuple[tuple[NotesKind, str | None], ...] = (
            ("github", self.github),
            ("gitlab", self.gitlab),
            ("url", self.url),
        )
        kind, where = next((kind, where) for kind, where in places if where)
        return NotesPlace(tuple(self.images), kind, where, self.tag or "", guest)


class Example(Data):
    """What must turn out to be so of an image: what its tag is, or what succeeds it, or more."""

    image: Text = Field(description="The reference, or for `order` and `apart` the image.")
    mutability: Mutability | None = Field(default=None, description="What its tag must be.")
    follows: Text | None = Field(
        default=None, description="What its tag follows, where that is `rolling`."
    )
    order: Annotated[list[Text], Field(min_length=2, max_length=50)] | None = Field(
        default=None,
        description="Tags of which each is succeeded by those after it, and by no other.",
    )
    apart: Annotated[list[Text], Field(min_length=2, max_length=50)] | None = Field(
        default=None, description="Tags of which none may succeed another."
    )
    notes: Annotated[list[Text], Field(max_length=20)] | None = Field(
        default=None, description="The pages with its release notes."
    )
    replaced: bool | None = Field(
        default=None, description="Whether its publisher replaced it, or gave it up."
    )
    says: Annotated[list[Text], Field(max_length=20)] | None = Field(
        default=None, description="What is in it, of what has a life cycle: `Node.js 20`."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Example:
        said = self.model_fields_set - {"image", "follows"}
        if not said:
            raise complaint("it says nothing of the image; give it `mutability`, or `order`")
        if self.follows and self.mutability != "rolling":
            raise complaint("only a rolling tag follows anything", ("follows",))
        return self


class TagRule(Data):
    """What is known of a publisher's tags: a file of `rules/`, or an entry of `tags`."""

    publisher: Text = Field(description="Who publishes the images, for a person.")
    source: Source | None = Field(
        default=None, description="The page on which the publisher says what its tags are."
    )
    images: Globs
    claims: list[ClaimData] = Field(
        default=[], max_length=20, description="What its tags are; the first that fits counts."
    )
    families: list[FamilyData] = Field(
        default=[], max_length=50, description="Images whose versions are special."
    )
    replacements: list[ReplacementData] = Field(
        default=[], max_length=50, description="Images that were replaced, or given up."
    )
    lifecycle: list[InsideData] = Field(
        default=[],
        max_length=50,
        description="What is in the images, so that long support and its end are known.",
    )
    notes: list[NotesData] = Field(
        default=[], max_length=200, description="Where release notes live."
    )
    examples: list[Example] = Field(
        default=[],
        max_length=200,
        description="What must turn out to be so; `basewatch config check` tries each.",
    )

    def rule(self, name: str, file: str, *, guest: bool = False) -> Rule:
        """The rule, as the tags know it; `file`: where it stands; `guest`: in a repository."""
        return Rule(
            name,
            tuple(self.images),
            tuple(item.claim() for item in self.claims),
            tuple(item.family() for item in self.families),
            tuple(item.replacement() for item in self.replacements),
            file=file,
            lifecycle=tuple(item.inside() for item in self.lifecycle),
            notes=tuple(item.place(guest=guest) for item in self.notes),
            guest=guest,
        )


class RuleFile(TagRule):
    """One file of `rules/`: it tells its source, and shows what it says."""

    source: Source
    examples: Annotated[list[Example], Field(min_length=3, max_length=200)]

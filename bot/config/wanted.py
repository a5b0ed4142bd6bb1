"""Which moves a user may say are wanted, for all images and for some."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.config.said import Age, FileGlob, ImageGlob, PlatformName, VersionGlob, complaint
from bot.model import KINDS, Kind, Lacking, Pin, Policy

_DEFAULT = Policy()
Kinds = tuple[Kind, ...]


def _in_order(kinds: frozenset[Kind]) -> Kinds:
    return tuple(kind for kind in KINDS if kind in kinds)


class Said(BaseModel):
    """
    What any mapping of a configuration is like: fixed, strict, with no key but its own.

    What validates it is built for the whole of a file when one is read, and for no part of it
    before: that is why defaults are `model_construct()`, which takes no validator.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class VersionsConfig(Said):
    """The versions that may be moved to; a tag that is there already stays, whatever it is."""

    model_config = ConfigDict(title="Versions")

    allow: Annotated[tuple[VersionGlob, ...], Field(max_length=40)] = Field(
        default=(),
        description="The versions to move to, if any of these covers them: ranges such as `<22`,"
        " `>=3.12,<3.14`, `22.x`, or patterns of whole tags such as `*-alpine`."
        " Left out or empty: all.",
        examples=[["<22"], [">=3.12,<3.14"]],
    )
    ignore: Annotated[tuple[VersionGlob, ...], Field(max_length=40)] = Field(
        default=(),
        description="The versions never to move to, written in the same way.",
        examples=[["20.12.0", "*-patched-*"]],
    )


class PolicyConfig(Said):
    """Which moves are wanted where no rule says otherwise."""

    model_config = ConfigDict(title="Policy")

    pin: Pin = Field(
        default=_DEFAULT.pin,
        description="Whether an image without a digest gets one: `digest` adds it, `off` does not."
        " A digest that is there is kept and refreshed either way. `immutable` also rewrites a"
        " rolling tag to the most precise tag of the same image (`latest` to `22.11.0-bookworm`),"
        " if possible one that never moves. `marker` leaves the reference without digest and writes"
        " it into a comment above, `# rebuild marker: sha256:…`, so that what stays on a tag that"
        " moves is built again when it does (Blubber's files and Dockerfiles).",
        examples=["digest"],
    )
    allow: Kinds = Field(
        default=_in_order(_DEFAULT.allow),
        description="The kinds of move to make, together in one proposal per line of tags."
        " `pin` need not be listed; the key `pin` decides on it.",
        examples=[["digest", "revision", "patch"]],
    )
    apart: Kinds = Field(
        default=_in_order(_DEFAULT.apart),
        description="The kinds of move to propose each on its own. A kind that is listed here only"
        " is no longer in `allow`, and the other way round.",
        examples=[["minor", "major"]],
    )

    min_age: Age = Field(
        default="0d",
        description="How long a tag or digest must have been known before anything moves to it, in"
        " days or hours: since the registry says it was pushed, or since basewatch saw it first."
        " Until then the newest one that is old enough is offered. A repository can ask for more"
        " than the operator, not for less.",
        examples=["3d", "12h"],
    )
    versions: VersionsConfig = Field(
        default=VersionsConfig.model_construct(),
        description="Which versions may be moved to. What the operator says holds besides what a"
        " repository says.",
    )
    lts_only: bool = Field(
        default=False,
        description="Whether releases without long support are left out, of products that have"
        " some with: odd majors of Node.js, interim releases of Ubuntu. Who is on a release with"
        " long support is offered no other either way. Where the operator says true, it holds.",
    )

    not_past_latest: bool = Field(
        default=True,
        description="Whether to leave out new majors and minors that are newer than the version"
        " which the publisher's `latest` is, where the listing of tags tells its digest. Who is"
        " past it already is not held. Where the operator says true, it holds.",
    )

    platforms: Lacking = Field(
        default=_DEFAULT.platforms,
        description="What to do with a move to an image that lacks platforms which the present one"
        " has: `warn` offers it and says so, `wait` waits three days for the rest to be published"
        " and offers it then, `hold` waits until all are there. Meanwhile the newest tag that has"
        " them is offered. A repository can be stricter than the operator says, not milder.",
        examples=["hold"],
    )
    required_platforms: Annotated[tuple[PlatformName, ...], Field(max_length=40)] = Field(
        default=(),
        description="The platforms that an image must have to be moved to, whatever the present"
        " one has; no others count then. Left out or empty: those of the present image. What the"
        " operator lists is required besides.",
        examples=[["linux/amd64", "linux/arm64"]],
    )
    index_refreshes: bool = Field(
        default=_DEFAULT.index_refreshes,
        description="Whether to refresh a digest though the image of each platform is the very"
        " same, and only the index that lists them is new.",
    )

    @model_validator(mode="after")
    def _each_kind_in_one_place(self) -> PolicyConfig:
        if {"allow", "apart"} <= self.model_fields_set:
            _not_in_both(self.allow, self.apart)
        return self


class RuleConfig(Said):
    """What to do differently for some images or files."""

    model_config = ConfigDict(title="Rule")

    images: Annotated[tuple[ImageGlob, ...], Field(min_length=1, max_length=40)] | None = Field(
        default=None,
        description="The images it is for, by registry and path, without tag. `node` is"
        " `docker.io/library/node`; `*` stays within a part, `**` crosses slashes."
        " Left out: every image.",
        examples=[["node", "quay.io/example/**"]],
    )
    files: Annotated[tuple[FileGlob, ...], Field(min_length=1, max_length=40)] | None = Field(
        default=None,
        description="The files it is for, as in a `.gitignore`: a name without `/` is looked for"
        " at any depth, a folder stands for all that is in it. Left out: every file.",
        examples=[["examples/**", "Dockerfile.test"]],
    )
    ignore: bool = Field(
        default=False, description="Leave these images alone; each use is reported as skipped."
    )
    allow: Kinds | None = Field(
        default=None,
        description="As `policy.allow`, for these images. Left out: what `policy` says.",
        examples=[["digest", "patch"]],
    )
    apart: Kinds | None = Field(
        default=None,
        description="As `policy.apart`, for these images. Left out: what `policy` says.",
    )
    pin: Pin | None = Field(
        default=None, description="As `policy.pin`, for these images. Left out: what `policy` says."
    )
    min_age: Age | None = Field(
        default=None,
        description="As `policy.min_age`, for these images. Left out: what `policy` says.",
        examples=["0d"],
    )
    versions: VersionsConfig | None = Field(
        default=None,
        description="As `policy.versions`, for these images. Left out: what `policy` says.",
    )
    lts_only: bool | None = Field(
        default=None,
        description="As `policy.lts_only`, for these images. Left out: what `policy` says.",
    )
    not_past_latest: bool | None = Field(
        default=None,
        description="As `policy.not_past_latest`, for these images. Left out: what `policy` says.",
    )
    platforms: Lacking | None = Field(
        default=None,
        description="As `policy.platforms`, for these images. Left out: what `policy` says.",
    )
    required_platforms: Annotated[tuple[PlatformName, ...], Field(max_length=40)] | None = Field(
        default=None,
        description="As `policy.required_platforms`, for these images."
        " Left out: what `policy` says.",
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> RuleConfig:
        if self.images is None and self.files is None:
            raise complaint("it is for no images and no files; write `images: ['**']` for all")
        moot = sorted(self.model_fields_set - {"images", "files", "ignore"})
        if self.ignore and moot:
            raise complaint("it says nothing where `ignore` is true", (moot[0],))
        _not_in_both(self.allow or (), self.apart or ())
        return self


def _not_in_both(allow: Kinds, apart: Kinds) -> None:
    both = next((n for n, kind in enumerate(apart) if kind in allow), None)
    if both is not None:
        raise complaint(f"{apart[both]!r} is in `allow` too; keep one", ("apart", both))

"""What a user may say about the pull requests themselves."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.config.said import Age, Author, Name, complaint
from bot.config.wanted import Kinds, Said
from bot.errors import ConfigError
from bot.model import Condition, Group, Rebase, VersionHabit


def _template(text: str) -> str:
    from bot.pulls.templates import complaint_about  # who says nothing of it does not wait for it

    if wrong := complaint_about(text):
        raise complaint(wrong)
    return text


def _schedule(text: str) -> str:
    from bot.pulls.schedules import schedule

    try:
        schedule(text)
    except ConfigError as error:
        raise complaint(str(error)) from error
    return text


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise complaint("it is no time zone; write it as `Europe/Berlin`") from error
    return name


_Text = StringConstraints(min_length=1, max_length=1000)
Template = Annotated[str, _Text, AfterValidator(_template)]
Schedule = Annotated[str, _Text, AfterValidator(_schedule)]
TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_timezone)]
Names = Annotated[tuple[Name, ...], Field(max_length=20)]
Count = Annotated[int, Field(ge=0, le=1000)]


class AutomergeConfig(Said):
    """What the forge may merge by itself, by its own means and under its own conditions."""

    model_config = ConfigDict(title="Automerge")

    kinds: Kinds = Field(
        description="The kinds of move that may be merged without a person.",
        examples=[["digest"]],
    )
    only_if: tuple[Condition, ...] = Field(
        default=("nothing_introduced", "no_warnings"),
        description="What the evidence has to say, all of it. Where no scanner is certain,"
        " nothing is said to be introduced or fixed, so a person merges.",
    )


class ConventionalConfig(Said):
    """Titles as Conventional Commits have them."""

    model_config = ConfigDict(title="Conventional")

    type: str = Field(default="chore", description="The type, as in `chore(deps): …`.")
    scope: str = Field(default="deps", description="The scope; empty: none.")

    @model_validator(mode="after")
    def _makes_sense(self) -> ConventionalConfig:
        from bot.pulls.templates import conventional

        try:
            conventional("x", self.type, self.scope)
        except ConfigError as error:
            raise complaint(str(error), ("type",)) from error
        return self


class RebuildsConfig(Said):
    """How images are rebuilt that docker-pkg's trees build on a base that moves."""

    model_config = ConfigDict(title="Rebuilds")

    maintainer: Author | None = Field(
        default=None,
        description="Who signs the blocks of changelogs. Left out: who signs off, else"
        " `fallback_author` of docker-pkg's configuration.",
        examples=["Image build Bot <root@example.org>"],
    )
    versions: VersionHabit | None = Field(
        default=None,
        description="What a rebuild's version ends with: the day (`date`), `-s1`, `-s2` and so on"
        " (`sequence`), or one more in its last number (`patch`). Left out: as in the versions"
        " before it, or in its tree.",
    )
    skip: Names = Field(
        default=(),
        description="Names of images that are not rebuilt; `*` stands for anything.",
        examples=[["spark*"]],
    )
    only_changed: bool = Field(
        default=False,
        description="Rebuild nothing for a base in which nothing is known to have changed.",
    )
    control: bool = Field(
        default=False,
        description="Correct what `control` says a rebuilt image is built on, by its template.",
    )


class ProposalsConfig(Said):
    """What pull requests look like, how many there are at a time, and when."""

    model_config = ConfigDict(title="Proposals")

    group: Group = Field(
        default="line",
        description="What goes into one pull request together: each `line` of an image by itself;"
        " all of an `image`; all of a `directory`; all `pins`; all digests, once a week"
        " (`weekly-digests`). Majors and moves to another system keep their own.",
    )
    title: Template | None = Field(
        default=None,
        description="The title, with `{image}`, `{old}`, `{new}` and `{kind}` in it; where only"
        " the digest moves, that is told as well (`2.0 → 2.0@51b07aa`)."
        " Left out: as basewatch words it.",
        examples=["Base image {image}: {old} → {new}"],
    )
    message: Template | None = Field(
        default=None,
        description="The first line of the commit's message, likewise. Left out: the title.",
    )
    conventional: ConventionalConfig | None = Field(
        default=None,
        description="Titles as https://www.conventionalcommits.org has them; a `title` of one's"
        " own gets the type and scope too, unless it begins with a type itself."
        " Left out: they are plain.",
    )
    signed_off: Author | None = Field(
        default=None,
        description="Who signs off each commit (`Signed-off-by`). Left out: nobody.",
        examples=["Base Bot <bot@example.org>"],
    )
    labels: Names = Field(default=(), description="Labels that each gets.", examples=[["docker"]])
    assignees: Names = Field(default=(), description="Who is assigned, by the forge's user names.")
    reviewers: Names = Field(
        default=(),
        description="Who is asked for a review: user names, and `group/team` for teams.",
    )
    codeowners: bool = Field(
        default=False,
        description="Ask those for a review who own the changed files by CODEOWNERS. Not needed"
        " where the forge does that by itself.",
    )
    milestone: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None, description="The title of the milestone that each gets. Left out: none."
    )
    draft: bool = Field(default=False, description="Open them as drafts.")
    automerge: AutomergeConfig | None = Field(
        default=None,
        description="What the forge may merge by itself. Where the operator says so, a repository"
        " may narrow it. Left out: nothing.",
    )
    rebase: Rebase = Field(
        default="always",
        description="When a branch is made anew because its base moved: `always`, or when it is"
        " `asked` for. Another content is always written.",
    )
    open_at_most: Count | None = Field(
        default=10,
        description="How many may be open at a time. What fixes something known to be exploited"
        " waits for no limit. `null`: any number.",
    )
    per_hour: Count | None = Field(
        default=None, description="How many may be opened in an hour. Left out: any number."
    )
    per_run: Count | None = Field(
        default=None,
        description="How many may be opened in a run, in each repository. Left out: any number.",
    )
    schedule: Annotated[tuple[Schedule, ...], Field(max_length=20)] = Field(
        default=(),
        description="When new ones may be opened, at any of these times. Left out: at any time.",
        examples=[["before 6am on monday"]],
    )
    timezone: TimeZone = Field(
        default="UTC", description="Whose clock the schedule is by.", examples=["Europe/Berlin"]
    )
    cooldown: Age = Field(
        default="0d",
        description="How long after one of a line was opened the next of it may be.",
        examples=["7d"],
    )
    rebuilds: RebuildsConfig = Field(
        default=RebuildsConfig(),
        description="How images are rebuilt that docker-pkg's trees build on what moves.",
    )
    dashboard: bool = Field(
        default=True,
        description="Keep one issue with every base image and its state, where there are issues.",
    )

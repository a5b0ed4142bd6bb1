"""What an operator may say about where repositories are and where proposals go."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.config.said import Author, Path, Url, Variable, complaint, plain_http
from bot.config.wanted import Said

_SLUG = re.compile(r"[\w.*?~-]+(?:/[\w.*?~-]+)+")
_OWNER = re.compile(r"[\w.~-]+(?:/[\w.~-]+)*")
_OF_LOCAL = ("path", "branch", "out", "author")
_OF_FORGES = (
    "url", "insecure", "token_env", "app", "account", "repos", "owners", "all_reachable",
    "exclude", "topics", "branches", "archived", "forks", "onboarding", "merge_method",
    "authorities", "clones", "workspace",
    "pause_seconds",
    "patience_seconds",
)  # fmt: skip


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise complaint("write it as the forge does, `team/app`; `*` stands for any name")
    if "*" in text.partition("/")[0] or "?" in text.partition("/")[0]:
        raise complaint("its first part is to be a name: whose repositories they are")
    return text


def _owner(text: str) -> str:
    if not _OWNER.fullmatch(text):
        raise complaint("write the name of a user, an organisation or a group")
    return text


def _pattern(text: str) -> str:
    if not _SLUG.fullmatch(text.rstrip("/") + "/x"):
        raise complaint("write it as the forge does, `team/app`; `*` stands for any name")
    return text


_Text = StringConstraints(min_length=1, max_length=255)
Slug = Annotated[str, _Text, AfterValidator(_slug)]
Owner = Annotated[str, _Text, AfterValidator(_owner)]
Pattern = Annotated[str, _Text, AfterValidator(_pattern)]
Plain = Annotated[str, _Text]


class AppConfig(Said):
    """A GitHub App. Its secrets stand in environment variables, never in the file."""

    model_config = ConfigDict(title="App")

    id_env: Variable = Field(
        description="The environment variable that holds its id, or its client id.",
        examples=["APP_ID"],
    )
    private_key_env: Variable = Field(
        description="The environment variable that holds its private key, as PEM.",
        examples=["APP_PRIVATE_KEY"],
    )
    installation: int = Field(
        default=0, ge=0, description="The installation to act as. Left out: that of each owner."
    )


class PlatformConfig(Said):
    """Where repositories are and where proposals go."""

    model_config = ConfigDict(title="Platform")

    kind: Literal["local", "github", "gitlab"] = Field(
        default="local",
        description="`local`: a git repository on this machine; each proposal becomes a branch."
        " `github`, `gitlab`: pull requests and merge requests.",
    )
    path: Path = Field(
        default=".",
        description="Of `local`: the repository, as a path from where basewatch is started.",
        examples=["/srv/checkouts/shop"],
    )
    branch: Plain | None = Field(
        default=None,
        description="Of `local`: the branch that proposals are made for. Left out: the one"
        " checked out.",
        examples=["main"],
    )
    out: Path | None = Field(
        default=None,
        description="Of `local`: the folder that gets the title and body of each proposal."
        " Left out: none.",
        examples=["proposals"],
    )
    author: Author = Field(
        default="basewatch <basewatch@localhost>",
        description="Of `local`: who the commits are by, as git writes it. A forge writes in the"
        " name of whose token it is.",
    )
    url: Url | None = Field(
        default=None,
        description="The forge. Left out: `https://github.com` or `https://gitlab.com`; in a CI"
        " job of either, the one that it runs for.",
        examples=["https://gitlab.example.org"],
    )
    insecure: bool = Field(
        default=False, description="Ask the forge over plain HTTP. It is for loopback."
    )
    token_env: Variable | None = Field(
        default=None,
        description="The environment variable that holds the token. Left out: `BASEWATCH_TOKEN`,"
        " else `GITHUB_TOKEN` or `GITLAB_TOKEN`.",
        examples=["FORGE_TOKEN"],
    )
    app: AppConfig | None = Field(
        default=None, description="A GitHub App to act as, in place of a token."
    )
    account: Plain | None = Field(
        default=None,
        description="The name that the token has at the forge. Left out: it is asked for.",
        examples=["base-bot"],
    )
    repos: Annotated[tuple[Slug, ...], Field(max_length=2000)] = Field(
        default=(),
        description="The repositories to look after, by path; `*` and `**` stand for names."
        " Left out, in a CI job: the one that it runs for.",
        examples=[["team/app", "team/*-service"]],
    )
    owners: Annotated[tuple[Owner, ...], Field(max_length=200)] = Field(
        default=(),
        description="Users, organisations and groups (with their subgroups) whose repositories"
        " are looked after.",
        examples=[["team"]],
    )
    all_reachable: bool = Field(
        default=False,
        description="Look after all that the app is installed on, or that the token may write to.",
    )
    exclude: Annotated[tuple[Pattern, ...], Field(max_length=500)] = Field(
        default=(), description="What is not looked after, by path or glob.",
        examples=[["team/playground"]],
    )  # fmt: skip
    topics: Annotated[tuple[Plain, ...], Field(max_length=50)] = Field(
        default=(), description="Of those not named, only what has one of these topics."
    )
    branches: Annotated[tuple[Plain, ...], Field(max_length=20)] = Field(
        default=(),
        description="The branches that proposals are made for, of each repository that has them."
        " Left out: the default branch.",
        examples=[["main", "release/1.0"]],
    )
    archived: bool = Field(default=False, description="Look at archived repositories too.")
    forks: bool = Field(default=False, description="Look after forks too that are not named.")
    onboarding: Literal["never", "found", "always"] = Field(
        default="found",
        description="Which repositories without a configuration are asked first, by a pull request"
        " that adds one and says what would happen; until it is merged nothing else is proposed"
        " there. `found`: those that are looked after by `owners`, `all_reachable` or a `*`; not"
        " those that are named, and not the one that a CI job runs for.",
    )
    merge_method: Literal["merge", "squash", "rebase"] | None = Field(
        default=None,
        description="How GitHub's auto-merge is to merge. Left out: as the repository has it.",
    )
    authorities: Path | None = Field(
        default=None,
        description="A file with the certificates to trust for the forge. Left out:"
        " `$SSL_CERT_FILE`, or those of Python's certifi, and git's own.",
    )
    clones: Path | None = Field(
        default=None,
        description="The folder where clones are kept from run to run. Left out: in the user's"
        " cache directory.",
    )
    pause_seconds: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="How long to wait between two writes, as forges ask for.",
    )
    patience_seconds: int = Field(
        default=300,
        ge=0,
        le=7200,
        description="How long one request may wait in all where the forge asks to be left alone.",
    )
    workspace: Path | None = Field(
        default=None,
        description="Where the only repository is checked out already, so that it need not be"
        " cloned. Left out: in an Action, where it was checked out.",
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> PlatformConfig:
        foreign = _OF_FORGES if self.kind == "local" else _OF_LOCAL
        for option in foreign:
            if option in self.model_fields_set:
                which = "a forge" if self.kind == "local" else "`local`"
                raise complaint(f"it is of {which}, and `kind` is `{self.kind}`", (option,))
        if self.app and (self.token_env or self.kind != "github"):
            raise complaint("it is of GitHub, in place of a token", ("app",))
        if self.merge_method and self.kind != "github":
            raise complaint("it is of GitHub", ("merge_method",))
        if plain_http(self.url) and not self.insecure:
            raise complaint("plain HTTP takes `insecure: true` beside it", ("url",))
        return self

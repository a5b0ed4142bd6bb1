"""What a user may say in a configuration, and what each option means; the docs come from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.config.said import (
    Age,
    Author,
    FileGlob,
    Host,
    HostGlob,
    ImageGlob,
    LookupUrl,
    Path,
    Url,
    Variable,
    complaint,
    plain_http,
)
from bot.model import KINDS, Kind, Pin, Policy

_DEFAULT = Policy()
Kinds = tuple[Kind, ...]


def _in_order(kinds: frozenset[Kind]) -> Kinds:
    return tuple(kind for kind in KINDS if kind in kinds)


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PolicyConfig(_Said):
    """Which moves are wanted where no rule says otherwise."""

    model_config = ConfigDict(title="Policy")

    pin: Pin = Field(
        default=_DEFAULT.pin,
        description="Whether an image without a digest gets one: `digest` adds it, `off` does not."
        " A digest that is there is kept and refreshed either way.",
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

    @model_validator(mode="after")
    def _each_kind_in_one_place(self) -> PolicyConfig:
        if {"allow", "apart"} <= self.model_fields_set:
            _not_in_both(self.allow, self.apart)
        return self


class RuleConfig(_Said):
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

    @model_validator(mode="after")
    def _makes_sense(self) -> RuleConfig:
        if self.images is None and self.files is None:
            raise complaint("it is for no images and no files; write `images: ['**']` for all")
        moot = sorted({"allow", "apart", "min_age", "pin"} & self.model_fields_set)
        if self.ignore and moot:
            raise complaint("it says nothing where `ignore` is true", (moot[0],))
        _not_in_both(self.allow or (), self.apart or ())
        return self


class RepositoryConfig(_Said):
    """The configuration that a repository keeps of itself."""

    policy: PolicyConfig = Field(
        default=PolicyConfig(), description="Which moves are wanted where no rule says otherwise."
    )
    rules: tuple[RuleConfig, ...] = Field(
        default=(),
        max_length=100,
        description="What to do differently for some images or files, read from the top:"
        " the first rule that fits decides, and no later one is asked.",
        examples=[[{"images": ["node"], "allow": ["digest", "patch"]}]],
    )
    ignore: tuple[FileGlob, ...] = Field(
        default=(),
        max_length=200,
        description="Files not to be read at all, as in a `.gitignore`.",
        examples=[["examples/**", "*.template"]],
    )
    vendored: bool = Field(
        default=False,
        description="Whether to read folders of other people's code too,"
        " such as `node_modules` and `vendor`.",
    )


class PlatformConfig(_Said):
    """Where repositories are and where proposals go."""

    model_config = ConfigDict(title="Platform")

    kind: Literal["local"] = Field(
        default="local",
        description="`local`: a git repository on this machine; each proposal becomes a branch.",
    )
    path: Path = Field(
        default=".",
        description="The repository, as a path from the folder where basewatch is started.",
        examples=["/srv/checkouts/shop"],
    )
    branch: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        default=None,
        description="The branch that proposals are made for. Left out: the one checked out.",
        examples=["main"],
    )
    out: Path | None = Field(
        default=None,
        description="The folder that gets the title and body of each proposal. Left out: none.",
        examples=["proposals"],
    )
    author: Author = Field(
        default="basewatch <basewatch@localhost>",
        description="Who the commits are by, as git writes it.",
    )


class RegistryConfig(_Said):
    """How to ask one registry. Secrets stand in environment variables, never in the file."""

    model_config = ConfigDict(title="Registry")

    lookup: LookupUrl | None = Field(
        default=None,
        description="Where to ask instead: a mirror or pull-through cache that answers for this"
        " registry. Files keep the registry's own name. Left out: the registry itself.",
        examples=["https://mirror.example.org/hub"],
    )
    insecure: bool = Field(
        default=False, description="Ask over plain HTTP. It is for registries nobody can listen to."
    )
    username_env: Variable | None = Field(
        default=None,
        description="The environment variable that holds the user name.",
        examples=["HUB_USER"],
    )
    password_env: Variable | None = Field(
        default=None,
        description="The environment variable that holds that user's password or access token.",
        examples=["HUB_PASSWORD"],
    )
    token_env: Variable | None = Field(
        default=None,
        description="The environment variable that holds an identity token, instead of both.",
        examples=["REGISTRY_TOKEN"],
    )
    realm: Url | None = Field(
        default=None,
        description="The token service that may be sent the credentials though it is on another"
        " host. Left out: the registry's own host, and the one known for Docker Hub.",
        examples=["https://auth.example.org/token"],
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> RegistryConfig:
        if bool(self.username_env) != bool(self.password_env):
            lone = "username_env" if self.username_env else "password_env"
            raise complaint("`username_env` and `password_env` go together", (lone,))
        if self.token_env and self.username_env:
            raise complaint("either this or `username_env` and `password_env`", ("token_env",))
        for name in ("lookup", "realm"):
            if plain_http(getattr(self, name)) and not self.insecure:
                raise complaint("plain HTTP takes `insecure: true` beside it", (name,))
        if self.insecure and self.lookup and not plain_http(self.lookup):
            raise complaint("`lookup` is asked over HTTPS, so nothing is insecure", ("insecure",))
        return self


class HttpConfig(_Said):
    """How patiently and how busily registries are asked."""

    model_config = ConfigDict(title="HTTP")

    at_once_per_host: int = Field(
        default=16, ge=1, le=256, description="How many requests one host gets at the same time."
    )
    timeout_seconds: float = Field(
        default=30, ge=1, le=600, description="How long a host may be silent, in seconds."
    )
    tries: int = Field(
        default=4,
        ge=1,
        le=10,
        description="How often a request is sent at most when it fails for now.",
    )


class OperatorConfig(RepositoryConfig):
    """
    The configuration of who runs basewatch.

    `policy`, `rules`, `ignore` and `vendored` hold for every repository; a repository's own
    configuration may differ from them within `limit`.
    """

    limit: Kinds = Field(
        default=KINDS,
        description="The kinds of move that any configuration may ask for at most."
        " Without `pin`, no image that has no digest gets one.",
        examples=[["digest", "pin", "patch"]],
    )
    platform: PlatformConfig = Field(
        default=PlatformConfig(), description="Where repositories are and where proposals go."
    )
    registries: dict[Host, RegistryConfig] = Field(
        default={},
        max_length=200,
        description="How to ask some registries, by host as images name it (`docker.io` for"
        " Docker Hub). Credentials of Docker's own `config.json` need not be said again.",
        examples=[{"docker.io": {"lookup": "https://mirror.example.org/hub"}}],
    )
    http: HttpConfig = Field(
        default=HttpConfig(), description="How patiently and how busily registries are asked."
    )
    ledger: Path | None = Field(
        default=None,
        description="The file in which basewatch keeps what it has seen of tags; `off`: nowhere."
        " `$BASEWATCH_LEDGER` says it before this. Left out: `basewatch/ledger.sqlite` in the"
        " user's state directory (`$XDG_STATE_HOME`, or `~/.local/state`).",
        examples=["/var/lib/basewatch/ledger.sqlite"],
    )
    allow_hosts: tuple[HostGlob, ...] = Field(
        default=("*",),
        max_length=200,
        description="The registries that may be asked at all, by host. An image of any other is"
        " reported as failed.",
        examples=[["docker.io", "*.example.org"]],
    )


def _not_in_both(allow: Kinds, apart: Kinds) -> None:
    both = next((n for n, kind in enumerate(apart) if kind in allow), None)
    if both is not None:
        raise complaint(f"{apart[both]!r} is in `allow` too; keep one", ("apart", both))

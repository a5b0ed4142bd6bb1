"""What a user may say in a configuration, and what each option means; the docs come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from bot.config.evidence import EvidenceConfig
from bot.config.patterns import PatternConfig
from bot.config.platforms import PlatformConfig
from bot.config.proposals import ProposalsConfig
from bot.config.said import (
    FileGlob,
    Host,
    HostGlob,
    LookupUrl,
    Path,
    Url,
    Variable,
    complaint,
    plain_http,
)
from bot.config.wanted import Kinds, PolicyConfig, RuleConfig, Said
from bot.formats import KINDS as KINDS_OF_FILE
from bot.model import KINDS

if TYPE_CHECKING:
    FormatName: TypeAlias = str
else:
    FormatName = Literal[tuple(KINDS_OF_FILE)]


class RepositoryConfig(Said):
    """The configuration that a repository keeps of itself."""

    policy: PolicyConfig = Field(
        default=PolicyConfig.model_construct(),
        description="Which moves are wanted where no rule says otherwise.",
    )
    rules: tuple[RuleConfig, ...] = Field(
        default=(),
        max_length=100,
        description="What to do differently for some images or files, read from the top:"
        " the first rule that fits decides, and no later one is asked.",
        examples=[[{"images": ["node"], "allow": ["digest", "patch"]}]],
    )
    proposals: ProposalsConfig = Field(
        default=ProposalsConfig.model_construct(),
        description="What pull requests look like, how many there are at a time, and when.",
    )
    ignore: tuple[FileGlob, ...] = Field(
        default=(),
        max_length=200,
        description="Files not to be read at all, as in a `.gitignore`.",
        examples=[["examples/**", "*.template"]],
    )
    formats: tuple[FormatName, ...] = Field(
        default=(),
        description="The kinds of file to read, as docs/formats lists them. Left out: all.",
        examples=[["dockerfile", "blubber"]],
    )
    patterns: tuple[PatternConfig, ...] = Field(
        default=(),
        max_length=20,
        description="Files of kinds that basewatch does not know, and how their lines name images;"
        " [Patterns](formats/patterns.md) describes it. They come before the kinds that it knows.",
        examples=[
            [
                {
                    "name": "versions",
                    "files": ["versions.env"],
                    "lines": ["BASE_IMAGE={image}"],
                    "sample": "BASE_IMAGE=debian:12\n",
                    "finds": ["debian:12"],
                }
            ]
        ],
    )
    vendored: bool = Field(
        default=False,
        description="Whether to read folders of other people's code too,"
        " such as `node_modules` and `vendor`.",
    )
    # Each is a `bot.rules.TagRule`; `bot.config.tags` says so, and is loaded where there are any.
    tags: tuple[Any, ...] = Field(
        default=(),
        max_length=40,
        description="What tags of some images are, before the rules that basewatch brings along:"
        " entries like the files of `rules/`, as [Rules](rules.md) describes. The operator's come"
        " before a repository's, and what was seen of a tag before both.",
        examples=[
            [
                {
                    "publisher": "Acme",
                    "images": ["registry.example.org/**"],
                    "claims": [
                        {"mutability": "immutable", "because": "We never push a tag twice."}
                    ],
                }
            ]
        ],
    )


class RegistryConfig(Said):
    """How to ask one registry. Secrets stand in environment variables, never in the file."""

    model_config = ConfigDict(title="Registry")

    lookup: LookupUrl | None = Field(
        default=None,
        description="Where to ask instead: a mirror or pull-through cache that answers for this"
        " registry. Files keep the registry's own name. Left out: the registry itself.",
        examples=["https://mirror.example.org/hub"],
    )
    kind: Literal["oci", "quay", "google", "harbor"] | None = Field(
        default=None,
        description="What software it is, where its own API tells more of tags than the plain one:"
        " their digests and push dates. Left out: known for Docker Hub, quay.io and Google; `oci`"
        " has only the plain API asked.",
        examples=["harbor"],
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


class HttpConfig(Said):
    """How patiently and how busily registries are asked."""

    model_config = ConfigDict(title="HTTP")

    at_once_per_host: int = Field(
        default=16, ge=1, le=256, description="How many requests one host gets at the same time."
    )
    timeout_seconds: float = Field(
        default=30,
        ge=1,
        le=600,
        description="How long a host may be silent, in seconds; a whole answer may take twice as"
        " long, and the blob of an image longer.",
    )
    tries: int = Field(
        default=4,
        ge=1,
        le=10,
        description="How often a request is sent at most when it fails for now.",
    )


class PackagesConfig(Said):
    """Whose indexes of packages are believed."""

    model_config = ConfigDict(title="Packages")

    keys: tuple[Path, ...] = Field(
        default=(),
        max_length=50,
        description="Public keys (`NAME.rsa.pub`, as PEM) by which indexes may be signed, besides"
        " those that a file's own `keyring` names by URL, and before them.",
        examples=[["/etc/apk/keys/wolfi-signing.rsa.pub"]],
    )
    require_signature: bool = Field(
        default=False,
        description="Whether an index is not read that none of these keys has signed, whatever"
        " keys a file names. Otherwise the reason says that a signature was not checked.",
    )


class OperatorConfig(RepositoryConfig):
    """
    The configuration of who runs basewatch.

    `policy`, `rules`, `proposals`, `ignore`, `vendored` and `tags` hold for every repository; a
    repository's own configuration may differ from them within `limit`.
    """

    limit: Kinds = Field(
        default=KINDS,
        description="The kinds of move that any configuration may ask for at most."
        " Without `pin`, no image that has no digest gets one.",
        examples=[["digest", "pin", "patch"]],
    )
    platform: PlatformConfig = Field(
        default=PlatformConfig.model_construct(),
        description="Where repositories are and where proposals go.",
    )
    registries: dict[Host, RegistryConfig] = Field(
        default={},
        max_length=200,
        description="How to ask some registries, by host as images name it (`docker.io` for"
        " Docker Hub). Credentials of Docker's own `config.json` need not be said again.",
        examples=[{"docker.io": {"lookup": "https://mirror.example.org/hub"}}],
    )
    http: HttpConfig = Field(
        default=HttpConfig.model_construct(),
        description="How patiently and how busily registries are asked.",
    )
    ledger: Path | None = Field(
        default=None,
        description="The file in which basewatch keeps what it has seen of tags; `off`: nowhere."
        " `$BASEWATCH_LEDGER` says it before this. Left out: `basewatch/ledger.sqlite` in the"
        " user's state directory (`$XDG_STATE_HOME`, or `~/.local/state`).",
        examples=["/var/lib/basewatch/ledger.sqlite"],
    )
    evidence: EvidenceConfig = Field(
        default=EvidenceConfig.model_construct(),
        description="How images are opened, and where what was fetched is kept.",
    )
    packages: PackagesConfig = Field(
        default=PackagesConfig.model_construct(),
        description="How the packages are looked up that files pin; see"
        " [Package pins](package-pins.md).",
    )
    trees: tuple[Path, ...] = Field(
        default=(),
        max_length=20,
        description="Checkouts of repositories whose docker-pkg trees build what others use. Their"
        " changelogs tell the order of the versions of these images, and what is new in each, in"
        " every repository; see [docker-pkg](formats/docker-pkg.md#whoever-names-a-version)."
        " basewatch reads them as they lie there, and does not bring them up to date.",
        examples=[["/srv/production-images"]],
    )
    allow_hosts: tuple[HostGlob, ...] = Field(
        default=("*",),
        max_length=200,
        description="The registries that may be asked at all, by host. An image of any other is"
        " reported as failed.",
        examples=[["docker.io", "*.example.org"]],
    )

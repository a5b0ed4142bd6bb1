"""What the operator may say about looking into images."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from bot.config.said import (
    Host,
    ImageGlob,
    Name,
    Path,
    PlatformName,
    Size,
    Url,
    Variable,
    complaint,
    plain_http,
)
from bot.config.settings import NotesName, ScannerName
from bot.config.wanted import Said


class OsvConfig(Said):
    """Where the built-in scanner has its records from."""

    model_config = ConfigDict(title="OSV")

    url: Url = Field(
        default="https://api.osv.dev",
        description="The service to ask. It learns the names and versions of packages.",
    )
    insecure: bool = Field(default=False, description="Ask over plain HTTP.")
    records: Annotated[tuple[Path, ...], Field(max_length=100)] = Field(
        default=(),
        description="Folders of OSV records, or zip files of them, to use in place of the service."
        " Nobody is asked then.",
        examples=[["/srv/osv/Debian/all.zip", "/srv/osv/Alpine/all.zip"]],
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> OsvConfig:
        if plain_http(self.url) and not self.insecure:
            raise complaint("plain HTTP takes `insecure: true` beside it", ("url",))
        return self


class ToolConfig(Said):
    """How a scanner that is a program is run."""

    program: Path | None = Field(
        default=None,
        description="The program. Left out: the one of this name in `$PATH`.",
        examples=["/opt/scanners/bin/program"],
    )
    cache: Path | None = Field(
        default=None,
        description="The folder that has its database. Left out: its own in the user's cache"
        " directory.",
    )
    offline: bool = Field(
        default=False,
        description="Whether it is to ask nobody, and to use the database as it lies there.",
    )
    timeout_seconds: int = Field(
        default=600, ge=1, le=7200, description="How long one scan may take, in seconds."
    )


class TrivyConfig(ToolConfig):
    """How Trivy is run."""

    model_config = ConfigDict(title="Trivy")


class GrypeConfig(ToolConfig):
    """How Grype is run."""

    model_config = ConfigDict(title="Grype")

    config: Path | None = Field(
        default=None,
        description="A configuration of its own to hand to it, for its `ignore` rules.",
        examples=["/etc/basewatch/grype.yaml"],
    )


class ForgeConfig(Said):
    """How a forge is asked about releases."""

    model_config = ConfigDict(title="Forge")

    kind: Literal["github", "gitlab"] = Field(description="By which API it is asked.")
    api: Url | None = Field(
        default=None,
        description="Where it is asked: of `github` its API, of `gitlab` its address."
        " Left out: where it is by its name.",
        examples=["https://github.example.org/api/v3"],
    )
    token_env: Variable | None = Field(
        default=None,
        description="The environment variable with a token for it, which need not be set."
        " A token raises the number of questions that it answers in an hour.",
        examples=["GITHUB_TOKEN"],
    )
    insecure: bool = Field(default=False, description="Ask over plain HTTP.")

    @model_validator(mode="after")
    def _makes_sense(self) -> ForgeConfig:
        if self.api and plain_http(self.api) and not self.insecure:
            raise complaint("plain HTTP takes `insecure: true` beside it", ("api",))
        return self


class NotesConfig(Said):
    """Where release notes are looked for."""

    model_config = ConfigDict(title="Notes")

    sources: Annotated[tuple[NotesName, ...], Field(max_length=4)] = Field(
        default=("releases", "recipe", "library", "pages"),
        description="Who is asked, in this order: `releases` of the project on its forge, the"
        " `recipe` that the image names, the `library` files of Docker's official images, and the"
        " `pages` that rules name. `recipe` and `pages` ask nobody.",
    )
    forges: dict[Host, ForgeConfig] = Field(
        default_factory=lambda: {
            "github.com": ForgeConfig.model_construct(kind="github", token_env="GITHUB_TOKEN"),  # noqa: S106 -- a name
            "gitlab.com": ForgeConfig.model_construct(kind="gitlab"),
            "gitlab.wikimedia.org": ForgeConfig.model_construct(kind="gitlab"),
        },
        description="The forges that may be asked, by the host that images name. No other is. Left"
        " out: `github.com`, with the token in `$GITHUB_TOKEN`, `gitlab.com` and"
        " `gitlab.wikimedia.org`.",
        examples=[{"gitlab.example.org": {"kind": "gitlab", "token_env": "GITLAB_TOKEN"}}],
    )


class SignerConfig(Said):
    """Who signs some images."""

    model_config = ConfigDict(title="Signer")

    images: Annotated[tuple[ImageGlob, ...], Field(min_length=1, max_length=100)] = Field(
        description="The images that must be signed so.", examples=[["cgr.dev/chainguard/**"]]
    )
    identity: Name = Field(
        description="Whom the certificate must name: a mail address, or a workflow's address.",
        examples=[
            "https://github.com/chainguard-images/images/.github/workflows/release.yaml@refs/heads/main"
        ],
    )
    issuer: Name = Field(
        description="Who must have vouched for that.",
        examples=["https://token.actions.githubusercontent.com"],
    )


class CosignConfig(Said):
    """How signatures are verified."""

    model_config = ConfigDict(title="cosign")

    program: Path | None = Field(
        default=None,
        description="The program. Left out: `cosign` in `$PATH`.",
        examples=["/opt/cosign/bin/cosign"],
    )
    timeout_seconds: int = Field(
        default=120, ge=1, le=3600, description="How long one image may take, in seconds."
    )
    signers: Annotated[tuple[SignerConfig, ...], Field(max_length=100)] = Field(
        default=(),
        description="Who signs which images: the first entry with a fitting image counts. Of other"
        " images it is told what is attached to them, and nothing is verified.",
    )


class EvidenceConfig(Said):
    """How images are opened, and where what was fetched is kept."""

    model_config = ConfigDict(title="Evidence")

    enabled: bool = Field(
        default=True,
        description="Whether `run` opens the images of a move. Off: a proposal tells what the"
        " registry does, and no more.",
    )
    cache: Path | None = Field(
        default=None,
        description="The folder in which basewatch keeps what it fetched of images; `off`: nowhere"
        " beyond the run. Left out: `basewatch` in the user's cache directory (`$XDG_CACHE_HOME`,"
        " or `~/.cache`).",
        examples=["/var/cache/basewatch"],
    )
    cache_size: Size = Field(
        default="2GiB",
        description="How much that may be; what was longest unused goes first."
        " What one run needs it keeps until it ends.",
        examples=["500MiB"],
    )
    platform: PlatformName = Field(
        default="linux/amd64",
        description="The platform of which an image is opened;"
        " of the others it is told whether they are there.",
        examples=["linux/arm64"],
    )
    max_image_size: Size = Field(
        default="2GiB",
        description="No image is opened whose layers are more than that, compressed.",
        examples=["500MiB"],
    )

    scanners: Annotated[tuple[ScannerName, ...], Field(max_length=3)] | None = Field(
        default=None,
        description="Who is asked about vulnerabilities. Left out: `osv`, which is built in, and"
        " each of the others whose program is there. Empty: nobody.",
        examples=[["osv", "trivy"]],
    )
    osv: OsvConfig = Field(
        default=OsvConfig.model_construct(),
        description="Where the built-in scanner has its records from.",
    )
    trivy: TrivyConfig = Field(
        default=TrivyConfig.model_construct(), description="How Trivy is run, where it is there."
    )
    grype: GrypeConfig = Field(
        default=GrypeConfig.model_construct(), description="How Grype is run, where it is there."
    )
    vex: Annotated[tuple[Path, ...], Field(max_length=100)] = Field(
        default=(),
        description="OpenVEX documents on what does no harm. The programs get them too, which read"
        " other kinds of VEX as well.",
        examples=[["/etc/basewatch/vex.json"]],
    )
    ignore: Path | None = Field(
        default=None,
        description="A list of vulnerabilities to leave out, written as a `.trivyignore`.",
        examples=["/etc/basewatch/ignored"],
    )
    notes: NotesConfig = Field(
        default=NotesConfig.model_construct(), description="Where release notes are looked for."
    )
    provenance: bool = Field(
        default=True,
        description="Whether registries are asked for signatures and attestations of an image.",
    )
    cosign: CosignConfig = Field(
        default=CosignConfig.model_construct(),
        description="How signatures are verified, where cosign is there.",
    )
    database_days: int = Field(
        default=14,
        ge=1,
        le=3650,
        description="How old a scanner's data may be, in days, before what it does not find"
        " proves nothing.",
    )

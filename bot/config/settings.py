"""What a run is put together by, of what the operator says: plain, and quick to load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

SIZE = re.compile("[1-9][0-9]{0,5}(?:MiB|GiB)")
_UNITS = {"MiB": 1 << 20, "GiB": 1 << 30}

ScannerName = Literal["osv", "trivy", "grype"]
NotesName = Literal["releases", "recipe", "library", "pages"]


class OsvSettings(NamedTuple):
    """As `bot.config.evidence.OsvConfig`."""

    url: str = "https://api.osv.dev"
    insecure: bool = False
    records: tuple[str, ...] = ()


class ToolSettings(NamedTuple):
    """As `bot.config.evidence.ToolConfig`; `config` is Grype's only."""

    program: str | None = None
    cache: str | None = None
    offline: bool = False
    timeout_seconds: int = 600
    config: str | None = None


class ForgeSettings(NamedTuple):
    """As `bot.config.evidence.ForgeConfig`."""

    kind: Literal["github", "gitlab"]
    api: str | None = None
    token_env: str | None = None
    insecure: bool = False


class NotesSettings(NamedTuple):
    """As `bot.config.evidence.NotesConfig`."""

    sources: tuple[NotesName, ...] = ("releases", "recipe", "library", "pages")
    forges: Mapping[str, ForgeSettings] = {
        "github.com": ForgeSettings("github", token_env="GITHUB_TOKEN"),  # noqa: S106 -- a name
        "gitlab.com": ForgeSettings("gitlab"),
        "gitlab.wikimedia.org": ForgeSettings("gitlab"),
    }


class SignerSettings(NamedTuple):
    """As `bot.config.evidence.SignerConfig`."""

    images: tuple[str, ...]
    identity: str
    issuer: str


class CosignSettings(NamedTuple):
    """As `bot.config.evidence.CosignConfig`."""

    program: str | None = None
    timeout_seconds: int = 120
    signers: tuple[SignerSettings, ...] = ()


class EvidenceSettings(NamedTuple):
    """As `bot.config.evidence.EvidenceConfig`."""

    enabled: bool = True
    cache: str | None = None
    cache_size: str = "2GiB"
    platform: str = "linux/amd64"
    max_image_size: str = "2GiB"
    scanners: tuple[ScannerName, ...] | None = None
    osv: OsvSettings = OsvSettings()
    trivy: ToolSettings = ToolSettings()
    grype: ToolSettings = ToolSettings()
    vex: tuple[str, ...] = ()
    ignore: str | None = None
    notes: NotesSettings = NotesSettings()
    provenance: bool = True
    cosign: CosignSettings = CosignSettings()
    database_days: int = 14


class RegistrySettings(NamedTuple):
    """As `bot.config.models.RegistryConfig`."""

    lookup: str | None = None
    kind: Literal["oci", "quay", "google", "harbor"] | None = None
    insecure: bool = False
    username_env: str | None = None
    password_env: str | None = None
    token_env: str | None = None
    realm: str | None = None


class HttpSettings(NamedTuple):
    """As `bot.config.models.HttpConfig`."""

    at_once_per_host: int = 16
    timeout_seconds: float = 30
    tries: int = 4


class PackagesSettings(NamedTuple):
    """As `bot.config.models.PackagesConfig`."""

    keys: tuple[str, ...] = ()
    require_signature: bool = False


class Settings(NamedTuple):
    """
    What registries are asked and images are opened by; the defaults are those of the options.

    `tagged`: whether the operator has rules about tags, which are read where they are asked for;
    `ruled`: whether anything is said of what is wanted in repositories, which is read there too.
    """

    registries: Mapping[str, RegistrySettings] = {}
    http: HttpSettings = HttpSettings()
    ledger: str | None = None
    evidence: EvidenceSettings = EvidenceSettings()
    allow_hosts: tuple[str, ...] = ("*",)
    packages: PackagesSettings = PackagesSettings()
    trees: tuple[str, ...] = ()
    tagged: bool = False
    ruled: bool = False


def size_in_bytes(said: str) -> int:
    """`500MiB` in bytes; raises `ValueError` for what is not written so."""
    if not SIZE.fullmatch(said):
        raise ValueError("write it as 500MiB or 2GiB")
    return int(said[:-3]) * _UNITS[said[-3:]]

"""What a user may say, and what holds in a repository when operator and repository have said it."""

from __future__ import annotations

from bot.config.evidence import (
    CosignConfig,
    EvidenceConfig,
    ForgeConfig,
    NotesConfig,
    ToolConfig,
    size_in_bytes,
)
from bot.config.merging import Mandate, policy_of
from bot.config.models import (
    HttpConfig,
    OperatorConfig,
    PlatformConfig,
    RegistryConfig,
    RepositoryConfig,
)
from bot.config.reading import (
    CONFIG_VARIABLE,
    operator_config,
    operator_config_path,
    repository_config,
)
from bot.config.schemas import Which, schema
from bot.config.starter import STARTER
from bot.config.wanted import PolicyConfig, RuleConfig, VersionsConfig

__all__ = [
    "CONFIG_VARIABLE",
    "STARTER",
    "CosignConfig",
    "EvidenceConfig",
    "ForgeConfig",
    "HttpConfig",
    "Mandate",
    "NotesConfig",
    "OperatorConfig",
    "PlatformConfig",
    "PolicyConfig",
    "RegistryConfig",
    "RepositoryConfig",
    "RuleConfig",
    "ToolConfig",
    "VersionsConfig",
    "Which",
    "operator_config",
    "operator_config_path",
    "policy_of",
    "repository_config",
    "schema",
    "size_in_bytes",
]

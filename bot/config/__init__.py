"""
What a user may say, and what holds in a repository when operator and repository have said it.

Each part is loaded when it is first asked for: what validates takes its time to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.parts import names_of

if TYPE_CHECKING:
    from bot.config.evidence import (
        CosignConfig,
        EvidenceConfig,
        ForgeConfig,
        NotesConfig,
        ToolConfig,
    )
    from bot.config.files import CONFIG_VARIABLE, operator_config_path
    from bot.config.merging import Mandate, policy_of
    from bot.config.models import (
        HttpConfig,
        OperatorConfig,
        RegistryConfig,
        RepositoryConfig,
    )
    from bot.config.platforms import AppConfig, PlatformConfig
    from bot.config.proposals import ProposalsConfig
    from bot.config.reading import operator_config, repository_config
    from bot.config.remembering import machines_own, operator_settings
    from bot.config.schemas import Which, schema
    from bot.config.settings import (
        CosignSettings,
        EvidenceSettings,
        ForgeSettings,
        NotesSettings,
        RegistrySettings,
        Settings,
        ToolSettings,
        size_in_bytes,
    )
    from bot.config.starter import STARTER
    from bot.config.wanted import PolicyConfig, RuleConfig, VersionsConfig
    from bot.config.wishing import starter_of, wishes_of

__all__ = [
    "CONFIG_VARIABLE",
    "STARTER",
    "AppConfig",
    "CosignConfig",
    "CosignSettings",
    "EvidenceConfig",
    "EvidenceSettings",
    "ForgeConfig",
    "ForgeSettings",
    "HttpConfig",
    "Mandate",
    "NotesConfig",
    "NotesSettings",
    "OperatorConfig",
    "PlatformConfig",
    "PolicyConfig",
    "ProposalsConfig",
    "RegistryConfig",
    "RegistrySettings",
    "RepositoryConfig",
    "RuleConfig",
    "Settings",
    "ToolConfig",
    "ToolSettings",
    "VersionsConfig",
    "Which",
    "machines_own",
    "operator_config",
    "operator_config_path",
    "operator_settings",
    "policy_of",
    "repository_config",
    "schema",
    "size_in_bytes",
    "starter_of",
    "wishes_of",
]

_PARTS = {
    "evidence": "CosignConfig EvidenceConfig ForgeConfig NotesConfig ToolConfig",
    "files": "CONFIG_VARIABLE operator_config_path",
    "merging": "Mandate policy_of",
    "models": "HttpConfig OperatorConfig RegistryConfig RepositoryConfig",
    "platforms": "AppConfig PlatformConfig",
    "proposals": "ProposalsConfig",
    "reading": "operator_config repository_config",
    "remembering": "machines_own operator_settings",
    "schemas": "Which schema",
    "settings": "CosignSettings EvidenceSettings ForgeSettings NotesSettings RegistrySettings"
    " Settings ToolSettings size_in_bytes",
    "starter": "STARTER",
    "wanted": "PolicyConfig RuleConfig VersionsConfig",
    "wishing": "starter_of wishes_of",
}
__getattr__ = names_of(__name__, _PARTS)

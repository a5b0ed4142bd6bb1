"""What differs between two images, and what that means to who builds on them. Pure."""

from bot.diff.breaks import broken
from bot.diff.config import config_changes
from bot.diff.difference import difference
from bot.diff.packages import package_changes
from bot.diff.platforms import platform_change
from bot.diff.vulnerabilities import compared

__all__ = [
    "broken",
    "compared",
    "config_changes",
    "difference",
    "package_changes",
    "platform_change",
]

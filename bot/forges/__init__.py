"""What all forges have in common: which repositories, what is there, and what is done about it."""

from bot.forges.port import Done, Forge, Listed, NoIssuesError, Usage

__all__ = ["Done", "Forge", "Listed", "NoIssuesError", "Usage"]

"""
TOML read for its spans: the nodes are those of YAML.

The rules are those of https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

from bot.formats.toml_spans.reading import DEPTH_LIMIT, NODE_LIMIT, read

__all__ = ["DEPTH_LIMIT", "NODE_LIMIT", "read"]

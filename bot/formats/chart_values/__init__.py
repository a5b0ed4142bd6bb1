"""The values of Helm charts, wherever they stand: in files of their own, in manifests."""

from __future__ import annotations

from bot.formats.chart_values.blocks import read_within
from bot.formats.chart_values.fields import has_version
from bot.formats.chart_values.naming import places

__all__ = ["has_version", "places", "read_within"]

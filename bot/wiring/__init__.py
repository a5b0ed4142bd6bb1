"""
Builds what the configuration asks for: the only package that names implementations.

Everything is imported where it is needed, so that a command that asks no registry does not wait
for an HTTP client to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.parts import names_of

if TYPE_CHECKING:
    from bot.wiring.configurations import configuration
    from bot.wiring.desks import desk
    from bot.wiring.evidence import image_store, images
    from bot.wiring.knowing import known, life, wrong_examples
    from bot.wiring.ledgers import ledger, ledger_file
    from bot.wiring.operators import operator, operator_path, settings
    from bot.wiring.platforms import Place, platform
    from bot.wiring.scanning import scanners
    from bot.wiring.trees import work_tree
    from bot.wiring.wanted import policies

__all__ = [
    "Place",
    "configuration",
    "desk",
    "image_store",
    "images",
    "known",
    "ledger",
    "ledger_file",
    "life",
    "operator",
    "operator_path",
    "platform",
    "policies",
    "scanners",
    "settings",
    "work_tree",
    "wrong_examples",
]

_PARTS = {
    "configurations": "configuration",
    "desks": "desk",
    "evidence": "image_store images",
    "knowing": "known life wrong_examples",
    "ledgers": "ledger ledger_file",
    "operators": "operator operator_path settings",
    "platforms": "Place platform",
    "trees": "work_tree",
    "wanted": "policies",
    "scanning": "scanners",
}
__getattr__ = names_of(__name__, _PARTS)

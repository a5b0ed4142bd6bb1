"""`basewatch demo`: the whole main job on bundled data, on loopback only."""

from __future__ import annotations

import argparse

from bot.cli import main
from bot.cli.text import out
from bot.demo import run


def demo(_arguments: argparse.Namespace) -> int:
    """Type the commands that a user would, on a stage that is taken down afterwards."""
    return run(out, main)

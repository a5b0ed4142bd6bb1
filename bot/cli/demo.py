"""`basewatch demo`: the whole main job on bundled data, on loopback only."""

from __future__ import annotations

import argparse

from bot.cli.text import out


def demo(_arguments: argparse.Namespace) -> int:
    """Run the demonstration."""
    from bot.demo import run

    return run(out)

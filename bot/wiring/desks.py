"""What a run works with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot import clock
from bot.ports import Desk
from bot.wiring.configurations import read_once
from bot.wiring.evidence import inspectors
from bot.wiring.knowing import known_by, own
from bot.wiring.ledgers import forgiving
from bot.wiring.operators import operator_path, settings
from bot.wiring.registries import limits, packages, registry
from bot.wiring.trees import built_in_each
from bot.wiring.wanted import asked_once, wished, within


def desk(
    config: str | None,
    progress: Callable[[str, int, int], None],
    notice: Callable[[str], None],
    *,
    looking: bool = False,
) -> Desk:
    """
    What a run works with; `notice` is told what a repository asks for in vain, and the like.

    Images are opened where the operator wants that, or where `looking` into them is the whole job.
    """
    path = operator_path(config)
    operators = settings(path)
    knows = known_by(path, operators, notice)
    everywhere, said = knows(()), read_once()

    operators_file = asked_once(path)
    return Desk(
        everywhere.tags,
        partial(registry, operators, looking=looking),
        within(operators_file if operators.ruled else None, notice, said),
        progress,
        ledger=forgiving(operators.ledger, notice),
        life_cycles=everywhere.life_cycles,
        clock=clock.now,
        wishes=wished(operators_file, said),
        own=own(knows, said),
        elsewhere=built_in_each(operators.trees) if operators.trees else (),
        packages=partial(packages, operators),
        inspectors=partial(
            inspectors,
            said=operators.evidence._replace(enabled=operators.evidence.enabled or looking),
            places=everywhere.tags.notes,
            limits=partial(limits, operators),
            progress=progress,
        ),
    )

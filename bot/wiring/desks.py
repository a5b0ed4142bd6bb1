"""What a run works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from bot import clock
from bot.ports import Desk
from bot.wiring.configurations import read_once
from bot.wiring.evidence import inspectors
from bot.wiring.knowing import known_by, own
from bot.wiring.ledgers import forgiving
from bot.wiring.operators import operator_path, settings
from bot.wiring.registries import limits, packages, registry
from bot.wiring.wanted import asked_once, wished, within

if TYPE_CHECKING:
    from bot.model import Beside


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
        elsewhere=_elsewhere(operators.trees) if operators.trees else (),
        packages=partial(packages, operators),
        inspectors=partial(
            inspectors,
            said=operators.evidence._replace(enabled=operators.evidence.enabled or looking),
            places=everywhere.tags.notes,
            limits=partial(limits, operators),
            progress=progress,
        ),
    )


def _elsewhere(paths: Sequence[str]) -> tuple[Beside, ...]:
    from bot.wiring.trees import built_in_each  # few configurations name any, and it loads git

    return built_in_each(paths)

"""Two images compared, whether or not a build file moves from one to the other."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import RegistryError
from bot.model import Bump, Evidence
from bot.once import waited_for
from bot.ports import Desk
from bot.steps.assess import Knowing, assess


def compare(
    desk: Desk, bump: Bump, platforms: Sequence[str] = (), *, anyway: bool = False
) -> tuple[Evidence, ...]:
    """
    What is known of a move: on each of these platforms, and on no other in its place.

    Without any, on the one that the desk's inspectors read first. One image under two names is
    looked into only where that is to be done `anyway`.
    """
    return waited_for(_compared(desk, bump, platforms, anyway=anyway))


def common_platforms(desk: Desk, bump: Bump) -> tuple[str, ...]:
    """The platforms that both images have, sorted; none where one of them cannot be looked at."""
    return waited_for(_common_platforms(desk, bump))


async def _compared(
    desk: Desk, bump: Bump, platforms: Sequence[str], *, anyway: bool
) -> tuple[Evidence, ...]:
    seen = desk.ledger.histories({bump.old.repository, bump.new.repository})
    known = Knowing(desk.tags, desk.life_cycles, desk.clock().date(), seen)
    async with desk.registry() as registry, desk.inspectors(registry) as everybody:
        looking = everybody and everybody._replace(anyway=anyway)
        wanted = [looking and looking._replace(platform=p, strict=True) for p in platforms]
        return tuple(
            [
                await assess(bump, registry=registry, known=known, inspectors=inspectors)
                for inspectors in wanted or [looking]
            ]
        )


async def _common_platforms(desk: Desk, bump: Bump) -> tuple[str, ...]:
    async with desk.registry() as registry:
        try:
            sides = [await registry.outline(image) for image in (bump.old, bump.new)]
        except RegistryError:
            return ()
    return tuple(sorted(set(sides[0].platforms) & set(sides[1].platforms)))

"""
What is told by the files that lie beside build files, and what follows there from a move.

Only docker-pkg's trees have such files; they are loaded where there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.image import ImageRef, Repository
    from bot.model import BaseMove, Beside, Chronicle, Manner, Note, Rebuilt, Skip, SourceFile


def wanted_beside(paths: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """
    Files that tell what others mean, or must change with them.

    `paths` are those that are read anyway, `there` all files of the tree.
    """
    templates = [path for path in paths if path.endswith("Dockerfile.template")]
    if not templates:
        return ()
    from bot.formats.docker_pkg.within import wanted

    return wanted(templates, there)


def told_beside(beside: Beside) -> Iterable[Skip]:
    """What somebody should know of the files beside others."""
    if not beside.files:
        return ()
    from bot.formats.docker_pkg.within import drift

    return drift(beside)


def chronicles(several: Iterable[Beside]) -> Mapping[Repository, Chronicle]:
    """
    The versions of what is built there, newest first, by the name that it is published under.

    Of the same name the first counts.
    """
    there = [beside for beside in several if beside.files]
    if not there:
        return {}
    from bot.formats.docker_pkg.releases import chronicles as found

    return dict(chain.from_iterable(found(beside).items() for beside in reversed(there)))


def releases_after(
    several: Iterable[Beside], image: ImageRef, until: str | None = None
) -> tuple[Note, ...] | None:
    """What is known there of the versions after an image's, newest first; `None`: nothing is."""
    there = [beside for beside in several if beside.files]
    if not there:
        return None
    from bot.formats.docker_pkg.releases import releases_after as found

    told = (found(beside, image, until) for beside in there)
    return next((notes for notes in told if notes is not None), None)


def rebuilt(beside: Beside, moves: Sequence[BaseMove], manner: Manner) -> tuple[Rebuilt, ...]:
    """What is built on what moves, and so has a new version in a file of its own."""
    if not beside.files:
        return ()
    from bot.formats.docker_pkg.rebuilds import rebuilt as all_rebuilt

    return all_rebuilt(beside, moves, manner)


def reached(beside: Beside, move: BaseMove) -> frozenset[str]:
    """The files besides that say something new of what is built on what moves."""
    if not beside.files:
        return frozenset()
    from bot.formats.docker_pkg.rebuilds import reached as all_reached

    return all_reached(beside, move)


def in_agreement(beside: Beside) -> Iterable[SourceFile]:
    """The files besides that say something else than those that count, corrected."""
    if not beside.files:
        return ()
    from bot.formats.docker_pkg.rebuilds import in_agreement as all_in_agreement

    return all_in_agreement(beside)

"""
Where something is written about changes of images. To add one: a module here, and a line in NOTES.

Each takes a `Desk`: the forges that may be asked, and where the rules say that notes live.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.notes.forges import Forges
from bot.notes.github import GitHub
from bot.notes.gitlab import GitLab
from bot.notes.official import Official
from bot.notes.pages import Pages
from bot.notes.recipe import Recipe
from bot.notes.releases import Releases
from bot.notes.sources import Places, Sources
from bot.ports import Notes

__all__ = ["NOTES", "Forges", "GitHub", "GitLab", "Places", "Sources"]

NOTES: Mapping[str, Callable[[Sources], Notes]] = {
    "releases": Releases,
    "recipe": Recipe,
    "library": Official,
    "pages": Pages,
}
"""By name, in the order in which a person reads them: what is new, how it was made, where else."""

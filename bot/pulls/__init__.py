"""The life of a pull request as a pure decision; the forges carry it out."""

from bot.pulls.actions import Action, Course, told
from bot.pulls.decide import decide
from bot.pulls.retire import retire
from bot.pulls.state import Settings, State, ignored_images, superseded

__all__ = [
    "Action",
    "Course",
    "Settings",
    "State",
    "decide",
    "ignored_images",
    "retire",
    "superseded",
    "told",
]

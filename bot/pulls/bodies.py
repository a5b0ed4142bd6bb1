"""The body of a pull request as a forge gets it: what it says, what to do about it, the marker."""

from __future__ import annotations

from bot.pulls.commands import BOX
from bot.pulls.marker import Marker, ending, without_marker
from bot.wording.onboarding import LINE as ONBOARDING

COMMANDS = (
    "In a comment: `/basewatch rebase`, `recreate`, `hold until 2027-01-31`,"
    " `ignore this version` or `ignore this image`. Closing this declines this version."
)
OF_ONBOARDING = (
    "In a comment: `/basewatch rebase`, `recreate`, `reopen` or `hold until 2027-01-31`."
)


def body_of(text: str, marker: Marker) -> str:
    """The text of a proposal with the box, the commands and the marker in the place of its own."""
    commands = OF_ONBOARDING if marker.line == ONBOARDING else COMMANDS
    # What looks like a marker in what is left is foreign text, and stays.
    return ending(f"{without_marker(text)}\n\n{BOX}\n\n{commands}", marker)

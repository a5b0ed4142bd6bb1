"""What closed and merged pull requests say against a new one."""

from __future__ import annotations

from bot.model import Pull
from bot.pulls.marker import Marker, marker_in
from bot.pulls.state import State


def refusal(meant: Marker, title: str, there: State) -> str:
    """Why the past forbids to propose this, as a clause; empty where it does not."""
    latest = there.latest
    last = marker_in(latest.body) if latest and latest.state == "closed" else Marker()
    if last.hold and last.hold >= there.today:
        return f"held until {last.hold} by a person"
    if last.ignore == "image" or meant.image in there.ignored:
        return f"{meant.image or 'this group'} is ignored by a person"
    same = next((pull for pull in there.past if _is_about(pull, meant, title)), None)
    if same is None:
        return ""
    if same.state == "merged":
        return _merged(same, meant)
    marker = marker_in(same.body)
    if marker.retired or marker.hold:
        return ""
    return f"declined by a person, who closed #{same.number}"


def _merged(pull: Pull, meant: Marker) -> str:
    """The same edits again: the base is older than the merge, or a person took them back since."""
    if marker_in(pull.body).content == meant.content:
        return f"merged as #{pull.number}"
    return ""


def _is_about(pull: Pull, meant: Marker, title: str) -> bool:
    """Whether a pull request moved to just this; by its title where a person removed the marker."""
    marker = marker_in(pull.body)
    return marker.to == meant.to if marker.to else pull.title == title

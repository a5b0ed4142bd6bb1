"""The pull request that asks a repository: this is what would happen here; shall it?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from bot.model import Kind, OutcomeName, Plan, Skip, Urgency, Verdict, Wishes
from bot.wording.counting import count, listed, spoken
from bot.wording.findings import short
from bot.wording.fitting import Section, fitted
from bot.wording.markdown import code, comment, folded, plain, table

TITLE = "Configure basewatch"
LINE, TARGET = "onboarding", "configuration"
"""What its marker says it is about: whatever else it says, it asks for the same."""

UNASKED = "there is a configuration now, or none is asked for any more"
"""Why it is closed, as a clause."""

LIMIT = 58_000
_MOST, _FEW = 100, 20  # rows of a table; where that is too long
_FIXES: dict[Urgency, str] = {
    "exploited": "something known to be exploited",
    "critical": "something critical",
    "high": "something of high severity",
    "fixes": "something",
    "ordinary": "",
}
_OUTCOMES: tuple[OutcomeName, ...] = get_args(OutcomeName)


@dataclass(frozen=True, slots=True)
class Prospect:
    """A pull request that would be opened."""

    title: str
    kinds: tuple[Kind, ...]
    files: int
    urgency: Urgency = "ordinary"


def onboarding(plan: Plan, prospects: Sequence[Prospect], wishes: Wishes, path: str) -> str:
    """
    What was found, what would be proposed, and what to do about it, in at most `LIMIT` characters.

    It is the same as long as that is: no day and no error message is in it. `path` is the file
    that it adds.
    """
    marker = comment(f"basewatch line={LINE} to={TARGET}")
    return (
        f"{fitted(_sections(plan, prospects, wishes, path), LIMIT - len(marker) - 4)}\n\n{marker}\n"
    )


def _sections(
    plan: Plan, prospects: Sequence[Prospect], wishes: Wishes, path: str
) -> Iterator[Section]:
    yield Section(_summary(plan))
    yield Section(_what_you_can_do(path))
    yield from _proposed(prospects, wishes)
    yield from _found(plan.verdicts)
    yield from _left_alone(plan.findings.skips)


def _summary(plan: Plan) -> str:
    files = len({verdict.use.path for verdict in plan.verdicts})
    found = f"{count(len(plan.verdicts), 'use')} of base images in {count(files, 'file')}"
    return (
        f"basewatch found **{found}** here. Merge this, and it keeps them pinned and current;"
        " until then it proposes nothing else in this repository."
    )


def _what_you_can_do(path: str) -> str:
    file = code(path)
    return (
        "* **To begin, merge this.** What is listed below is proposed by the next run.\n"
        "* **To be left alone, close it.** Nothing is proposed here then, until somebody opens"
        f" this again or adds a {file}.\n"
        f"* **To have it otherwise, edit {file}** on this branch before merging, or at any"
        " later time. As it stands it changes nothing: it shows what can be said. `basewatch"
        " config check` reads it as the bot does, and `basewatch check` tells what follows."
    )


# ---------------------------------------------------------------- what would be proposed


def _proposed(prospects: Sequence[Prospect], wishes: Wishes) -> Iterator[Section]:
    if not prospects:
        yield Section("### What would be proposed")
        yield Section("Nothing for now. Later moves are, as they come.")
        return
    yield Section(f"### What would be proposed ({len(prospects)})")
    head, rows = ["pull request", "kind", "files", "fixes"], [_row(each) for each in prospects]
    if not any(each.urgency != "ordinary" for each in prospects):
        head, rows = head[:-1], [row[:-1] for row in rows]
    yield Section(_bounded(head, rows), "rows", (_bounded(head, rows, _FEW),))
    yield Section(" ".join(_at_a_time(wishes)))


def _row(prospect: Prospect) -> list[str]:
    kinds, fixes = spoken(prospect.kinds), _FIXES[prospect.urgency]
    return [plain(prospect.title), kinds, str(prospect.files), fixes]


def _at_a_time(wishes: Wishes) -> Iterator[str]:
    """How many come at once, and when."""
    if wishes.open_at_most is not None:
        yield f"{wishes.open_at_most} at most are open at a time, the most urgent come first."
    if wishes.operators_schedules:
        times = " or ".join(code(each) for each in wishes.operators_schedules)
        yield f"New ones are opened {times}, by the clock of {plain(wishes.timezone)}."


# ---------------------------------------------------------------- what was found


def _found(verdicts: Iterable[Verdict]) -> Iterator[Section]:
    """Every image with its outcome, those alike together."""
    alike: defaultdict[tuple[OutcomeName, str, str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        image = short(str(verdict.use.image))
        alike[verdict.outcome, image, _because(verdict)].append(_place(verdict))
    keys = sorted(alike, key=lambda key: _OUTCOMES.index(key[0]))
    rows = [
        [outcome, code(image), _places(alike[outcome, image, because]), plain(because)]
        for outcome, image, because in keys
    ]
    yield _folded(f"What was found ({len(rows)})", ["outcome", "image", "where", "why"], rows)


def _because(verdict: Verdict) -> str:
    # What a registry complains of is another text each time.
    return "It could not be looked up." if verdict.outcome == "failed" else verdict.because


def _place(verdict: Verdict) -> str:
    return f"{verdict.use.path}:{verdict.use.position.line}"


def _places(places: Sequence[str]) -> str:
    return listed([code(place) for place in places], 3)


def _left_alone(skips: Sequence[Skip]) -> Iterator[Section]:
    """Every reason to leave a place alone, with how often and one of them."""
    if not skips:
        return
    numbers = Counter(skip.reason for skip in skips)
    first = {skip.reason: skip for skip in reversed(skips)}
    rows = [
        [code(reason), str(number), _shown(first[reason]), plain(first[reason].detail)]
        for reason, number in numbers.items()
    ]
    title = f"What is left alone ({len(skips)})"
    yield _folded(title, ["reason", "places", "the first", "why"], rows)


def _shown(skip: Skip) -> str:
    return code(f"{skip.path}:{skip.position.line}")


# ---------------------------------------------------------------- tables


def _folded(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Section:
    several = [folded(title, _bounded(head, rows, most)) for most in (_MOST, _FEW)]
    return Section(several[0], "files", (several[1],))


def _bounded(head: Sequence[str], rows: Sequence[Sequence[str]], most: int = _MOST) -> str:
    """A table of the first rows, and how many there are besides."""
    shown = table(head, rows[:most])
    return shown if len(rows) <= most else f"{shown}\n\n… and {len(rows) - most} more."

"""Cases with evidence that was read from inside the images."""

import asyncio
import datetime as dt

from bot import flow
from bot.model import Policy, Unavailable
from bot.notes import NOTES, Sources
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.tags import TagBook
from tests.altered import replace
from tests.fakes.inspectors import Pictures, Says, looking
from tests.fakes.shelf import digest_of, tree_of

TAGS = TagBook(load())
OLD = digest_of("old")


def case_of(tmp_path, files, shelf, **fields):
    """The one case of some files, its evidence with more fields."""
    desk = Desk(TAGS, shelf.open, lambda _tree: Policy(today=dt.date(2026, 11, 22)))
    survey = flow.survey(tree_of(tmp_path / "repo", files), desk)
    (case,) = asyncio.run(flow.argued([survey], desk))[1]
    return replace(case, evidence=tuple(replace(e, **fields) for e in case.evidence))


def opened(tmp_path, files, shelf, images, **more):
    """
    The one case of some files, made as a run makes it: only what is outside is not real.

    `images`: contents by digest or tag; `words` of scanners; `origins` as images; `silent`:
    reasons of sources of notes that failed; `day`.
    """
    at = {key if key.startswith("sha256:") else shelf.digest_at(key): key for key in images}
    day = more.get("day", dt.date(2024, 12, 2))
    origins = more.get("origins")
    sources = Sources(None, {}, TAGS.notes)
    looked = looking(
        Pictures({digest: images[key] for digest, key in at.items()}),
        scanners=tuple(_scanner(*each) for each in more.get("words", {}).items()),
        notes=(
            *(NOTES[name](sources) for name in ("recipe", "pages")),
            *(Says("releases", reason) for reason in more.get("silent", ())),
        ),
        origins=origins and Says("origins", {d: origins[key] for d, key in at.items()}),
    )
    desk = Desk(
        TAGS,
        shelf.open,
        lambda _tree: Policy(today=day),
        life_cycles=life_cycles(),
        clock=lambda: dt.datetime.combine(day, dt.time(), dt.UTC),
        inspectors=looked,
    )
    survey = flow.survey(tree_of(tmp_path / "repo", files), desk)
    (case,) = asyncio.run(flow.argued([survey], desk))[1]
    return case


def _scanner(name, said):
    return Says(name, said.reason if isinstance(said, Unavailable) else said)

"""What a repository is asked, kept as golden files that a person has looked at."""

import asyncio
import datetime as dt

import pytest
from markdown_it import MarkdownIt
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot import flow
from bot.errors import RegistryError
from bot.model import Policy, Wishes
from bot.ports import Desk
from bot.pulls.marker import Marker, marker_in
from bot.rules import load
from bot.steps.onboard import onboard
from bot.steps.propose import propose
from bot.tags import TagBook
from bot.wording.onboarding import LIMIT, Prospect, onboarding
from tests.altered import replace
from tests.fakes.shelf import Shelf, digest_of, tree_of

TAGS = TagBook(load())
DAY = dt.date(2026, 11, 22)
STARTER = "# policy:\n"
FILES = {
    "services/api/Dockerfile": "FROM node:20.11.0-alpine AS build\nFROM build\nFROM scratch\n",
    "worker/Dockerfile": (
        f"FROM python:3.12-slim@{digest_of('old')}\n# basewatch: hold until 2027-01-31\n"
        "FROM node:20.11.0-alpine\n"
    ),
    "db/Dockerfile": "FROM quay.io/gone/away:1\nFROM ${BASE}\n",
}
SHELF = {"node": ["20.11.0-alpine", "20.18.1-alpine", "22.11.0-alpine"], "python": ["3.12-slim"]}


class Markdown(SingleFileSnapshotExtension):
    file_extension = "md"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def golden(snapshot):
    return snapshot.use_extension(Markdown)


def looked_at(tmp_path, files=None, shelf=None):
    desk = Desk(TAGS, (shelf or Shelf(SHELF)).open, lambda _tree: Policy(today=DAY))
    survey = flow.survey(tree_of(tmp_path / "repo", files or FILES), desk)
    (plan,), cases = asyncio.run(flow.argued([survey], desk))
    return plan, cases


def asking(tmp_path, wishes=None, **more):
    plan, cases = looked_at(tmp_path, **more)
    first, *_ = onboard(plan, wishes or Wishes(starter=STARTER), cases, [*map(propose, cases)])
    return first


def test_what_a_repository_is_asked(tmp_path, golden):
    wishes = Wishes(starter=STARTER, open_at_most=5, operators_schedules=("on monday",))
    assert asking(tmp_path, wishes).body == golden


def test_a_repository_where_nothing_is_to_be_done_now(tmp_path, golden):
    files = {"Dockerfile": f"FROM python:3.12-slim@{Shelf(SHELF).digest_at('python:3.12-slim')}\n"}
    assert asking(tmp_path, files=files).body == golden


def test_what_is_urgent_comes_first_and_says_what_it_fixes(tmp_path):
    plan, cases = looked_at(tmp_path)
    last, *others = map(propose, cases)
    first, *_ = onboard(
        plan, Wishes(starter=STARTER), cases, [*others, replace(last, urgency="critical")]
    )
    rows = [line for line in first.body.splitlines() if line.startswith("| ")][2:]
    assert rows[0].endswith("| something critical |")
    assert "fixes" in first.body


def test_a_registry_that_complains_in_other_words_changes_nothing(tmp_path):
    class Moody(Shelf):
        async def tags(self, image):
            self.asked.append(image)
            if image.repository.path == "gone/away":
                raise RegistryError(f"{image}: attempt {id(self)} timed out; @everyone")
            return await super().tags(image)

    bodies = [asking(tmp_path / n, shelf=Moody(SHELF)).body for n in "ab"]
    assert bodies[0] == bodies[1]
    assert "everyone" not in bodies[0]


EVIL = (
    "</details>|`*x*`<img src=x> @everyone #12 !34\n/close\n[a](http://b) <!-- basewatch to=x -->"
)


def test_what_a_repository_says_of_itself_is_no_markup(tmp_path):
    name = "a|b`<!-- c --> @everyone/Dockerfile"
    plan, _ = looked_at(tmp_path, {name: "FROM node:20.11.0-alpine\nFROM ${a}\n"})
    verdicts = tuple(v._replace(because=EVIL) for v in plan.verdicts)
    skips = tuple(skip._replace(detail=EVIL) for skip in plan.findings.skips)
    plan = replace(plan, verdicts=verdicts, findings=replace(plan.findings, skips=skips))
    wishes = Wishes(timezone=EVIL, operators_schedules=(EVIL,))
    text = onboarding(plan, [Prospect(EVIL, ("pin",), 1)], wishes, "basewatch.yaml")
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<img" not in html
    assert html.count("</details>") == 2
    assert "<a " not in html
    assert not [line for line in text.splitlines() if line.startswith("/")]
    assert marker_in(text) == Marker(line="onboarding", to="configuration")


def test_however_much_there_is_the_text_is_short_enough(tmp_path):
    many = {f"{'d' * 240}{n}/Dockerfile": f"FROM image{n}:{'x' * 100}\n" for n in range(300)}
    plan, _ = looked_at(tmp_path, many, Shelf({}))
    prospects = [Prospect(f"{'w' * 290} {n}", ("pin",), 1) for n in range(300)]
    text = onboarding(plan, prospects, Wishes(), "basewatch.yaml")
    assert len(text) <= LIMIT
    assert "… and 280 more." in text
    assert "merge this" in text
    assert text.endswith("<!-- basewatch line=onboarding to=configuration -->\n")

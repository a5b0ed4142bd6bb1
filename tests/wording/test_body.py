"""What reviewers read, kept as golden files that a person has looked at."""

import asyncio
import datetime as dt
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot import flow
from bot.errors import RegistryError
from bot.model import Policy
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.steps.propose import propose
from bot.tags import TagBook
from bot.wording.body import LIMIT, megabytes
from bot.wording.titles import title
from tests.fakes.shelf import Shelf, digest_of, tree_of

TAGS = TagBook(load())
OLD = digest_of("old")
NEW = "sha256:" + Shelf({"node": ["20.18.1"]}).digest_at("node:20.18.1")[7:19] + "…"
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


class Markdown(SingleFileSnapshotExtension):
    file_extension = "md"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def golden(snapshot):
    return snapshot.use_extension(Markdown)


class Unreadable(Shelf):
    async def facts(self, image):
        raise RegistryError(f"{image}: timed out after 30 s; @everyone <b>look</b> | #12")


def cases(tmp_path, files, shelf, *, pin="digest", **more):
    policy = Policy(today=dt.date(2026, 11, 22), pin=pin)
    desk = Desk(TAGS, shelf.open, lambda _tree: policy, **more)
    survey = flow.survey(tree_of(tmp_path / "repo", files), desk)
    return asyncio.run(flow.argued([survey], desk))[1]


def written(tmp_path, files, shelf, **more):
    proposals = [propose(case) for case in cases(tmp_path, files, shelf, **more)]
    return "\n".join(f"# {p.title}\n\n{p.body}" for p in proposals)


def test_a_bump_of_a_version_in_pieces(tmp_path, golden):
    files = {
        "services/api/Dockerfile": "ARG NODE=20.11.0\nFROM node:${NODE}-alpine AS build\n",
        "worker/Dockerfile": f"FROM node:20.11.0-alpine@{OLD}\n",
    }
    shelf = Shelf({"node": ["20.11.0-alpine", "20.18.1-alpine"]})
    assert written(tmp_path, files, shelf) == golden


def test_a_pin_of_a_rolling_tag(tmp_path, golden):
    text = written(
        tmp_path,
        {"Dockerfile": "FROM debian:bookworm-slim\n"},
        Shelf({"debian": ["bookworm-slim"]}),
    )
    assert text == golden


def test_a_refresh_of_a_moved_tag(tmp_path, golden):
    files = {"Dockerfile": f"FROM python:3.12-slim@{OLD}\n"}
    assert written(tmp_path, files, Shelf({"python": ["3.12-slim"]})) == golden


def test_a_digest_on_a_line_of_its_own_is_told_below_the_line_that_moves(tmp_path):
    files = {"kustomization.yaml": "images:\n- name: node\n  newTag: 20.11.0 # web\n- name: x\n"}
    said = written(tmp_path, files, Shelf({"node": ["20.11.0", "20.18.1"]}))
    assert "| 3 | `newTag: 20.11.0 # web` | `newTag: 20.18.1 # web` |\n" in said
    assert f"`newTag: 20.18.1 # web` |\n| `kustomization.yaml` | 3 |  | `digest: {NEW}` |" in said


def test_a_digest_that_is_put_amid_a_line_is_told_as_the_line_that_it_makes(tmp_path):
    named = 'name = "b", registry = "docker.io", repository = "node"'
    files = {"WORKSPACE": f'container_pull(\r\n    {named},\r\n    tag = "20.11.0",\r\n)\r\n'}
    said = written(tmp_path, files, Shelf({"node": ["20.11.0", "20.18.1"]}))
    assert '| 3 | `tag = "20.11.0",` | `tag = "20.18.1",` |\n' in said
    assert f'| `WORKSPACE` | 3 |  | `digest = "{NEW}",` |\n' in said


def test_a_byte_order_mark_and_tabs_are_not_told_as_what_cannot_be_shown(tmp_path):
    files = {"Dockerfile": "\ufeffFROM\tnode:20.11.0\n"}
    said = written(tmp_path, files, Shelf({"node": ["20.11.0", "20.18.1"]}))
    assert f"| 1 | `FROM node:20.11.0` | `FROM node:20.18.1@{NEW}` |" in said


def test_of_a_line_with_carriage_returns_amid_it_what_is_between_them_is_told(tmp_path):
    files = {
        "Dockerfile": "FROM node:20.11.0\rAS\rbuild\r\nRUN a\r\n",
        "compose.yaml": "services:\r  a:\r    image: node:20.11.0\r  b: {}\r",
    }
    said = written(tmp_path, files, Shelf({"node": ["20.11.0", "20.18.1"]}))
    assert f"| `Dockerfile` | 1 | `FROM node:20.11.0` | `FROM node:20.18.1@{NEW}` |\n" in said
    assert f"| 1 | `image: node:20.11.0` | `image: node:20.18.1@{NEW}` |" in said


def test_a_rebuild_marker_is_told_above_its_line(tmp_path):
    files = {"Dockerfile": "# one\nFROM node:20.11.0\n"}
    said = written(tmp_path, files, Shelf({"node": ["20.11.0", "20.18.1"]}), pin="marker")
    above = f"| 2 |  | `# rebuild marker: {NEW}` |\n"
    assert f"{above}| `Dockerfile` | 2 | `FROM node:20.11.0` | `FROM node:20.18.1` |" in said


def test_an_immutable_tag_that_moved_warns(tmp_path, golden):
    files = {"Dockerfile": f"FROM bitnami/etcd:3.5.17-debian-12-r8@{OLD}\n"}
    assert written(tmp_path, files, Shelf({"bitnami/etcd": ["3.5.17-debian-12-r8"]})) == golden


def test_a_platform_that_is_gone_warns(tmp_path, golden):
    shelf = Shelf(
        {"node": ["1.0.0", "1.1.0"]},
        platforms={
            "1.0.0": ("linux/amd64", "linux/arm64", "linux/s390x"),
            "1.1.0": ("linux/amd64",),
        },
    )
    assert written(tmp_path, {"Dockerfile": "FROM node:1.0.0\n"}, shelf) == golden


def test_what_is_inside_is_told_with_its_end_and_warned_of_when_it_ended(tmp_path, golden):
    files = {"Dockerfile": "FROM node:20.11.0-bookworm\n"}
    shelf = Shelf({"node": ["20.11.0-bookworm", "20.18.1-bookworm"]})
    assert written(tmp_path, files, shelf, life_cycles=life_cycles(), clock=lambda: NOW) == golden


def test_images_that_cannot_be_looked_at(tmp_path, golden):
    shelf = Unreadable({"node": ["1.0.0", "1.1.0"]})
    assert written(tmp_path, {"Dockerfile": "FROM node:1.0.0\n"}, shelf) == golden


def test_hostile_names_stay_in_their_cells(tmp_path, golden):
    name = "a|b`c` @team <img src=x> [x](mailto:y) #1/Dockerfile"
    shelf = Shelf({"node": ["1.0.0", "1.1.0"]})
    text = written(tmp_path, {name: "FROM node:1.0.0 AS |`x`\n"}, shelf)
    assert text == golden
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<img" not in html
    assert "href" not in html


def test_the_same_evidence_gives_the_same_body(tmp_path):
    files = {"Dockerfile": "FROM node:1.0.0\n"}
    one, two = (Shelf({"node": ["1.0.0", "1.1.0"]}) for _ in range(2))
    assert written(tmp_path, files, one) == written(tmp_path, files, two)


def test_a_body_that_is_too_long_loses_whole_sections_and_keeps_its_marker(tmp_path):
    files = {f"{'d' * 200}{n}/Dockerfile": "FROM node:1.0.0\n" for n in range(400)}
    (case,) = cases(tmp_path, files, Shelf({"node": ["1.0.0", "1.1.0"]}))
    body = propose(case).body
    assert len(body) < LIMIT
    assert "A section is left out here" in body
    assert body.rstrip().endswith("-->")
    assert body.count("<details>") == body.count("</details>")


TITLES = [
    ({"a": "FROM node:1.0.0\n", "b": "FROM node:1.0.5\n"}, ["Bump node → 1.1.0"]),
    ({"a": f"FROM node:latest@{OLD}\n"}, [f"Refresh node latest ({OLD[7:14]} → "]),
    ({"a": "FROM node\n"}, ["Pin node latest to a digest"]),
    ({"a": "ARG V=1.0.0\nFROM node:$V\nFROM other:$V\n"}, ["Bump node, other"]),
]


@pytest.mark.parametrize(("files", "titles"), TITLES)
def test_a_title_says_what_moves(tmp_path, files, titles):
    shelf = Shelf({"node": ["1.0.0", "1.0.5", "1.1.0", "latest"], "other": ["1.0.0", "1.1.0"]})
    found = cases(tmp_path, {f"{k}/Dockerfile": text for k, text in files.items()}, shelf)
    assert all(title(case).startswith(start) for case, start in zip(found, titles, strict=True))


def test_a_title_is_cut_to_one_line(tmp_path):
    name = "registry.example.org/" + "a" * 150
    (case,) = cases(tmp_path, {"Dockerfile": f"FROM {name}:1.0.0\n"}, Shelf({name: ["1.0.0"]}))
    assert len(title(case)) == 120


@pytest.mark.parametrize(
    ("size", "said"),
    [(12, "12 B"), (20_500, "20.5 kB"), (45_100_000, "45.1 MB"), (2_000_000_000, "2.0 GB")],
)
def test_sizes_are_said_as_people_say_them(size, said):
    assert megabytes(size) == said


def test_a_group_of_several_images_names_them(tmp_path):
    names = [f"app{n}" for n in range(10)]
    files = {f"{name}/Dockerfile": f"FROM {name}:1.0.0\n" for name in names}
    policy = Policy(today=dt.date(2026, 11, 22))
    shelf = Shelf({name: ["1.0.0"] for name in names})
    desk = Desk(TAGS, shelf.open, lambda _tree: policy)
    survey = flow.survey(tree_of(tmp_path / "repo", files), desk)
    survey = replace(survey, wishes=replace(survey.wishes, group="pins"))
    (case,) = asyncio.run(flow.argued([survey], desk))[1]
    told = propose(case).body
    named = ", ".join(f"`docker.io/library/{name}`" for name in names[:8])
    assert f"---\nGroup of 10 images: {named} and 2 more.\n" in told
    assert "several" not in told.partition("<!--")[0]

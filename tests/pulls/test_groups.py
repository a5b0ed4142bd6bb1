import datetime as dt

import pytest

from bot import flow
from bot.edits import rewrite
from bot.flow.planning import WRITING
from bot.model import Policy
from bot.ports import Desk
from bot.pulls.groups import (
    DIGESTS,
    PINS,
    branches_in_doubt,
    directory_of,
    grouped,
    target_of,
)
from bot.rules import load
from bot.steps.gather import branches_in_doubt as lines_in_doubt
from bot.steps.gather import gather
from bot.steps.propose import rewritten
from bot.tags import TagBook
from tests.altered import replace
from tests.fakes.shelf import Shelf, digest_of, tree_of

TAGS = TagBook(load())
OLD = digest_of("old")
IMAGES = {"node": ["20.1.0", "20.2.0", "22.1.0"], "r.io/x/y": ["1.0.0", "1.1.0"], "debian": ["12"]}
FILES = {
    "Dockerfile": f"FROM node:20.1.0@{OLD}\n",
    "web/Dockerfile": f"FROM node:20.1.0@{OLD}\nFROM r.io/x/y:1.0.0@{OLD}\n",
    "web/Dockerfile.dev": f"FROM debian:12@{OLD}\nFROM r.io/x/y:1.1.0\n",
}


def plan_of(tmp_path, files=FILES, **shelf):
    desk = Desk(
        TAGS, Shelf(IMAGES, **shelf).open, lambda _tree: Policy(today=dt.date(2026, 11, 22))
    )
    return flow.check(tree_of(tmp_path, files), desk, WRITING)


def by(tmp_path, group, files=FILES):
    return {u.branch: u for u in grouped(gather(plan_of(tmp_path, files)), group)}


def moves(updates):
    return sorted(
        (move.use.path, move.use.span, str(move.offer.new))
        for update in updates
        for move in update.moves
    )


def shape(updates):
    return {
        branch.removeprefix("basewatch/"): len(update.moves) for branch, update in updates.items()
    }


ALONE = {
    "docker.io-library-debian-12": 1,
    "docker.io-library-node-20.x.x": 2,
    "docker.io-library-node-20.x.x-major": 2,
    "r.io-x-y-1.x.x": 2,
}
SHAPES = {
    "line": ALONE,
    "image": {
        "image-docker.io-library-debian": 1,
        "image-docker.io-library-node": 2,
        "image-r.io-x-y": 2,
        "docker.io-library-node-20.x.x-major": 2,
    },
    "directory": {
        "in-top": 1,
        "in-web": 4,
        "docker.io-library-node-20.x.x-major": 2,
    },
    "pins": ALONE,
    "weekly-digests": {k: n for k, n in ALONE.items() if "debian" not in k} | {"digests": 1},
}


def unmarked(name):
    """Without the hash that keeps names apart which lost a character."""
    head, _, tail = name.rpartition("-")
    return head if len(tail) == 8 and not tail.isalpha() else name


@pytest.mark.parametrize("group", SHAPES)
def test_updates_are_put_together_as_asked(tmp_path, group):
    found = {unmarked(name): n for name, n in shape(by(tmp_path, group)).items()}
    assert found == SHAPES[group]


@pytest.mark.parametrize("group", SHAPES)
def test_no_move_is_lost_and_each_group_can_be_written(tmp_path, group):
    updates = by(tmp_path, group).values()
    assert moves(updates) == moves(gather(plan_of(tmp_path)))
    for update in updates:
        assert rewritten(update.findings, update.moves)


def test_the_group_of_a_directory_knows_which(tmp_path):
    found = {name: directory_of(update) for name, update in by(tmp_path, "directory").items()}
    assert {name: where for name, where in found.items() if where} == {"basewatch/in-web": "web"}
    assert not any(map(directory_of, by(tmp_path, "line").values()))


def test_all_pins_go_together(tmp_path):
    files = {"Dockerfile": "FROM node:22.1.0\n", "a/Dockerfile": "FROM debian:12\n"}
    found = by(tmp_path, "pins", files)
    assert {name: len(update.moves) for name, update in found.items()} == {PINS: 2}
    assert found[PINS].line == "several"


def test_pins_are_a_group_where_that_is_wanted_alone(tmp_path):
    files = {"Dockerfile": "FROM node:22.1.0\n", "a/Dockerfile": "FROM debian:12\n"}
    for group in ("line", "weekly-digests"):
        assert set(by(tmp_path, group, files)) == set(by(tmp_path, "line", files))
        assert len(by(tmp_path, group, files)) == 2
        assert PINS not in by(tmp_path, group, files)


def test_what_stands_on_its_own_branch_is_as_it_was_and_a_group_says_that_it_is_one(tmp_path):
    updates = gather(plan_of(tmp_path))
    assert sorted(grouped(updates, "line"), key=str) == sorted(updates, key=str)
    told = {group: {each.line for each in by(tmp_path, group).values()} for group in SHAPES}
    assert "*" in told["image"]
    assert "several" not in told["image"]
    assert "several" in told["directory"]
    assert "*" not in told["directory"]


def test_two_files_that_are_written_alike_share_the_branch_of_their_directory(tmp_path):
    files = {"a": f"FROM node:20.2.0@{OLD}\n", "b": f"FROM node:22.1.0@{OLD}\n"}
    files = {f"Dockerfile.{name}": text for name, text in files.items()}
    found = by(tmp_path, "directory", files)
    assert {move.use.path for move in found["basewatch/in-top"].moves} == set(files)


def test_what_shares_a_variable_with_what_is_proposed_apart_is_not_put_together(tmp_path):
    text = f"ARG V=20.1.0\nFROM node:${{V}}\nFROM node:20.1.0@{OLD} AS b\n"
    for group in SHAPES:
        for update in by(tmp_path, group, {"Dockerfile": text}).values():
            source = update.findings.sources["Dockerfile"]
            assert rewrite(source.text, [e for move in update.moves for e in move.offer.edits])


@pytest.mark.parametrize("group", ["image", "directory", "weekly-digests"])
def test_two_that_make_different_things_of_one_place_share_no_branch(tmp_path, group):
    (one,) = [
        update
        for update in gather(plan_of(tmp_path, {"Dockerfile": f"FROM node:22.1.0@{OLD}\n"}))
        if update.moves[0].offer.kind == "digest"
    ]
    (move,) = one.moves
    edits = tuple(replace(edit, text=digest_of("other")) for edit in move.offer.edits)
    moved = replace(move, offer=replace(move.offer, edits=edits))
    other = replace(one, branch="basewatch/z", moves=(moved,))
    assert len(grouped([one, other], group)) == 2
    assert [each.branch for each in grouped([one, other], group)][1:] == [other.branch]
    again = replace(one, branch="basewatch/z")
    assert [len(each.moves) for each in grouped([one, again], group)] == [2]


def test_a_branch_keeps_its_name_as_its_members_come_and_go(tmp_path):
    few = by(tmp_path, "directory", {"web/Dockerfile": FILES["web/Dockerfile"]})
    assert set(few) & set(by(tmp_path, "directory")) >= {n for n in few if "in-web" in n}


def test_folders_whose_names_git_would_not_take_are_told_apart(tmp_path):
    files = {
        f"{name}/Dockerfile": "FROM debian:12\n"
        for name in ("a b", "a-b", "a/b", "a..b", "ä", "a.lock", "-a.", "x" * 200, "x" * 201)
    }
    found = by(tmp_path, "directory", files)
    assert len(found) == 9
    assert not [name for name in found if name.endswith((".lock", ".", "-")) or len(name) > 170]


def test_what_is_in_doubt_keeps_the_branch_of_its_group(tmp_path):
    plan = plan_of(tmp_path, broken=["debian"])
    lines = lines_in_doubt(plan)
    failed = [verdict for verdict in plan.verdicts if verdict.outcome == "failed"]
    whole = {group: by(tmp_path, group) for group in SHAPES}
    home = {
        group: next(b for b, u in updates.items() if any("debian" in m.use.text for m in u.moves))
        for group, updates in whole.items()
    }
    for group, branch in home.items():
        assert branch in branches_in_doubt(failed, group, lines)
        assert lines <= branches_in_doubt(failed, group, lines)
    assert branches_in_doubt(failed, "pins", lines) == lines | {PINS}
    assert branches_in_doubt([], "weekly-digests", frozenset()) == frozenset()
    assert DIGESTS in branches_in_doubt(failed, "weekly-digests", lines)


def test_what_a_group_moves_to_is_the_same_whatever_the_order(tmp_path):
    updates = by(tmp_path, "directory")
    several = updates["basewatch/in-web"].moves
    assert target_of(several) == target_of(several[::-1])
    assert target_of(several).startswith("several-")
    assert target_of(several) != target_of(several[:1])
    (one,) = updates["basewatch/in-top"].moves
    assert target_of([one]) == one.offer.new.digest

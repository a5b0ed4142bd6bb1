"""Values that meet across files: the file that decides is edited, and all that is made of it moves."""

import datetime as dt
import subprocess

import pytest

from bot import flow
from bot.flow.planning import WRITING
from bot.model import Policy, Use
from bot.platforms.local import Local
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.steps.find import find
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, tree_of

KNOWN = life_cycles()
TAGS = TagBook(load(), KNOWN.is_lts, KNOWN.systems)
TODAY = dt.date(2026, 11, 22)
ALL = frozenset({"pin", "digest", "patch", "minor"})
COMPOSE = """services:
  app:
    build:
      context: app
      args:
        PYTHON: "3.11.1"
"""
DOCKERFILE = "ARG PYTHON=3.10.1\nFROM python:${PYTHON}-slim\n"


@pytest.fixture
def shelf():
    return Shelf({
        "python": [f"3.{minor}.1{kind}" for minor in (10, 11, 12) for kind in ("", "-slim")]
        + ["3.10.1-alpine", "3.11.1-alpine"],
        "nginx": ["1.25.1", "1.25.2"],
    })  # fmt: skip


def told(tmp_path, files):
    """The uses and skips, without their files' folder."""
    found = find(tree_of(tmp_path, files), Policy())
    uses = [f"{u.path}:{u.position.line} {u.image} {u.role}" for u in found.uses]
    return uses, [f"{s.path}:{s.position.line} {s.reason}" for s in found.skips]


def fixed(tmp_path, files, shelf, kinds=ALL):
    """Why each use did not move (None: it did), and what becomes of the files that change."""
    desk = Desk(TAGS, shelf.open, lambda _: Policy(allow=kinds, today=TODAY))
    tree = tree_of(tmp_path, files)
    plan = flow.check(tree, desk)
    assert not flow.fix(plan, tree.write)[1]
    again = flow.fix(flow.check(tree, desk), tree.write)
    assert again == ((), ())
    after = {path: (tmp_path / path).read_text() for path in files}
    reasons = [None if v.offer else v.because for v in plan.verdicts]
    return reasons, {path: text for path, text in after.items() if text != files[path]}


def test_a_value_in_a_compose_file_is_changed_there_and_the_default_in_its_own(tmp_path, shelf):
    files = {"docker-compose.yml": COMPOSE, "app/Dockerfile": DOCKERFILE}
    assert told(tmp_path, files)[0] == [
        "app/Dockerfile:2 python:3.10.1-slim from",
        "docker-compose.yml:6 python:3.11.1-slim arg",
    ]
    _, changed = fixed(tmp_path, files, shelf)
    assert changed == {
        "docker-compose.yml": COMPOSE.replace("3.11.1", "3.12.1"),
        "app/Dockerfile": DOCKERFILE.replace("3.10.1", "3.12.1"),
    }


def test_no_digest_is_put_behind_a_variable_that_is_given_other_values(tmp_path, shelf):
    alone = {"app/Dockerfile": DOCKERFILE}
    assert "@sha256:" in fixed(tmp_path / "alone", alone, shelf)[1]["app/Dockerfile"]
    files = {"compose.yml": COMPOSE, **alone}
    assert "@sha256:" not in fixed(tmp_path / "met", files, shelf)[1]["app/Dockerfile"]


def test_an_argument_without_default_is_told_where_it_is_given(tmp_path):
    files = {"compose.yml": COMPOSE, "app/Dockerfile": "ARG PYTHON\nFROM python:$PYTHON\n"}
    assert told(tmp_path, files) == (
        ["compose.yml:6 python:3.11.1 arg"],
        ["app/Dockerfile:2 elsewhere"],
    )


def test_a_whole_reference_that_is_given_is_pinned_where_it_stands(tmp_path, shelf):
    files = {
        "compose.yml": COMPOSE.replace('PYTHON: "3.11.1"', "BASE: python:3.12.1-slim"),
        "app/Dockerfile": "ARG BASE\nFROM ${BASE}\nFROM ${BASE} AS again\n",
    }
    _, changed = fixed(tmp_path, files, shelf)
    pinned = f"python:3.12.1-slim@{shelf.digest_at('python:3.12.1-slim')}"
    assert changed == {"compose.yml": files["compose.yml"].replace("python:3.12.1-slim", pinned)}


def test_a_value_of_which_several_images_are_made_goes_as_far_as_all_can(tmp_path, shelf):
    dockerfile = "ARG PYTHON\nFROM python:${PYTHON}-slim\nFROM python:${PYTHON}-alpine\n"
    given = COMPOSE.replace("3.11.1", "3.10.1")
    files = {"compose.yml": given, "app/Dockerfile": dockerfile}
    uses = ["compose.yml:6 python:3.10.1-alpine arg", "compose.yml:6 python:3.10.1-slim arg"]
    assert sorted(told(tmp_path / "told", files)[0]) == uses
    _, changed = fixed(tmp_path / "fixed", files, shelf)
    assert changed == {"compose.yml": given.replace("3.10.1", "3.11.1")}


def test_a_value_that_yaml_would_read_otherwise_is_not_written(tmp_path):
    shelf = Shelf({"python": ["3.9", "3.10"], "nginx": ["1.25.1", "1.25.2"]})
    plain = COMPOSE.replace('"3.11.1"', "3.9") + "  web:\n    image: nginx:1.25.1\n"
    files = {"compose.yml": plain, "app/Dockerfile": "ARG PYTHON\nFROM python:$PYTHON\n"}
    reasons, changed = fixed(tmp_path, files, shelf, frozenset({"patch", "minor"}))
    assert [reason is None for reason in reasons] == [False, True]
    assert changed == {
        "compose.yml": plain.replace("1.25.1", f"1.25.2@{shelf.digest_at('nginx:1.25.2')}")
    }
    files["compose.yml"] = COMPOSE.replace('"3.11.1"', "3.10")
    skips = told(tmp_path / "misread", files)[1]
    assert skips == ["app/Dockerfile:2 elsewhere", "compose.yml:6 invalid-reference"]


def test_variables_of_a_file_beside_a_compose_file_are_changed_there(tmp_path, shelf):
    files = {
        "site/.env": "# versions\nexport NGINX='1.25.1'\nPYTHON=3.11.1 # of the app\n",
        "site/compose.yml": COMPOSE.replace('"3.11.1"', "${PYTHON:-3.10.1}")
        + "  web:\n    image: nginx:${NGINX}\n",
        "site/app/Dockerfile": DOCKERFILE,
    }
    assert told(tmp_path / "told", files) == (
        [
            "site/.env:2 nginx:1.25.1 image",
            "site/.env:3 python:3.11.1-slim arg",
            "site/app/Dockerfile:2 python:3.10.1-slim from",
        ],
        ["site/compose.yml:6 elsewhere", "site/compose.yml:8 elsewhere"],
    )
    _, changed = fixed(tmp_path / "fixed", files, shelf)
    assert changed == {
        "site/.env": "# versions\nexport NGINX='1.25.2'\nPYTHON=3.12.1 # of the app\n",
        "site/app/Dockerfile": DOCKERFILE.replace("3.10.1", "3.12.1"),
    }


def test_a_mirror_that_is_given_leaves_the_tag_where_it_is(tmp_path):
    files = {
        "compose.yml": COMPOSE.replace('PYTHON: "3.11.1"', "MIRROR: mirror.example"),
        "app/Dockerfile": "ARG MIRROR\nFROM $MIRROR/python:3.11.1\n",
        ".env": "HUB=hub.example\n",
        "other/.env": "HUB=hub.example\n",
        "other/compose.yml": "services: {a: {image: '$HUB/nginx:1.25.1'}}\n",
    }
    assert told(tmp_path, files)[0] == [
        "app/Dockerfile:2 mirror.example/python:3.11.1 from",
        "other/compose.yml:1 hub.example/nginx:1.25.1 image",
    ]


def test_a_digest_in_the_dockerfile_decides_whatever_tag_is_given(tmp_path):
    digest = "sha256:" + "0" * 64
    files = {
        "compose.yml": COMPOSE,
        "app/Dockerfile": f"ARG PYTHON\nFROM python:$PYTHON@{digest}\n",
    }
    uses, skips = told(tmp_path, files)
    assert uses == []
    assert skips == ["app/Dockerfile:2 elsewhere", "compose.yml:6 elsewhere"]


def test_what_a_comment_says_beside_a_value_is_heard(tmp_path):
    files = {
        "compose.yml": COMPOSE.replace('"3.11.1"', '"3.11.1" # basewatch: ignore'),
        "app/Dockerfile": DOCKERFILE,
        ".env": "# basewatch: hold until 2030-01-01\nNGINX=1.25.1\n",
        "b/compose.yml": "services: {a: {image: 'nginx:$NGINX'}}\n",
    }
    files["b/.env"] = files.pop(".env")
    found = find(tree_of(tmp_path, files), Policy())
    verbs = {use.path: [steer.verb for steer in use.steers] for use in found.uses}
    assert verbs == {"compose.yml": ["ignore"], "app/Dockerfile": [], "b/.env": ["hold"]}
    assert [skip.reason for skip in found.skips] == ["elsewhere"]


def test_files_that_do_not_meet_are_read_alone(tmp_path):
    files = {
        "compose.yml": COMPOSE,
        "Dockerfile": DOCKERFILE,
        ".env": "UNUSED=1\n",
        "app/other.Dockerfile": "FROM python:3.11.1\n",
    }
    found = find(tree_of(tmp_path, files), Policy())
    assert found.meetings == {}
    assert found.files == 3
    assert found.family("compose.yml") == ("compose.yml",)


def test_a_dockerfile_that_makes_nothing_of_it_does_not_meet(tmp_path):
    files = {"compose.yml": COMPOSE, "app/Dockerfile": "FROM node:20\nARG PYTHON\nRUN x $PYTHON\n"}
    assert find(tree_of(tmp_path, files), Policy()).meetings == {}


def test_every_use_is_of_its_file(tmp_path):
    files = {"compose.yml": COMPOSE, "app/Dockerfile": DOCKERFILE, ".env": "PYTHON=1\n"}
    found = find(tree_of(tmp_path, files), Policy())
    for use in found.uses:
        text = files[use.path]
        assert isinstance(use, Use)
        assert use.text == use.span.of(text)
        assert all(piece.span.of(text) == piece.text for piece in use.pieces if piece.span)
    assert found.family("compose.yml") == ("app/Dockerfile", "compose.yml")


def test_a_whole_reference_of_which_several_are_made_is_not_pinned(tmp_path):
    files = {
        "compose.yml": COMPOSE.replace('PYTHON: "3.11.1"', "BASE: python:3.11.1"),
        "app/Dockerfile": "ARG BASE\nFROM ${BASE}\nFROM ${BASE}-slim\n",
    }
    whole, part = find(tree_of(tmp_path, files), Policy()).uses
    assert [str(use.image) for use in (whole, part)] == ["python:3.11.1", "python:3.11.1-slim"]
    assert [use.carries for use in (whole, part)] == ["tag", "tag"]
    assert "several images" in whole.no_digest


def test_a_platform_that_is_given_changes_nothing(tmp_path):
    dockerfile = "ARG PYTHON\nFROM --platform=$PYTHON python:3.11.1\n"
    files = {"compose.yml": COMPOSE, "app/Dockerfile": dockerfile}
    found = find(tree_of(tmp_path, files), Policy())
    assert [use.path for use in found.uses] == ["app/Dockerfile"]
    assert found.meetings == {}


def test_a_default_that_is_pinned_stays_pinned(tmp_path):
    digest = "sha256:" + "0" * 64
    dockerfile = f"ARG BASE=python:3.11.1@{digest}\nFROM $BASE\n"
    given = COMPOSE.replace('PYTHON: "3.11.1"', "BASE: python:3.12.1")
    found = find(tree_of(tmp_path, {"compose.yml": given, "app/Dockerfile": dockerfile}), Policy())
    assert [str(use.image) for use in found.uses] == [f"python:3.11.1@{digest}", "python:3.12.1"]


def test_a_variable_for_the_end_of_a_mirrors_reference_stays_unpinned(tmp_path):
    files = {
        ".env": "S=-slim\nN=node\n",
        "compose.yml": COMPOSE.replace('PYTHON: "3.11.1"', "S: $S")
        + "  a: {image: 'x:1$S'}\n  b: {image: $N}\n",
        "app/Dockerfile": "ARG S\nFROM python:3.11.1$S\n",
    }
    found = find(tree_of(tmp_path, files), Policy())
    assert [(use.path, str(use.image), use.digest_at is None) for use in found.uses] == [
        (".env", "node", False),
        ("app/Dockerfile", "python:3.11.1-slim", True),
        ("compose.yml", "x:1-slim", False),
    ]


def run(root, shelf):
    """The branches that a run makes of a repository, each with what git tells of a path there."""
    desk = Desk(TAGS, shelf.open, lambda _: Policy(allow=ALL, today=TODAY))
    report = flow.run(desk, Local(root))
    assert not report.failures
    return [outcome.branch for outcome in report.outcomes]


def git(root, *args):
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", root, *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_all_that_is_of_one_line_goes_on_one_branch(tmp_path, shelf):
    files = {"compose.yml": COMPOSE, "app/Dockerfile": DOCKERFILE}
    tree_of(tmp_path, files)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    (branch,) = run(tmp_path, shelf)
    assert git(tmp_path, "show", f"{branch}:compose.yml") == COMPOSE.replace("3.11.1", "3.12.1")
    default = git(tmp_path, "show", f"{branch}:app/Dockerfile")
    assert default == DOCKERFILE.replace("3.10.1", "3.12.1")
    assert run(tmp_path, shelf) == [branch]


def test_a_move_that_would_change_what_another_file_gives_is_not_made(tmp_path):
    tags = ["3.10.1-bookworm", "3.11.1-bookworm", "3.10.1-trixie"]
    files = {"compose.yml": COMPOSE, "app/Dockerfile": DOCKERFILE.replace("slim", "bookworm")}
    policy = Policy(apart=frozenset({"major", "variant"}), today=TODAY)
    desk = Desk(TAGS, Shelf({"python": tags}).open, lambda _: policy)
    alone = {"app/Dockerfile": files["app/Dockerfile"]}
    (verdict,) = flow.check(tree_of(tmp_path / "alone", alone), desk, WRITING).verdicts
    assert [offer.kind for offer in verdict.apart] == ["variant"]
    plan = flow.check(tree_of(tmp_path / "met", files), desk, WRITING)
    assert [verdict.apart for verdict in plan.verdicts] == [(), ()]


def test_a_digest_that_is_new_in_one_file_is_not_new_in_the_other(tmp_path, shelf):
    pinned = f"python:3.12.1-slim@{shelf.digest_at('python:3.12.1-slim')}"
    files = {
        "compose.yml": COMPOSE.replace('PYTHON: "3.11.1"', "BASE: python:3.12.1-slim"),
        "app/Dockerfile": f"ARG BASE={pinned}\nFROM $BASE\n",
    }
    _, changed = fixed(tmp_path, files, shelf)
    assert changed == {"compose.yml": files["compose.yml"].replace("python:3.12.1-slim", pinned)}


def test_the_values_of_a_matrix_do_not_become_one(tmp_path, shelf):
    files = {
        "docker-bake.hcl": 'target "a" {\n  name = "a-${v}"\n  matrix = { v = ["1.25.1", "1.24.0"] }\n'
        "  args = { V = v }\n}\n",
        "Dockerfile": "ARG V\nFROM nginx:${V}\n",
        "minor/docker-bake.hcl": 'target "a" {\n  matrix = { v = ["3.10.1", "3.11.1"] }\n  name = "a-${v}"\n'
        "  args = { V = v }\n}\n",
        "minor/Dockerfile": "ARG V\nFROM python:${V}\n",
    }
    reasons, changed = fixed(tmp_path, files, shelf)
    assert {path: text.split("matrix")[1][:31] for path, text in changed.items()} == {
        "docker-bake.hcl": ' = { v = ["1.25.2", "1.24.0"] }'
    }
    (why, _) = (why for why in reasons if why and why.startswith("3.12.1 is newer"))
    assert why.endswith("with moves of this kind they may become one.")


def test_variables_and_inputs_move_in_the_file_of_gitlab_that_has_them(tmp_path, shelf):
    files = {
        ".gitlab-ci.yml": "include:\n- local: pipes/vars.yml\n- local: pipes/jobs.yml\n"
        "  inputs: {image: 'nginx:1.25.1'}\n",
        "pipes/vars.yml": "variables:\n  PYTHON: 3.11.1\n",
        "pipes/jobs.yml": "spec: {inputs: {image: {default: 'nginx:1.25.1'}}}\n---\n"
        "a: {image: 'python:${PYTHON}-slim'}\nb: {image: '$[[ inputs.image ]]'}\n",
    }
    reasons, after = fixed(tmp_path, files, shelf)
    assert reasons == [None, None, None]
    pin = f"nginx:1.25.2@{shelf.digest_at('nginx:1.25.2')}"
    assert after == {
        ".gitlab-ci.yml": files[".gitlab-ci.yml"].replace("nginx:1.25.1", pin),
        "pipes/vars.yml": "variables:\n  PYTHON: 3.12.1\n",
        "pipes/jobs.yml": files["pipes/jobs.yml"].replace("nginx:1.25.1", pin),
    }

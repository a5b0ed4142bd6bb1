"""The whole run: real git, the real local platform, a registry of a few lists."""

import datetime as dt
import subprocess

import pytest

from bot import flow
from bot.errors import RepoError
from bot.model import Policy
from bot.platforms.local import Local
from bot.ports import Desk
from bot.rules import load
from bot.tags import TagBook
from tests.fakes.shelf import Shelf

TODAY = dt.date(2026, 11, 22)
TAGS = TagBook(load())
NODE = ["20.11.0-alpine", "20.18.1-alpine", "22.11.0-alpine", "latest"]
FILES = {
    "app/Dockerfile": "ARG V=20.11.0\nFROM node:${V}-alpine AS build\nFROM node:latest\n",
    "web/Dockerfile": "FROM python:3.12\n",
}


def git(root, *args):
    done = subprocess.run(
        ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *args],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path):
    root = tmp_path / "team"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text)
    git_init(root)
    return root


def git_init(root):
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")


def commit(root, name, text):
    (root / name).write_text(text)
    git(root, "commit", "-qam", f"change {name}")


def shelf_images():
    return {"node": NODE, "python": ["3.12", "3.12.1"]}


def shelf():
    return Shelf(shelf_images())


def run(repo, registry, out=None, policy=None):
    desk = Desk(TAGS, registry.open, lambda _tree: policy or Policy(today=TODAY))
    return flow.run(desk, Local(repo, out=out))


def verbs(report):
    return {outcome.branch.removeprefix("basewatch/"): outcome.verb for outcome in report.outcomes}


def branches(repo):
    return sorted(git(repo, "for-each-ref", "--format=%(refname:short)", "refs/heads").split())


MINOR = "docker.io-library-node-20.x.x-alpine"
MAJOR = f"{MINOR}-major"
LATEST = "docker.io-library-node-latest"
PYTHON = "docker.io-library-python-3.x"


def test_a_run_makes_one_branch_a_line_and_a_major_apart(repo):
    report = run(repo, shelf())
    assert verbs(report) == dict.fromkeys([MINOR, MAJOR, LATEST, PYTHON], "created")
    assert report.failures == ()
    registry = shelf()
    text = git(repo, "show", f"basewatch/{MINOR}:app/Dockerfile")
    digest = registry.digest_at("node:20.18.1-alpine")
    assert text == (f"ARG V=20.18.1\nFROM node:${{V}}-alpine@{digest} AS build\nFROM node:latest")
    assert "ARG V=22.11.0" in git(repo, "show", f"basewatch/{MAJOR}:app/Dockerfile")
    assert git(repo, "log", "-1", "--format=%s", f"basewatch/{MINOR}") == (
        "Bump node 20.11.0-alpine → 20.18.1-alpine"
    )


def test_neither_the_working_tree_nor_the_index_is_touched(repo):
    (repo / "app/Dockerfile").write_text("FROM busy:1\n")
    git(repo, "add", "app/Dockerfile")
    (repo / "new.txt").write_text("untracked")
    before = git(repo, "status", "--porcelain=v2")
    index = (repo / ".git/index").read_bytes()
    report = run(repo, shelf())
    assert MINOR in verbs(report)
    assert git(repo, "status", "--porcelain=v2") == before
    assert (repo / ".git/index").read_bytes() == index


def test_a_second_run_changes_nothing(repo, tmp_path):
    out = tmp_path / "out"
    run(repo, shelf(), out)
    refs = git(repo, "for-each-ref")
    files = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    report = run(repo, shelf(), out)
    assert set(verbs(report).values()) == {"unchanged"}
    assert git(repo, "for-each-ref") == refs
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == files


def test_the_title_and_body_lie_beside_it(repo, tmp_path):
    run(repo, shelf(), tmp_path / "out")
    texts = {
        path.name: path.read_text()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and MINOR in str(path) and MAJOR not in str(path)
    }
    assert texts["title.txt"] == "Bump node 20.11.0-alpine → 20.18.1-alpine\n"
    assert "| Reference | `node:20.11.0-alpine` | `node:20.18.1-alpine` |" in texts["body.md"]


def test_a_base_that_moved_rebases_the_branch(repo):
    run(repo, shelf())
    commit(repo, "web/Dockerfile", "FROM python:3.12\nRUN true\n")
    report = run(repo, shelf())
    assert verbs(report)[MINOR] == "rebased"
    assert git(repo, "rev-parse", f"basewatch/{MINOR}^") == git(repo, "rev-parse", "main")


def test_a_target_that_moved_updates_the_branch_in_place(repo):
    registry = shelf()
    run(repo, registry)
    registry.move("node:latest")
    report = run(repo, registry)
    assert verbs(report) == {
        MINOR: "unchanged", MAJOR: "unchanged", PYTHON: "unchanged", LATEST: "updated",
    }  # fmt: skip
    assert registry.digest_at("node:latest") in git(
        repo, "show", f"basewatch/{LATEST}:app/Dockerfile"
    )


def test_an_image_that_is_gone_retires_its_branch(repo):
    run(repo, shelf())
    commit(repo, "web/Dockerfile", "FROM scratch\n")
    report = run(repo, shelf())
    assert verbs(report)[PYTHON] == "retired"
    assert f"basewatch/{PYTHON}" not in branches(repo)


def test_a_registry_that_is_down_retires_nothing(repo):
    run(repo, shelf())
    before = branches(repo)
    report = run(repo, Shelf({"node": NODE}, broken=["node", "python"]))
    assert branches(repo) == before
    assert [v.outcome for plan in report.plans for v in plan.verdicts] == ["failed"] * 3


def test_a_file_that_cannot_be_read_retires_nothing(repo):
    run(repo, shelf())
    before = branches(repo)
    commit(repo, "web/Dockerfile", "x" * (1 << 21))
    run(repo, shelf())
    assert branches(repo) == before


def test_a_merged_pin_is_proposed_no_more(repo):
    run(repo, shelf())
    git(repo, "merge", "-q", "--no-edit", f"basewatch/{PYTHON}")
    report = run(repo, shelf())
    assert verbs(report)[PYTHON] == "retired"


def test_a_branch_that_a_person_pushed_to_is_left(repo):
    run(repo, shelf())
    git(repo, "checkout", "-q", f"basewatch/{PYTHON}")
    (repo / "extra").write_text("mine")
    git(repo, "add", "extra")
    git(repo, "commit", "-qm", "my work")
    git(repo, "checkout", "-q", "main")
    tip = git(repo, "rev-parse", f"basewatch/{PYTHON}")
    registry = shelf()
    registry.move("python:3.12")
    assert verbs(run(repo, registry))[PYTHON] == "left"
    commit(repo, "web/Dockerfile", "FROM scratch\n")
    run(repo, registry)
    assert git(repo, "rev-parse", f"basewatch/{PYTHON}") == tip


def test_a_repository_that_cannot_be_read_ends_in_one_line(tmp_path):
    (tmp_path / "plain").mkdir()
    report = run(tmp_path / "plain", shelf())
    (failure,) = report.failures
    assert "\n" not in failure.reason
    assert report.plans == ()


def test_a_configuration_that_cannot_be_read_fails_its_repository_only(repo):
    def policy(tree):
        raise RepoError("basewatch.yaml:1:1: not a mapping")

    report = flow.run(Desk(TAGS, shelf().open, policy), Local(repo))
    assert [failure.reason for failure in report.failures] == ["basewatch.yaml:1:1: not a mapping"]
    assert branches(repo) == ["main"]


def test_uses_of_one_variable_share_a_branch(tmp_path):
    root = tmp_path / "r"
    root.mkdir()
    (root / "Dockerfile").write_text("ARG V=1.0\nFROM node:${V}-a\nFROM node:${V}-b\n")
    git_init(root)
    registry = Shelf({"node": ["1.0-a", "1.0-b", "1.1-a", "1.1-b"]})
    report = run(root, registry)
    assert len(report.outcomes) == 1
    text = git(root, "show", f"{report.outcomes[0].branch}:Dockerfile")
    assert text.startswith("ARG V=1.1\n")


@pytest.mark.slow
def test_a_major_whose_digest_cannot_be_had_keeps_its_branch(repo):
    run(repo, shelf())
    before = git(repo, "rev-parse", f"basewatch/{MAJOR}")
    report = run(repo, Shelf(shelf_images(), broken=["node:22.11.0-alpine"]))
    assert MAJOR not in verbs(report)
    assert git(repo, "rev-parse", f"basewatch/{MAJOR}") == before
    (offer,) = report.plans[0].verdicts[0].apart
    assert "Its digest could not be had: docker.io/library/node: the registry is" in offer.because


@pytest.mark.slow
def test_a_branch_that_the_policy_no_longer_wants_is_retired(repo):
    run(repo, shelf())
    policy = Policy(allow=frozenset({"digest"}), pin="off", apart=frozenset(), today=TODAY)
    assert set(verbs(run(repo, shelf(), policy=policy)).values()) == {"retired"}


def test_a_lone_label_is_put_in_step(tmp_path):
    root = tmp_path / "r"
    root.mkdir()
    registry = shelf()
    text = (
        f"FROM node:latest@{registry.digest_at('node:latest')}\n"
        "LABEL org.opencontainers.image.base.name=node:20.11.0-alpine\n"
    )
    (root / "Dockerfile").write_text(text)
    git_init(root)
    (outcome,) = run(root, registry, tmp_path / "out").outcomes
    assert outcome.title == "Put labels in step with node latest"
    (body,) = (tmp_path / "out").rglob("body.md")
    assert "**No build changes**" in body.read_text()

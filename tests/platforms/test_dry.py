from bot.model import Page
from bot.platforms.dry import DryRun
from bot.platforms.local import Local
from tests.git.made import commit, git, repository, state
from tests.platforms.test_local import BRANCH, FILE, ensure, proposal, push_upon


def dry(tmp_path):
    root = repository(tmp_path / "team", {**FILE, "other": "x"})
    out = tmp_path / "out"
    return root, DryRun(Local(root, out)), out


def test_a_dry_run_reads_as_ever(tmp_path):
    root, platform, _ = dry(tmp_path)
    (repo,) = platform.repos()
    assert platform.repos() == Local(root).repos()
    tree = platform.tree(repo)
    assert tree.snapshot == Local(root).tree(repo).snapshot
    assert [entry.path for entry in tree.entries()] == ["app/Dockerfile", "other"]


def test_a_dry_run_says_what_would_become_of_a_proposal_and_does_nothing(tmp_path):
    root, platform, out = dry(tmp_path)
    before = state(root)
    outcome = platform.ensure(proposal(root))
    assert (outcome.verb, outcome.branch, outcome.detail) == ("created", BRANCH, "dry run")
    assert state(root) == before
    assert not out.exists()
    ensure(root)
    commit(root, {"other": "y"})
    before = state(root)
    assert platform.ensure(proposal(root)).verb == "rebased"
    assert state(root) == before


def test_a_dry_run_keeps_the_details(tmp_path):
    root, platform, _ = dry(tmp_path)
    ensure(root)
    push_upon(root)
    outcome = platform.ensure(proposal(root))
    assert outcome.verb == "left"
    assert outcome.detail.startswith("dry run: has commits that are not basewatch's")


def test_a_dry_run_says_what_would_be_taken_back_and_takes_nothing(tmp_path):
    root, platform, _ = dry(tmp_path)
    ensure(root)
    before = state(root)
    (outcome,) = platform.retire(platform.tree(platform.repos()[0]).snapshot, ())
    assert (outcome.verb, outcome.branch, outcome.detail) == (
        "retired", BRANCH, "dry run: no longer wanted",
    )  # fmt: skip
    assert state(root) == before
    assert list(platform.retire(platform.tree(platform.repos()[0]).snapshot, (BRANCH,))) == []
    assert git(root, "rev-parse", BRANCH)


def test_a_repository_on_this_machine_has_no_dashboard(tmp_path):
    root, platform, _ = dry(tmp_path)
    snapshot = platform.tree(platform.repos()[0]).snapshot
    assert (platform.show(snapshot, Page(())), Local(root).show(snapshot, Page(()))) == ([], [])

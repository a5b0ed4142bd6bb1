import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.errors import PlatformError, RepoError
from bot.git import Person
from bot.model import NewFile, Proposal, Repo, Snapshot
from bot.platforms import PLATFORMS
from bot.platforms.local import Local
from tests.altered import replace
from tests.git.made import SURROUNDINGS, commit, git, lay, program, repository, state

BRANCH = "basewatch/node-20"
FILE = {"app/Dockerfile": "FROM node:20.11.0\n"}


@pytest.fixture
def root(tmp_path):
    return repository(tmp_path / "team", {**FILE, "other": "x"})


def proposal(
    root, *, data="FROM node:20.18.1\n", title="Bump node", body="Because.", branch=BRANCH
):
    platform = Local(root)
    (repo,) = platform.repos()
    files = {"app/Dockerfile": NewFile(data.encode(), "100644")}
    return Proposal(platform.tree(repo).snapshot, branch, title, body, files)


def ensure(root, out=None, **said):
    return Local(root, out).ensure(proposal(root, **said))


def retire(root, *keep, out=None):
    platform = Local(root, out)
    (repo,) = platform.repos()
    return platform.retire(platform.tree(repo).snapshot, keep)


def tip(root, branch=BRANCH):
    return git(root, "rev-parse", f"refs/heads/{branch}")


def heads(root):
    return git(root, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split()


def push_upon(root, branch=BRANCH):
    """What a person does: look at the branch, and commit something to it."""
    git(root, "switch", "-q", branch)
    commit(root, {"mine": "x"}, "my own work")
    git(root, "switch", "-q", "main")
    return tip(root, branch)


# ---------------------------------------------------------------- the repository


def test_there_is_one_repository_named_after_its_folder(root):
    assert Local(root).repos() == [Repo("team", str(root))]
    assert Local(root, branch="main").repos() == [Repo("team", str(root), "main")]


def test_a_bare_repository_is_named_without_its_ending(root, tmp_path):
    bare = tmp_path / "team.git"
    subprocess.run(["git", "clone", "-q", "--bare", root, bare], check=True, env=SURROUNDINGS)
    assert Local(bare).repos()[0].slug == "team"
    (root / "x").mkdir()
    assert Local(root / ".git").repos()[0].slug == "team"


ADVICE = "name the folder of a git repository on this machine"


def test_a_folder_without_a_repository_is_refused(tmp_path):
    with pytest.raises(RepoError, match=f"^{tmp_path} is not in a git repository: {ADVICE}$"):
        Local(tmp_path).repos()


def test_what_is_no_folder_is_refused_with_what_to_do(tmp_path):
    lay(tmp_path, {"file": "x"})
    with pytest.raises(RepoError, match=f"^{tmp_path}/file is not a folder: {ADVICE}$"):
        Local(tmp_path / "file").repos()
    with pytest.raises(RepoError, match=f"^{tmp_path}/no: No such file or directory; {ADVICE}$"):
        Local(tmp_path / "no").repos()


def test_a_damaged_repository_is_told_in_gits_words(root):
    (root / ".git").rename(root / "elsewhere")
    lay(root, {".git": "rubbish"})
    with pytest.raises(RepoError, match=r"`git rev-parse` failed: invalid gitfile format"):
        Local(root).repos()


def test_a_present_folder_that_is_gone_is_said_to_be(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(RepoError, match=r"^\.: the present folder is gone"):
        Local(Path())


def test_the_tree_is_that_of_the_branch_the_repository_is_on(root):
    git(root, "switch", "-qc", "release")
    head = commit(root, {"app/Dockerfile": "FROM node:18\n"})
    lay(root, {"app/Dockerfile": "dirty"})
    platform = Local(root)
    tree = platform.tree(platform.repos()[0])
    assert tree.snapshot == Snapshot(Repo("team", str(root)), head)
    assert dict(tree.read(["app/Dockerfile"], limit=99)) == {"app/Dockerfile": b"FROM node:18\n"}


def test_the_configured_branch_goes_before_the_one_it_is_on(root):
    main = git(root, "rev-parse", "main")
    git(root, "switch", "-qc", "release")
    commit(root, {"a": "x"})
    for platform in (Local(root, branch="main"), Local(root)):
        assert platform.tree(Repo("team", str(root), "main")).snapshot.commit == main
    assert Local(root, branch="main").tree(Repo("team", str(root))).snapshot.commit == main


@pytest.mark.parametrize(
    ("branch", "told"),
    [
        ("gone", r"has no commit on a branch gone; it has main, release/1"),
        ("-x", r"'-x' is no name for a branch"),
        ("basewatch/x", r"is on basewatch/x, a proposal: switch, or configure the `branch`"),
    ],
)
def test_a_branch_that_cannot_be_worked_on_is_refused(root, branch, told):
    git(root, "branch", "release/1")
    with pytest.raises(RepoError, match=told):
        Local(root, branch=branch).tree(Repo("team", ""))


def test_a_detached_head_is_refused_with_what_to_do(root):
    git(root, "switch", "-q", "--detach", "main")
    with pytest.raises(RepoError, match=r"is on no branch .*: configure the `branch`"):
        Local(root).tree(Repo("team", ""))
    assert Local(root, branch="main").tree(Repo("team", ""))


def test_an_empty_repository_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(RepoError, match="has no commit on a branch main: commit something"):
        Local(repository(tmp_path)).tree(Repo("r", ""))


# ---------------------------------------------------------------- ensure


def test_a_proposal_becomes_one_commit_on_its_base(root):
    base = git(root, "rev-parse", "main")
    outcome = ensure(root, title="Bump node 20.11.0 → 20.18.1")
    assert (outcome.repo, outcome.branch, outcome.verb) == ("team", BRANCH, "created")
    assert (outcome.title, outcome.where) == ("Bump node 20.11.0 → 20.18.1", BRANCH)
    assert git(root, "rev-list", f"main..{BRANCH}") == tip(root)
    assert git(root, "rev-parse", f"{BRANCH}^") == base
    assert git(root, "diff", "--name-only", "main", BRANCH) == "app/Dockerfile"
    assert git(root, "show", f"{BRANCH}:app/Dockerfile") == "FROM node:20.18.1"
    assert git(root, "log", "-1", "--format=%an %ae|%B", BRANCH) == (
        "basewatch basewatch@localhost|Bump node 20.11.0 → 20.18.1\n\nBasewatch: proposal"
    )


def test_twice_is_once(root, tmp_path):
    out = tmp_path / "out"
    ensure(root, out)

    def texts():
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.rglob("*")}

    before = texts(), state(root)
    assert ensure(root, out).verb == "unchanged"
    assert (texts(), state(root)) == before


def test_the_working_tree_and_the_index_are_not_touched(root):
    lay(root, {"app/Dockerfile": "staged"})
    git(root, "add", "-A")
    lay(root, {"other": "dirty", "new": "untracked"})
    (root / "app/Dockerfile").unlink()

    def seen():
        kept = [root / ".git/index", root / ".git/HEAD", root / "other", root / "new"]
        stats = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in kept}
        return stats, git(root, "--no-optional-locks", "status", "--porcelain=v2")

    before = seen()
    ensure(root)
    ensure(root, title="other")
    retire(root)
    assert seen() == before


def test_a_base_that_moved_means_rebasing(root):
    ensure(root)
    base = commit(root, {"other": "y"})
    assert ensure(root).verb == "rebased"
    assert git(root, "rev-parse", f"{BRANCH}^") == base
    assert git(root, "show", f"{BRANCH}:other") == "y"
    assert ensure(root).verb == "unchanged"


def test_a_base_whose_history_was_rewritten_means_rebasing_too(root):
    commit(root, {"other": "y"})
    ensure(root)
    git(root, "commit", "-q", "--amend", "-m", "said better")
    assert ensure(root).verb == "rebased"
    assert git(root, "rev-list", "--count", f"main..{BRANCH}") == "1"


@pytest.mark.parametrize("said", [{"data": "FROM node:20.19\n"}, {"title": "Bump node further"}])
def test_another_target_or_title_means_updating_in_place(root, said):
    ensure(root)
    assert ensure(root, **said).verb == "updated"
    assert git(root, "rev-list", "--count", f"main..{BRANCH}") == "1"
    assert ensure(root, **said).verb == "unchanged"


def test_a_target_and_a_base_that_moved_mean_updating(root):
    ensure(root)
    commit(root, {"other": "y"})
    assert ensure(root, title="Bump node further").verb == "updated"


def test_another_author_means_updating_and_not_leaving(root):
    ensure(root)
    wanted = proposal(root)
    assert Local(root, author=Person("Bot", "bot@example.org")).ensure(wanted).verb == "updated"
    assert git(root, "log", "-1", "--format=%an", BRANCH) == "Bot"


def test_a_branch_that_a_person_committed_to_is_left(root, tmp_path):
    ensure(root)
    theirs = push_upon(root)
    outcome = ensure(root, tmp_path / "out", title="Bump node further")
    assert (outcome.verb, outcome.where) == ("left", BRANCH)
    assert "to have it proposed anew, delete it" in outcome.detail
    assert tip(root) == theirs
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["commit", "-q", "--amend", "--no-edit", "--reset-author"],
        ["commit", "-q", "--amend", "-m", "said better\n\nBasewatch: proposal"],
        ["commit", "-q", "--amend", "-s", "--no-edit"],
        ["rebase", "-q", "--committer-date-is-author-date", "--force-rebase", "HEAD~1"],
        ["merge", "-q", "--no-ff", "-m", "merged\n\nBasewatch: proposal", "side"],
        ["reset", "-q", "--hard", "side"],
    ],
)
def test_a_branch_that_a_person_changed_in_any_way_is_left(root, command):
    git(root, "switch", "-qc", "side")
    commit(root, {"side": "x"}, "aside\n\nBasewatch: proposal", "1800000000 +0000")
    git(root, "switch", "-q", "main")
    ensure(root)
    git(root, "switch", "-q", BRANCH)
    git(root, *command)
    git(root, "switch", "-q", "main")
    theirs = tip(root)
    assert ensure(root, title="Bump node further").verb == "left"
    assert tip(root) == theirs


def test_a_branch_without_history_is_left(root):
    git(root, "switch", "-q", "--orphan", BRANCH)
    commit(root, {"mine": "x"}, "alone\n\nBasewatch: proposal")
    git(root, "switch", "-q", "main")
    assert ensure(root).verb == "left"


def test_a_branch_that_points_at_another_is_left(root):
    ensure(root)
    git(root, "symbolic-ref", "refs/heads/basewatch/alias", f"refs/heads/{BRANCH}")
    assert ensure(root, branch="basewatch/alias", title="x").verb == "left"


def test_a_branch_that_was_merged_is_begun_anew(root):
    ensure(root)
    push_upon(root)
    git(root, "merge", "-q", BRANCH)
    commit(root, {"other": "y"})
    outcome = ensure(root, data="FROM node:20.19\n", title="Bump node further")
    assert (outcome.verb, outcome.detail) == ("created", "the one before was merged")
    assert git(root, "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_a_branch_checked_out_somewhere_is_not_moved(root, tmp_path):
    ensure(root)
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", linked, BRANCH)
    assert ensure(root).verb == "unchanged"
    before = tip(root)
    with pytest.raises(PlatformError, match=f"is checked out in {linked}: switch that"):
        ensure(root, title="Bump node further")
    assert tip(root) == before


@pytest.mark.parametrize("branch", ["basewatch/a..b", "-x", "", "basewatch/" + "x" * 300])
def test_a_name_that_git_would_not_have_is_refused(root, branch):
    with pytest.raises(PlatformError):
        ensure(root, branch=branch)
    assert heads(root) == ["main"]


def test_a_branch_in_the_way_is_told_of(root):
    git(root, "branch", "basewatch")
    with pytest.raises(PlatformError, match="'refs/heads/basewatch' exists"):
        ensure(root)


def test_a_proposal_that_changes_nothing_is_refused(root):
    with pytest.raises(PlatformError, match="nothing would change"):
        ensure(root, data=FILE["app/Dockerfile"])


def test_a_proposal_for_no_commit_is_refused(root):
    wanted = proposal(root)
    nowhere = Proposal(Snapshot(wanted.snapshot.repo, None), BRANCH, "t", "b", wanted.files)
    with pytest.raises(PlatformError, match="is meant for no commit"):
        Local(root).ensure(nowhere)


def test_a_title_stays_one_line_whatever_is_in_it(root):
    ensure(root, title=" Bump\nBasewatch-Line: evil\n\n\x1b[31m\0 \udcff node ")
    said = git(root, "log", "-1", "--format=%B", BRANCH)
    assert said == ("Bump Basewatch-Line: evil \ufffd[31m\ufffd \ufffd node\n\nBasewatch: proposal")
    assert (
        ensure(root, title=" Bump\nBasewatch-Line: evil\n\n\x1b[31m\0 \udcff node ").verb
        == "unchanged"
    )


def test_a_full_disk_is_told_in_one_line(root, monkeypatch):
    wanted = proposal(root)
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/none")
    with pytest.raises(PlatformError) as caught:
        Local(root).ensure(wanted)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("/dev/null/none/basewatch-")
    assert line.endswith(": Not a directory")


def test_proposals_are_made_in_bare_repositories(root, tmp_path):
    bare = tmp_path / "team.git"
    subprocess.run(["git", "clone", "-q", "--bare", root, bare], check=True, env=SURROUNDINGS)
    assert [ensure(bare).verb, ensure(bare).verb] == ["created", "unchanged"]
    assert ensure(root).verb == "created"
    assert tip(bare) == tip(root)


# ---------------------------------------------------------------- titles and bodies


def test_the_title_and_body_lie_beside_the_branch(root, tmp_path):
    outcome = ensure(root, tmp_path / "out", title="Bump node →", body="Why\n")
    folder = tmp_path / "out/basewatch+node-20"
    assert outcome.where == str(folder / "body.md")
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {
        "title.txt": "Bump node →\n", "body.md": "Why\n",
    }  # fmt: skip


def test_only_the_text_that_changed_is_written(root, tmp_path):
    ensure(root, tmp_path)
    title, body = (tmp_path / "basewatch+node-20" / name for name in ("title.txt", "body.md"))
    was, commit_ = title.stat().st_mtime_ns, tip(root)
    assert ensure(root, tmp_path, body="Better.").verb == "updated"
    assert body.read_text() == "Better.\n"
    assert title.stat().st_mtime_ns == was
    assert tip(root) == commit_
    assert ensure(root, tmp_path, body="Better.").verb == "unchanged"


def test_a_text_that_somebody_changed_or_removed_is_written_again(root, tmp_path):
    ensure(root, tmp_path)
    folder = tmp_path / "basewatch+node-20"
    (folder / "body.md").write_text("spoiled")
    assert ensure(root, tmp_path).verb == "updated"
    assert (folder / "body.md").read_text() == "Because.\n"
    shutil.rmtree(folder)
    assert ensure(root, tmp_path).verb == "updated"
    assert (folder / "title.txt").read_text() == "Bump node\n"


def test_texts_are_not_written_through_links(root, tmp_path):
    outside, out = tmp_path / "outside", tmp_path / "out"
    lay(outside, {"title.txt": "theirs"})
    out.mkdir()
    (out / "basewatch+node-20").symlink_to(outside)
    with pytest.raises(PlatformError, match=r"node-20 is a symbolic link: remove it"):
        ensure(root, out)
    retire(root, out=out)
    (out / "basewatch+node-20").unlink()
    (out / "basewatch+node-20").mkdir()
    (out / "basewatch+node-20/title.txt").symlink_to(outside / "title.txt")
    ensure(root, out)
    assert (outside / "title.txt").read_text() == "theirs"
    assert (out / "basewatch+node-20/title.txt").read_text() == "Bump node\n"


def test_a_place_where_nothing_can_be_written_is_told_of(root, tmp_path):
    lay(tmp_path, {"out": "a file"})
    with pytest.raises(PlatformError, match=r"/out.*: (Not a directory|File exists)"):
        ensure(root, tmp_path / "out")


# ---------------------------------------------------------------- retire


def test_what_nobody_wants_any_more_is_taken_back(root, tmp_path):
    ensure(root, tmp_path, branch="basewatch/kept")
    ensure(root, tmp_path, branch="basewatch/gone", title="Bump gone")
    (outcome,) = retire(root, "basewatch/kept", out=tmp_path)
    assert (outcome.verb, outcome.branch, outcome.title) == (
        "retired",
        "basewatch/gone",
        "Bump gone",
    )
    assert outcome.detail == "no longer wanted"
    assert heads(root) == ["basewatch/kept", "main"]
    assert [path.name for path in tmp_path.glob("basewatch*")] == ["basewatch+kept"]
    assert retire(root, "basewatch/kept", out=tmp_path) == []


def test_branches_of_others_are_not_looked_at(root):
    git(root, "branch", "mine")
    git(root, "branch", "basewatcher/x")
    assert retire(root) == []
    assert heads(root) == ["basewatcher/x", "main", "mine"]


def test_a_branch_that_a_person_committed_to_is_not_taken_back(root):
    ensure(root)
    theirs = push_upon(root)
    (outcome,) = retire(root)
    assert (outcome.verb, outcome.detail) == ("left", "has commits that are not basewatch's")
    assert tip(root) == theirs


def test_a_branch_checked_out_somewhere_is_not_taken_back(root, tmp_path):
    ensure(root)
    git(root, "worktree", "add", "-q", tmp_path / "linked", BRANCH)
    (outcome,) = retire(root)
    assert (outcome.verb, outcome.detail) == ("left", f"is checked out in {tmp_path / 'linked'}")
    assert heads(root) == [BRANCH, "main"]


def test_a_branch_that_was_merged_is_taken_back_whoever_committed_to_it(root):
    ensure(root)
    push_upon(root)
    git(root, "merge", "-q", BRANCH)
    (outcome,) = retire(root)
    assert (outcome.verb, outcome.detail) == ("retired", "merged; its branch is deleted")
    assert heads(root) == ["main"]


def test_what_a_person_keeps_beside_the_texts_stays(root, tmp_path):
    ensure(root, tmp_path)
    notes = tmp_path / "basewatch+node-20/notes"
    notes.write_text("mine")
    lay(tmp_path, {"unrelated/body.md": "x"})
    retire(root, out=tmp_path)
    assert list(notes.parent.iterdir()) == [notes]
    assert (tmp_path / "unrelated/body.md").exists()


def test_texts_whose_branch_is_gone_are_swept(root, tmp_path):
    ensure(root, tmp_path)
    git(root, "branch", "-qD", BRANCH)
    assert retire(root, out=tmp_path) == []
    assert list(tmp_path.glob("basewatch*")) == []


def test_one_that_cannot_be_deleted_does_not_keep_the_others(root, tmp_path, monkeypatch):
    ensure(root, branch="basewatch/a")
    ensure(root, branch="basewatch/b")
    between(tmp_path, monkeypatch, "*update-ref*basewatch/a*) echo fatal: out of order >&2; exit 1")
    told = {outcome.branch: (outcome.verb, outcome.detail) for outcome in retire(root)}
    assert told == {
        "basewatch/a": ("failed", f"{root}: `git update-ref` failed: out of order"),
        "basewatch/b": ("retired", "no longer wanted"),
    }
    assert heads(root) == ["basewatch/a", "main"]


# ---------------------------------------------------------------- interrupted, and at once


def between(tmp_path, monkeypatch, case):
    """A git that does something else first where its arguments match: what else goes on then."""
    real = shutil.which("git", path=SURROUNDINGS["PATH"])
    script = f'git={real}\ncase "$*" in {case};; esac\nexec {real} "$@"'
    program(tmp_path / "bin", "git", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{SURROUNDINGS['PATH']}")


def test_a_run_killed_before_the_branch_moves_leaves_no_branch(root, tmp_path, monkeypatch):
    objects = state(root)[1]
    script = (
        "import pathlib, sys; sys.path.insert(0, '.')\n"
        "from tests.platforms.test_local import ensure\n"
        f"ensure(pathlib.Path({str(root)!r}))"
    )
    between(tmp_path, monkeypatch, "*update-ref*) kill -9 $PPID; exit 1")
    ran = subprocess.run([sys.executable, "-c", script], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert heads(root) == ["main"]
    assert state(root)[1] != objects
    monkeypatch.undo()
    assert ensure(root).verb == "created"


def test_a_branch_that_appears_meanwhile_is_looked_at_again(root, tmp_path, monkeypatch):
    other = commit(root, {"other": "y"})
    git(root, "branch", "side", other)
    git(root, "reset", "-q", "--hard", "HEAD~1")
    between(tmp_path, monkeypatch, f"*update-ref*) $git -C {root} branch {BRANCH} {other} 2>&1")
    assert ensure(root).verb == "left"
    assert tip(root) == other


def test_a_branch_that_never_stands_still_is_given_up(root, tmp_path, monkeypatch):
    ensure(root)
    first = tip(root)
    ensure(root, title="other")
    swing = (
        f'*update-ref*) if [ "$($git -C {root} rev-parse {BRANCH})" = {first} ]; '
        f"then $git -C {root} update-ref refs/heads/{BRANCH} {tip(root)}; "
        f"else $git -C {root} update-ref refs/heads/{BRANCH} {first}; fi"
    )
    between(tmp_path, monkeypatch, swing)
    with pytest.raises(PlatformError, match="kept moving while it was written"):
        ensure(root, title="yet another")


def test_a_branch_that_moves_while_it_is_taken_back_is_left(root, tmp_path, monkeypatch):
    ensure(root)
    before = tip(root)
    between(tmp_path, monkeypatch, f"*update-ref*) $git -C {root} branch -qf {BRANCH} main")
    (outcome,) = retire(root)
    assert (outcome.verb, outcome.detail) == ("left", "moved just now; the next run looks again")
    assert tip(root) != before


def test_a_branch_that_another_run_just_took_back_is_retired(root, tmp_path, monkeypatch):
    ensure(root)
    between(tmp_path, monkeypatch, f"*update-ref*) $git -C {root} branch -qD {BRANCH}")
    assert [outcome.verb for outcome in retire(root)] == ["retired"]
    assert heads(root) == ["main"]


def test_runs_at_the_same_time_end_as_one_would(root, tmp_path):
    out = tmp_path / "out"
    names = [f"basewatch/{letter}" for letter in "abc"]
    ensure(root, out, branch="basewatch/old")
    commit(root, {"other": "y"})
    together = threading.Barrier(3)
    verbs, failures = [], []

    def run(order):
        try:
            together.wait()
            verbs.extend(ensure(root, out, branch=name).verb for name in order)
            retire(root, *names, out=out)
        except PlatformError as error:
            failures.append(error)

    runs = [threading.Thread(target=run, args=(order,)) for order in (names, names[::-1], names)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert failures == []
    assert heads(root) == [*names, "main"]
    assert sorted(path.name for path in out.iterdir()) == [n.replace("/", "+") for n in names]
    before = state(root)
    assert [ensure(root, out, branch=name).verb for name in names] == ["unchanged"] * 3
    assert state(root) == before
    assert "created" in verbs


# ---------------------------------------------------------------- foreseeing


def test_foreseeing_says_what_ensuring_does_and_changes_nothing(root, tmp_path):
    out = tmp_path / "out"

    def both(**said):
        wanted, before = proposal(root, **said), state(root)
        foreseen = Local(root, out).foresee(wanted)
        assert state(root) == before
        assert Local(root, out).ensure(wanted) == replace(foreseen, writes=())
        assert bool(foreseen.writes) == (foreseen.verb not in {"unchanged", "left"})
        return foreseen.verb

    verbs = [both(), both(), both(body="Better."), both(title="t")]
    commit(root, {"other": "y"})
    verbs.append(both(title="t"))
    push_upon(root)
    verbs.append(both(title="u"))
    assert verbs == ["created", "unchanged", "updated", "updated", "rebased", "left"]


def test_what_would_be_written_is_told_with_what_it_changes(root, tmp_path):
    out = tmp_path / "out"
    ensure(root, out)
    (title, *_, text) = Local(root, out).foresee(proposal(root, title="t", body="Better.")).writes
    assert title == f"commit to the branch {BRANCH}:"
    assert text == "    +Better."
    (first, *rest) = Local(root, out).foresee(proposal(root, body="Better.")).writes
    assert first == f"write {out / BRANCH.replace('/', '+') / 'body.md'}:"
    assert rest[-1] == "    +Better."
    (gone,) = Local(root, out).foresee_retired(proposal(root).snapshot, set())
    tip = git(root, "rev-parse", BRANCH).strip()
    assert gone.writes == (f"delete the branch {BRANCH} (now {tip[:10]})",)


def test_foreseeing_fails_as_ensuring_would(root, tmp_path):
    ensure(root)
    git(root, "worktree", "add", "-q", tmp_path / "linked", BRANCH)
    with pytest.raises(PlatformError, match="is checked out in"):
        Local(root).foresee(proposal(root, title="t"))
    with pytest.raises(PlatformError, match="nothing would change"):
        Local(root).foresee(proposal(root, data=FILE["app/Dockerfile"]))


def test_every_platform_has_its_name():
    assert PLATFORMS["local"] is Local
    assert set(PLATFORMS) == {"local"}


def test_the_environment_of_a_hook_leads_nowhere_else(root, tmp_path, monkeypatch):
    other = repository(tmp_path / "other", {"a": "x"})
    before = state(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert ensure(root).verb == "created"
    assert os.environ["GIT_DIR"]
    assert state(other) == before


def test_a_circle_of_links_is_no_repository(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(RepoError):
        Local(tmp_path / "a").repos()


def test_another_day_of_the_scanners_data_is_no_reason_to_write(root, tmp_path):
    ensure(root, tmp_path, body="By OSV 1 (data of 2026-11-21) alone.")
    body = tmp_path / "basewatch+node-20" / "body.md"
    assert ensure(root, tmp_path, body="By OSV 1 (data of 2026-11-22) alone.").verb == "unchanged"
    assert "2026-11-21" in body.read_text()
    assert ensure(root, tmp_path, body="By OSV 2 (data of 2026-11-22) alone.").verb == "updated"

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import EmptyRepoError
from bot.git import Credential
from bot.model import Entry
from tests.git.made import git, lay, program, repository
from tests.servers.git_http import TOKEN, host

FILES = {"Dockerfile": "FROM a\n", "web/Dockerfile": "FROM b\n", "docs/long/way/page": "text\n"}
MIB = 1 << 20


def objects(clones_folder):
    """The kinds of what is in the one clone that is there."""
    (clone,) = clones_folder.glob("*.git")
    said = git(clone, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
    return sorted(said.split())


def read(tree, *paths, limit=MIB):
    return dict(tree.read(paths or [entry.path for entry in tree.entries()], limit=limit))


# ---------------------------------------------------------------- what is read


def test_the_files_are_those_at_the_tip_of_the_branch(publish, clones, repo):
    there = publish(FILES)
    tree = clones().tree(repo(there.url, "main"))
    assert tree.snapshot.commit == git(there.work, "rev-parse", "HEAD")
    assert tree.entries() == [Entry(path) for path in sorted(FILES)]
    assert read(tree) == {path: text.encode() for path, text in FILES.items()}


def test_without_a_branch_it_is_the_one_that_the_host_says_and_it_is_named(publish, clones, repo):
    there = publish(FILES)
    there.push({"other": "x"}, "trunk")
    git(there.bare, "symbolic-ref", "HEAD", "refs/heads/trunk")
    tree = clones().tree(repo(there.url))
    assert tree.snapshot.repo == repo(there.url, "trunk")
    assert read(tree, "other") == {"other": b"x"}


def test_where_branches_of_a_prefix_end_is_told_in_the_same_answer(
    publish, clones, repo, git_server
):
    there = publish(FILES)
    ends = {name: there.push({"x": name}, name) for name in ("bot/deep/er", "bot/one", "bottle")}
    git_server.asked()
    told = clones(heads="bot/").tree(repo(there.url, "main")).snapshot
    asked = len(git_server.asked())
    ours = {name: ends[name] for name in ("bot/deep/er", "bot/one")}
    assert told.heads == clones(heads="bot/").heads(repo(there.url)) == ours
    git_server.asked()
    assert clones(git_server.root / "anew").tree(repo(there.url, "main")).snapshot.heads is None
    assert len(git_server.asked()) == asked


def test_where_nothing_is_told_of_branches_nobody_fails(publish, clones, repo):
    there = publish(FILES)
    assert clones(heads="bot/").tree(repo(there.url)).snapshot.heads == {}
    assert clones(heads="bot/").heads(repo(there.url + "x")) is None
    assert clones(heads="bot/").heads(repo("no address")) is None


def test_a_host_whose_head_is_on_no_branch_is_read_where_it_is(publish, clones, repo):
    there = publish(FILES)
    tip = git(there.work, "rev-parse", "HEAD")
    git(there.bare, "update-ref", "--no-deref", "HEAD", tip)
    tree = clones().tree(repo(there.url))
    assert (tree.snapshot.commit, tree.snapshot.repo.branch) == (tip, None)


def test_links_submodules_and_programs_are_told_as_such(publish, clones, repo):
    there = publish({"run": "#!/bin/sh\n"})
    (there.work / "run").chmod(0o755)
    (there.work / "link").symlink_to("/etc/passwd")
    repository(there.work / "sub", {"x": "x"})
    there.push({})
    tree = clones().tree(repo(there.url))
    assert tree.entries() == [
        Entry("link", "symlink", "120000"),
        Entry("run", "file", "100755"),
        Entry("sub", "submodule", "160000"),
    ]
    assert read(tree) == {
        "link": "is a symbolic link",
        "run": b"#!/bin/sh\n",
        "sub": "is a submodule",
    }


def test_paths_that_are_not_there_are_left_out_and_large_files_said(publish, clones, repo):
    there = publish({"a": "12345", "b": "1"})
    tree = clones().tree(repo(there.url))
    assert list(tree.read(["no", "b", "a"], limit=4)) == [
        ("b", b"1"),
        ("a", "is larger than 4 bytes"),
    ]


def test_a_reader_that_stops_early_is_no_trouble(publish, clones, repo):
    tree = clones().tree(repo(publish(FILES).url))
    reading = tree.read(list(FILES), limit=MIB)
    assert next(reading) == ("Dockerfile", b"FROM a\n")
    reading.close()
    assert len(read(tree)) == 3


NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1)
NAMES = NAMES.filter(lambda name: name.lower() not in (".", "..", ".git") and len(name) < 30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=3)
@given(st.dictionaries(NAMES, st.binary(max_size=300), min_size=1))
def test_the_bytes_are_those_that_git_shows(publish, clones, repo, tmp_path, files):
    there = publish({"always": "x"})
    lay(there.work, {f"f/{name}": data for name, data in files.items()})
    tip = there.push({})
    found = read(clones().tree(repo(there.url)))
    for path, data in found.items():
        shown = subprocess.run(
            ["git", "-C", there.work, "show", f"{tip}:{path}"], capture_output=True, check=True
        )
        assert shown.stdout == data
    assert len(found) == 1 + len(files)


def test_a_repository_of_the_newer_object_format_is_read(publish, clones, repo):
    there = publish(FILES, "--object-format=sha256")
    tree = clones().tree(repo(there.url))
    assert len(tree.snapshot.commit) == 64
    assert read(tree, "Dockerfile") == {"Dockerfile": b"FROM a\n"}


# ---------------------------------------------------------------- what it costs


def test_a_new_repository_takes_six_requests_however_many_files(publish, clones, repo, git_server):
    there = publish({f"{number}/Dockerfile": f"FROM a:{number}\n" for number in range(300)})
    assert len(read(clones().tree(repo(there.url)))) == 300
    asked = [line.split()[0] for line in git_server.asked()]
    assert asked == ["GET", "POST"] * 3  # the tips, the folders, the files


def test_files_that_nobody_reads_are_not_fetched(publish, clones, repo, tmp_path):
    tree = clones().tree(repo(publish(FILES).url))
    assert objects(tmp_path / "cache") == ["commit"] + ["tree"] * 5
    read(tree, "Dockerfile")
    assert objects(tmp_path / "cache") == ["blob", "commit"] + ["tree"] * 5


def test_an_unchanged_repository_takes_one_question(publish, clones, repo, git_server):
    there = publish(FILES)
    read(clones().tree(repo(there.url)))
    git_server.asked()
    assert len(read(clones().tree(repo(there.url)))) == 3
    assert [line.split()[0] for line in git_server.asked()] == ["GET", "POST"]


def test_a_changed_repository_gives_what_changed(publish, clones, repo, git_server, tmp_path):
    there = publish(FILES)
    read(clones().tree(repo(there.url)))
    there.push({"Dockerfile": "FROM c\n"})
    git_server.asked()
    assert read(clones().tree(repo(there.url)))["Dockerfile"] == b"FROM c\n"
    assert [line.split()[0] for line in git_server.asked()] == ["GET", "POST"] * 3
    # One commit, one tree, one file more; nothing of the old commit was sent again.
    assert objects(tmp_path / "cache") == ["blob"] * 4 + ["commit"] * 2 + ["tree"] * 6


def test_several_branches_share_one_clone_and_one_question(
    publish, clones, repo, git_server, tmp_path
):
    there = publish(FILES)
    for branch in ("v1", "v2"):
        there.push({"Dockerfile": f"FROM {branch}\n"}, branch)
    found = clones().trees(repo(there.url), ["main", "v1", "v2", None])
    assert len(git_server.asked()) == 4
    assert [read(tree, "Dockerfile")["Dockerfile"] for tree in found.values()] == [
        b"FROM a\n", b"FROM v1\n", b"FROM v2\n", b"FROM a\n"
    ]  # fmt: skip
    assert len(list((tmp_path / "cache").glob("*.git"))) == 1


def test_a_host_that_knows_no_filters_gives_all_at_once(publish, clones, repo, git_server):
    there = publish(FILES, filters=False)
    assert len(read(clones().tree(repo(there.url)))) == 3
    assert len(git_server.asked()) == 4
    there.push({"Dockerfile": "FROM c\n"})
    assert read(clones().tree(repo(there.url)))["Dockerfile"] == b"FROM c\n"


def test_a_host_that_gives_no_single_files_is_read_whole_from_then_on(
    publish, clones, repo, git_server
):
    there = publish(FILES)
    old = there.at("old")
    assert len(read(clones().tree(repo(old)))) == 3
    assert any("old" in line for line in git_server.asked())
    there.push({"Dockerfile": "FROM c\n"})
    assert read(clones().tree(repo(old)))["Dockerfile"] == b"FROM c\n"
    # The tip, then the branches, what is cut off, and the rest; no file by itself again.
    assert [line.split()[0] for line in git_server.asked()] == ["GET", "GET", "POST", "POST"]


# ---------------------------------------------------------------- what changes meanwhile


def test_a_branch_that_was_pushed_over_is_read_as_it_is_now(publish, clones, repo):
    there = publish(FILES)
    read(clones().tree(repo(there.url)))
    git(there.work, "checkout", "-q", "--orphan", "anew")
    git(there.work, "rm", "-rqf", ".")
    tip = there.push({"only": "this"})
    tree = clones().tree(repo(there.url))
    assert tree.snapshot.commit == tip
    assert read(tree) == {"only": b"this"}


def test_a_tree_stays_that_of_its_commit_while_the_branch_moves_on(publish, clones, repo):
    there = publish(FILES)
    tree = clones().tree(repo(there.url))
    there.push({"Dockerfile": "FROM c\n"})
    assert read(clones().tree(repo(there.url)), "Dockerfile") == {"Dockerfile": b"FROM c\n"}
    assert read(tree, "Dockerfile") == {"Dockerfile": b"FROM a\n"}


def test_runs_at_the_same_time_read_the_same_from_one_clone(publish, clones, repo, tmp_path):
    there = publish(FILES)

    def run(_):
        return read(clones().tree(repo(there.url)))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, range(8)))
    assert found == [{path: text.encode() for path, text in FILES.items()}] * 8
    assert len(list((tmp_path / "cache").glob("*.git"))) == 1


# ---------------------------------------------------------------- what is not there


def test_a_repository_without_a_commit_is_told_apart(clones, repo, git_server):
    repository(git_server.root / "empty.git", None, "--bare")
    for branch in (None, "main"):
        with pytest.raises(EmptyRepoError) as caught:
            clones().tree(repo(git_server.url("empty.git"), branch))
        assert str(caught.value).endswith("empty.git: is empty: there is no commit yet")


def test_a_branch_that_is_not_there_is_said_and_the_others_are_read(publish, clones, repo):
    there = publish(FILES)
    found = clones().trees(repo(there.url), ["main", "nope", "-x", "a..b"])
    assert read(found["main"], "Dockerfile") == {"Dockerfile": b"FROM a\n"}
    assert [str(found[name]) for name in ("nope", "-x", "a..b")] == [
        f"{there.url}: there is no branch 'nope'; see which base branch is configured",
        f"{there.url}: '-x' is no name for a branch",
        f"{there.url}: 'a..b' is no name for a branch",
    ]


def test_one_branch_that_is_not_there_is_an_error(publish, clones, repo, refusal, tmp_path):
    there = publish(FILES)
    assert "no branch 'nope'" in refusal(lambda: clones().tree(repo(there.url, "nope")))
    assert not list(tmp_path.glob("cache/*"))


def test_a_head_that_leads_nowhere_is_not_taken_for_an_empty_repository(
    publish, clones, repo, refusal
):
    there = publish(FILES)
    git(there.bare, "symbolic-ref", "HEAD", "refs/heads/gone")
    told = refusal(lambda: clones().tree(repo(there.url)))
    assert told == f"{there.url}: its HEAD is on no branch that is there; name the base branch"
    assert clones().tree(repo(there.url, "main")).entries()


def test_a_branch_has_its_own_name_and_not_the_end_of_anothers(publish, clones, repo, refusal):
    there = publish(FILES)
    tip = there.push({"a": "x"}, "x/refs/heads/side")
    assert "no branch 'side'" in refusal(lambda: clones().tree(repo(there.url, "side")))
    tree = clones().tree(repo(there.url, "x/refs/heads/side"))
    assert tree.snapshot.commit == tip


def test_a_branch_of_any_letters_is_found(publish, clones, repo):
    there = publish(FILES)
    tip = there.push({"a": "x"}, "größe/#1'\"$(x)")
    assert clones().tree(repo(there.url, "größe/#1'\"$(x)")).snapshot.commit == tip


def test_a_file_that_the_host_lost_is_an_error_and_nothing_is_kept_of_it(
    publish, clones, repo, refusal
):
    there = publish(FILES)
    blob = git(there.bare, "rev-parse", "main:Dockerfile")
    (there.bare / "objects" / blob[:2] / blob[2:]).unlink()
    tree = clones().tree(repo(there.url))
    assert refusal(lambda: read(tree, "Dockerfile")).startswith(there.url)


# ---------------------------------------------------------------- a clone that is harmed


def only(pattern, folder):
    (found,) = folder.glob(pattern)
    return found


def test_a_clone_that_was_removed_meanwhile_is_made_anew(publish, clones, repo, tmp_path):
    there = publish(FILES)
    trees = [clones().tree(repo(there.url)) for _ in range(2)]
    trees[1].entries()
    for tree in trees:
        shutil.rmtree(only("*.git", tmp_path / "cache"))
        assert len(read(tree)) == 3


@pytest.mark.parametrize("harm", [b"", b"PACK rubbish"])
def test_a_clone_whose_files_were_cut_short_is_made_anew(publish, clones, repo, tmp_path, harm):
    there = publish(FILES)
    read(clones().tree(repo(there.url)))
    for pack in (tmp_path / "cache").rglob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(harm)
    assert len(read(clones().tree(repo(there.url)))) == 3


def test_a_file_that_turns_out_harmed_while_it_is_read_is_fetched_anew(
    publish, clones, repo, tmp_path
):
    content = bytes(range(256)) * 40
    there = publish({"a": "fine", "b": content})
    tree = clones().tree(repo(there.url))
    read(tree)
    for pack in (tmp_path / "cache").rglob("*.pack"):
        data = pack.read_bytes()
        pack.chmod(0o600)
        # Behind the header of the first object: its size can still be told, its bytes cannot.
        pack.write_bytes(data[:16] + bytes(len(data) - 36) + data[-20:])
    assert read(tree, "a", "b") == {"a": b"fine", "b": content}


def test_what_somebody_wrote_into_a_clones_configuration_is_not_heard(
    publish, clones, repo, tmp_path
):
    there = publish(FILES)
    read(clones().tree(repo(there.url)))
    clone = only("*.git", tmp_path / "cache")
    git(clone, "config", "url.http://127.0.0.1:1/.insteadOf", there.url.rpartition("/")[0] + "/")
    git(clone, "config", "http.proxy", "http://127.0.0.1:1")
    there.push({"Dockerfile": "FROM c\n"})
    assert read(clones().tree(repo(there.url)), "Dockerfile") == {"Dockerfile": b"FROM c\n"}
    assert "proxy" not in (clone / "config").read_text()


def test_a_clone_of_many_small_fetches_is_made_anew(publish, clones, repo, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.git.clone._PACKS", 3)
    there = publish(FILES)
    for number in range(3):
        there.push({"Dockerfile": f"FROM a:{number}\n"})
        read(clones().tree(repo(there.url)), "Dockerfile")
    assert len(list((tmp_path / "cache").rglob("*.pack"))) <= 4


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize(
    "credential", [Credential.basic("x-access-token", TOKEN), Credential.bearer(TOKEN)]
)
def test_a_token_opens_what_is_private(publish, clones, repo, credential, git_server, tmp_path):
    there = publish(FILES)
    tree = clones().tree(repo(there.at("private")), credential)
    assert len(read(tree)) == 3
    asked = git_server.asked()
    assert len(asked) == 6
    assert {line.split(" ", 3)[3] for line in asked} == {credential.header.partition(": ")[2]}
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("cache/**/*") if path.is_file())
    assert not any(secret.encode() in kept for secret in credential.secrets)


def test_what_is_kept_is_shown_only_to_who_may_see_it_now(publish, clones, repo, refusal):
    private = publish(FILES).at("private")
    read(clones().tree(repo(private), Credential.bearer(TOKEN)))
    told = refusal(lambda: clones().tree(repo(private), Credential.bearer("gone")))
    assert told.endswith(
        "the token was refused (HTTP 401): it is wrong, expired or for another host"
    )


# ---------------------------------------------------------------- repositories that mean harm


def test_a_tree_that_unfolds_without_end_is_given_up(publish, clones, repo, refusal, monkeypatch):
    monkeypatch.setattr("bot.git.clone._LISTING", 1 << 16)
    there = publish(FILES)
    inner = git(there.bare, "rev-parse", "main^{tree}")
    for _ in range(12):  # 10 to the power of 12 files, of some twenty objects
        listing = "".join(f"040000 tree {inner}\t{name}\n" for name in range(10))
        inner = git(there.bare, "mktree", stdin=listing.encode())
    commit = git(there.bare, "commit-tree", "-m", "bomb", inner)
    git(there.bare, "update-ref", "refs/heads/main", commit)
    told = refusal(clones().tree(repo(there.url)).entries)
    assert told.endswith("`git ls-tree` wrote more than 64 KiB")


GONE = """
case "$*" in *" cat-file --batch-check")
    echo >> "{calls}"
    [ $(wc -l < "{calls}") = 3 ] && rm -rf "$GIT_DIR/objects/pack"
esac
exec "{real}" "$@"
"""


def test_files_that_vanish_just_before_they_are_read_are_fetched_anew(
    publish, clones, repo, tmp_path, monkeypatch
):
    tree = clones().tree(repo(publish(FILES).url))
    read(tree)
    calls = tmp_path / "calls"
    program(tmp_path / "bin", "git", GONE.format(calls=calls, real=shutil.which("git")))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert len(read(tree)) == 3
    assert len(calls.read_text()) > 3


@pytest.mark.parametrize(
    "answer", [b"", b"rubbish", b"0008NAK\nPACK rubbish", b"0011ERR go away\n"]
)
def test_a_host_that_sends_rubbish_for_files_is_told(clones, repo, refusal, answer):
    tip = b"%040d HEAD\0agent=x\n" % 1
    advertised = b"001e# service=git-upload-pack\n0000%04x%s0000" % (len(tip) + 4, tip)
    kind = "application/x-git-upload-pack-"

    def say(path):
        if "info/refs" in path:
            return 200, {"Content-Type": f"{kind}advertisement"}, [advertised]
        return 200, {"Content-Type": f"{kind}result"}, [answer]

    with host(say) as (address, _):
        told = refusal(lambda: clones(hosts=[address]).tree(repo(f"http://{address}/a")))
    assert told.startswith(f"http://{address}/a: ")

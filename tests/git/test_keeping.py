import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import RepoError
from bot.git.keeping import Shelf, name_for
from bot.git.program import DamageError
from tests.git.made import program

URLS = [f"https://h/team/{name}.git" for name in "abcd"]
ROOT = Path(__file__).parents[2]


def put(shelf, url, size, at):
    with shelf.hold(url, 1.0) as held:
        held.folder.mkdir(exist_ok=True)
        (held.folder / "data").write_bytes(bytes(size))
        with held.changing():
            pass
    os.utime(shelf.root / f"{name_for(url)}.lock", (at, at))


def kept(shelf):
    return [url for url in URLS if shelf.folder(url).exists()]


def test_a_clone_has_a_name_that_a_person_knows_and_no_other_has():
    assert name_for("https://github.com/Team/My_App.git").startswith("github.com-Team-My-App-")
    assert name_for("https://h/a/b") != name_for("https://h/a-b")
    assert len(name_for("https://h/" + "ä/x" * 500)) < 100
    assert "/" not in name_for("https://h/../../etc")


def test_the_clones_that_were_not_used_for_longest_make_room(tmp_path):
    shelf = Shelf(tmp_path / "cache", 250)
    for at, url in enumerate(URLS[:3]):
        put(shelf, url, 100, at)
    assert kept(shelf) == URLS[1:3]
    put(shelf, URLS[1], 100, 10)
    put(shelf, URLS[3], 100, 11)
    assert kept(shelf) == [URLS[1], URLS[3]]
    assert len(list(shelf.root.iterdir())) == 4  # nor do their locks stay


def test_what_earlier_runs_kept_counts(tmp_path):
    for at, url in enumerate(URLS[:2]):
        put(Shelf(tmp_path, 1000), url, 100, at)
    shelf = Shelf(tmp_path, 250)
    put(shelf, URLS[2], 100, 5)
    assert kept(shelf) == URLS[1:3]


def test_one_that_nobody_knows_the_use_of_goes_first(tmp_path):
    for at, url in enumerate(URLS[:2]):
        put(Shelf(tmp_path, 1000), url, 100, at)
    (tmp_path / f"{name_for(URLS[1])}.lock").unlink()
    shelf = Shelf(tmp_path, 250)
    put(shelf, URLS[2], 100, 5)
    assert kept(shelf) == [URLS[0], URLS[2]]


def test_the_one_in_use_stays_however_large(tmp_path):
    shelf = Shelf(tmp_path, 10)
    put(shelf, URLS[0], 100, 1)
    assert kept(shelf) == URLS[:1]


def test_one_that_another_run_is_at_is_not_thrown_away(tmp_path):
    shelf = Shelf(tmp_path, 150)
    put(shelf, URLS[0], 100, 1)
    with Shelf(tmp_path, 150).hold(URLS[0], 1.0):
        put(shelf, URLS[1], 100, 2)
        assert kept(shelf) == URLS[:2]


def test_only_one_run_is_at_a_clone(tmp_path):
    with Shelf(tmp_path, 10).hold(URLS[0], 1.0):
        other = Shelf(tmp_path, 10)
        with pytest.raises(RepoError) as caught, other.hold(URLS[0], 0.1):
            pass
    assert (
        str(caught.value) == f"{name_for(URLS[0])}: another run is at this clone; try again later"
    )


def test_a_clone_is_sound_once_whoever_changed_it_was_done(tmp_path):
    shelf = Shelf(tmp_path, 10)
    for failure, sound in [(None, True), (RepoError("no"), True), (DamageError("?"), False),
                           (KeyboardInterrupt(), False)]:  # fmt: skip
        with shelf.hold(URLS[0], 1.0) as held:
            with contextlib.suppress(RepoError, KeyboardInterrupt), held.changing():
                assert not held.is_sound()
                if failure:
                    raise failure
            assert held.is_sound() is sound


def test_the_folder_is_its_owners_alone(tmp_path):
    put(Shelf(tmp_path / "a" / "cache", 10), URLS[0], 1, 1)
    assert (tmp_path / "a" / "cache").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.lock")} == {0o600}


def test_a_folder_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RepoError) as caught, Shelf(tmp_path / "file", 10).hold(URLS[0], 1.0):
        pass
    assert str(caught.value) == f"the cache of clones, {tmp_path / 'file'}: File exists"


def test_a_lock_that_leads_elsewhere_is_not_followed(tmp_path):
    (tmp_path / f"{name_for(URLS[0])}.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RepoError), Shelf(tmp_path, 10).hold(URLS[0], 1.0):
        pass
    assert not (tmp_path / "elsewhere").exists()


# ---------------------------------------------------------------- a run that is killed


RUN = """
import sys
from pathlib import Path
from bot.git import Clones, Trust
from bot.model import Repo
url, host, folder = sys.argv[1:]
Clones(Path(folder), trust=Trust(frozenset({host}))).tree(Repo("r", url))
"""

# As git at the worst moment: something half done, and nobody to end it.
HALF_DONE = """
case "$*" in *" fetch "*)
    echo half > "$GIT_DIR/shallow.lock"
    echo half > "$GIT_DIR/objects/pack/tmp_pack_1"
    echo $$ > "{mark}.new" && mv "{mark}.new" "{mark}"
    exec sleep 60
esac
exec "{real}" "$@"
"""


def test_a_run_that_was_killed_leaves_nothing_that_harms_the_next(
    publish, clones, repo, git_server, tmp_path, refusal
):
    there = publish({"a": "x"})
    mark = tmp_path / "mark"
    program(tmp_path / "bin", "git", HALF_DONE.format(mark=mark, real=shutil.which("git")))
    killed = subprocess.Popen(
        [sys.executable, "-c", RUN, there.url, git_server.host, tmp_path / "cache"],
        env={**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    while not mark.exists():
        assert killed.poll() is None
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    # What it had started lives on and may write: nobody else is to, before it ends.
    told = refusal(lambda: clones(patience=0.1).tree(repo(there.url)))
    assert told.endswith("another run is at this clone; try again later")
    os.kill(int(mark.read_text()), signal.SIGKILL)
    tree = clones(patience=20.0).tree(repo(there.url))
    assert dict(tree.read(["a"], limit=9)) == {"a": b"x"}
    assert not list((tmp_path / "cache").rglob("tmp_pack_*"))


def test_a_host_that_says_no_once_costs_no_clone(publish, clones, repo, git_server, refusal):
    there = publish({"a": "x", "b": "y"})
    dict(clones().tree(repo(there.url)).read(["a"], limit=9))
    tree = clones().tree(repo(there.url))
    head = there.bare / "HEAD"
    head.rename(there.bare / "away")
    refusal(lambda: dict(tree.read(["b"], limit=9)))
    (there.bare / "away").rename(head)
    git_server.asked()
    assert dict(clones().tree(repo(there.url)).read(["a"], limit=9)) == {"a": b"x"}
    assert len(git_server.asked()) == 2


def test_a_repository_larger_than_wanted_is_left_out(publish, clones, repo, refusal, tmp_path):
    there = publish({"a": "x", "big": os.urandom(300_000)})
    opened = clones(clone=100_000)
    tree = opened.tree(repo(there.url))
    told = refusal(lambda: dict(tree.read(["big"], limit=1 << 20)))
    # Whether it is noticed while it comes or once it is there is a matter of speed.
    assert told.startswith(f"{there.url}: ")
    assert told.endswith("takes more than 100000 bytes; it is left out of this run")
    assert dict(opened.tree(repo(there.url)).read(["a"], limit=9)) == {"a": b"x"}

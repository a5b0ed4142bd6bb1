"""Repositories that are large for the sake of it, and files that hold what is no text."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.git.made import commit, git, lay, repository
from tests.hostile.made import sparse

HOUSE = Path(__file__).parents[2]
GOOD = b"FROM node:20.11.0-alpine\n"
GIB = 1 << 30


def apart(*words, memory=512 << 20):
    """A command in a process of its own that may not take more memory than this."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=HOUSE, capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("how", ["a folder", "a work tree"])
def test_a_file_of_a_gigabyte_is_not_read(how, tmp_path):
    root = tmp_path / "repo"
    if how == "a work tree":
        repository(root)
    lay(root, {"good/Dockerfile": GOOD})
    for name in ("Dockerfile", "huge/compose.yaml", "data.bin", ".gitlab-ci.yml", "Jenkinsfile"):
        sparse(root / name, GIB)
    code, out, err = apart("scan", root, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert [use["file"] for use in found["uses"]] == ["good/Dockerfile"]
    told = {skip["file"]: skip["detail"] for skip in found["skips"]}
    assert told["Dockerfile"] == "is larger than 1 MiB"


def test_a_configuration_of_a_gigabyte_is_refused_unread(tmp_path):
    lay(tmp_path, {"Dockerfile": GOOD})
    sparse(tmp_path / "basewatch.yaml", GIB)
    code, _, err = apart("check", tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert "basewatch.yaml" in err


@pytest.mark.slow
def test_a_large_file_that_is_committed_is_not_read(says, operator, tmp_path):
    root = repository(tmp_path / "repo", {"good/Dockerfile": GOOD})
    sparse(root / "Dockerfile", GIB // 8)
    commit(root, {})
    code, out, err = says("run", root, "--config", operator, "--json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)["repositories"]
    assert [use["file"] for use in found["uses"]] == ["good/Dockerfile"]
    (branch, *_) = git(root, "for-each-ref", "--format=%(refname)", "refs/heads/basewatch").split()
    assert git(root, "diff", "--name-only", "main", branch).split() == ["good/Dockerfile"]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a folder", "a work tree"])
def test_a_hundred_thousand_files_are_listed_and_the_few_that_matter_read(how, tmp_path):
    root = tmp_path / "repo"
    if how == "a work tree":
        repository(root)
    for folder in range(100):
        at = root / f"d{folder:03}"
        at.mkdir(parents=True)
        for number in range(1000):
            (at / f"{number}.txt").touch()
    lay(root, {"d050/Dockerfile": GOOD})
    code, out, err = apart("scan", root, "--json")
    assert (code, err) == (0, "")
    assert [use["file"] for use in json.loads(out)["uses"]] == ["d050/Dockerfile"]


CONTENTS = {
    "no UTF-8": b"# \xff\xfe\xc3\x28 caf\xe9\n" + GOOD + b"LABEL x=\xf0\x28\x8c\x28\n",
    "a mark before it": b"\xef\xbb\xbf" + GOOD,
    "ends of lines of Windows": b"# x\r\n" + GOOD.replace(b"\n", b"\r\n"),
    "ends of lines of old": b"# x\n" + GOOD + b"RUN a\rb\n",
    "signs that are none": b"# \xed\xa0\x80\xed\xb0\x80\n" + GOOD,
    "one long line": b"# " + b"x" * 300_000 + b"\n" + GOOD,
    "many lines": GOOD + b"RUN x\n" * 10_000,
    "unseen and turned": "# \u202e\u200b\u2066\n".encode() + GOOD,
    "lines that are none": "# a\u2028b\u0085c\x0bd\x0ce\x1cf\n".encode() + GOOD,
    "escapes of a terminal": b"# \x1b[2J\x1b]0;x\x07\n" + GOOD,
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_only_the_reference_changes_whatever_is_around_it(kind, says, operator, tmp_path):
    lay(tmp_path / "repo", {"Dockerfile": CONTENTS[kind]})
    code, out, err = says("fix", tmp_path / "repo", "--config", operator)
    assert (code, err) == (0, "")
    assert not set(out) & set("\x1b\x07\u202e\u200b")
    now = (tmp_path / "repo/Dockerfile").read_bytes()
    before, after = CONTENTS[kind].split(GOOD[:-1])
    assert now.startswith(before + b"FROM node:20.18.1-alpine@sha256:")
    assert now.endswith(after)
    assert len(now) == len(CONTENTS[kind]) + len("@sha256:") + 64


UNREADABLE = {
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "zeros": b"\0" * 1000,
    "a zero in it": GOOD + b"\0",
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_text_is_told_and_left_as_it_is(kind, says, operator, tmp_path):
    lay(tmp_path / "repo", {"Dockerfile": UNREADABLE[kind]})
    code, out, err = says("fix", tmp_path / "repo", "--config", operator, "--json")
    assert (code, err) == (0, "")
    assert (tmp_path / "repo/Dockerfile").read_bytes() == UNREADABLE[kind]
    found = json.loads(out)
    assert found["uses"] == []
    assert [skip["reason"] for skip in found["skips"]] == ["unparsable"]

"""The guard itself: a secret that comes out is found, whatever it looks like, and the test fails."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
import zlib
from urllib.parse import quote

import pytest

from tests.canaries import LEAKS, canary, is_in, keeps, names_in, received, recognised
from tests.conftest import ROOT
from tests.git.made import git, lay, repository

ODD = canary("odd", suffix=':"\\/+ü')

LEAKING = """
import logging, os, subprocess, sys, pytest
from bot.errors import ConfigError
from tests.canaries import canary, keeps
SECRET = canary("inner")

def test_output(): print("it is", SECRET)
def test_captured(capsys): sys.stderr.write(SECRET); capsys.readouterr()
def test_log(): logging.getLogger("x").warning("%s", SECRET)
def test_error():
    try: raise ConfigError(f"bad {SECRET}")
    except ConfigError: pass
def test_cause():
    with pytest.raises(KeyError):
        try: raise ValueError(SECRET)
        except ValueError as error: raise KeyError("x") from error
def test_file(tmp_path): (tmp_path / "a.json").write_text(SECRET)
def test_file_of_a_fixture(there): (there / "b").write_text(SECRET)
def test_name(tmp_path): (tmp_path / SECRET).write_text("")
def test_arguments(): subprocess.run(["true", SECRET])
def test_address():
    from tests.canaries import received
    received("h", f"/a?token={SECRET}", {})
def test_after_a_failure(capsys): print(SECRET); assert not capsys.readouterr().out

@pytest.fixture
def there(tmp_path): return tmp_path

def test_fine_header():
    from tests.canaries import received
    received("h", "/", {"Authorization": SECRET})
def test_fine_kept(tmp_path): keeps(tmp_path / "config").write_text(SECRET)
def test_fine_hidden():
    with pytest.raises(KeyError):
        try: raise ValueError(SECRET)
        except ValueError: raise KeyError("x") from None
def test_fine_environment(): subprocess.run(["true"], env={**os.environ, "TOKEN": SECRET})
"""


@pytest.fixture
def found():
    """What was noticed; the test does not fail of it."""
    LEAKS.taken()
    yield LEAKS.taken
    LEAKS.taken()


def test_a_test_in_which_a_secret_comes_out_fails(tmp_path):
    keeps(tmp_path)
    doors = "from tests.canary_guard import no_secret_is_left, pytest_configure, pytest_runtest_teardown\n"
    lay(tmp_path, {"conftest.py": doors, "test_inner.py": LEAKING, "pytest.ini": "[pytest]\n"})
    words = ["-q", "-rE", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *words, f"--basetemp={tmp_path / 'base'}", tmp_path],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path,
    )  # fmt: skip
    failed = {line.split("::")[1].split()[0] for line in ran.stdout.splitlines() if "::" in line}
    tests = {
        line.split()[1].partition("(")[0] for line in LEAKING.splitlines() if "def test_" in line
    }
    assert failed == {name for name in tests if not name.startswith("test_fine")}


# ---------------------------------------------------------------- what it looks like


@pytest.mark.parametrize(
    "form",
    [
        lambda secret: secret,
        json.dumps,
        quote,
        lambda secret: quote(secret, safe=""),
        repr,
        lambda secret: secret.encode().hex(),
        str.upper,
        *(lambda secret, n=n: encoded("u" * n + secret) for n in range(4)),
        lambda secret: encoded(f"user:{secret}").rstrip("="),
        lambda secret: base64.urlsafe_b64encode(f"user:{secret}".encode()).decode(),
        lambda secret: f"Basic {encoded(f'x-access-token:{secret}')}, and more",
    ],
)
def test_a_secret_is_known_whatever_it_looks_like(form):
    shown = form(ODD)
    assert is_in(shown)
    assert is_in(shown.encode())
    assert names_in(f"it is {shown}.") <= {"odd", "?"}
    assert not is_in(form("another-secret, as long as that"))


def test_a_secret_in_base64_is_called_by_its_name():
    assert names_in(f"Authorization: Basic {encoded(f'me:{ODD}')}") == {"odd"}


def test_a_key_is_known_by_a_part_of_it(found):
    key = "-----BEGIN KEY-----\n" + "AbCdEfGh" * 8 + "\n-----END KEY-----\n"
    recognised("a-key", key)
    assert names_in(json.dumps({"key": key})) == {"a-key"}


def encoded(text):
    return base64.b64encode(text.encode()).decode()


# ---------------------------------------------------------------- where it is


def test_what_git_wrote_is_unpacked(tmp_path, found):
    root = repository(tmp_path / "r")
    lay(root, {"a": "x" * 3000 + canary("in-git")})
    git(root, "add", "a")
    LEAKS.look_in(tmp_path / "r" / ".git")
    assert any("in-git" in each for each in found())
    git(root, "commit", "-q", "-m", f"Say {canary('in-message')}")
    git(root, "repack", "-adq")
    git(root, "prune-packed")
    (root / "a").unlink()
    LEAKS.look_in(tmp_path / "r" / ".git" / "objects")
    packed = [each.partition(":")[0] for each in found() if ".pack" in each]
    assert packed == ["in-git, in-message"]
    keeps(root)


def test_what_a_database_has_packed_is_unpacked(tmp_path, found):
    packed = zlib.compress(f"a long answer, {canary('packed')}".encode() * 9, 1)
    path = tmp_path / "answers.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE answers (body)")
        database.execute("INSERT INTO answers VALUES (?)", [packed])
    database.close()
    LEAKS.look_in(tmp_path)
    assert found() == ["packed: in the file answers.sqlite"]
    keeps(path)


# ---------------------------------------------------------------- who is told


def test_a_secret_is_for_its_own_host_in_a_header_alone(found):
    secret = canary("of-a", hosts=r"a\.example")
    received("a.example", "/", {"Authorization": f"Basic {encoded(f'me:{secret}')}"})
    assert found() == []
    received("b.example", "/", {"Authorization": f"Basic {encoded(f'me:{secret}')}"})
    assert found() == ["of-a: in the header Authorization to b.example"]
    received("a.example", f"/?password={secret}", {}, json.dumps({"said": secret}))
    assert found() == ["of-a: in an address asked of a.example", "of-a: in what a.example was sent"]


def test_what_is_traded_is_sent_in_a_body_to_those_who_know_it(found):
    secret = canary("to-be-traded", traded=True)
    received("a.example", "/", {}, f"refresh_token={secret}", own=["to-be-traded"])
    assert found() == []
    received("a.example", "/", {}, f"refresh_token={secret}", own=[])
    assert found() == ["to-be-traded: in what a.example was sent"]

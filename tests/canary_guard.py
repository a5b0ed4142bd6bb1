"""
Looks, after every test, for the secrets that were configured: in what was said, written, sent, run.

That is what was captured of output and logs, the text of each error of ours and of what led to it
(`pytest.raises`), the files in the test's folder (git's objects and databases unpacked), what the
servers of tests were sent, and the arguments and surroundings of programs. Folders that several
tests share are looked at in the end. `tests/canaries.py` has the secrets.
"""

import os
import subprocess
import sys

import pytest
from _pytest.capture import CaptureFixture
from _pytest.raises import RaisesExc

from bot.errors import BasewatchError
from tests.canaries import LEAKS, canary

UNRELATED = "A_SECRET_OF_SOMEBODY"
_CHAIN = 20


def pytest_configure(config):
    """Have the doors watched; a secret that nobody is to use stands in the environment."""
    if UNRELATED not in os.environ:
        os.environ[UNRELATED] = canary("environment")
    if not hasattr(BasewatchError, "watched"):
        BasewatchError.watched = True
        BasewatchError.__init__ = _told
        RaisesExc.__exit__ = _before(RaisesExc.__exit__, _caught)
        CaptureFixture.readouterr = _giving(CaptureFixture.readouterr, _said)
        subprocess.Popen.__init__ = _before(subprocess.Popen.__init__, _started)
        subprocess.Popen.communicate = _giving(subprocess.Popen.communicate, _answered)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    """Fail a test in which a secret came out."""
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    done = yield
    for _, key, text in item._report_sections:
        LEAKS.look(f"the captured {key}", text)
    if folder:
        LEAKS.look_in(folder)
    if found := LEAKS.taken():
        pytest.fail("secrets came out:\n" + "\n".join(found), pytrace=False)
    return done


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_left(tmp_path_factory):
    """Fails the last test where a secret is in a folder that several share."""
    yield
    for folder in tmp_path_factory.getbasetemp().iterdir():
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith("test_"):
            LEAKS.look_in(folder, files=20_000)
    found = LEAKS.taken()
    assert not found, "\n".join(found)


# ---------------------------------------------------------------- doors


def _told(self, *arguments):
    LEAKS.look("the text of an error", " ".join(map(str, arguments)))
    Exception.__init__(self, *arguments)


def _caught(_, _kind, error, _trace):
    """An error, and what a traceback would tell with it."""
    for _ in range(_CHAIN):
        if error is None:
            return
        LEAKS.look(f"the text of a {type(error).__name__}", str(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _said(_, result):
    LEAKS.look("what was written to the output", result.out)
    LEAKS.look("what was written to the errors", result.err)


def _started(_, command, *_rest, env=None, **_options):
    """A program's arguments are everybody's to see; what we start gets no secret but git's own."""
    words = [command] if isinstance(command, str | bytes | os.PathLike) else [*command]
    for word in words:
        LEAKS.look(f"the arguments of {os.fsdecode(words[0])}", os.fsdecode(word))
    if sys._getframe(2).f_globals.get("__name__", "").startswith("bot."):
        for name, value in (os.environ if env is None else env).items():
            if not name.startswith("GIT_CONFIG_VALUE_") and not name.lower().endswith("_proxy"):
                LEAKS.look(f"{name}, in the surroundings of {os.fsdecode(words[0])}", value)


def _answered(process, result):
    """What basewatch said where a test ran it as a program; others are not ours."""
    words = process.args if isinstance(process.args, list | tuple) else [process.args]
    if {"bot", "basewatch"} & {os.fsdecode(word).rpartition("/")[2] for word in words}:
        for said in result:
            LEAKS.look("what the program said", said)


def _before(method, look):
    def watched(self, *arguments, **options):
        look(self, *arguments, **options)
        return method(self, *arguments, **options)

    return watched


def _giving(method, look):
    def watched(self, *arguments, **options):
        result = method(self, *arguments, **options)
        look(self, result)
        return result

    return watched

"""Programs that are run: what they get, and how they end."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from bot import programs
from bot.errors import EvidenceError
from bot.programs import Call
from tests.canaries import canary, is_in


@pytest.fixture
def script(tmp_path):
    def made(text, name="program"):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    return made


def ran(*command, **fields):
    return asyncio.run(programs.run(Call(command, **fields)))


def test_a_program_gives_its_output_its_code_and_its_last_complaint(script):
    got = ran(script("echo out; echo first >&2; printf 'last \\033[1m\\n\\n' >&2; exit 3"))
    assert (got.code, got.output, got.complaint) == (3, b"out\n", "last  [1m")


def test_a_program_that_tells_of_its_proxy_does_not_tell_its_password(script):
    url = f"http://me:{canary('proxy-password')}/x@127.0.0.1:1"
    got = ran(script('echo "no such proxy: $HTTPS_PROXY" >&2'), env={"HTTPS_PROXY": url})
    assert got.complaint == "no such proxy: http://***@127.0.0.1:1"


def test_a_program_has_no_other_surroundings_than_it_is_given(script, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", canary("environment"))
    got = ran(script("/usr/bin/env"), env={"A": "b"})
    told = {line for line in got.output.decode().split() if not line.startswith(("PWD=", "_="))}
    assert told - {"SHLVL=0", "SHLVL=1", "OLDPWD=/"} == {"A=b"}


def test_a_program_starts_where_it_is_told_and_hears_nothing(script, tmp_path):
    (tmp_path / "x").write_text("")
    assert ran(script("pwd; cat"), folder=tmp_path).output.decode() == f"{tmp_path}\n"


def test_a_program_that_takes_too_long_is_ended_with_all_it_started(script, tmp_path):
    noted = tmp_path / "child"
    with pytest.raises(EvidenceError, match=r"^slow took longer than 0\.5 seconds$"):
        ran(script(f"sleep 300 & echo $! > {noted}; wait", "slow"), timeout=0.5)
    assert is_gone(int(noted.read_text()))


def test_what_a_program_leaves_behind_is_ended_too(script, tmp_path):
    noted = tmp_path / "child"
    assert ran(script(f"sleep 300 >&- 2>&- & echo $! > {noted}")).code == 0
    assert is_gone(int(noted.read_text()))


def is_gone(process):
    """Whether it runs no more; what has ended and is not yet waited for counts as gone."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_program_that_writes_without_end_is_ended(script):
    with pytest.raises(EvidenceError, match=r"^talks wrote more than 1 KiB$"):
        ran(script("while :; do echo yes; done", "talks"), limit=1024)


def test_a_program_that_closes_its_pipes_may_still_take_too_long(script, monkeypatch):
    monkeypatch.setattr(programs, "_GRACE", 0.1)
    with pytest.raises(EvidenceError, match=r"^quiet took longer than 600 seconds$"):
        ran(script("exec >&- 2>&-; sleep 300", "quiet"))


def test_complaints_without_end_are_forgotten_but_for_their_end(script):
    got = ran(
        script(
            "i=0; while [ $i -lt 3000 ]; do echo '"
            + "x" * 400
            + "' >&2; i=$((i+1)); done; echo end >&2"
        )
    )
    assert got.complaint == "end"


def test_a_wait_that_is_given_up_ends_the_program(script, tmp_path):
    noted = tmp_path / "itself"

    async def given_up():
        task = asyncio.create_task(programs.run(Call((script(f"echo $$ > {noted}; sleep 300"),))))
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if noted.exists() and noted.read_text().strip():
                break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(given_up())
    assert is_gone(int(noted.read_text()))


@pytest.mark.parametrize("command", ["/nowhere/program", "/tmp", "/bin/sh\0"])
def test_a_program_that_cannot_be_run_is_an_error_of_ours(command):
    with pytest.raises(EvidenceError, match="cannot be run: "):
        ran(command)


def test_a_program_ended_by_a_signal_has_its_code(script):
    assert ran(script("kill -9 $$")).code == -signal.SIGKILL


def test_a_program_is_found_by_name_or_path(script, monkeypatch, tmp_path):
    path = script("", "scanner")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.found("scanner") == path
    assert programs.found(path) == path
    assert programs.found("another") is None


def test_a_program_in_the_folder_where_one_is_is_not_found_by_its_name(
    script, monkeypatch, tmp_path
):
    path = script("", "scanner")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert programs.found("scanner") is None
    monkeypatch.setenv("PATH", ".:bin")
    assert programs.found("scanner") is None
    assert programs.found("./scanner") == path


def test_surroundings_hold_no_secret_and_tell_of_proxies_only_for_the_network(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("no_proxy", "example.org")
    monkeypatch.setenv("GITHUB_TOKEN", canary("environment"))
    monkeypatch.setenv("TRIVY_TOKEN", canary("environment"))
    here = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "DOCKER_CONFIG": str(tmp_path),
    }
    assert programs.surroundings(tmp_path, network=False) == here
    told = programs.surroundings(tmp_path, network=True)
    assert told["HTTPS_PROXY"] == "http://proxy.example"
    assert told["no_proxy"] == "example.org"
    assert not is_in(str(told))


def test_a_folder_is_made_or_the_error_is_ours(tmp_path):
    assert programs.made(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="cannot be made"):
        programs.made(tmp_path / "file" / "b")

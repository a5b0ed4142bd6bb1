"""What a command says that is told to end, and how it ends."""

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOLD = "basewatch: told to end (SIGTERM): run it again, and what was begun is completed\n"
DEAF = """\
import time
from bot.cli import stopping
stopping.GRACE = 0.1
stopping.heed()
said = False
while True:
    try:
        if not said:
            said = True
            print("ready", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


@contextmanager
def started(*words, before=None):
    process = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=before,  # noqa: PLW1509 -- it takes no lock
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


@contextmanager
def looking_up(tmp_path, before=None):
    """A check that waits for a registry which says nothing."""
    (tmp_path / "Dockerfile").write_text("FROM node:20\n")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = tmp_path / "operator.yaml"
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config.write_text(f"registries: {{docker.io: {{lookup: '{url}', insecure: true}}}}\n")
        words = ("-m", "bot", "check", tmp_path, "--config", config)
        with started(*words, before=before) as process:
            silent.settimeout(30)
            connection, _ = silent.accept()
            with connection:
                connection.recv(10)  # it is well under way
                yield process


def end(process):
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_a_command_that_is_told_to_end_ends_with_a_word(tmp_path):
    with looking_up(tmp_path) as process:
        process.send_signal(signal.SIGTERM)
        assert end(process) == (143, "", TOLD)


def deaf_to_interrupts():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_so_does_one_that_hears_of_no_interrupt(tmp_path):
    with looking_up(tmp_path, deaf_to_interrupts) as process:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        code, out, err = end(process)
    assert (code, out, err.splitlines()[-1]) == (143, "", TOLD.strip())
    assert "Traceback" not in err


def test_one_that_does_not_come_to_its_end_is_ended():
    with started("-c", DEAF) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert end(process) == (143, "", TOLD)

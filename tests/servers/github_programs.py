"""Servers that play GitHub: where their programs are, and how they are started and stopped."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ENVIRONMENT = Path(sys.prefix)
PACKAGES = ENVIRONMENT / "forges" / "node_modules"


def at_hand(path, how="dev/forges"):
    """The path, or what becomes of a test that needs it."""
    if path.exists():
        return path
    message = f"{path.name} is not at hand ({how} puts it there)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(f"NOT TESTED: {message}")
    raise AssertionError


@contextmanager
def running(command, folder, url):
    """A server that answers at `url`, until it is stopped."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            wait_for(url, process, folder)
            yield process
        finally:
            process.terminate()
            process.wait(10)


def wait_for(url, process, folder):
    for _ in range(400):
        assert process.poll() is None, (folder / "log").read_text()
        try:
            httpx.get(url, trust_env=False, timeout=2)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "log").read_text())

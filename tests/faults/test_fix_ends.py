"""`fix` that is told to end, or is killed: every file is the old one or the new one, and the next completes it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.faults import delayed
from tests.servers.faults import proxy as proxied
from tests.servers.registry import push_image

pytestmark = pytest.mark.registry

ROOT = Path(__file__).resolve().parents[2]
FILES = 30
TOLD = "basewatch: told to end (SIGTERM): run it again, and what was begun is completed\n"


@pytest.fixture(scope="module")
def image(open_registry):
    for number, tag in enumerate(("1.0.0", "1.1.0")):
        digest = push_image(open_registry.base_url, "faults/fix", tag, content=f"{number}")
    return "faults/fix", digest


@pytest.fixture
def slow(open_registry):
    """The registry behind a proxy, so that it is known when a run is at what."""
    with proxied(open_registry.host) as proxy:
        yield proxy


@pytest.fixture
def made(tmp_path, slow, image):
    """A folder of so many files; gives it, and what they hold before and after."""
    name, digest = image
    config = tmp_path / "operator.yaml"
    config.write_text(
        f"registries:\n  '{slow.host}': {{insecure: true}}\n"
        "ledger: 'off'\nevidence: {enabled: false}\n"
    )
    old = f"FROM {slow.host}/{name}:1.0.0\n"

    def folder(number):
        for each in range(FILES):
            path = tmp_path / f"{number}" / f"part{each}" / "Dockerfile"
            path.parent.mkdir(parents=True)
            path.write_text(old)
        return tmp_path / f"{number}", config

    return folder, old, f"FROM {slow.host}/{name}:1.1.0@{digest}\n"


def fixing(folder, config):
    words = [sys.executable, "-P", "-m", "bot", "fix", str(folder), "--config", str(config)]
    return subprocess.Popen(
        words, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def struck(slow, place, sign, after):
    """Send the signal so many seconds after the last lookup has begun, or as it began."""
    process = fixing(*place)
    try:
        slow.forget()
        slow.plan = lambda _number, _method, _path: delayed(0.05)
        until = time.monotonic() + 60
        while not any("/manifests/" in each.path for each in slow.asked):
            assert time.monotonic() < until
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        time.sleep(after)
        process.send_signal(sign)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate(timeout=20)
    return process.returncode, out, err


def texts(folder):
    return {
        path.relative_to(folder): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def survives(slow, made, points):
    make, old, new = made
    for number, (sign, after) in enumerate(points):
        place = make(number)
        code, _, err = struck(slow, place, sign, after)
        assert code in ((-9, 0) if sign == signal.SIGKILL else (143, 0)), err
        assert err in ("", TOLD)
        found = texts(place[0])
        whole = {text for path, text in found.items() if path.name == "Dockerfile"}
        assert whole <= {old, new}
        beside = [path for path in found if path.name != "Dockerfile"]
        assert len(beside) <= (sign == signal.SIGKILL)  # what was to take the place of a file
        slow.plan = lambda *_: None
        done = fixing(*place)
        _, err = done.communicate(timeout=60)
        assert (done.returncode, err) == (0, "")
        now = texts(place[0])
        assert {text for path, text in now.items() if path not in beside} == {new}
        assert len(now) == FILES + len(beside)


def drawn(seed, times):
    chance = random.Random(seed)
    return [((signal.SIGTERM, signal.SIGKILL)[each % 2], chance.uniform(0.1, 0.35))
            for each in range(times)]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_fix_that_is_ended_anywhere_leaves_whole_files(slow, made):
    survives(slow, made, [(signal.SIGTERM, 0.0), *drawn(1, 8)])

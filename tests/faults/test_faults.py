"""Whatever a registry, OSV or a forge does to any request of a run: nothing wrong is written or told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.runs import Case
from tests.faults.sweeping import ALL, LYING
from tests.servers import faults

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.registry


# ---------------------------------------------------------------- a few, in every run


A_FEW = {"check": 83, "fix": 131, "diff": 701, "run": 701, "run again": 701}
EVERY = {"check": 11, "fix": 17, "diff": 59, "run": 59, "run again": 61}


@pytest.mark.parametrize("command", A_FEW)
def test_a_fault_in_any_request_writes_nothing_wrong_and_is_gone_with_the_next_run(sweep, command):
    assert sweep.wrong(sweep.single(command, A_FEW[command])) == {}


def test_faults_in_three_of_ten_requests_write_nothing_wrong_either(sweep):
    assert sweep.wrong(sweep.at_random("run", 0.3, [0])) == {}


@pytest.mark.parametrize("command", ["fix", "run"])
def test_a_digest_that_stands_in_a_header_alone_is_not_written(sweep, command):
    def plan(_number, method, _path):
        return LYING if method == "HEAD" else None

    case = Case(f"{command}: headers lie", command, plan)
    assert sweep.wrong([case]) == {}


# ---------------------------------------------------------------- the sweep


@pytest.mark.slow
@pytest.mark.timeout(3000 if ALL else 300)
@pytest.mark.parametrize("command", EVERY)
def test_and_so_it_is_with_every_request(sweep, command):
    assert sweep.wrong(sweep.single(command, EVERY[command])) == {}


@pytest.mark.slow
@pytest.mark.timeout(3000 if ALL else 300)
def test_and_with_every_request_where_tokens_are_wanted(sweep_of_tokens):
    asked = sweep_of_tokens.requests("check")
    assert [path for _, path in asked if path.startswith("/token?")]
    assert sweep_of_tokens.wrong(sweep_of_tokens.single("check", 59)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("command", EVERY)
def test_and_with_many_faults_at_once(sweep, command, rate):
    seeds = range(100, 100 + round(0.6 / rate))  # so many that some request meets one
    assert sweep.wrong(sweep.at_random(command, rate, seeds)) == {}


@pytest.mark.slow
def test_who_sends_a_byte_now_and_then_holds_nobody_up_beyond_what_is_configured(stood, own_ledger):
    """As a program, and so with the limits of an operator: it would be two minutes without them."""
    stand = stood.stands[0]
    place = stand.place("drips")
    said = stand.configuration(place) | {"http": {"tries": 2, "timeout_seconds": 1}}
    (place / "operator.yaml").write_text(json.dumps(said))
    stand.plan(faults.always(faults.drips))
    words = ["check", place / "repo", "--config", place / "operator.yaml"]
    command = [sys.executable, "-m", "bot", *map(str, words)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert made.returncode == 2
    assert "no whole answer within 2 s" in made.stderr

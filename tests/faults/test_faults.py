"""Whatever a registry, OSV or a forge does to any request of a run: nothing wrong is written or told."""

import pytest

pytestmark = pytest.mark.registry


# ---------------------------------------------------------------- a few, in every run


@pytest.mark.parametrize(
    ("command", "every"), [("check", 61), ("fix", 131), ("diff", 499), ("run", 499)]
)
def test_a_fault_in_any_request_writes_nothing_wrong_and_is_gone_with_the_next_run(
    sweep, command, every
):
    assert sweep.wrong(sweep.single(command, every)) == {}


def test_faults_in_three_of_ten_requests_write_nothing_wrong_either(sweep):
    assert sweep.wrong(sweep.at_random("run", 0.3, [0])) == {}


# ---------------------------------------------------------------- the sweep


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "every"), [("check", 3), ("fix", 7), ("diff", 17), ("run", 17)]
)
def test_and_so_it_is_with_every_request(sweep, command, every):
    assert sweep.wrong(sweep.single(command, every)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("command", ["check", "fix", "diff", "run"])
def test_and_with_many_faults_at_once(sweep, command, rate):
    assert sweep.wrong(sweep.at_random(command, rate, range(100, 106))) == {}

"""Whatever comes from outside is read or refused: nothing else is raised, and nothing hangs."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import mutated
from tests.fuzz.target import FOUND
from tests.fuzz.targets import TARGETS

EACH = pytest.mark.parametrize("name", TARGETS)
FEW = settings(
    max_examples=max(8, settings().max_examples // 4), suppress_health_check=list(HealthCheck)
)
KEPT = [(name, path.name) for name, target in TARGETS.items() for path in target.kept()]
pytestmark = pytest.mark.timeout(60)  # a hang: all of these take milliseconds


@EACH
def test_what_a_target_is_for_is_taken(name):
    target = TARGETS[name]
    assert any(map(target.feed, target.known()))


@EACH
@FEW
@given(seed=st.integers(0, 2**32))
def test_nothing_that_becomes_of_it_raises(name, seed):
    target, chance = TARGETS[name], random.Random(seed)
    seeds = [*target.known(), b""]
    target.feed(mutated(chance.choice(seeds), chance, chance.choice(seeds)))


@settings(max_examples=10 * settings().max_examples, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(TARGETS)), st.binary(max_size=120))
def test_no_bytes_raise(name, data):
    TARGETS[name].feed(data)


@pytest.mark.parametrize(("name", "found"), KEPT)
def test_what_was_found_once_does_not_come_back(name, found):
    (path,) = (path for path in TARGETS[name].kept() if path.name == found)
    TARGETS[name].feed(path.read_bytes())


def test_what_was_found_once_is_of_a_target():
    there = {path for path in FOUND.rglob("*") if path.is_file()}
    assert there == {path for target in TARGETS.values() for path in target.kept()}

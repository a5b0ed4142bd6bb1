"""One item's failure never becomes another's."""

import threading

import pytest

from bot.batch import AT_ONCE, Batch, each, each_at_once
from bot.errors import ConfigError, RepoError
from bot.model import Failure


def halved(number):
    if number % 2:
        raise RepoError(f"{number} is odd")
    return number // 2


@pytest.mark.parametrize("all_of", [each, each_at_once])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_results_and_failures_keep_their_order(all_of, count):
    found = all_of(halved, list(range(count)), named=lambda number: f"n{number}")
    failed = tuple(Failure(f"n{n}", f"{n} is odd") for n in range(1, count, 2))
    assert found == Batch(tuple(n // 2 for n in range(0, count, 2)), failed)


def test_several_are_waited_for_at_once():
    met = threading.Barrier(AT_ONCE, timeout=30)
    assert len(each_at_once(lambda _item: met.wait(), range(AT_ONCE)).done) == AT_ONCE


@pytest.mark.parametrize("all_of", [each, each_at_once])
def test_what_is_no_items_own_failure_ends_it(all_of):
    def wrong(_item):
        raise ConfigError("nothing makes sense")

    with pytest.raises(ConfigError):
        all_of(wrong, [1, 2, 3])

import datetime as dt

import pytest

from bot.model import Cycle
from bot.wording.lifecycle import until, worry
from tests.altered import replace

END = dt.date(2026, 7, 11)
LATER = dt.date(2028, 6, 30)
TODAY = dt.date(2026, 11, 22)
DEBIAN = Cycle(
    "Debian 12", "system", security_until=END, extended_until=LATER, extended_by="Debian LTS"
)
NODE = Cycle("Node.js 24", "runtime", lts=True, security_until=dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("cycle", "said"),
    [
        (DEBIAN, "Debian 12, ended 2026-07-11 (Debian LTS: until 2028-06-30)"),
        (NODE, "Node.js 24 LTS, supported until 2026-12-31"),
        (Cycle("nginx 1.28", "runtime"), "nginx 1.28, no end announced"),
        (
            Cycle("X 1", "system", security_until=END, extended_until=END),
            "X 1, ended 2026-07-11",
        ),
    ],
)
def test_a_release_is_told_with_its_end(cycle, said):
    assert until(cycle, TODAY) == said


@pytest.mark.parametrize(
    ("cycle", "day", "said"),
    [
        (
            DEBIAN,
            TODAY,
            "Debian 12 has had no regular security support since 2026-07-11; Debian LTS lasts until 2028-06-30",
        ),
        (
            DEBIAN,
            dt.date(2028, 7, 1),
            "Debian 12 has had no regular security support since 2026-07-11; Debian LTS ended on 2028-06-30",
        ),
        (
            DEBIAN,
            dt.date(2026, 7, 1),
            "Debian 12 gets security fixes until 2026-07-11 only; Debian LTS lasts until 2028-06-30",
        ),
        (NODE, TODAY, "Node.js 24 gets security fixes until 2026-12-31 only"),
        (NODE, dt.date(2027, 1, 1), "Node.js 24 has had no security support since 2026-12-31"),
        # What was learned before the end tells what was meant, not what came.
        (
            replace(DEBIAN, as_of=dt.date(2025, 5, 17)),
            TODAY,
            "Debian 12 has had no regular security support since 2026-07-11 (as known on 2025-05-17); Debian LTS lasts until 2028-06-30",
        ),
        (
            replace(DEBIAN, extended_until=None, as_of=END),
            TODAY,
            "Debian 12 has had no security support since 2026-07-11",
        ),
    ],
)
def test_what_ended_or_ends_soon_is_told_in_a_sentence(cycle, day, said):
    assert worry(cycle, day) == said

"""The two images side by side: systems with their ends, sizes, platforms, digests."""

import datetime as dt

import pytest

from bot.image import ImageRef
from bot.model import (
    Bump,
    Cycle,
    Difference,
    Evidence,
    ImageFacts,
    LifeCycle,
    OsRelease,
    TagFacts,
    Unavailable,
)
from bot.wording.diff import text
from bot.wording.platforms import lost
from bot.wording.table import comparison, sizes
from tests.altered import replace

DAY = dt.date(2026, 11, 22)
TAG = TagFacts("rolling", "", "", "")


def facts(*platforms, size=None, at=None):
    return ImageFacts("sha256:" + "a" * 64, "", platforms, {} if at is None else {at: size})


BOTH = facts("linux/amd64", size=1000, at="linux/amd64")


def evidence(old=BOTH, new=BOTH, **more):
    bump = Bump(ImageRef.parse("debian:12.4"), ImageRef.parse("debian:12.5"), "patch")
    return Evidence(bump, old, new, TAG, TAG, **more)


def row(found, name, **how):
    (line,) = [line for line in comparison(found, **how).splitlines() if f"| {name} |" in line]
    return [cell.strip() for cell in line.split(" | ")[1:]]


def difference(**more):
    return Difference("linux/arm64", "content", "x", packages=(), **more)


SYSTEMS = [
    ("Debian", "12.8", "Debian 12 (bookworm)", "Debian 12.8 (bookworm), ended 2026-01-01"),
    ("Debian", "12", "Debian 12 (bookworm)", "Debian 12 (bookworm), ended 2026-01-01"),
    ("Alpine Linux", "3.19.1", "Alpine 3.19", "Alpine Linux 3.19.1, ended 2026-01-01"),
    ("Debian", "13", "Debian 1", "Debian 13 · Debian 1, ended 2026-01-01"),
    ("Ubuntu", "24.04", "Debian 12", "Ubuntu 24.04 · Debian 12, ended 2026-01-01"),
]


@pytest.mark.parametrize(("name", "version", "subject", "said"), SYSTEMS)
def test_a_system_is_named_once_with_its_end(name, version, subject, said):
    life = LifeCycle((Cycle(subject, "system", security_until=dt.date(2026, 1, 1)),), DAY)
    os = OsRelease("x", version, name=name)
    found = evidence(new_life=life, old_life=life, difference=difference(os=(os, os)))
    assert row(found, "System") == [said, f"{said} |"]


def test_without_an_end_or_a_system_the_other_is_told():
    life = LifeCycle((Cycle("Debian 12", "system"),), DAY)
    os = OsRelease("debian", "12.8", name="Debian")
    found = evidence(old_life=life, difference=difference(os=(None, os)))
    assert row(found, "System") == ["Debian 12, no end announced", "Debian 12.8 |"]


def test_the_size_is_that_of_the_platform_that_was_opened():
    found = evidence(difference=difference(sizes=(2000, 3000)))
    assert sizes(found) == ("2.0 kB (`linux/arm64`)", "3.0 kB (+1.0 kB)")
    assert "Size: 2.0 kB (linux/arm64) → 3.0 kB (+1.0 kB)" in text(found)


def test_sizes_of_two_platforms_are_not_put_side_by_side_without_a_word():
    found = evidence(new=facts("linux/arm64", size=2000, at="linux/arm64"))
    assert sizes(found) == ("1.0 kB (`linux/amd64`)", "2.0 kB (`linux/arm64`): another platform")
    assert "Size: 1.0 kB (linux/amd64) → 2.0 kB (linux/arm64): another platform" in text(found)


def test_where_no_size_is_known_the_text_has_none():
    unknown = evidence(Unavailable("no"), Unavailable("no"))
    assert sizes(unknown) == ("unknown", "unknown")
    assert "Size" not in text(unknown)


def test_platforms_that_came_and_went_are_marked():
    old, new = facts("linux/amd64", "linux/arm64"), facts("linux/arm64", "linux/riscv64")
    assert row(evidence(old, new), "Platforms") == [
        "`linux/amd64` (gone), `linux/arm64`",
        "`linux/arm64`, `linux/riscv64` (new) |",
    ]
    assert row(evidence(old, Unavailable("no")), "Platforms")[0] == "`linux/amd64`, `linux/arm64`"
    assert [*lost(old, new)] == ["**`linux/amd64` is gone**, and `linux/riscv64` is new."]


def test_who_compares_two_images_pins_none():
    digest = f"`sha256:{'a' * 12}…`"
    pinned = f"not pinned (today {digest})"
    assert row(evidence(), "Digest") == [pinned, f"{pinned} |"]
    assert row(evidence(), "Digest", proposed=False) == [digest, f"{digest} |"]
    unknown = evidence(Unavailable("no"))
    assert row(unknown, "Digest", proposed=False)[0] == "not known"
    assert row(unknown, "Digest")[0] == "not pinned"


def test_the_day_that_images_say_they_were_made_on_is_told():
    found = evidence(difference=difference(made=(dt.date(2024, 1, 2), None)))
    assert row(found, "Made (as it says)") == ["2024-01-02", "not said |"]
    assert "Made (as they say): 2024-01-02 → not said" in text(found)
    assert "Made" not in comparison(evidence(difference=difference()))


PACKAGES = [(0, "Neither has any package."), (1, "The one package is as it was."), (2, "All 2 packages are as they were.")]  # fmt: skip


@pytest.mark.parametrize(("number", "said"), PACKAGES)
def test_packages_that_stayed_are_counted(number, said):
    from bot.wording.packages import package_sections

    found = replace(difference(), counts=(number, number))
    assert [section.text for section in package_sections(found)] == [said]

"""What a dashboard says of packages that files pin."""

import pytest

from bot.model import (
    Feed,
    Findings,
    PackagePin,
    Page,
    PinOffer,
    PinVerdict,
    Plan,
    Position,
    Published,
    Repo,
    Snapshot,
    Span,
)
from bot.wording.dashboard import dashboard, tells_nothing


def pin(name, line=1, path="apko.yaml"):
    text = f"{name}=1.0-r0"
    span = Span(100 * line, 100 * line + len(text))
    return PackagePin(
        path, "apko", span, Position(line, 3), text, name, "=", "1.0-r0", span, Feed()
    )


def offer(new, kind="patch"):
    return PinOffer(new, kind, (), Published(new))


def page(*verdicts):
    found = Findings(Snapshot(Repo("team/app", "x", "main"), "c0"), 1, (), ())
    return Page((Plan(found, (), verdicts),))


SOME = (
    PinVerdict(pin("moves"), "update", "1.1-r0 is published.", offer("1.1-r0")),
    PinVerdict(pin("major", 2), "held", "It is a major.", apart=offer("2.0-r0", "major")),
    PinVerdict(pin("young", 3), "held", "It is young.", until="2026-11-29"),
    PinVerdict(pin("lost", 4), "failed", "An index could not be read: it is down."),
    PinVerdict(pin("lost-too", 5), "failed", "An index could not be read: it is down."),
    PinVerdict(pin("stays", 1, "other.yaml"), "current", "Nothing newer is published."),
)


@pytest.mark.parametrize(
    "said",
    [
        "**6 package pins in 2 files**: 1 update, 1 current, 2 held, 2 failed; 1 move apart.",
        "### Needs a look (1)\n\n- `lost=1.0-r0` (`apko.yaml:4`): An index could not be read",
        "### Held (2)",
        "| image or package | until | where | why |",
        "| `young=1.0-r0` | 2026-11-29 | `apko.yaml:3` | It is young. |",
        "| `major=1.0-r0` | no day is set | `apko.yaml:2` | It is a major. |",
        "### Every package pin (6)",
        "| `apko.yaml` | 1 | `moves=1.0-r0` → `1.1-r0` | update | 1.1-r0 is published. |",
        "| `apko.yaml` | 2 | `major=1.0-r0` → `2.0-r0` | held | It is a major. |",
    ],
)
def test_a_dashboard_tells_each_pin_and_what_is_held(said):
    assert said in dashboard(page(*SOME))
    assert "No use of a base image" not in dashboard(page(*SOME))


def test_a_repository_of_pins_alone_has_a_dashboard():
    assert not tells_nothing(page(*SOME))
    assert tells_nothing(page())


def test_many_pins_are_folded_and_very_many_cut():
    many = [PinVerdict(pin(f"p{n}", n), "current", "It is.") for n in range(1, 500)]
    body = dashboard(page(*many))
    assert "<summary>Every package pin (499)</summary>" in body
    assert "99 more rows would not fit here." in body


def test_where_all_does_not_fit_what_is_current_goes():
    long = "Nothing newer is published. " * 30
    many = [PinVerdict(pin(f"p{n}", n), "current", long) for n in range(1, 400)]
    body = dashboard(page(*many, PinVerdict(pin("young", 500), "held", "It is young.")))
    assert "Every package pin (1), those that are current left out" in body

"""What is said of a plan where people look at changes: findings, troubles, summaries."""

import re

import pytest

from bot.formats import uses_of
from bot.image import ImageRef
from bot.model import (
    Edit,
    Failure,
    Findings,
    Offer,
    Outcome,
    Plan,
    Repo,
    Report,
    Snapshot,
    SourceFile,
    Span,
    Verdict,
)
from bot.wording import summary
from bot.wording.findings import Trouble, findings, short, together, troubles
from tests.altered import replace

D1, D2 = "sha256:" + "1" * 64, "sha256:" + "2" * 64
LINES = (
    "FROM node:20.11.0-alpine\nFROM debian:12\n"
    f"FROM redis:7@{D1}\nFROM ghcr.io/x/y:1\nFROM busybox:1\n"
)
EDIT = Edit(Span(0, 0), "")


def offer(new, kind="minor", edits=(EDIT,)):
    return Offer(ImageRef.parse(new), kind, edits, "Because.")


def plan(slug="shop", path="app/Dockerfile", text=LINES):
    source = SourceFile(path, text)
    uses = tuple(uses_of(source))
    snapshot = Snapshot(Repo(slug, "."), None)
    found = Findings(snapshot, 1, uses, (), {path: source})
    node, debian, redis, ghcr, busybox = uses
    return Plan(
        found,
        (
            Verdict(node, "update", "20.18.1 is newer.", "l", offer(f"node:20.18.1-alpine@{D2}")),
            Verdict(debian, "pin", "It had no digest.", "l", offer(f"debian:12@{D2}", "pin")),
            Verdict(redis, "current", "Nothing newer.", "l"),
            Verdict(ghcr, "failed", "ghcr.io gave no answer.", "l"),
            Verdict(busybox, "held", "A comment holds it until 2099-01-31.", "l"),
        ),
    )


def outcome(verb, title="Bump node", where="https://forge.example.org/shop/-/1", detail=""):
    return Outcome("shop", f"basewatch/{verb}", title, verb, where, detail)


def report(**fields):
    parts = {"plans": (plan(),), "outcomes": (outcome("created"),), "failures": ()}
    return Report(**{**parts, **fields})


# ---------------------------------------------------------------- findings


def test_what_would_change_or_failed_is_a_finding_and_nothing_else_is():
    found = findings(plan())
    assert [(one.rule, one.use.position.line) for one in found] == [
        ("behind", 1),
        ("unpinned", 2),
        ("failed", 4),
    ]


def test_a_finding_says_what_there_is_what_it_becomes_and_why():
    behind, unpinned, failed = (one.said for one in findings(plan()))
    new = "sha256:222222222222…"
    assert behind == (
        f"node:20.11.0-alpine has moved on: node:20.18.1-alpine@{new} (minor). 20.18.1 is newer."
    )
    assert unpinned == f"debian:12 is not pinned: debian:12@{new} (pin). It had no digest."
    assert failed == "ghcr.io/x/y:1 could not be looked up: ghcr.io gave no answer."


def test_a_digest_is_shown_by_its_first_twelve_digits():
    assert short(f"redis:7@{D1}") == "redis:7@sha256:111111111111…"
    assert short("redis:7") == "redis:7"


# ---------------------------------------------------------------- troubles


def test_all_that_a_run_could_not_do_is_told_once():
    failed = replace(outcome("failed"), detail="The branch is protected.")
    found = troubles(report(outcomes=(outcome("created"), failed), failures=(Failure("a", "b"),)))
    assert [(trouble.where, trouble.why) for trouble in found] == [
        ("a", "b"),
        ("shop basewatch/failed", "The branch is protected."),
        ("shop: app/Dockerfile:4", "ghcr.io gave no answer."),
    ]
    assert found[2].slug == "shop"
    assert found[2].use.path == "app/Dockerfile"


def test_a_move_apart_that_could_not_be_looked_up_is_trouble_too():
    whole = plan()
    lost = offer("redis:8", "major", ())._replace(because="redis:8 is gone.", lost=True)
    waits = offer("redis:9", "major", ())._replace(because="redis:9 is too young.")
    verdicts = [verdict._replace(apart=(lost, waits)) for verdict in whole.verdicts[2:3]]
    found = troubles(report(plans=(replace(whole, verdicts=tuple(verdicts)),)))
    assert [trouble.why for trouble in found] == ["redis:8 is gone."]


# ---------------------------------------------------------------- summaries


def test_the_summary_of_a_check_has_what_changes_first_and_folds_the_rest():
    text = summary.of_plan(plan())
    assert text.startswith(
        "## basewatch check\n\n5 uses: 1 update, 1 pin, 1 current, 1 held, 1 failed.\n\n| outcome |"
    )
    assert (
        "| update | `app/Dockerfile:1` | `node:20.11.0-alpine` |"
        " `node:20.18.1-alpine@sha256:222222222222…` | 20.18.1 is newer. |"
    ) in text
    shown, folded = text.split("<details>")
    assert "busybox" not in shown
    assert "| held | `app/Dockerfile:5` | `busybox:1` |  |" in folded


def test_a_check_of_nothing_has_a_summary_too():
    empty = replace(plan(), verdicts=())
    assert summary.of_plan(empty) == "## basewatch check\n\n0 uses.\n"


def test_the_summary_of_a_run_leads_to_each_pull_request():
    text = summary.of_report(report())
    assert "1 proposal: 1 created. 5 uses in 1 repository: 1 update" in text
    assert "| created | [Bump node](https://forge.example.org/shop/-/1) | `shop` |  |" in text
    assert "| `shop: app/Dockerfile:4` | ghcr.io gave no answer. |" in text
    assert "Held (1)" in text
    assert "Repositories" not in text


def test_the_summary_of_many_repositories_counts_each():
    plans = (plan("shop"), plan("team/depot"))
    text = summary.of_report(report(plans=plans, outcomes=()))
    assert "Nothing to propose. 10 uses in 2 repositories: 2 update" in text
    assert "Repositories (2)" in text
    assert "| `team/depot` | 5 | 1 | 1 | 1 | 1 |  | 1 |" in text


def test_what_is_the_same_for_many_repositories_is_told_once():
    said = [Trouble(f"team/a{number}", "it is away") for number in range(300)]
    use = uses_of(SourceFile("Dockerfile", "FROM node:20\n"))[0]
    apart = [Trouble("team/x: Dockerfile:1", "it is away", "team/x", use)]
    other = [Trouble("team/b", "gone"), Trouble("team/c", "gone"), Trouble("team/c", "gone")]
    assert together([*said, *apart, *other]) == [
        Trouble("team/a0 and 299 more repositories", "it is away"),
        *apart,
        Trouble("team/b, team/c", "gone"),
    ]


def test_proposals_of_the_same_trouble_are_counted():
    said = [Trouble(f"team/a basewatch/n{number}", "no answer") for number in range(4)]
    assert together(said) == [Trouble("team/a basewatch/n0 and 3 more", "no answer")]


def test_the_summary_of_a_run_leads_to_each_dashboard():
    board = replace(
        outcome("left"), where="https://forge.example.org/shop/-/2", detail="No issues."
    )
    text = summary.of_report(replace(report(), dashboards=(board,)))
    assert "Dashboards (1)" in text
    assert "| [shop](https://forge.example.org/shop/-/2) | left | No issues. |" in text
    assert "Dashboards" not in summary.of_report(report())


def test_a_command_is_shown_as_code_that_can_be_copied():
    detail = "has commits of others; `/basewatch recreate` throws them away"
    text = summary.of_report(report(outcomes=(outcome("left", detail=detail),)))
    assert detail in text


def test_a_branch_on_this_machine_is_no_address():
    text = summary.of_report(report(outcomes=(outcome("created", where="basewatch/node"),)))
    assert "| created | Bump node | `shop` |  |" in text


@pytest.mark.parametrize(
    "hostile", ["a | b\n\n# Big", "<script>alert(1)</script>", "@team #1 `x`", "![](https://x)"]
)
def test_foreign_text_stays_in_its_cell(hostile):
    failing = report(
        outcomes=(outcome("left", title=hostile, detail=hostile),),
        failures=(Failure(hostile, hostile),),
        plans=(plan(slug=hostile),),
    )
    for line in summary.of_report(failing).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert cells in {0, 3, 4, 5}
        assert not line.startswith(("# ", "<script"))


def test_a_summary_stays_within_what_is_shown_of_a_step():
    text = "".join(f"FROM registry.example.org/{'x' * 100}/n{i}:1\n" for i in range(5_000))
    source = SourceFile("Dockerfile", text)
    uses = uses_of(source)
    verdicts = tuple(Verdict(use, "failed", "é" * 400, "l") for use in uses)
    whole = plan()
    large = replace(whole, verdicts=verdicts)
    for page in (summary.of_plan(large), summary.of_report(report(plans=(large,)))):
        assert len(page.encode()) < 1 << 20
        assert re.search(r"\n\n4,?\d{3} more rows would not fit here\.", page)

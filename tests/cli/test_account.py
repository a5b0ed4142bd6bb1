"""What `run` prints: a table of what changed, a line for each repository, the totals."""

import pytest

from bot.cli.account import report_shown
from bot.model import Failure, Outcome, Passed, Report
from bot.wording.totals import Totals, totals
from tests.altered import replace
from tests.wording.test_dashboard import plan, use, verdict

URL = "https://github.com/team/app/pull"
LONG = "team/platform/services/payments-gateway"


def outcome(verb, number=1, repo="team/app", title="Bump node 20.1.0 → 20.2.0", **more):
    made = Outcome(repo, f"basewatch/{number}", title, verb, f"{URL}/{number}")
    return replace(made, **more)


def planned(slug, *verdicts, branch="main"):
    made = plan(*verdicts, branch=branch)
    snapshot = made.findings.snapshot
    repo = replace(snapshot.repo, slug=slug)
    findings = replace(made.findings, snapshot=replace(snapshot, repo=repo))
    return replace(made, findings=findings)


def report(outcomes=(), plans=(), failures=(), **more):
    return Report(tuple(plans), tuple(outcomes), tuple(failures), **more)


@pytest.fixture
def shown(capsys):
    def lines(what, **how):
        report_shown(what, **how)
        return capsys.readouterr().out.splitlines()

    return lines


SOME = report(
    (
        outcome("unchanged", 1),
        outcome("created", 2),
        outcome("left", 3, title="Bump redis 7.2 → 7.4 (release/1.0)", detail="has commits that"
                " are not basewatch's; `/basewatch recreate` throws them away"),
        outcome("failed", 4, LONG, "Pin go 1.22 to a digest", detail="the forge answers 500"),
        outcome("unchanged", 5),
        outcome("retired", 6, LONG, "", detail="merged; its branch is deleted"),
    ),
    (planned("team/app", verdict(), verdict("held")), planned("team/none"), planned(LONG, verdict())),
    (Failure("team/gone", "there is no such repository, or no right to see it"),),
    passed=(Passed("team/old", "archived"),),
    calls={"reads": 12, "writes": 4},
    dashboards=(
        Outcome("team/app", "", "Page", "updated", "https://github.com/team/app/issues/9"),
        Outcome(LONG, "", "Page", "unchanged", "x"),
    ),
)  # fmt: skip


def test_a_run_of_some_of_everything(shown, snapshot):
    assert "\n".join(shown(SOME)) == snapshot


def test_no_line_is_longer_than_eighty_columns_but_for_addresses(shown):
    long = "very " * 60
    many = [replace(each, title=long, detail=long, repo=LONG * 4) for each in SOME.outcomes]
    for line in shown(replace(SOME, outcomes=tuple(many))):
        assert len(line) <= 80 or line[9:] == LONG * 4 or line.startswith(f"{LONG * 4}:")


def test_hundreds_of_repositories_where_nothing_changed_are_a_line_each(shown):
    slugs = [f"team/{n:03}" for n in range(300)]
    same = [outcome("unchanged", n, slug) for slug in slugs for n in range(3)]
    lines = shown(report(same, [planned(slug, *[verdict()] * 3) for slug in slugs]))
    assert len(lines) == 301
    assert lines[0] == "team/000: 3 proposals unchanged; 3 uses: 3 current."
    assert lines[-1] == "In 300 repositories: 0 done, 900 unchanged, 0 left, 0 failed."


def test_hundreds_that_wait_for_the_same_are_one_row(shown):
    full, held = "10 at most are open at a time", "held until 2027-01-31 by a person"
    some = [outcome("left", n, title=f"Bump {n}", detail=full, waits=full) for n in range(300)]
    some += [outcome("left", n, title=f"Pin {n}", detail=held, waits=held) for n in range(3)]
    lines = shown(report(some, [planned("team/app", verdict())]))
    assert lines[1:3] == ["left     team/app    Bump 0 and 299 more", f"         {full}"]
    assert [line.split()[-2:] for line in lines if line.startswith("left")][1:] == [
        ["Pin", "0"], ["Pin", "1"], ["Pin", "2"],
    ]  # fmt: skip
    assert lines[-1] == "In 1 repository: 0 done, 0 unchanged, 303 left, 0 failed."


def test_where_there_is_nothing_to_do_that_is_said(shown):
    lines = shown(report(plans=[planned("a/b", verdict()), planned("a/c")]))
    assert lines[:2] == [
        "a/b: nothing to do; 1 use: 1 current.",
        "a/c: nothing to do; no use of a base image.",
    ]


def test_a_run_that_could_do_nothing_says_so_in_the_totals(shown):
    why = "github.com: GET /user: the token of $BASEWATCH_TOKEN is refused"
    assert shown(report(failures=[Failure("repositories", why)])) == [
        "outcome  repository    proposal",
        "failed   repositories",
        f"         {why}",
        "",
        "In 0 repositories: 0 done, 0 unchanged, 0 left, 1 failed.",
    ]


def test_what_is_wrong_with_several_lines_of_a_file_is_as_many_lines(shown):
    why = "basewatch.yaml:1:1: pin: no\nbasewatch.yaml:2:1: foo: there is no such option"
    lines = shown(report(failures=[Failure("team/app", why)]))
    assert lines[1:4] == ["failed   team/app", *(f"         {line}" for line in why.split("\n"))]


def test_what_failed_for_the_same_reason_everywhere_is_one_row(shown):
    failures = [Failure(f"team/a{number}", "it is away") for number in range(300)]
    assert shown(report(failures=[*failures, Failure("team/b", "gone")])) == [
        "outcome  repository  proposal",
        "failed   team/b",
        "         gone",
        "failed   team/a0     and 299 more repositories",
        "         it is away",
        "",
        "In 0 repositories: 0 done, 0 unchanged, 0 left, 301 failed.",
    ]


def test_several_branches_of_a_repository_are_one_line(shown):
    both = [planned("a/b", verdict()), planned("a/b", verdict("held"), branch="next")]
    assert shown(report(plans=both))[0] == (
        "a/b: nothing to do; 2 uses on 2 branches: 1 current, 1 held."
    )


def test_a_dry_run_shows_each_write_then_what_would_be(shown):
    made = outcome("created", detail="dry run", writes=("create the branch x:", "    +FROM a"))
    left = outcome("left", 2, detail="dry run: it is held")
    lines = shown(report([made, left], [planned("team/app", verdict())]), dry=True)
    assert lines == [
        "team/app: Bump node 20.1.0 → 20.2.0",
        "  create the branch x:",
        "      +FROM a",
        "",
        "would be repository  proposal",
        "created  team/app    Bump node 20.1.0 → 20.2.0",
        f"         {URL}/1",
        "left     team/app    Bump node 20.1.0 → 20.2.0",
        f"         {URL}/2",
        "         it is held",
        "",
        "team/app: 1 use: 1 current.",
        "In 1 repository: 1 to be done (1 created), 0 unchanged, 1 left, 0 failed.",
        "This was a dry run: nothing was written.",
    ]


def test_images_that_could_not_be_looked_up_are_counted_among_what_failed(shown):
    lost = planned("a/b", verdict("failed", "500", use()), verdict("failed", "500", use(line=9)))
    told = report(plans=[lost])
    assert totals(told) == Totals(0, 0, 0, 2)
    assert shown(told)[-2:] == [
        "In 1 repository: 0 done, 0 unchanged, 0 left, 2 failed.",
        "Of these, 2 uses could not be looked up: standard error says why.",
    ]


def test_foreign_text_steers_no_terminal(shown):
    bad = outcome("created", title="a\x1b[2Jb\nc", detail="d\u202ee", writes=("\x1b]0;x\x07",))
    text = "\n".join(shown(report([bad])))
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert "a\\x1b[2Jb" in text


def test_a_wide_terminal_is_used(shown, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    title = "Bump " + "x " * 50
    assert title.strip() in shown(report([outcome("created", title=title)]))[1]

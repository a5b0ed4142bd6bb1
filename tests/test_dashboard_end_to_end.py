"""The dashboard at a GitLab: the command line, a real registry, real git behind a fake of the API."""

import re

import pytest

from bot.cli import main
from bot.wording.dashboard import ticked
from tests.servers.registry import push_image
from tests.test_forges_end_to_end import ONE, SLUG, bot, image, verbs

__all__ = ["bot"]  # a fixture

pytestmark = pytest.mark.registry
ONE_AT_A_TIME = "proposals: {open_at_most: 1}\n"
LIMITED = re.compile(r"1 at most are open at a time")


def project(there, *names, **more):
    text = "".join(f"FROM {name}:1.0.0\n" for name in names)
    return there.project(SLUG, {"Dockerfile": text.encode()}, {"basewatch": 40, "kim": 40}, **more)


def tick(issue):
    """As kim does it, who clicks on the first box."""
    assert "- [ ]" in issue.description
    issue.description = issue.description.replace("- [ ]", "- [x]", 1)


def dashboards(report):
    return [(page["verb"], page["where"].rpartition("/-/")[2]) for page in report["dashboards"]]


@pytest.mark.slow
def test_one_life_of_a_dashboard(there, bot, open_registry):
    names = [image(open_registry, f"board/n{n}", "1.0.0", "1.1.0") for n in range(2)]
    app = project(there, *names)
    code, report, err = bot(platform=ONE, extra=ONE_AT_A_TIME)
    assert (code, err, sorted(verbs(report))) == (0, "", ["created", "left"])
    assert dashboards(report) == [("created", "issues/1")]
    (issue,) = app.issues.values()
    assert issue.author.username == "basewatch"
    assert app.requests[1].shown()["web_url"] in issue.description
    assert LIMITED.search(issue.description)

    code, report, _ = bot(platform=ONE, extra=ONE_AT_A_TIME)
    assert dashboards(report) == [("unchanged", "issues/1")]
    assert (there.writes(), report["calls"]["writes"]) == ([], 0)

    tick(issue)
    _, report, _ = bot(platform=ONE, extra=ONE_AT_A_TIME)
    assert sorted(verbs(report)) == ["created", "unchanged"]
    assert dashboards(report) == [("updated", "issues/1")]
    assert ticked(issue.description) == frozenset()
    assert len([each for each in app.requests.values() if each.state == "opened"]) == 2
    _, report, _ = bot(platform=ONE, extra=ONE_AT_A_TIME)
    assert there.writes() == []

    app.push("main", {"Dockerfile": b"FROM scratch\n"})
    _, report, _ = bot(platform=ONE, extra=ONE_AT_A_TIME)
    assert (verbs(report), dashboards(report)) == (["retired"] * 2, [("retired", "issues/1")])
    assert issue.state == "closed"
    _, report, _ = bot(platform=ONE, extra=ONE_AT_A_TIME)
    assert (report["dashboards"], there.writes()) == ([], [])


@pytest.mark.slow
def test_a_repository_that_ignores_all_its_files_is_left_by_closing_what_is_open(
    there, bot, open_registry
):
    app = project(there, image(open_registry, "board/left", "1.0.0", "1.1.0"))
    bot(platform=ONE)
    app.push("main", {"basewatch.yaml": b'ignore: ["*"]\n'})
    code, report, err = bot(platform=ONE)
    assert (code, err, verbs(report)) == (0, "", ["retired"])
    assert [issue.state for issue in app.issues.values()] == ["closed"]
    bot(platform=ONE)
    assert there.writes() == []


@pytest.mark.slow
def test_a_repository_whose_configuration_is_broken_keeps_all_that_is_open(
    there, bot, open_registry
):
    app = project(there, image(open_registry, "board/broken", "1.0.0", "1.1.0"))
    bot(platform=ONE)
    app.push("main", {"basewatch.yaml": b"nonsense: 1\n", "Dockerfile": b"FROM scratch\n"})
    code, report, err = bot(platform=ONE)
    assert (code, verbs(report), report["dashboards"]) == (2, [], [])
    assert "basewatch.yaml" in err
    assert there.writes() == []
    open_ones = [*app.requests.values(), *app.issues.values()]
    assert [each.state for each in open_ones] == ["opened", "opened"]

    app.push("main", {"basewatch.yaml": b""})
    code, report, err = bot(platform=ONE)
    assert (code, err, verbs(report)) == (0, "", ["retired"])


@pytest.mark.slow
def test_an_unchanged_repository_with_three_open_ones_costs_four_reads_at_most(
    there, bot, open_registry
):
    project(there, *(image(open_registry, f"board/r{n}", "1.0.0", "1.1.0") for n in range(3)))
    _, report, _ = bot(platform=ONE)
    assert verbs(report) == ["created"] * 3
    _, report, _ = bot(platform=ONE)
    assert (verbs(report), dashboards(report)) == (["unchanged"] * 3, [("unchanged", "issues/1")])
    asked = [
        path.partition("?")[0].rpartition("/")[2] for path in there.reads() if "api/v4" in path
    ]
    assert sorted(asked) == ["app", "issues", "merge_requests", "user"]
    listing_and_account = 2  # once a run, not for each repository
    assert (report["calls"]["reads"] - listing_and_account, report["calls"]["writes"]) == (2, 0)


@pytest.mark.slow
def test_a_declined_one_comes_back_when_its_box_is_ticked(there, bot, open_registry):
    app = project(there, image(open_registry, "board/declined", "1.0.0", "1.1.0"))
    bot(platform=ONE)
    app.requests[1].end(there, "closed", there.users["kim"])
    _, report, _ = bot(platform=ONE)
    assert (verbs(report), dashboards(report)) == (["left"], [("updated", "issues/1")])
    tick(app.issues[1])
    _, report, _ = bot(platform=ONE)
    assert verbs(report) == ["created"]
    assert [each.state for each in app.requests.values()][-1] == "opened"
    bot(platform=ONE)
    assert there.writes() == []


def test_without_issues_the_run_says_so_and_fails_at_nothing(there, bot, open_registry):
    app = project(there, image(open_registry, "board/none", "1.0.0", "1.1.0"), tracked=False)
    code, report, err = bot(platform=ONE)
    assert (code, err, verbs(report), app.issues) == (0, "", ["created"], {})
    ((page),) = report["dashboards"]
    assert (page["verb"], page["detail"].count("\n")) == ("left", 0)
    assert "issues are switched off" in page["detail"]


def test_who_wants_no_dashboard_has_none_and_pays_nothing(there, bot, open_registry):
    app = project(there, image(open_registry, "board/off", "1.0.0", "1.1.0"))
    _, report, _ = bot(platform=ONE, extra="proposals: {dashboard: false}\n")
    assert (report["dashboards"], app.issues) == ([], {})
    assert not [path for path in there.reads() if "/issues" in path]


def test_the_terminal_is_told_why_there_is_none(there, bot, open_registry, capsys, tmp_path):
    project(there, image(open_registry, "board/text", "1.0.0", "1.1.0"), tracked=False)
    bot("--dry-run", platform=ONE)
    assert main(["run", "--config", str(tmp_path / "operator.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "dashboard" in line]
    assert lines[at].split() == ["left", SLUG, "the", "dashboard"]
    assert "issues are switched off" in lines[at + 1]


def test_a_dry_run_says_what_would_be_told(there, bot, open_registry):
    app = project(there, image(open_registry, "board/dry", "1.0.0", "1.1.0"))
    _, report, _ = bot("--dry-run", platform=ONE)
    assert [(p["verb"], p["detail"]) for p in report["dashboards"]] == [("created", "dry run")]
    assert (app.issues, there.writes()) == ({}, [])
    assert any("Every use" in line for line in report["dashboards"][0]["writes"])


@pytest.mark.slow
def test_a_run_that_is_not_answered_at_any_write_never_makes_two(there, bot, open_registry):
    base = image(open_registry, "board/lost", "1.0.0", "1.1.0")
    app = project(there, base)
    for number in range(4):
        there.fail(method="POST|PUT", status=502, after=True, path="/issues")
        push_image(open_registry.base_url, "board/lost", f"1.{number + 2}.0", content=f"n{number}")
        code, _, err = bot(platform=ONE)
        assert (code, "dashboard" in err) == (2, True)
        _, report, _ = bot(platform=ONE)
        assert dashboards(report) == [("unchanged", "issues/1")]
        assert (len(app.issues), there.writes()) == (1, [])

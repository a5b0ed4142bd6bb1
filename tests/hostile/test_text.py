"""Text of others in all that is shown to people: only read, wherever it stands."""

import json
import re

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot.cli.account import report_shown
from bot.cli.diff import _words
from bot.cli.text import clean
from bot.diff import difference
from bot.image import ImageRef
from bot.model import (
    Failure,
    Findings,
    Note,
    Outcome,
    Page,
    Plan,
    Position,
    Pull,
    Repo,
    Report,
    Row,
    ScannerWord,
    Skip,
    Snapshot,
    Span,
    Use,
    Verdict,
    Vulnerabilities,
    Wishes,
)
from bot.pulls import said
from bot.pulls.bodies import body_of
from bot.pulls.commands import Command, is_ticked
from bot.pulls.marker import Marker, marker_in
from bot.steps.propose import propose
from bot.wording import diff, summary, workflow
from bot.wording.dashboard import dashboard, ticked
from bot.wording.onboarding import Prospect, onboarding
from tests.altered import replace
from tests.diff.made import deb, image
from tests.fakes.runner import Runner
from tests.fakes.shelf import Shelf
from tests.hostile.texts import RENDER, THREATS, acts_in
from tests.wording.made import OLD, case_of

OURS = ("https://forge.example.org/", "https://x.example/", "https://tracker.debian.org/", "https://security-tracker.debian.org/",
        "https://nvd.nist.gov/", "https://osv.dev/")  # fmt: skip
NODE = ImageRef.parse("node:20.11.0")


class Html(SingleFileSnapshotExtension):
    file_extension = "html"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def golden(snapshot):
    return snapshot.use_extension(Html)


@pytest.mark.parametrize("threat", [name for name in THREATS if name not in (
    "is a heading", "is a list", "leaves its table by a backslash", "leaves its code", "is struck through",
    "ends a picture", "is a picture of a face")])  # fmt: skip
def test_what_is_looked_for_here_is_found_where_nothing_is_done_about_it(threat):
    raw = THREATS[threat]
    table = f"| a | b |\n| --- | --- |\n| {raw} | x |"
    assert acts_in(raw) or acts_in(f"x\n\n{raw}") or RENDER(table).count("<td>") != 2


# ---------------------------------------------------------------- bodies


def evil_evidence(tmp_path, texts):
    """A proposal whose evidence has these texts wherever evidence has any of others."""
    packs = [
        replace(deb(f"p{n}", "1"), name=text, version=text, source=text, source_version=text)
        for n, text in enumerate(texts)
    ]
    from bot.model import Attachment, ImageConfig, OsRelease, Provenance

    config = ImageConfig(
        user=texts[0],
        entrypoint=tuple(texts),
        environment={text: text for text in texts},
        labels={text: text for text in texts},
        ports=frozenset(texts),
    )
    os = OsRelease(texts[0], texts[-1], name=texts[-1])
    rows = [
        Row(f"CVE-2026-1{n:04}" if n % 2 else text, text, text, kind, (text,), "high", old=text,
            new=text, fixed_in=text, title=text, url=f"https://x.example/{text}")
        for n, text in enumerate(texts)
        for kind in ("introduced", "fixed", "present")
    ]  # fmt: skip
    words = (
        *(ScannerWord(text, text, text, inconclusive=(text,)) for text in texts),
        ScannerWord("x", unavailable=texts[0]),
    )
    return case_of(
        tmp_path,
        {"Dockerfile": f"FROM debian:bookworm-slim@{OLD}\n"},
        Shelf({"debian": ["bookworm-slim"]}),
        difference=difference(
            image("a", [deb("libc6", "1")], stack=("1",), history=tuple(texts)),
            image("b", packs, stack=("2",), config=config, os=os, history=tuple(reversed(texts))),
        ),
        vulnerabilities=Vulnerabilities(words, tuple(rows)),
        notes=tuple(Note(text, text, f"https://x.example/{text}", text) for text in texts),
        silent=tuple(texts),
        provenance=(
            Provenance(
                (Attachment("signature", texts[0], texts[0]),), texts[0], base_name=texts[0]
            ),
            Provenance((Attachment("sbom", texts[-1], texts[-1]),), texts[-1], refused=texts[-1]),
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("threat", THREATS)
def test_nothing_in_a_body_acts(threat, tmp_path):
    case = evil_evidence(tmp_path, [THREATS[threat]])
    whole = body_of(propose(case).body, Marker(line="l", to="t"))
    assert acts_in(whole, ours=OURS, comments=2) == []
    assert marker_in(whole) == Marker(line="l", to="t")
    assert not is_ticked(whole)
    assert acts_in(diff.markdown(case.evidence[0]), ours=OURS) == []


def test_a_body_of_all_that_is_evil(tmp_path, golden):
    case = evil_evidence(tmp_path, [*THREATS.values()])
    body = propose(case).body
    assert acts_in(body, ours=OURS, comments=1) == []
    assert RENDER(re.sub(r"evidence=\w+", "evidence=…", body)) == golden


# ---------------------------------------------------------------- dashboards, and what is asked


def evil_plan(texts, branch="main", slug="team/app"):
    def use(text, line):
        return Use(text, "dockerfile", Span(5 + 100 * line, 12 + 100 * line), Position(line, 6), text, NODE, (), "from")  # fmt: skip

    uses = [use(text, line) for line, text in enumerate(texts, 1)]
    kinds = ("failed", "held", "current")
    verdicts = tuple(
        Verdict(each, kinds[n % 3], each.path, each.path, until=each.path, elsewhere=(each.path,))
        for n, each in enumerate(uses)
    )
    skips = tuple(
        Skip(text, "dockerfile", Span(0, 1), Position(1, 1), text, "template", text)
        for text in texts
    )
    snapshot = Snapshot(Repo(slug, "x", branch), "c0")
    return Plan(Findings(snapshot, len(uses), tuple(uses), skips), verdicts)


def evil_outcomes(texts):
    return tuple(
        Outcome("team/app", f"basewatch/{n}{text}", text, verb, f"https://forge.example.org/{n}", text,
                waits=text if n % 2 else "")
        for n, text in enumerate(texts)
        for verb in ("failed", "left", "created")
    )  # fmt: skip


def evil_page(texts, branch):
    pulls = tuple(Pull(n, f"b{n}", "main", text, text, url=text) for n, text in enumerate(texts))
    failures = tuple(Failure(text, text) for text in texts)
    plans = (evil_plan(texts, branch), evil_plan(texts * 12, branch))
    return Page(plans, evil_outcomes(texts), failures, pulls=pulls)


@pytest.mark.parametrize("threat", THREATS)
def test_nothing_on_a_dashboard_acts(threat):
    text = dashboard(evil_page([THREATS[threat]], THREATS[threat]))
    boxes = text.count("<!-- basewatch-box ask=")
    assert acts_in(text, ours=OURS, comments=boxes + 1) == []
    assert ticked(text) == frozenset()


def test_a_dashboard_of_all_that_is_evil(golden):
    text = dashboard(evil_page([*THREATS.values()], THREATS["loads an image by HTML"]))
    assert RENDER(re.sub(r"hash=\w+", "hash=…", text)) == golden


def test_a_picture_has_no_line_that_a_name_made():
    text = dashboard(Page((evil_plan([*THREATS.values()]),)))
    chart = text.partition("```mermaid\n")[2].partition("\n```")[0]
    assert chart.count("\n") > 20
    for line in chart.splitlines():
        assert re.fullmatch(
            r"flowchart LR|  f\d+\[\"[\w./:#;-]*\"\]|  b\d+\(\[\"[\w./:#;-]*\"\]\)|  f\d+ --> b\d+", line
        ), line  # fmt: skip


@pytest.mark.parametrize("threat", THREATS)
def test_nothing_in_what_a_repository_is_asked_acts(threat):
    text = THREATS[threat]
    wishes = Wishes(timezone=text, operators_schedules=(text,))
    shown = onboarding(evil_plan([text]), [Prospect(text, ("pin",), 1)], wishes, "basewatch.yaml")
    assert acts_in(shown, ours=OURS, comments=1) == []
    assert marker_in(shown) == Marker(line="onboarding", to="configuration")


# ---------------------------------------------------------------- comments


def evil_comments(text):
    command = Command("unknown", 1, text)
    return [
        said.unknown_answer(command),
        said.shelved_answer(Command("ignore-image", 1, text), text),
        said.unwanted(text),
        said.unwanted_but_touched(text),
    ]


@pytest.mark.parametrize("threat", THREATS)
def test_nothing_in_a_comment_acts(threat):
    for text in evil_comments(THREATS[threat]):
        assert acts_in(text) == []
        assert [line for line in text.splitlines() if line.startswith("/basewatch")] == []


def test_comments_of_all_that_is_evil(golden):
    shown = [RENDER(text) for threat in THREATS.values() for text in evil_comments(threat)]
    assert "<hr />\n".join(shown) == golden


# ---------------------------------------------------------------- the summary of a step


def evil_report(texts):
    return Report(
        (evil_plan(texts), evil_plan(texts, slug=texts[0])),
        evil_outcomes(texts),
        tuple(Failure(text, text) for text in texts),
        dashboards=evil_outcomes(texts[:1]),
    )


@pytest.mark.parametrize("threat", THREATS)
def test_nothing_in_the_summary_of_a_step_acts(threat):
    texts = [THREATS[threat]]
    for shown in (summary.of_report(evil_report(texts)), summary.of_plan(evil_plan(texts))):
        assert acts_in(shown, ours=OURS) == []


def test_a_summary_of_all_that_is_evil(golden):
    assert RENDER(summary.of_report(evil_report([*THREATS.values()]))) == golden


# ---------------------------------------------------------------- terminals and runners


@pytest.mark.parametrize("threat", THREATS)
def test_no_text_steers_a_terminal_or_a_runner(threat):
    shown = clean(THREATS[threat])
    assert shown.isprintable()
    assert "\n" not in shown
    runner = Runner()
    for line in (shown, f"   {shown}", f"x: {shown}", *shown.split(" ")):
        runner.read(line)
        assert "##vso[" not in line
    assert runner.commands == []


def harmless(printed):
    """Whether what was printed is lines that a terminal shows and no runner obeys."""
    assert Runner().read_all(printed) == []
    assert [line for line in printed.split("\n") if not line.isprintable()] == []
    return True


@pytest.mark.parametrize("threat", THREATS)
def test_what_a_run_prints_is_but_lines(threat, capsys):
    texts = [THREATS[threat]]
    report_shown(evil_report(texts))
    report_shown(evil_report(texts), dry=True)
    assert harmless(capsys.readouterr().out)


@pytest.mark.slow
@pytest.mark.parametrize("threat", THREATS)
def test_what_a_diff_prints_is_but_lines(threat, tmp_path):
    (evidence,) = evil_evidence(tmp_path, [THREATS[threat]]).evidence
    assert harmless(_words("text", [evidence]))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x0b", "\x85"])
def test_no_text_makes_a_line_of_its_own_in_what_a_diff_prints(end, tmp_path):
    (evidence,) = evil_evidence(tmp_path, [f"one{end}FORGED"]).evidence
    lines = _words("text", [evidence]).split("\n")
    assert [line for line in lines if line.startswith("FORGED")] == []
    assert "  + one FORGED one FORGED" in lines


@pytest.mark.parametrize("threat", THREATS)
def test_an_annotation_or_output_is_one_line_and_no_other_command(threat):
    text = THREATS[threat]
    runner = Runner()
    runner.read_all(workflow.annotation("error", text, text, 1, 1) + "\n")
    assert [name for name, _, _ in runner.commands] == ["error"]
    assert len(workflow.output("counts", text).splitlines()) == 1


NAMES = {
    name: text.replace("\0", "").encode("utf-8", "surrogateescape")[:200]
    for name, text in THREATS.items()
    if name != "is no text"
}


@pytest.fixture
def named(tmp_path):
    """A folder with a build file below each name, as far as a file can have it."""
    for text in NAMES.values():
        folder = tmp_path / "repo" / text.decode("utf-8", "ignore").strip("/").replace("/", "_")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Dockerfile").write_text("FROM node:20.11.0-alpine\nFROM ${x}\n")
    return tmp_path / "repo"


def test_a_terminal_of_all_that_is_evil(named, says, golden):
    code, out, err = says("scan", named, "--skips")
    assert (code, err) == (0, "")
    assert f"<pre>{out.replace('<', '&lt;')}</pre>\n" == golden


@pytest.mark.parametrize("command", ["scan", "check"])
def test_what_is_printed_of_all_that_is_evil_is_but_lines(command, named, says, operator):
    words = ("--config", operator) if command == "check" else ("--skips",)
    code, out, err = says(command, named, *words)
    assert (code, err) == (0, "")
    assert Runner().read_all(out) == []
    assert all(line.isprintable() for line in out.splitlines())


@pytest.mark.parametrize("command", ["scan", "check"])
def test_json_of_all_that_is_evil_is_one_document_and_no_command(command, named, says, operator):
    words = ("--config", operator) if command == "check" else ()
    code, out, err = says(command, named, *words, "--json")
    assert (code, err) == (0, "")
    assert Runner().read_all(out) == []
    assert "##vso[" not in out
    assert out.isascii()
    assert all(line.isprintable() for line in out.splitlines())
    files = {use["file"] for use in json.loads(out)["uses"]}
    assert len(files) == len({path.parent for path in named.rglob("Dockerfile")})
    assert any("##[" in file for file in files)  # as it is, once it is read


def test_reports_for_machines_have_nothing_that_a_page_would_take_for_markup(
    named, says, operator, tmp_path
):
    code, _, _ = says("check", named, "--config", operator, "--sarif", tmp_path / "s", "--codequality", tmp_path / "q")  # fmt: skip
    assert code == 0
    (run,) = json.loads((tmp_path / "s").read_text())["runs"]
    for result in run["results"]:
        text = result["message"]["text"]
        assert text.replace("\u2060", "").isprintable()
        assert not re.search(r"[\[\]<>]|[@#!]\w", text)
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert not uri.startswith("/")
    for entry in json.loads((tmp_path / "q").read_text()):
        assert entry["description"].isprintable()

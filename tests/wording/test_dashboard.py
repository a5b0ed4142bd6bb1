"""The text of a dashboard: its order, its bounds, and that nothing foreign acts in it."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.image import ImageRef
from bot.model import (
    Cycle,
    Failure,
    Findings,
    LifeCycle,
    Offer,
    Outcome,
    Page,
    Plan,
    Position,
    Pull,
    Replaced,
    Repo,
    Skip,
    Snapshot,
    Span,
    TagFacts,
    Use,
    Verdict,
)
from bot.wording.dashboard import (
    dashboard,
    farewell,
    is_same,
    tells_nothing,
    ticked,
    was_closed_by_us,
    was_written_by_us,
)
from bot.wording.dashboard.boxes import box
from bot.wording.dashboard.picture import NODES
from bot.wording.fitting import LEFT_OUT
from tests.altered import replace

SLUG = "team/app"
URL = "https://git.example.org/team/app/pull"
EVIL = "x`|<b>@kim</b> closes #1 ![i](https://e.example/p) \n/close \n-->]] fixes team/app#2 🙂"


def use(path="Dockerfile", image="node:20.1.0", line=1, role="from"):
    ref = ImageRef.parse(image) if isinstance(image, str) else image
    span = Span(5 + 100 * line, 12 + 100 * line)
    return Use(path, "dockerfile", span, Position(line, 6), str(ref), ref, (), role)


def verdict(outcome="current", because="It is the newest.", of=None, **more):
    return Verdict(of or use(), outcome, because, "20.*.*", **more)


def plan(*verdicts, branch="main", skips=()):
    uses = tuple(each.use for each in verdicts)
    snapshot = Snapshot(Repo(SLUG, "x", branch), "c0")
    return Plan(Findings(snapshot, len(uses), uses, tuple(skips)), tuple(verdicts))


def skip(reason):
    return Skip("Dockerfile", "dockerfile", Span(0, 1), Position(1, 1), "x", reason, "Why.")


def outcome(verb, branch="basewatch/node", title="Bump node 20.1.0 → 20.2.0", **more):
    number = len(branch)
    return Outcome(SLUG, branch, title, verb, f"{URL}/{number}", **more)


def whole():
    """A page of a repository where there is some of everything."""
    node, alpine = ImageRef.parse("node:20.1.0"), ImageRef.parse("alpine:3.12")
    offer = Offer(ImageRef.parse("node:20.2.0"), "minor", (), "It is newer.", ("It lost arm/v7.",))
    facts = TagFacts("immutable", None, "rule", "It is one.", ("Its publisher moved it.",))
    ended = Cycle("Alpine 3.12", "system", security_until=dt.date(2022, 5, 1))
    plans = plan(
        verdict("update", "20.2.0 is newer.", use(), offer=offer, facts=facts),
        verdict("current", "It is the newest.", use("app/Dockerfile", "python:3.14")),
        verdict("held", "3.15 is known since 2026-11-20.", use("app/Dockerfile", "python:3.14", 4),
                until="2026-11-27", reason="age"),
        verdict("held", "A comment says to.", use("db/Dockerfile", "postgres:17"), reason="held"),
        verdict("held", "A comment says to.", use("db/Dockerfile", "postgres:17", 9), reason="held"),
        verdict("failed", "The registry answers 500.", use("old/Dockerfile", alpine)),
        verdict("current", "It is the newest.", use("old/Dockerfile", "openjdk:8", 3),
                replacement=Replaced("docker.io/library/eclipse-temurin", "It is kept up no more.")),
        verdict("current", "As its FROM says.", use("old/Dockerfile", "openjdk:8", 5, "label")),
        skips=[skip("scratch"), skip("scratch"), skip("stage")],
    )  # fmt: skip
    outcomes = (
        outcome("created"),
        outcome("failed", "basewatch/broken", "Bump broken", detail="the forge answers 500"),
        outcome("left", "basewatch/waits", "Bump redis 7 → 8", detail="2 at most are open",
                waits="2 at most are open at a time"),
        outcome("left", "basewatch/theirs", "Bump theirs", detail="has commits of a person"),
        outcome("retired", "basewatch/gone", "Bump gone"),
    )  # fmt: skip
    return Page(
        (plans,),
        outcomes,
        (Failure("basewatch/unmade", "Dockerfile does not read back"),),
        {alpine: LifeCycle((ended,), dt.date(2026, 11, 22)), node: LifeCycle()},
        (
            Pull(7, "basewatch/doubt", "main", "Bump doubt", "", url=f"{URL}/7"),
            Pull(8, "basewatch/gone", "main", "Bump gone", "", url=f"{URL}/8"),
            Pull(9, "basewatch/old", "main", "Bump old", "", state="closed"),
        ),
    )


def test_a_move_of_its_own_that_waits_is_among_what_is_held():
    said = "22 is a major move, to be proposed on its own. It is held until 2026-11-30."
    waits = Offer(ImageRef.parse("node:22"), "major", (), said, held=True, until="2026-11-30")
    lost = waits._replace(held=False, lost=True)
    of = use("a/Dockerfile", "node:20", 3)
    page = Page((plan(verdict(of=of, apart=(waits, lost))),), ())
    assert dashboard(page).count(f"| `node:20` | 2026-11-30 | `a/Dockerfile:3` | {said} |") == 1


def test_all_that_there_may_be(snapshot):
    assert dashboard(whole()) == snapshot


def test_what_needs_a_person_comes_first():
    text = dashboard(whole())
    order = ["Needs a look (4)", "Waiting or declined (1)", "Held (2)", "Open (2)",
             "Every use (8)", "3 places left alone", "flowchart LR", "⚠️"]  # fmt: skip
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_what_was_taken_back_and_what_is_closed_is_not_told():
    text = dashboard(whole())
    assert "Bump gone" not in text
    assert "Bump old" not in text


def test_the_same_page_gives_the_same_text_in_whatever_order_proposals_come():
    page = whole()
    other = replace(page, outcomes=page.outcomes[::-1], pulls=page.pulls[::-1])
    assert dashboard(page) == dashboard(other)


def test_it_matters_not_by_which_verb_a_pull_request_came_to_be_open():
    texts = {
        dashboard(Page((plan(verdict()),), (outcome(verb),)))
        for verb in ("created", "updated", "rebased", "unchanged")
    }
    assert len(texts) == 1


def test_long_tables_are_folded_and_each_branch_has_its_own():
    many = plan(*(verdict(of=use(f"{n:02}/Dockerfile")) for n in range(11)), branch="one")
    text = dashboard(Page((many, plan(verdict(), branch="two"))))
    assert "<details><summary>Every use on <code>one</code> (11)</summary>" in text
    assert "### Every use on `two` (1)" in text


@pytest.mark.parametrize("number", [500, 3000])
def test_however_much_there_is_it_fits_and_nothing_is_cut(number):
    verdicts = [
        verdict("held" if n % 2 else "current", f"{n} {'why ' * 70}", use(f"{n}/{'d' * 200}", f"a{n}:1"))
        for n in range(number)
    ]  # fmt: skip
    waits = [
        outcome("left", f"basewatch/{n:04}", f"Bump {n} {'x' * 100}", waits="w " * 140)
        for n in range(number)
    ]
    text = dashboard(Page((plan(*verdicts),), tuple(waits)))
    assert len(text) < 60_000
    assert "left out" in text
    assert "more" in text
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert was_written_by_us(text)


def test_a_place_that_is_left_alone_is_named_where_somebody_may_act_on_it():
    place = skip("variable-without-default")
    place = place._replace(text="$X", detail="X has no default", position=Position(2, 6))
    text = dashboard(Page((plan(verdict(), skips=[skip("scratch"), place, place]),)))
    assert "**3 places left alone**: 2 `variable-without-default`, 1 `scratch`." in text
    assert "<summary>Left alone, and perhaps for you to look at (1)</summary>" in text
    assert (
        "| `Dockerfile:2` | `$X` | variable-without-default: X has no default |"
        " give it a default, such as `ARG BASE=debian:12` |"
    ) in text
    quiet = dashboard(Page((plan(verdict(), skips=[skip("scratch"), skip("stage")]),)))
    assert "to look at" not in quiet


def test_of_many_places_that_are_left_alone_so_many_are_named():
    places = [skip("template")._replace(position=Position(n, 1)) for n in range(1, 151)]
    text = dashboard(Page((plan(verdict(), skips=places),)))
    assert "to look at (150)" in text
    assert "50 more rows would not fit here." in text
    assert "`Dockerfile:100`" in text
    assert "`Dockerfile:101`" not in text


def test_foreign_text_does_nothing():
    image = replace(ImageRef.parse("node:20"), tag=None)
    bad = use(EVIL, image)
    page = Page(
        (plan(verdict("failed", EVIL, bad), verdict("held", EVIL, bad, until=EVIL), branch=EVIL,
              skips=[skip("template")._replace(path=EVIL, text=EVIL, detail=EVIL)]),) * 2,
        (
            outcome("failed", f"basewatch/{EVIL}", EVIL, detail=EVIL),
            outcome("left", f"basewatch/{EVIL}--", EVIL, waits=EVIL),
            outcome("left", "b", EVIL, detail=EVIL),
            replace(outcome("created", "c", EVIL), where="javascript:alert(1)"),
        ),
        (Failure(EVIL, EVIL),),
        pulls=(Pull(1, "d", "main", EVIL, EVIL, url=EVIL),),
    )  # fmt: skip
    text = dashboard(page)
    assert was_written_by_us(text)
    assert not was_closed_by_us(text)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    shown = re.sub(r"<(code|pre)[ >].*?</\1>|<!--.*?-->", "", html, flags=re.DOTALL)
    assert "<b>" not in shown
    assert "<img" not in shown
    assert "javascript" not in re.sub(r">[^<]*<", "><", shown)
    assert not re.search(r"[@#](?=\w)", re.sub(r"&#?\w+;", "", shown))
    assert not re.search(r"^/\w", text, re.MULTILINE)
    assert ticked(text) == frozenset()


def test_of_uses_that_would_not_fit_as_many_as_do_are_shown_and_the_picture_stays():
    verdicts = [verdict(of=use(f"{n:03}/{'long' * 40}/Dockerfile")) for n in range(350)]
    text = dashboard(Page((plan(*verdicts),)))
    assert "Every use (350)" in text
    assert "more rows would not fit here." in text
    assert "```mermaid" in text
    assert LEFT_OUT not in text


def test_a_picture_has_so_many_nodes_at_most_and_says_so():
    verdicts = [verdict(of=use(f"{n:03}/Dockerfile", f"base{n % 7}:1")) for n in range(200)]
    text = dashboard(Page((plan(*verdicts),)))
    nodes = re.findall(r"^  [fb]\d+[\[(]", text, re.MULTILINE)
    assert len(nodes) <= NODES
    assert "more files would not fit into the picture" in text


def test_a_name_cannot_break_the_picture():
    odd = 'a"] --> evil; %% ```\n end\udcff' + "é" * 100
    text = dashboard(Page((plan(verdict(of=use(odd)), verdict(of=use("1. Dockerfile"))),)))
    chart = text.partition("```mermaid\n")[2].partition("\n```")[0]
    for line in chart.splitlines():
        assert re.fullmatch(
            r"flowchart LR|  f\d+\[\"[\w./:#;-]*\"\]|  b\d+\(\[\"[\w./:#;-]*\"\]\)|  f\d+ --> b\d+",
            line,
        ), line
    assert '["1#46;#32;Dockerfile"]' in chart


def test_without_a_base_there_is_no_picture():
    assert "mermaid" not in dashboard(Page((plan(),)))
    assert "No use of a base image" in dashboard(Page((plan(),)))


def test_a_picture_names_an_image_without_its_digest():
    pinned = f"node:20@sha256:{'a' * 64}"
    text = dashboard(Page((plan(verdict(of=use(image=pinned))),)))
    assert '(["node:20"])' in text


@pytest.mark.parametrize(
    ("page", "nothing"),
    [
        (Page((plan(),)), True),
        (Page((plan(skips=[skip("scratch")]),)), True),
        (Page((plan(skips=[skip("unparsable")]),)), False),
        (Page((plan(),), (outcome("retired"),)), True),
        (Page((plan(),), (replace(outcome("unchanged"), title=""),)), True),
        (Page((plan(),), (outcome("left"),)), False),
        (Page((plan(),), (), (Failure("x", "y"),)), False),
        (Page((plan(verdict()),)), False),
    ],
)
def test_there_is_something_to_tell_where_there_is_a_use_or_something_open(page, nothing):
    assert tells_nothing(page) is nothing


# ---------------------------------------------------------------- boxes and marks


@given(st.text(min_size=1, max_size=80).filter(str.isprintable))
def test_a_box_tells_its_branch_once_it_is_ticked(branch):
    text = f"Some text\n{box(branch)} title\nmore"
    assert ticked(text) == frozenset()
    assert ticked(text.replace("- [ ]", "- [x]")) == {branch}
    assert ticked(text.replace("- [ ]", "* [X]").replace("\n", "\r\n")) == {branch}
    assert "--" not in box(branch)[5:].removeprefix(" <!--").removesuffix("-->")


def test_boxes_of_other_things_are_none():
    assert ticked("- [x] something\n> - [x] <!-- basewatch-box ask=a -->") == frozenset()
    assert ticked("- [x] <!-- basewatch-box rebase -->") == frozenset()


def test_a_text_is_the_same_with_other_line_ends_and_not_with_a_ticked_box():
    text = dashboard(whole())
    assert is_same(text.replace("\n", "\r\n"), text)
    assert not is_same(text.replace("- [ ]", "- [x]"), text)
    assert not is_same(dashboard(Page((plan(verdict()),))), text)
    assert not is_same("", text)


def test_what_was_asked_for_and_failed_stays_ticked():
    page = Page((plan(verdict()),), (outcome("failed", detail="why"),))
    asked = dashboard(replace(page, asked=frozenset({"basewatch/node"})))
    assert ticked(asked) == {"basewatch/node"}
    assert not is_same(dashboard(page), asked)


def test_a_farewell_is_known_by_its_mark():
    assert was_closed_by_us(farewell())
    assert not was_closed_by_us(dashboard(whole()))
    assert not was_written_by_us(farewell() + "and more")


@given(st.text(alphabet="<!- basewatchdohr=0123f >[x]\n", max_size=400))
def test_any_body_can_be_read(body):
    ticked(body)
    assert was_written_by_us(body) in {True, False}

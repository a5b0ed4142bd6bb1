import pytest

from bot.image import ImageRef
from bot.model import Row, ScannerWord, Unavailable, Vulnerabilities, Wishes
from bot.pulls.judging import Automerge, against_automerge, urgency_of
from tests.altered import replace
from tests.fakes.shelf import Shelf
from tests.wording.made import OLD, case_of

SURE = (ScannerWord("osv"),)
DIGEST = Automerge(frozenset({"digest"}))
QUIET = ("nothing_introduced", "no_warnings", "fixes_something")


def row(kind, severity="low", **more):
    return Row("CVE-1", "glibc", "deb", kind, ("osv",), severity, **more)


def found(*rows, scanners=SURE):
    return Vulnerabilities(scanners, rows)


def case(tmp_path, vulnerabilities, text=f"FROM debian:12@{OLD}\n"):
    shelf = Shelf({"debian": ["12"]})
    return case_of(tmp_path, {"Dockerfile": text}, shelf, vulnerabilities=vulnerabilities)


URGENCY = [
    (found(row("fixed", "low", exploited=True), row("fixed", "critical")), "exploited"),
    (found(row("gone", "critical"), row("fixed", "high")), "critical"),
    (found(row("fixed", "high")), "high"),
    (found(row("fixed", "unknown")), "fixes"),
    (found(row("introduced", "critical", exploited=True), row("present", "critical")), "ordinary"),
    (found(row("unexplained", "critical")), "ordinary"),
    (found(row("fixed", "critical"), scanners=(ScannerWord("x", unavailable="no"),)), "ordinary"),
    (Unavailable("nobody answered"), "ordinary"),
    (None, "ordinary"),
]


@pytest.mark.parametrize(("vulnerabilities", "urgency"), URGENCY)
def test_how_urgent_a_proposal_is_follows_from_what_it_does_away_with(
    tmp_path, vulnerabilities, urgency
):
    assert urgency_of(case(tmp_path, vulnerabilities).evidence) == urgency


AGAINST = [
    (found(row("fixed")), QUIET, ""),
    (found(row("present")), QUIET[:2], ""),
    (found(row("present")), QUIET, "it fixes nothing"),
    (found(row("fixed"), row("arrived")), QUIET, "it introduces vulnerabilities"),
    (found(row("fixed"), row("introduced")), QUIET[:1], "it introduces vulnerabilities"),
    (found(row("fixed"), row("introduced")), QUIET[2:], ""),
    (found(scanners=()), QUIET, "nothing certain is known about vulnerabilities"),
    (Unavailable("no"), QUIET, "nothing certain is known about vulnerabilities"),
    (None, QUIET, "nothing certain is known about vulnerabilities"),
    (None, (), ""),
]


@pytest.mark.parametrize(("vulnerabilities", "only_if", "because"), AGAINST)
def test_the_forge_may_merge_what_the_policy_and_the_evidence_allow(
    tmp_path, vulnerabilities, only_if, because
):
    policy = Automerge(frozenset({"digest"}), frozenset(only_if))
    assert against_automerge(case(tmp_path, vulnerabilities), policy) == because


def test_nobody_who_names_no_conditions_has_the_forge_merge_without_any():
    conditions = {"nothing_introduced", "no_warnings"}
    assert Automerge().only_if == Wishes().conditions == conditions
    assert Automerge().kinds == Wishes().automerge == set()


def test_other_kinds_are_merged_by_people(tmp_path):
    made = case(tmp_path, found(row("fixed")))
    because = against_automerge(made, Automerge(frozenset({"minor"})))
    assert because == "moves of kind digest are merged by people"
    assert against_automerge(made, Automerge()) == because


def with_use(made, **changes):
    (move,) = made.update.moves
    other = replace(move, use=replace(move.use, **changes))
    return replace(made, update=replace(made.update, moves=(move, other)))


def test_an_image_that_takes_the_place_of_another_is_merged_by_people(tmp_path):
    made = case(tmp_path, found(row("fixed")))
    other = ImageRef.parse(f"ubuntu:24.04@{OLD}")
    assert against_automerge(with_use(made, image=other), DIGEST) == "another image takes over"
    # A label says what an image is made of: it moves with that, and names it as it likes.
    assert against_automerge(with_use(made, image=other, role="label"), DIGEST) == ""


def test_a_pin_to_what_is_there_today_introduces_nothing(tmp_path):
    made = case(tmp_path, None, "FROM debian:12\n")
    assert made.evidence[0].is_same
    assert against_automerge(made, Automerge(frozenset({"pin"}))) == ""
    strict = Automerge(frozenset({"pin"}), frozenset({"fixes_something"}))
    assert against_automerge(made, strict) == "it fixes nothing"


def test_warnings_and_missing_evidence_are_for_people(tmp_path):
    made = case(tmp_path, found(row("fixed")))
    (evidence,) = made.evidence
    warned = replace(made, evidence=(replace(evidence, new=Unavailable("it is gone")),))
    assert against_automerge(warned, DIGEST) == "there are warnings"
    heedless = Automerge(frozenset({"digest"}), frozenset({"nothing_introduced"}))
    assert against_automerge(warned, heedless) == ""
    assert against_automerge(replace(made, evidence=()), DIGEST) == (
        "there is a move without evidence"
    )

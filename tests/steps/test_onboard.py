"""Which proposal comes before all others, and where none does."""

from bot.model import Findings, Plan, Repo, Snapshot, Wishes
from bot.steps.onboard import BRANCH, is_asked, onboard
from tests.pulls.forge import wanted
from tests.wording.test_onboarding import STARTER, looked_at, propose


def test_where_nobody_is_asked_the_proposals_stay_as_they_are(tmp_path):
    plan, cases = looked_at(tmp_path)
    proposals = [propose(case) for case in cases]
    assert onboard(plan, Wishes(), cases, proposals) == tuple(proposals)


def test_without_a_use_there_is_nothing_to_ask_for():
    plan = Plan(Findings(Snapshot(Repo("team/app", "x", "main"), "c0"), 1, (), ()), ())
    assert not is_asked(plan, Wishes(starter=STARTER))
    assert onboard(plan, Wishes(starter=STARTER), (), (wanted(),)) == (wanted(),)


def test_it_adds_the_configuration_and_all_others_come_after_it(tmp_path):
    plan, cases = looked_at(tmp_path)
    proposals = [propose(case) for case in cases]
    first, *others = onboard(plan, Wishes(starter=STARTER), cases, proposals)
    assert (first.branch, first.after) == (BRANCH, "")
    assert first.files["basewatch.yaml"].data == STARTER.encode()
    assert [p.title for p in others] == [p.title for p in proposals]
    assert {p.after for p in others} == {BRANCH}


def test_it_looks_as_the_others_do_and_only_a_person_merges_it(tmp_path):
    plan, cases = looked_at(tmp_path)
    wishes = Wishes(
        starter=STARTER,
        conventional=("chore", "deps"),
        labels=("docker",),
        reviewers=("kim",),
        automerge=frozenset({"digest"}),
        open_at_most=1,
        schedules=("on monday",),
    )
    first, *_ = onboard(plan, wishes, cases, [propose(case) for case in cases])
    assert first.title == "chore(deps): configure basewatch"
    assert (first.labels, first.reviewers, first.automerge) == (("docker",), ("kim",), False)
    assert (first.wishes.open_at_most, first.wishes.schedules) == (None, ("on monday",))

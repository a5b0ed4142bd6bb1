import copy
import datetime as dt

import pytest

from bot.errors import PlatformError
from bot.model import Snapshot
from bot.pulls import Settings, State, decide, ignored_images, superseded
from bot.pulls.actions import (
    EditPull,
    RemoveLabel,
)
from bot.pulls.commands import BOX
from bot.pulls.marker import Marker, marker_in, with_marker, without_marker
from bot.pulls.said import replaced_by
from tests.altered import replace
from tests.pulls.forge import BRANCH, ME, TODAY, Forge, wanted

DRESSED = {
    "labels": ("dependencies", "docker"),
    "assignees": ("kim",),
    "reviewers": ("lee", "team/base"),
    "milestone": "1.0",
    "automerge": True,
}
TICKED = BOX.replace("[ ]", "[x]")


def kinds(course):
    return [type(action).__name__ for action in course.actions]


def opened(proposal=None, **more):
    forge = Forge(**more)
    forge.run(proposal or wanted())
    return forge


def is_at_rest(forge, proposal):
    assert forge.course(proposal).actions == ()
    return True


def is_done_with(forge, proposal):
    """What was said is noted in the body, and nothing else; then it is at rest."""
    before = forge.pulls[1]
    assert kinds(forge.run(proposal)) == ["EditPull"]
    noted = replace(marker_in(before.body), heard=max(c.id for c in forge.comments))
    assert marker_in(forge.pulls[1].body) == noted
    assert is_at_rest(forge, proposal)


# ---------------------------------------------------------------- create, leave, update


def test_what_is_absent_is_made_branch_first():
    forge = Forge()
    course = forge.run(wanted())
    assert kinds(course) == ["CreateBranch", "CreatePull"]
    assert course.verb == "created"
    (pull,) = forge.opened()
    assert (pull.title, pull.base) == ("Refresh node 20.1.0 (a)", "main")
    assert pull.body.startswith("What it does.\n")
    assert BOX in pull.body
    assert pull.body.count("<!-- basewatch ") == 1


def test_a_commit_says_what_is_wished_of_it_and_else_the_title():
    (made, _) = Forge().course(wanted()).actions
    assert made.commit.message.splitlines()[0] == wanted().title
    (made, _) = Forge().course(wanted(message="fix(deps): node")).actions
    assert made.commit.message.splitlines()[0] == "fix(deps): node"


def test_a_second_run_does_nothing():
    forge = opened()
    course = forge.course(wanted())
    assert (course.verb, course.actions) == ("unchanged", ())


def test_labels_people_and_auto_merge_follow_and_are_recorded_once():
    forge = Forge()
    course = forge.run(wanted(**DRESSED))
    assert kinds(course) == [
        "CreateBranch", "CreatePull", "SetDress", "EnableAutomerge", "EditPull",
    ]  # fmt: skip
    (pull,) = forge.opened()
    assert pull.labels == ("dependencies", "docker")
    assert (pull.assignees, pull.reviewers) == (("kim",), ("lee", "team/base"))
    assert pull.milestone == "1.0"
    assert pull.automerge
    assert is_at_rest(forge, wanted(**DRESSED))


def test_a_forge_that_takes_labels_at_once_gets_them_at_once():
    forge = Forge(settings=Settings(ME, dressed=True))
    course = forge.run(wanted(labels=("docker",)))
    assert kinds(course) == ["CreateBranch", "CreatePull"]
    assert forge.opened()[0].labels == ("docker",)
    assert is_at_rest(forge, wanted(labels=("docker",)))


def test_a_label_that_a_person_takes_off_stays_off():
    forge = opened(wanted(labels=("docker",)))
    forge.edit(1, labels=())
    assert kinds(forge.run(wanted(labels=("docker",)))) == ["EditPull"]  # it is noted
    assert forge.pulls[1].labels == ()
    assert is_at_rest(forge, wanted(labels=("docker",)))


def test_that_it_was_given_its_labels_is_not_noted_as_long_as_it_has_them():
    forge = Forge()
    course = forge.run(wanted(labels=("docker",)))
    assert kinds(course) == ["CreateBranch", "CreatePull", "SetDress"]
    forge.edit(1, labels=("Docker",))
    assert is_at_rest(forge, wanted(labels=("docker",)))


def test_one_whose_run_was_cut_short_before_its_labels_is_given_them():
    forge = Forge()
    forge.run(wanted(labels=("docker",)), most=2)
    assert kinds(forge.run(wanted(labels=("docker",)))) == ["SetDress"]
    assert is_at_rest(forge, wanted(labels=("docker",)))


def test_a_label_in_other_letters_is_the_same_label():
    forge = opened()
    forge.edit(1, labels=("Docker",), reviewers=("Lee",), milestone="V1")
    dressed = wanted(labels=("docker",), reviewers=("lee",), milestone="v1")
    assert "SetDress" not in kinds(forge.run(dressed))
    assert "SetDress" not in kinds(forge.run(wanted(labels=("DOCKER",), milestone="v1")))


def test_a_label_that_stays_wanted_beside_fewer_others_stays_off_once_it_is_taken_off():
    forge = opened(wanted(labels=("a", "b")))
    forge.run(wanted(labels=("a",)))
    forge.edit(1, labels=())
    assert is_at_rest(forge, wanted(labels=("a",)))


def test_other_labels_are_added_and_none_is_taken_off():
    forge = opened(wanted(labels=("docker",)))
    forge.run(wanted(labels=("docker", "security")))
    assert forge.pulls[1].labels == ("docker", "security")
    forge.run(wanted(labels=("security",)))
    assert forge.pulls[1].labels == ("docker", "security")
    assert is_at_rest(forge, wanted(labels=("security",)))


def test_a_target_that_moved_is_an_update_in_place():
    forge = opened()
    course = forge.run(wanted("b"))
    assert kinds(course) == ["UpdateBranch", "EditPull"]
    assert course.verb == "updated"
    assert [pull.title for pull in forge.pulls.values()] == ["Refresh node 20.1.0 (b)"]
    assert marker_in(forge.pulls[1].body).to == "sha256:b"
    assert is_at_rest(forge, wanted("b"))


def test_a_base_that_moved_is_a_rebase_and_no_edit_that_people_see():
    forge = opened()
    before = forge.pulls[1]
    course = forge.run(wanted(base="c1"))
    assert (course.verb, kinds(course)) == ("rebased", ["UpdateBranch", "EditPull"])
    assert forge.branches[BRANCH].base == "c1"
    assert forge.pulls[1].title == before.title
    assert without_marker(forge.pulls[1].body) == without_marker(before.body)


def test_the_marker_says_which_commit_all_of_it_is_about():
    forge = opened()
    told = marker_in(forge.pulls[1].body)
    assert (told.tip, told.on) == (forge.branches[BRANCH].tip, "c0")
    forge.run(wanted(base="c1"))
    told = marker_in(forge.pulls[1].body)
    assert (told.tip, told.on) == (forge.branches[BRANCH].tip, "c1")
    forge.run(wanted("b", base="c1"), most=1)  # cut short after the branch
    assert marker_in(forge.pulls[1].body).tip != forge.branches[BRANCH].tip
    forge.run(wanted("b", base="c1"))
    assert marker_in(forge.pulls[1].body).tip == forge.branches[BRANCH].tip


def test_a_base_that_moved_may_wait_until_somebody_asks():
    forge = opened(settings=Settings(ME, rebase="asked"))
    assert is_at_rest(forge, wanted(base="c1"))
    assert kinds(forge.course(wanted("b", base="c1"))) == ["UpdateBranch", "EditPull"]
    forge.say(1, "/basewatch rebase")
    course = forge.run(wanted(base="c1"))
    assert (course.verb, kinds(course)) == ("rebased", ["UpdateBranch", "EditPull"])
    assert is_at_rest(forge, wanted(base="c1"))


def test_other_evidence_is_an_edit_of_the_body_alone():
    forge = opened()
    course = forge.run(wanted(evidence="e2"))
    (edit,) = course.actions
    assert isinstance(edit, EditPull)
    assert edit.title is None
    assert is_at_rest(forge, wanted(evidence="e2"))


def test_other_words_about_the_same_evidence_are_no_edit():
    forge = opened()
    same = wanted()
    assert is_at_rest(forge, replace(same, body=same.body.replace("What it does", "Read today")))


def test_a_title_that_a_person_gave_stays_until_there_is_another_to_give():
    forge = opened()
    forge.edit(1, title="fix: node")
    assert is_at_rest(forge, wanted())
    assert forge.run(wanted(evidence="e2")).actions[0].title is None
    assert forge.run(wanted("b")).actions[-1].title == "Refresh node 20.1.0 (b)"


def test_a_body_whose_marker_a_person_removed_is_written_again():
    forge = opened()
    forge.edit(1, body="mine")
    assert kinds(forge.run(wanted())) == ["EditPull"]
    assert is_at_rest(forge, wanted())


def test_a_body_that_came_back_with_other_line_ends_is_no_edit():
    forge = opened()
    forge.edit(1, body=forge.pulls[1].body.replace("\n", "\r\n"))
    assert is_at_rest(forge, wanted())


def test_a_proposal_for_no_commit_is_refused():
    nowhere = replace(wanted(), snapshot=Snapshot(wanted().snapshot.repo, None))
    with pytest.raises(PlatformError, match="for no commit"):
        decide(nowhere, Forge().state(), Settings(ME))


def test_a_proposal_without_a_marker_is_known_by_its_files():
    bare = replace(wanted(), body="Welcome.")
    forge = opened(bare)
    assert is_at_rest(forge, bare)
    forge.close(1)
    assert "declined" in forge.course(bare).detail


def test_what_several_moves_move_to_may_be_told_beside_the_marker():
    forge = opened(wanted(target="a"))
    forge.close(1)
    other = replace(wanted(), target="a+b")
    assert kinds(forge.course(other)) == ["CreatePull"]


# ---------------------------------------------------------------- what a person pushed to


def test_a_branch_that_a_person_pushed_to_is_left_and_that_is_said_once():
    forge = opened()
    forge.push()
    course = forge.run(wanted("b"))
    assert (course.verb, kinds(course)) == ("left", ["AddComment"])
    assert "recreate" in course.detail
    assert "will not touch it" in forge.comments[0].text
    assert is_at_rest(forge, wanted("c", base="c9", evidence="e9"))


def test_who_edits_the_configuration_that_is_proposed_is_told_to_merge_it():
    forge, asking = Forge(), wanted(branch="basewatch/configure", line="onboarding")
    forge.run(asking)
    forge.push(asking.branch)
    course = forge.run(asking)
    assert (kinds(course), course.verb) == (["AddComment"], "left")
    assert "merge it once `basewatch.yaml` says what you want" in forge.comments[-1].text
    assert course.detail == "somebody edited it: it waits to be merged"
    assert forge.run(asking).actions == ()


def test_one_that_a_person_pushed_to_and_set_on_another_base_is_left_open():
    forge = opened()
    forge.edit(1, base="stable")
    forge.push()
    assert kinds(forge.run(wanted("b"))) == ["AddComment"]
    assert "Close" not in kinds(forge.course(wanted("b")))
    assert forge.opened()


def test_who_pushed_to_one_is_answered_there():
    forge = opened()
    forge.push()
    forge.say(1, "/basewatch make coffee")
    assert kinds(forge.run(wanted("b"))) == ["AddComment", "AddComment", "EditPull"]
    assert "`make coffee`" in forge.comments[-1].text
    assert is_at_rest(forge, wanted("b"))


def test_our_sentence_in_the_mouth_of_another_is_not_ours():
    forge = opened()
    forge.push()
    forge.say(1, "<!-- basewatch said=touched -->")
    assert kinds(forge.run(wanted("b"))) == ["AddComment"]


def test_a_rebase_is_refused_by_what_was_said_and_a_recreate_is_not():
    forge = opened()
    forge.push()
    forge.run(wanted("b"))
    forge.say(1, "/basewatch rebase")
    forge.edit(1, body=forge.pulls[1].body.replace(BOX, TICKED))
    is_done_with(forge, wanted("b"))
    forge.say(1, "/basewatch recreate")
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "EditPull"]
    assert forge.branches[BRANCH].ours
    assert is_at_rest(forge, wanted("b"))


def test_a_recreate_throws_nothing_away_that_was_pushed_after_it_was_asked():
    forge = opened()
    forge.say(1, "/basewatch recreate")
    forge.push()
    assert kinds(forge.run(wanted("b"))) == ["AddComment", "EditPull"]
    assert not forge.branches[BRANCH].ours
    assert is_at_rest(forge, wanted("b"))
    forge.say(1, "/basewatch recreate")
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "EditPull"]


def test_a_recreate_makes_it_anew_though_nothing_but_who_pushed_and_its_base_differ():
    forge = opened(settings=Settings(ME, rebase="asked"))
    assert forge.course(wanted(base="c1")).actions == ()
    forge.say(1, "/basewatch recreate")
    assert kinds(forge.run(wanted(base="c1"))) == ["UpdateBranch", "EditPull"]
    forge.push(content=forge.branches[BRANCH].content)
    forge.say(1, "/basewatch recreate")
    assert kinds(forge.run(wanted(base="c1"))) == ["UpdateBranch", "EditPull"]
    assert forge.branches[BRANCH].ours


def test_a_recreate_of_a_branch_that_is_gone_makes_it():
    forge = opened()
    del forge.branches[BRANCH]
    forge.say(1, "/basewatch recreate")
    assert kinds(forge.run(wanted())) == ["CreateBranch", "EditPull"]


def test_a_pull_request_that_a_person_opened_from_our_branch_is_theirs():
    forge = opened()
    forge.close(1)
    forge.open(BRANCH, "Mine", "", "kim")
    course = forge.course(wanted("b"))
    assert (course.verb, course.actions) == ("left", ())
    assert "#2" in course.detail


def test_nobody_is_heard_below_a_closed_one_that_a_person_opened_from_our_branch():
    forge = opened()
    forge.close(1)
    forge.open(BRANCH, "Mine", "", "kim")
    forge.close(2)
    for wish in ("recreate", "ignore this image", "make coffee"):
        forge.say(2, f"/basewatch {wish}")
        course = forge.course(wanted())
        assert (course.verb, course.actions) == ("left", ())
        assert course.detail == "declined by a person, who closed #1"


def test_nobody_is_heard_below_one_that_was_merged():
    for wish in ("recreate", "ignore this image", "make coffee"):
        forge = opened()
        forge.merge(1)
        forge.say(1, f"/basewatch {wish}")
        assert forge.course(wanted()).actions == ()
        assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "CreatePull"]


def test_our_own_of_another_name_is_known_by_its_marker():
    forge = opened()
    forge.edit(1, author="old[bot]")
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "EditPull"]


def test_a_branch_of_the_same_name_in_a_fork_is_nothing_to_us():
    forge = Forge()
    forge.open(BRANCH, "Refresh", wanted().body, "mallory", fork=True)
    forge.open(BRANCH, "Refresh", wanted().body, "mallory", fork=True, state="closed")
    assert kinds(forge.course(wanted())) == ["CreateBranch", "CreatePull"]


# ---------------------------------------------------------------- closed and merged


def test_a_closed_one_declines_its_target_until_there_is_another():
    forge = opened()
    forge.close(1)
    course = forge.course(wanted())
    assert (course.verb, course.actions) == ("left", ())
    assert course.detail == "declined by a person, who closed #1"
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "CreatePull"]
    forge.close(2)
    assert is_at_rest(forge, wanted("b"))
    assert is_at_rest(forge, wanted("a", base="c2"))


def test_a_declined_one_without_its_marker_is_known_by_its_title():
    forge = opened()
    forge.edit(1, body="")
    forge.close(1)
    assert "declined" in forge.course(wanted()).detail
    assert kinds(forge.course(wanted("b"))) == ["UpdateBranch", "CreatePull"]


def test_one_that_a_person_opens_again_is_kept_up_again():
    forge = opened()
    forge.close(1)
    forge.reopen(1)
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "EditPull"]


def test_what_was_merged_is_not_proposed_again():
    forge = opened()
    forge.merge(1)
    course = forge.course(wanted())
    assert (course.verb, course.actions, course.detail) == ("left", (), "merged as #1")


def test_the_same_target_in_another_file_is_proposed_after_a_merge():
    forge = opened()
    forge.merge(1)
    more = replace(wanted(), files={"other/Dockerfile": wanted().files["Dockerfile"]})
    assert kinds(forge.run(more)) == ["UpdateBranch", "CreatePull"]
    assert is_at_rest(forge, more)


def test_a_merged_branch_is_used_again_whoever_pushed_to_it():
    forge = opened()
    forge.push()
    forge.merge(1)
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "CreatePull"]


def test_a_branch_with_a_persons_commits_and_no_pull_request_is_left():
    forge = opened()
    forge.close(1)
    forge.push()
    course = forge.course(wanted("b"))
    assert (course.verb, course.actions) == ("left", ())
    assert "no pull request" in course.detail


def test_a_closed_one_that_a_person_pushed_to_is_not_overwritten():
    forge = opened()
    forge.push()
    forge.close(1)
    course = forge.course(wanted("b"))
    assert (course.verb, course.actions) == ("left", ())
    assert forge.course(None).verb == "left"


def test_a_branch_without_a_pull_request_gets_one():
    forge = Forge()
    forge.run(wanted(), most=1)
    assert forge.pulls == {}
    assert kinds(forge.run(wanted())) == ["CreatePull"]


def test_a_branch_without_a_pull_request_is_brought_up_to_date_unasked():
    forge = Forge(settings=Settings(ME, rebase="asked"))
    forge.run(wanted(), most=1)
    assert kinds(forge.run(wanted(base="c1"))) == ["UpdateBranch", "CreatePull"]
    assert forge.branches[BRANCH].base == "c1"


def test_an_open_one_without_a_branch_gets_its_branch_back():
    forge = opened()
    del forge.branches[BRANCH]  # as GitLab leaves it
    assert kinds(forge.run(wanted())) == ["CreateBranch", "EditPull"]
    assert is_at_rest(forge, wanted())


def test_what_has_to_wait_is_not_opened_but_what_is_open_is_kept_up():
    forge = Forge(waits="5 are open already")
    course = forge.course(wanted())
    assert (course.verb, course.actions, course.detail) == ("left", (), "5 are open already")
    forge = opened()
    forge.waits = "5 are open already"
    assert kinds(forge.course(wanted("b"))) == ["UpdateBranch", "EditPull"]


def test_what_is_asked_for_on_the_dashboard_neither_waits_nor_is_declined():
    forge = Forge(waits="5 are open already", asked=True)
    assert forge.run(wanted()).verb == "created"
    forge.close(1)
    assert kinds(forge.run(wanted())) == ["Reopen"]
    assert is_at_rest(forge, wanted())


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize("verb", ["reopen", "recreate"])
def test_a_closed_one_is_opened_again_on_ask(verb):
    forge = opened()
    forge.close(1)
    forge.say(1, f"/basewatch {verb}", may_write=False)
    is_done_with(forge, wanted())
    assert forge.pulls[1].state == "closed"
    forge.say(1, f"/basewatch {verb}")
    course = forge.run(wanted(base="c1"))
    assert (course.verb, kinds(course)) == ("created", ["Reopen", "UpdateBranch", "EditPull"])
    assert is_at_rest(forge, wanted(base="c1"))
    forge.close(1)
    assert "declined" in forge.course(wanted(base="c1")).detail


def test_what_else_was_said_below_a_closed_one_is_answered_as_it_is_opened_again():
    forge = opened()
    forge.close(1)
    forge.say(1, "/basewatch make coffee\n/basewatch reopen")
    assert kinds(forge.run(wanted())) == ["AddComment", "Reopen"]
    assert "`make coffee`" in forge.comments[-1].text
    assert is_at_rest(forge, wanted())


def test_who_closes_it_after_it_was_asked_for_has_the_last_word():
    forge = opened()
    forge.say(1, "/basewatch recreate")
    forge.close(1)
    assert "declined" in forge.course(wanted()).detail
    forge.say(1, "/basewatch reopen")
    assert kinds(forge.run(wanted())) == ["Reopen"]


def test_what_cannot_be_opened_again_is_opened_anew():
    forge = opened()
    forge.delete_branch()
    forge.say(1, "/basewatch reopen")
    assert kinds(forge.run(wanted())) == ["CreateBranch", "CreatePull"]
    assert is_at_rest(forge, wanted())
    forge.close(2)
    assert "declined" in forge.course(wanted()).detail


def test_a_hold_closes_it_and_it_comes_back_after_that_day():
    forge = opened()
    forge.say(1, "/basewatch hold until 2026-12-15")
    course = forge.run(wanted())
    assert (course.verb, kinds(course)) == ("left", ["AddComment", "Close"])
    assert course.detail == "a person asked in #1: hold until 2026-12-15"
    assert "Held until 2026-12-15" in forge.comments[-1].text
    forge.today = dt.date(2026, 12, 15)
    assert forge.course(wanted("b")).detail == "held until 2026-12-15 by a person"
    forge.today = dt.date(2026, 12, 16)
    assert kinds(forge.run(wanted("b"))) == ["Reopen", "UpdateBranch", "EditPull"]
    assert is_at_rest(forge, wanted("b"))
    assert forge.pulls[1].state == "open"


def test_what_was_held_comes_back_as_it_was_where_nothing_newer_came():
    forge = opened()
    forge.say(1, "/basewatch hold until 2026-12-15")
    forge.run(wanted())
    forge.today = dt.date(2026, 12, 16)
    assert kinds(forge.run(wanted())) == ["Reopen"]


def test_one_that_was_held_or_ignored_and_that_a_person_merged_after_all_holds_up_nothing():
    for wish in ("hold until 2027-12-15", "ignore this image"):
        forge = opened()
        forge.say(1, f"/basewatch {wish}")
        forge.run(wanted())
        forge.reopen(1)
        forge.merge(1)
        assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "CreatePull"]


def test_a_held_one_may_be_asked_for_earlier():
    forge = opened()
    forge.say(1, "/basewatch hold until 2026-12-15")
    forge.run(wanted())
    forge.say(1, "/basewatch reopen")
    assert kinds(forge.run(wanted())) == ["Reopen"]
    assert marker_in(forge.pulls[1].body).hold is None
    assert is_at_rest(forge, wanted())


def test_an_ignored_version_is_declined():
    forge = opened()
    forge.say(1, "/basewatch ignore this version")
    assert kinds(forge.run(wanted())) == ["AddComment", "Close"]
    assert is_at_rest(forge, wanted())
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "CreatePull"]


def test_a_version_that_is_ignored_makes_way_for_a_newer_one_at_once():
    forge = opened()
    forge.say(1, "/basewatch ignore this version")
    course = forge.run(wanted("b"))
    assert (course.verb, kinds(course)) == (
        "created", ["AddComment", "Close", "UpdateBranch", "CreatePull"],
    )  # fmt: skip
    assert course.detail == ""
    assert is_at_rest(forge, wanted("b"))


def test_what_makes_way_makes_none_for_what_was_declined_before():
    forge = opened()
    forge.close(1)
    forge.run(wanted("b"))
    forge.say(2, "/basewatch ignore this version\n/basewatch make coffee")
    course = forge.run(wanted())
    assert kinds(course) == ["AddComment", "AddComment", "Close"]
    assert "`make coffee`" in forge.comments[-2].text
    assert course.waits == "declined by a person, who closed #1"
    assert is_at_rest(forge, wanted())


def test_what_a_person_ignores_of_a_retired_one_is_declined():
    forge = opened()
    forge.run(None, most=2)
    forge.say(1, "/basewatch ignore this version")
    assert kinds(forge.run(wanted())) == ["AddComment", "EditPull"]
    assert forge.course(wanted()).detail == "declined by a person, who closed #1"


def test_an_image_that_is_asked_for_again_is_ignored_no_more():
    forge = opened()
    forge.say(1, "/basewatch ignore this image")
    forge.run(wanted())
    forge.say(1, "/basewatch reopen")
    forge.run(wanted())
    forge.close(1)
    assert "declined" in forge.course(wanted()).detail
    assert forge.course(wanted("b")).verb == "created"


def test_one_that_is_opened_again_merges_by_itself_as_before():
    forge = opened(wanted(automerge=True))
    forge.close(1)
    forge.say(1, "/basewatch reopen")
    assert "EnableAutomerge" in kinds(forge.run(wanted(automerge=True)))
    assert is_at_rest(forge, wanted(automerge=True))


def test_an_ignored_image_is_ignored_on_all_its_lines_until_it_is_asked_for():
    forge = opened()
    forge.say(1, "/basewatch ignore this image")
    forge.run(wanted())
    assert "`docker.io/library/node` is ignored" in forge.comments[-1].text
    major = wanted("z", branch="basewatch/major", line="docker.io/library/node:20.*.*")
    other = wanted("z", branch="basewatch/other", line="docker.io/library/golang:1.*")
    assert "is ignored" in forge.course(wanted("b")).detail
    assert "is ignored" in forge.course(major).detail
    assert forge.course(other).verb == "created"
    forge.say(1, "/basewatch reopen")
    forge.run(wanted("b"))
    assert forge.course(major).verb == "created"
    assert is_at_rest(forge, wanted("b"))


def test_a_group_of_several_images_that_is_ignored_is_ignored_alone():
    group = wanted("a", branch="basewatch/digests", line="digests:several")
    forge = opened(group)
    forge.say(1, "/basewatch ignore this image")
    forge.run(group)
    assert "All of this is ignored" in forge.comments[-1].text
    newer = wanted("b", branch=group.branch, line="digests:several")
    assert forge.course(newer).detail == "this group is ignored by a person"
    other = wanted("b", branch="basewatch/web", line="web:several")
    onboarding = wanted("b", branch="basewatch/configure", line="onboarding")
    assert [forge.course(each).verb for each in (other, onboarding)] == ["created", "created"]


def test_a_closed_one_may_still_be_held_or_ignored():
    forge = opened()
    forge.close(1)
    forge.say(1, "/basewatch ignore this image")
    assert kinds(forge.run(wanted())) == ["AddComment", "EditPull"]
    assert "is ignored" in forge.course(wanted("b")).detail
    assert is_at_rest(forge, wanted("b"))


def test_a_version_that_is_ignored_below_a_closed_one_makes_way_for_a_newer_one():
    forge = opened()
    forge.close(1)
    forge.say(1, "/basewatch ignore this version")
    assert kinds(forge.run(wanted())) == ["AddComment", "EditPull"]
    assert kinds(forge.run(wanted("b"))) == ["UpdateBranch", "CreatePull"]


def test_an_image_that_was_opened_again_may_be_held_in_place_of_being_ignored():
    forge = opened()
    forge.say(1, "/basewatch ignore this image")
    forge.run(wanted())
    forge.reopen(1)
    forge.say(1, "/basewatch hold until 2026-12-15")
    forge.run(wanted())
    assert forge.course(wanted()).detail == "held until 2026-12-15 by a person"
    forge.today = dt.date(2026, 12, 16)
    assert kinds(forge.run(wanted())) == ["Reopen"]


def test_an_image_is_ignored_by_the_newest_closed_one_of_a_branch_and_by_nobodys_fork():
    marker = Marker(line=f"{NODE}:20.*", ignore="image")
    pull = replace(opened().pulls[1], state="closed", body=with_marker("", marker))
    asked_again = replace(pull, number=2, body=with_marker("", replace(marker, ignore="")))
    assert ignored_images([pull]) == {NODE}
    assert ignored_images([replace(asked_again, number=0), pull]) == {NODE}
    assert ignored_images([pull, replace(asked_again, number=0)]) == {NODE}
    assert ignored_images([replace(asked_again, branch="basewatch/other"), pull]) == {NODE}
    assert ignored_images([replace(asked_again, fork=True), pull]) == {NODE}
    for others in ([pull, asked_again], [asked_again, pull], [replace(pull, fork=True)]):
        assert ignored_images(others) == set()
    for state in ("open", "merged"):
        assert ignored_images([replace(pull, state=state)]) == set()


def test_of_several_the_oldest_open_one_is_kept_up_and_the_newest_other_counts():
    pull = opened().pulls[1]
    several = tuple(replace(pull, number=n) for n in (7, 5, 6))
    assert State(TODAY, "main", pulls=several).open_pull.number == 5
    closed = State(TODAY, "main", pulls=tuple(replace(p, state="closed") for p in several))
    assert closed.latest.number == 7
    assert [each.number for each in closed.past] == [7, 6, 5]


def test_a_smaller_wish_does_not_undo_that_an_image_is_ignored():
    forge = opened()
    forge.say(1, "/basewatch ignore this image")
    forge.run(wanted())
    forge.say(1, "/basewatch ignore this version")
    forge.run(wanted("b"))
    assert "is ignored" in forge.course(wanted("b")).detail


def test_a_command_on_what_lost_its_marker_still_knows_the_image():
    forge = opened()
    forge.edit(1, body="")
    forge.say(1, "/basewatch ignore this image")
    forge.run(wanted())
    assert marker_in(forge.pulls[1].body).image == "docker.io/library/node"


def test_an_unknown_command_has_one_answer():
    forge = opened()
    forge.say(1, "/basewatch make coffee\n/basewatch @kim")
    assert kinds(forge.run(wanted())) == ["AddComment", "EditPull"]
    assert "`make coffee`" in forge.comments[-1].text
    assert is_at_rest(forge, wanted())


def test_an_unknown_command_on_a_declined_one_has_one_answer():
    forge = opened()
    forge.close(1)
    forge.say(1, "/basewatch what?")
    assert kinds(forge.run(wanted())) == ["AddComment", "EditPull"]
    assert is_at_rest(forge, wanted())


def test_people_without_write_access_are_not_heard():
    forge = opened()
    for text in ("recreate", "make coffee", "ignore this image", "hold until 2027-01-01"):
        forge.say(1, f"/basewatch {text}", "mallory", may_write=False)
    is_done_with(forge, wanted())
    assert (forge.pulls[1].state, len(forge.comments)) == ("open", 4)


def test_what_is_said_below_one_that_is_not_wanted_and_not_ours_alone_is_done_with():
    forge = opened()
    forge.push()
    forge.say(1, "/basewatch rebase", "mallory", may_write=False)
    assert kinds(forge.run(None)) == ["AddComment", "EditPull"]
    assert is_at_rest(forge, None)


def test_the_box_asks_for_a_rebase_and_is_unticked():
    forge = opened(settings=Settings(ME, rebase="asked"))
    forge.edit(1, body=forge.pulls[1].body.replace(BOX, TICKED))
    assert kinds(forge.run(wanted(base="c1"))) == ["UpdateBranch", "EditPull"]
    assert BOX in forge.pulls[1].body
    assert is_at_rest(forge, wanted(base="c1"))


def test_a_box_that_asks_for_nothing_new_is_unticked():
    forge = opened()
    forge.edit(1, body=forge.pulls[1].body.replace(BOX, TICKED))
    assert kinds(forge.run(wanted())) == ["EditPull"]
    assert TICKED not in forge.pulls[1].body
    assert is_at_rest(forge, wanted())


def test_the_label_asks_for_a_rebase_and_is_taken_off():
    forge = opened(settings=Settings(ME, rebase="asked"))
    forge.edit(1, labels=("rebase",))
    course = forge.run(wanted(base="c1"))
    assert kinds(course) == ["UpdateBranch", "EditPull", "RemoveLabel"]
    assert course.actions[-1] == RemoveLabel(1, "rebase")
    assert is_at_rest(forge, wanted(base="c1"))


# ---------------------------------------------------------------- auto-merge


def test_auto_merge_that_a_person_takes_back_is_not_asked_for_again():
    forge = opened(wanted(automerge=True))
    forge.edit(1, automerge=False)
    assert is_at_rest(forge, wanted(automerge=True))
    forge.run(wanted("b", automerge=True))
    assert not forge.pulls[1].automerge


def test_auto_merge_that_is_not_wanted_any_more_is_taken_back_before_anything_is_pushed():
    forge = opened(wanted(automerge=True))
    course = forge.run(wanted("b"))
    assert kinds(course) == ["DisableAutomerge", "UpdateBranch", "EditPull"]
    forge = opened(wanted(automerge=True))
    assert kinds(forge.run(wanted(evidence="e2"))) == ["DisableAutomerge", "EditPull"]


def test_auto_merge_that_a_person_asked_for_is_for_what_they_saw():
    forge = opened()
    forge.edit(1, automerge=True)
    assert is_at_rest(forge, wanted())
    assert kinds(forge.course(wanted(base="c1"))) == ["UpdateBranch", "EditPull"]
    assert kinds(forge.run(wanted("b"))) == ["DisableAutomerge", "UpdateBranch", "EditPull"]


def test_a_draft_does_not_merge_by_itself():
    forge = opened(wanted(automerge=True, draft=True))
    assert forge.pulls[1].draft
    assert not forge.pulls[1].automerge
    assert is_at_rest(forge, wanted(automerge=True, draft=True))


# ---------------------------------------------------------------- no longer wanted


def test_what_is_no_longer_wanted_is_closed_with_a_reason_and_its_branch_deleted():
    forge = opened()
    course = forge.run(None)
    assert (course.verb, kinds(course)) == ("retired", ["AddComment", "Close", "DeleteBranch"])
    assert "the image is used nowhere" in forge.comments[-1].text
    assert (forge.branches, forge.opened()) == ({}, [])
    assert is_at_rest(forge, None)


def test_what_was_retired_and_is_wanted_again_is_no_decline():
    forge = opened()
    forge.run(None)
    assert kinds(forge.run(wanted())) == ["CreateBranch", "CreatePull"]
    forge = opened()
    forge.run(None, most=2)  # the branch was not deleted yet
    assert kinds(forge.run(wanted())) == ["Reopen"]
    assert is_at_rest(forge, wanted())


def test_what_a_person_pushed_to_stays_open_though_not_wanted():
    forge = opened()
    forge.push()
    assert kinds(forge.run(None)) == ["AddComment"]
    assert is_at_rest(forge, None)
    assert forge.opened()


def test_what_is_not_ours_is_not_retired():
    forge = opened()
    forge.close(1)
    forge.open(BRANCH, "Mine", "", "kim")
    course = forge.course(None)
    assert (course.verb, course.actions) == ("left", ())
    assert course.detail == "#2 is not basewatch's, but from its branch"


def test_a_branch_that_is_left_over_is_deleted_unless_it_holds_a_persons_work():
    forge = opened()
    forge.close(1)
    course = forge.run(None)
    assert (kinds(course), course.detail) == (["DeleteBranch"], "no longer wanted")
    forge = opened()
    forge.close(1)
    forge.push()
    course = forge.course(None)
    assert (course.verb, "no pull request" in course.detail) == ("left", True)
    forge = opened()
    forge.push()
    forge.merge(1)
    course = forge.run(None)
    assert (kinds(course), course.detail) == (["DeleteBranch"], "merged; its branch is deleted")


def titles(pull, proposals):
    return tuple(each.title for each in superseded(pull, proposals))


def test_what_takes_the_place_of_a_line_is_named():
    forge = opened()
    (pull,) = forge.opened()
    later = wanted("z", branch="basewatch/m", line="docker.io/library/node:22.*.*", title="Bump")
    other = wanted("z", branch="basewatch/o", line="docker.io/library/golang:1.*")
    assert titles(pull, [wanted(), other, later]) == ("Bump",)
    assert titles(pull, [wanted(), other]) == ()
    assert titles(replace(pull, body=""), [replace(later, body="")]) == ()


NODE, GOLANG = "docker.io/library/node", "docker.io/library/golang"


def test_a_group_takes_the_place_of_a_line_that_it_has_and_nothing_for_another_base_does():
    forge = opened()
    (pull,) = forge.opened()
    images = frozenset({NODE, GOLANG})
    group = wanted("z", branch="basewatch/in-web", line="x:several", title="All", images=images)
    alone = wanted("z", branch="basewatch/m", line="docker.io/library/node:22.*.*", title="Bump")
    assert titles(pull, [group]) == ("All",)
    assert titles(pull, [group, alone]) == ("Bump",)
    second = replace(group, branch="basewatch/in-api", title="API")
    assert titles(pull, [group, second]) == ("All", "API")
    assert titles(replace(pull, body=""), [group]) == ()
    assert titles(replace(pull, base="old"), [group, alone]) == ()


def test_a_major_that_is_open_beside_takes_no_place_unless_it_moves_to_the_same():
    (pull,) = opened().opened()
    images = frozenset({NODE})
    major = wanted("z", branch="basewatch/m", line=f"{NODE}:20.*.*", title="Major", apart=True)
    group = wanted("b", branch="basewatch/in-web", line="x:several", title="All", images=images)
    assert titles(pull, [major, group]) == ("All",)
    assert titles(pull, [major]) == ()
    same = replace(major, target=marker_in(pull.body).to)
    assert titles(pull, [same]) == ("Major",)
    told = wanted("a", branch="basewatch/m", line=f"{NODE}:20.*.*", title="Major", apart=True)
    assert titles(pull, [told]) == ("Major",)
    unsaid = replace(pull, body=with_marker("", Marker(line=f"{NODE}:20.*.*")))
    assert titles(unsaid, [replace(told, body=unsaid.body)]) == ()


def test_all_that_a_dissolved_group_was_made_of_takes_its_place():
    forge, images = Forge(), frozenset({NODE, GOLANG})
    forge.run(wanted(branch="basewatch/in-web", line=f"{NODE}:several", images=images))
    (pull,) = forge.opened("basewatch/in-web")
    node = wanted("b", branch="basewatch/n", title="Node", images=frozenset({NODE}))
    golang = wanted("c", branch="basewatch/g", title="Golang", images=frozenset({GOLANG}))
    other = wanted("d", branch="basewatch/r", title="Ruby", images=frozenset({"ruby"}))
    major = replace(node, branch="basewatch/m", title="Major", apart=True)
    assert titles(pull, [other, node, major, golang]) == ("Node", "Golang")
    assert titles(pull, [other, major]) == ()


def test_every_line_takes_the_place_of_a_group_of_an_image():
    forge, images = Forge(), frozenset({NODE})
    forge.run(wanted(branch="basewatch/image-node", line=f"{NODE}:*", images=images))
    (pull,) = forge.opened("basewatch/image-node")
    lines = [
        wanted(n, branch=f"basewatch/{n}", line=f"{NODE}:{n}.*", title=f"To {n}", images=images)
        for n in ("18", "20")
    ]
    assert titles(pull, lines) == ("To 18", "To 20")
    assert titles(replace(pull, branch="basewatch/node-x"), lines) == ("To 18",)
    group = wanted("z", branch="basewatch/in-web", line="x:several", title="All", images=images)
    assert titles(pull, [group, *lines]) == ("To 18", "To 20", "All")


def test_what_takes_the_place_is_told_by_a_few_titles():
    assert replaced_by(()) == "nothing in the repository asks for it"
    assert replaced_by([("A", "")]) == "“A” takes its place"
    assert replaced_by([("A", ""), ("B", "")]) == "“A” and “B” take its place"
    many = [(title, "") for title in "ABCDE"]
    assert replaced_by(many) == "“A”, “B”, “C” and 2 more take its place"


def test_what_takes_the_place_and_is_not_open_is_told_with_the_reason():
    told = replaced_by([("A", ""), ("B", "2 at most are open at a time")])
    assert told == "“A” and “B” (not open: 2 at most are open at a time) take its place"


# ---------------------------------------------------------------- killed at any action


def held():
    forge = opened()
    forge.say(1, "/basewatch hold until 2026-12-15")
    return forge


def held_no_more():
    forge = held()
    forge.run(wanted())
    forge.today = dt.date(2027, 1, 1)
    return forge


def pushed_to():
    forge = opened()
    forge.push()
    forge.say(1, "/basewatch dance")
    return forge


def recreated():
    forge = pushed_to()
    forge.say(1, "/basewatch recreate")
    return forge


def declined():
    forge = opened()
    forge.close(1)
    return forge


def asked_again(*, gone=False):
    forge = declined()
    forge.say(1, "/basewatch sing")
    forge.say(1, "/basewatch reopen")
    if gone:
        forge.delete_branch()
    return forge


def ticked():
    forge = opened()
    forge.edit(1, body=forge.pulls[1].body.replace(BOX, TICKED), labels=("rebase",))
    return forge


def ignored_when_closed():
    forge = declined()
    forge.say(1, "/basewatch ignore this image")
    return forge


def ignored():
    forge = opened()
    forge.say(1, "/basewatch ignore this version")
    return forge


SCENARIOS = {
    "new": (Forge, wanted()),
    "new with all there is": (Forge, wanted(**DRESSED)),
    "new where labels come at once": (
        lambda: Forge(settings=Settings(ME, dressed=True)), wanted(**DRESSED),
    ),
    "target moved": (opened, wanted("b", **DRESSED)),
    "base moved": (opened, wanted(base="c1")),
    "evidence changed": (opened, wanted(evidence="e2")),
    "auto-merge not wanted any more": (lambda: opened(wanted(**DRESSED)), wanted("b")),
    "pushed to": (pushed_to, wanted("b")),
    "made anew": (recreated, wanted("b", base="c1")),
    "declined, then newer": (declined, wanted("b", **DRESSED)),
    "opened again": (asked_again, wanted("a", base="c1")),
    "opened anew": (lambda: asked_again(gone=True), wanted(**DRESSED)),
    "held": (held, wanted("b")),
    "held no more": (held_no_more, wanted("b", base="c1", **DRESSED)),
    "ignored": (ignored, wanted()),
    "ignored, then newer": (ignored, wanted("b", **DRESSED)),
    "ignored when closed": (ignored_when_closed, wanted()),
    "box and label": (ticked, wanted(base="c1")),
    "not wanted any more": (opened, None),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_that_is_killed_after_any_action_is_completed_by_the_next(name):
    prepare, proposal = SCENARIOS[name]
    whole = prepare()
    course = whole.run(proposal)
    assert course.actions
    assert is_at_rest(whole, proposal)
    for cut in range(len(course.actions)):
        forge = prepare()
        forge.run(proposal, most=cut)
        forge.run(proposal)
        assert forge.seen() == whole.seen(), f"killed after {kinds(course)[:cut]}"
        assert is_at_rest(forge, proposal)


@pytest.mark.parametrize("name", SCENARIOS)
def test_runs_that_are_killed_after_every_action_end_in_the_same_state(name):
    prepare, proposal = SCENARIOS[name]
    whole, forge = prepare(), prepare()
    whole.run(proposal)
    for _ in range(10):
        forge.run(proposal, most=1)
    assert forge.seen() == whole.seen()
    assert copy.deepcopy(forge).run(proposal).actions == ()

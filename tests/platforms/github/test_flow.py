"""The whole life of a pull request, at an emulator that keeps what it is told."""

import datetime as dt
import re
from functools import partial
from itertools import count

import pytest

from bot.errors import PlatformError
from bot.forges.carrying import carry_out
from bot.model import NewFile, Proposal, Repo, Snapshot
from bot.platforms.github import App, GitHub, Manners, Site, Token
from bot.pulls import Settings, State, decide, retire
from bot.pulls.actions import (
    AddComment,
    Close,
    Commit,
    CreateBranch,
    CreatePull,
    DeleteBranch,
    Dress,
    EditPull,
    RemoveLabel,
    Reopen,
    SetDress,
    UpdateBranch,
)
from bot.pulls.marker import fingerprint
from bot.pulls.templates import commit_message
from tests.altered import replace
from tests.servers.github_emulator import APP, BOT, INSTALLATION, KIM, STRANGER, TOKENS

PREFIX = "basewatch/"
BRANCH = "basewatch/docker.io-library-node-20.x.x"
OLD, NEW = b"FROM node:20.1.0\n", b"FROM node:20.2.0\n"
AT_ONCE = Manners(between_writes=0, timeout=10, sleep=lambda _: None)


def github(emulator, auth=None, **more):
    auth = auth or Token(TOKENS[BOT])
    host = emulator.url.removeprefix("http://")
    site = Site(emulator.url, insecure=frozenset({host}))
    return GitHub(auth, site, manners=AT_ONCE, **more)


@pytest.fixture
def forge(emulator):
    return github(emulator)


@pytest.fixture
def there(emulator):
    """A repository with a Dockerfile, into which a person may push."""
    slug, base = emulator.repository({"Dockerfile": OLD})
    emulator.let_in(KIM, slug)
    return slug, base


def commit(base, text=NEW, **more):
    files = {"Dockerfile": NewFile(text, "100644"), **more}
    return Commit(base, files, commit_message("Bump node", fingerprint(files)))


def opened(forge, slug, base, **more):
    """A branch and its pull request."""
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    return forge.carry_out(slug, CreatePull(BRANCH, "main", "Bump node", "Body.", **more), 0)


def test_who_we_are(forge):
    assert forge.me() == BOT
    assert (forge.me(), forge.used.reads) == (BOT, 1)


def test_a_repository_by_its_name(forge, emulator, there):
    slug, _ = there
    said = forge.named(slug)
    assert (said.slug, said.branch, said.writable, said.archived) == (slug, "main", True, False)
    assert said.clone == f"{emulator.url}/{slug}.git"


def test_a_commit_has_the_files_as_they_become_and_keeps_all_others(forge, emulator, there):
    slug, base = there
    odd = NewFile(b"\xff\x00binary", "100644")
    script = NewFile(b"#!/bin/sh\nexit\n", "100755")
    made = commit(base, **{"deep/down.bin": odd, "run.sh": script})
    forge.carry_out(slug, CreateBranch(BRANCH, made), 0)
    assert emulator.text(slug, "Dockerfile", BRANCH) == NEW
    assert emulator.text(slug, "deep/down.bin", BRANCH) == odd.data
    assert emulator.text(slug, "README.md", BRANCH) != b""
    tip = emulator.tip(slug, BRANCH)
    tree = emulator.ask(f"/repos/{slug}/git/trees/{tip}?recursive=1")["tree"]
    modes = {each["path"]: each["mode"] for each in tree}
    assert (modes["run.sh"], modes["Dockerfile"]) == ("100755", "100644")


def test_a_branch_of_ours_is_told_by_its_commit(forge, emulator, there):
    slug, base = there
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    tip = forge.branches(slug, PREFIX)[BRANCH]
    state = forge.branch(slug, BRANCH, tip, "main")
    assert (state.tip, state.base, state.ours) == (tip, base, True)
    assert state.content == fingerprint(commit(base).files)
    assert abs(state.committed - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=10)


def test_a_person_who_commits_on_top_takes_the_branch_over(forge, emulator, there):
    slug, base = there
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    said = {"message": "By hand", "content": "eA==", "branch": BRANCH}
    emulator.tell(KIM, "PUT", f"/repos/{slug}/contents/by-hand", said)
    tip = forge.branches(slug, PREFIX)[BRANCH]
    assert not forge.branch(slug, BRANCH, tip, "main").ours


def test_a_commit_of_ours_that_a_person_amended_is_theirs(forge, emulator, there):
    slug, base = there
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    ours = emulator.ask(f"/repos/{slug}/git/commits/{emulator.tip(slug, BRANCH)}")
    said = {
        "message": ours["message"],
        "tree": ours["tree"]["sha"],
        "parents": [base],
        "author": {**ours["author"], "date": "2026-01-01T00:00:00Z"},
        "committer": {"name": "Kim", "email": "kim@example.org", "date": "2026-01-02T00:00:00Z"},
    }
    amended = emulator.tell(KIM, "POST", f"/repos/{slug}/git/commits", said)["sha"]
    assert not forge.branch(slug, BRANCH, amended, "main").ours


def test_only_branches_with_the_prefix_are_told(forge, emulator, there):
    slug, base = there
    for name in ("basewatch-of-mine", "other", BRANCH):
        forge.carry_out(slug, CreateBranch(name, commit(base)), 0)
    assert forge.branches(slug, PREFIX) == {BRANCH: emulator.tip(slug, BRANCH)}


def test_a_new_pull_request_takes_seven_calls_reading_included(forge, there, contract):
    slug, base = there
    assert forge.pulls(slug, PREFIX) == forge.past(slug, BRANCH) == ()
    forge.branches(slug, PREFIX)
    done = opened(forge, slug, base)
    assert (done.number, done.url.endswith(f"/{slug}/pull/1")) == (1, True)
    assert (forge.used.reads, forge.used.writes) == (3, 4)
    assert len(contract.sent) == 7


def test_the_second_one_upon_the_same_commit_takes_one_less(forge, there):
    slug, base = there
    opened(forge, slug, base)
    before = forge.used.reads
    forge.carry_out(slug, CreateBranch("basewatch/other", commit(base)), 0)
    assert forge.used.reads == before


def test_an_unchanged_repository_costs_three_reads_and_no_write(emulator, there):
    slug, base = there
    writer = github(emulator)
    for name in ("a", "b", "c"):
        forge_opens(writer, slug, base, f"basewatch/{name}")
    reader = github(emulator, me=BOT)
    pulls = reader.pulls(slug, PREFIX)
    reader.branches(slug, PREFIX)
    reader.comments(slug, pulls)
    assert len(pulls) == 3
    assert (reader.used.reads, reader.used.writes) == (3, 0)


def forge_opens(forge, slug, base, branch):
    forge.carry_out(slug, CreateBranch(branch, commit(base)), 0)
    return forge.carry_out(slug, CreatePull(branch, "main", "Bump", "Body."), 0)


def test_a_pull_request_as_it_is_read(forge, there):
    slug, base = there
    opened(forge, slug, base, draft=True)
    (pull,) = forge.pulls(slug, PREFIX)
    assert (pull.number, pull.branch, pull.base, pull.state) == (1, BRANCH, "main", "open")
    assert (pull.title, pull.body, pull.author) == ("Bump node", "Body.", BOT)
    assert (pull.draft, pull.fork, pull.automerge, pull.closed) == (True, False, False, None)
    assert pull.created is not None


def test_labels_and_reviewers_are_added_and_never_taken_away(forge, emulator, there):
    slug, base = there
    opened(forge, slug, base)
    emulator.tell(KIM, "POST", f"/repos/{slug}/issues/1/labels", {"labels": ["by-hand"]})
    done = forge.carry_out(slug, SetDress(1, Dress(("images",), reviewers=(KIM,))), 0)
    (pull,) = forge.pulls(slug, PREFIX)
    assert done.refused == ""
    assert (set(pull.labels), pull.reviewers) == ({"by-hand", "images"}, (KIM,))


def test_a_milestone_that_is_not_there_is_refused_and_all_else_done(forge, there):
    slug, base = there
    opened(forge, slug, base)
    done = forge.carry_out(slug, SetDress(0, Dress(("images",), milestone="Never")), 1)
    assert done.refused == "milestone Never (there is none of that title that is open)"
    assert forge.pulls(slug, PREFIX)[0].labels == ("images",)


def test_a_label_is_taken_off_and_that_it_is_off_already_is_as_good(forge, there):
    slug, base = there
    opened(forge, slug, base)
    forge.carry_out(slug, SetDress(1, Dress(("rebase me",))), 0)
    for _ in range(2):
        forge.carry_out(slug, RemoveLabel(1, "rebase me"), 0)
    assert forge.pulls(slug, PREFIX)[0].labels == ()


def test_title_and_body_are_edited_each_by_itself(forge, there):
    slug, base = there
    opened(forge, slug, base)
    forge.carry_out(slug, EditPull(1, title="Other"), 0)
    forge.carry_out(slug, EditPull(0, body="Else."), 1)
    (pull,) = forge.pulls(slug, PREFIX)
    assert (pull.title, pull.body) == ("Other", "Else.")


def test_closing_and_opening_again_are_one_request_each(forge, there):
    slug, base = there
    opened(forge, slug, base)
    before = forge.used.writes
    forge.carry_out(slug, Close(1, "Closed by us."), 0)
    (pull,) = forge.past(slug, BRANCH)
    assert (pull.state, pull.body) == ("closed", "Closed by us.")
    assert pull.closed is not None
    forge.carry_out(slug, Reopen(1, "Open."), 0)
    assert forge.past(slug, BRANCH) == ()
    assert (forge.pulls(slug, PREFIX)[0].state, forge.used.writes - before) == ("open", 2)


def test_a_merged_one_is_told_apart_from_a_closed_one(forge, emulator, there):
    slug, base = there
    opened(forge, slug, base)
    emulator.tell(KIM, "PUT", f"/repos/{slug}/pulls/1/merge", {})
    assert [each.state for each in forge.pulls(slug, PREFIX)] == ["merged"]
    assert [each.state for each in forge.past(slug, BRANCH)] == ["merged"]


def test_a_branch_is_moved_only_from_where_it_was_seen(forge, emulator, there):
    slug, base = there
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    tip = emulator.tip(slug, BRANCH)
    with pytest.raises(PlatformError, match="has moved meanwhile"):
        forge.carry_out(slug, UpdateBranch(BRANCH, commit(base, b"x"), base), 0)
    assert emulator.tip(slug, BRANCH) == tip
    forge.carry_out(slug, UpdateBranch(BRANCH, commit(base, b"FROM node:21\n"), tip), 0)
    assert emulator.text(slug, "Dockerfile", BRANCH) == b"FROM node:21\n"


def test_a_branch_is_deleted_only_where_it_was_seen(forge, emulator, there):
    slug, base = there
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    with pytest.raises(PlatformError, match="has moved meanwhile"):
        forge.carry_out(slug, DeleteBranch(BRANCH, base), 0)
    forge.carry_out(slug, DeleteBranch(BRANCH, emulator.tip(slug, BRANCH)), 0)
    assert forge.branches(slug, PREFIX) == {}
    forge.carry_out(slug, DeleteBranch(BRANCH, base), 0)  # gone is gone


def test_a_branch_that_is_there_is_not_made_again(forge, there):
    slug, base = there
    forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)
    with pytest.raises(PlatformError, match="422"):
        forge.carry_out(slug, CreateBranch(BRANCH, commit(base)), 0)


def test_whether_somebody_may_write_is_asked_of_those_who_command_and_once(emulator, there):
    slug, base = there
    opened(github(emulator), slug, base)
    for who, text in (
        (KIM, "/basewatch rebase"),
        (KIM, "/basewatch hold until 2027-01-31"),
        (STRANGER, "/basewatch recreate"),
        (STRANGER, "I like it"),
        (BOT, "/basewatch rebase"),
    ):
        emulator.tell(who, "POST", f"/repos/{slug}/issues/1/comments", {"body": text})
    forge = github(emulator, me=BOT)
    pulls = forge.pulls(slug, PREFIX)
    before = forge.used.reads
    said = forge.comments(slug, pulls)
    assert [(each.author, each.may_write) for each in said] == [
        (KIM, True),
        (KIM, True),
        (STRANGER, False),
        (STRANGER, False),
        (BOT, False),
    ]
    assert {each.pull for each in said} == {1}
    assert [each.id for each in said] == sorted(each.id for each in said)
    assert forge.used.reads - before == 3
    forge.comments(slug, pulls)
    assert forge.used.reads - before == 4


def test_comments_of_several_are_one_read_and_those_elsewhere_are_left_out(emulator, there):
    slug, base = there
    forge = github(emulator, me=BOT)
    for name in ("a", "b"):
        forge_opens(forge, slug, base, f"basewatch/{name}")
    emulator.tell(KIM, "POST", f"/repos/{slug}/issues", {"title": "An issue"})
    for number in (1, 2, 3):
        forge_says = AddComment(number, f"To {number}")
        forge.carry_out(slug, forge_says, 0)
    before = forge.used.reads
    said = forge.comments(slug, forge.pulls(slug, PREFIX))
    assert [each.text for each in said] == ["To 1", "To 2"]
    assert forge.used.reads - before == 2
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert forge.comments(slug, forge.pulls(slug, PREFIX), later) == ()
    assert forge.comments(slug, ()) == ()


def test_what_belongs_to_a_user_and_what_may_be_written_to(forge, emulator):
    own = next(each for each in forge.owned_by(BOT) if each.slug == f"{BOT}/own")
    assert own.branch == "main"
    assert f"{BOT}/own" in {each.slug for each in forge.reachable()}
    of_another = github(emulator, Token(TOKENS[KIM])).owned_by(BOT)
    assert f"{BOT}/own" in {each.slug for each in of_another}


def test_an_app_acts_with_a_token_for_the_owner(emulator, there):
    slug, base = there
    forge = github(emulator, App(APP, emulator.key))
    assert forge.me() == "basewatch[bot]"
    done = opened(forge, slug, base)
    (pull,) = forge.pulls(slug, PREFIX)
    assert (pull.number, pull.author) == (done.number, forge.me())
    assert forge.branch(slug, BRANCH, emulator.tip(slug, BRANCH), "main").ours
    assert "x-access-token" not in repr(forge.credential(slug))


def test_an_app_asks_for_its_token_once_and_signing_in_is_no_write(emulator, there, contract):
    slug, _ = there
    forge = github(emulator, App(APP, emulator.key, INSTALLATION))
    for _ in range(3):
        forge.named(slug)
    assert len([each for each in contract.sent if each.startswith("POST")]) == 1
    assert (forge.used.reads, forge.used.writes) == (4, 0)


def test_an_app_that_is_not_installed_for_an_owner_says_so(emulator):
    with pytest.raises(PlatformError, match="is not installed for kim"):
        github(emulator, App(APP, emulator.key)).pulls("kim/app", PREFIX)


# ---------------------------------------------------------------- decided, carried out, cut short


def wanted(target, base):
    return Proposal(
        Snapshot(Repo("team/app", "x", "main"), base),
        BRANCH,
        f"Refresh node ({target})",
        f"What it does.\n\n<!-- basewatch line=docker.io/library/node:20 to={target} -->\n",
        {"Dockerfile": NewFile(f"FROM node:20@sha256:{target}\n".encode(), "100644")},
        labels=("images",),
    )


class Desk:
    """Reads all that `decide` rests upon from the forge, and carries out what it decides."""

    def __init__(self, forge, slug):
        self.forge, self.slug = forge, slug
        self.settings = Settings(forge.me())

    def course(self, proposal):
        tips = self.forge.branches(self.slug, PREFIX)
        tip = self.tip = tips.get(BRANCH, "")
        branch = self.forge.branch(self.slug, BRANCH, tip, "main") if tip else None
        pulls = self.forge.pulls(self.slug, PREFIX)
        there = State(
            dt.date(2026, 11, 22), "main", branch, pulls, self.forge.comments(self.slug, pulls)
        )
        if proposal is None:
            return retire(BRANCH, there, "the image is used nowhere", self.settings)
        return decide(proposal, there, self.settings)

    def run(self, proposal, most=None):
        course = self.course(proposal)
        course = replace(course, actions=course.actions[:most])
        carried = carry_out(course, partial(self.forge.carry_out, self.slug), self.tip)
        assert carried.error is None
        return len(course.actions)

    def seen(self):
        """What people see, but for the ids of comments and commits."""
        pulls = [
            (each.number, each.state, each.title, NAMED.sub("", each.body), each.labels)
            for each in sorted(self.forge.pulls(self.slug, ""), key=lambda each: each.number)
        ]
        said = self.forge.comments(self.slug, self.forge.pulls(self.slug, PREFIX))
        trees = {
            name: self.forge.branch(self.slug, name, tip, "main").content
            for name, tip in self.forge.branches(self.slug, PREFIX).items()
        }
        return pulls, [each.text for each in said], trees


NAMED = re.compile(r" (?:tip|on|heard)=[0-9a-f]+")
ASKED = "a person closes it and asks to have it opened again"
LIFE = {
    "create": ["a"],
    "update in place": ["a", "b"],
    "retire": ["a", None],
    "reopen": ["a", ASKED, "a"],
}


def comes_to_pass(step, desk, emulator, base):
    if step == ASKED:
        emulator.let_in(KIM, desk.slug)
        path = f"/repos/{desk.slug}"
        emulator.tell(KIM, "PATCH", f"{path}/pulls/1", {"state": "closed"})
        emulator.tell(KIM, "POST", f"{path}/issues/1/comments", {"body": "/basewatch reopen"})
    else:
        desk.run(step and wanted(step, base))


@pytest.mark.parametrize("steps", LIFE.values(), ids=LIFE)
def test_a_life_cut_short_after_each_write_ends_the_same(forge, emulator, steps):
    *before, last = steps
    ends = []
    for most in count():
        slug, base = emulator.repository({"Dockerfile": OLD})
        desk = Desk(forge, slug)
        for step in before:
            comes_to_pass(step, desk, emulator, base)
        proposal = last and wanted(last, base)
        done = desk.run(proposal, most)
        desk.run(proposal)
        assert desk.run(proposal) == 0
        ends.append(desk.seen())
        if done < most:
            break
    for end in ends:
        assert end == ends[0]
    assert len(ends) > 2
    assert len(ends[0][0]) == 1


def test_one_that_a_person_closed_is_left(forge, emulator, there):
    slug, base = there
    desk = Desk(forge, slug)
    desk.run(wanted("a", base))
    emulator.tell(KIM, "PATCH", f"/repos/{slug}/pulls/1", {"state": "closed"})
    assert desk.course(wanted("a", base)).verb == "left"
    assert desk.run(wanted("a", base)) == 0

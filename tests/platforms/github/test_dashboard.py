"""A dashboard at an emulator of GitHub, and what all of it costs there."""

from bot.forges.discovery import Wanted
from bot.forges.platform import Hosted
from bot.model import NewFile, Page, Repo, Snapshot
from tests.altered import replace
from tests.forges.test_dashboards import ONE_AT_A_TIME, WISHES, plan
from tests.forges.test_platform import NOW, OTHER, THIRD
from tests.platforms.github.test_flow import NEW, OLD, github
from tests.pulls.forge import BRANCH, wanted
from tests.servers.github_emulator import KIM, STRANGER

TEXTS = {BRANCH: NEW, OTHER: NEW + b"#1\n", THIRD: NEW + b"#2\n"}


def run(emulator, slug, *branches, heads=None, wishes=WISHES, labels=()):
    """What became of all, what of the dashboard, and how many calls were reads and writes."""
    forge = github(emulator)
    forge.me()
    hosted = Hosted(forge, lambda _repo, _shown: None, Wanted(), lambda: NOW)
    snapshot = Snapshot(Repo(slug, "x", "main"), emulator.tip(slug, "main"), heads=heads)
    mine = [
        replace(
            wanted(branch=branch, line=f"docker.io/library/{number}:1.*", title=branch),
            files={"Dockerfile": NewFile(TEXTS[branch], "100644")},
            snapshot=snapshot,
            wishes=wishes,
            labels=labels,
        )
        for number, branch in enumerate(branches)
    ]
    before = hosted.calls
    found = [hosted.ensure(each) for each in hosted.arranged(mine)]
    found += hosted.retire(snapshot, set(branches))
    told = hosted.show(snapshot, Page((plan("Dockerfile"),), tuple(found)))
    after = hosted.calls
    verbs = [each.verb for each in (*found, *told)]
    return verbs, told[0].where, tuple(after[name] - before[name] for name in ("reads", "writes"))


def heads(emulator, slug, *branches):
    return {branch: emulator.tip(slug, branch) for branch in branches}


def test_the_calls_of_new_ones_and_of_unchanged_ones(emulator):
    slug, _ = emulator.repository({"Dockerfile": OLD})
    verbs, _, calls = run(emulator, slug, heads={})
    assert (verbs, calls) == (
        ["created"],
        (4, 1),
    )  # of pull requests; of issues open, closed, and open again
    _, _, idle = run(emulator, slug, heads={})
    assert idle == (2, 0)
    verbs, _, (reads, writes) = run(emulator, slug, BRANCH, heads={})
    assert verbs == ["created", "updated"]
    of_the_page = 2  # it is looked at again, and edited
    assert reads + writes - of_the_page <= 7
    run(emulator, slug, BRANCH, OTHER, THIRD, heads=heads(emulator, slug, BRANCH))
    there = heads(emulator, slug, BRANCH, OTHER, THIRD)
    verbs, _, calls = run(emulator, slug, BRANCH, OTHER, THIRD, heads=there)
    assert (verbs, calls) == (["unchanged"] * 4, (3, 0))
    verbs, _, calls = run(emulator, slug, BRANCH, OTHER, THIRD)
    assert (verbs, calls) == (["unchanged"] * 4, (4, 0))


def test_a_new_one_with_a_label_costs_seven_calls_and_no_edit_notes_it(emulator):
    slug, _ = emulator.repository({"Dockerfile": OLD})
    run(emulator, slug, heads={})  # its dashboard
    verbs, _, (reads, writes) = run(emulator, slug, BRANCH, heads={}, labels=("docker",))
    assert verbs == ["created", "updated"]
    of_the_page, of_the_tree = 2, 1  # git tells the tree of the base, which is not read here
    assert reads + writes - of_the_page - of_the_tree <= 7
    there = heads(emulator, slug, BRANCH)
    _, _, calls = run(emulator, slug, BRANCH, heads=there, labels=("docker",))
    assert calls == (3, 0)


def test_what_was_said_long_ago_costs_an_idle_repository_nothing(emulator):
    slug, _ = emulator.repository({"Dockerfile": OLD})
    emulator.let_in(KIM, slug)
    branches = (BRANCH, OTHER, THIRD)
    run(emulator, slug, *branches, heads={})
    for number, who in ((1, KIM), (2, STRANGER), (3, KIM)):
        said = {"body": "/basewatch make coffee" if who == KIM else "/basewatch recreate"}
        emulator.tell(who, "POST", f"/repos/{slug}/issues/{number}/comments", said)
    there = heads(emulator, slug, *branches)
    verbs, _, (_, writes) = run(emulator, slug, *branches, heads=there)
    assert (verbs, writes) == (["updated"] * 3 + ["unchanged"], 5)  # two answers, three notes
    for known, reads in ((there, 3), (None, 4)):
        verbs, _, calls = run(emulator, slug, *branches, heads=known)
        assert (verbs, calls) == (["unchanged"] * 4, (reads, 0))


def test_a_box_that_a_person_ticks_is_obeyed_and_cleared(emulator):
    slug, _ = emulator.repository({"Dockerfile": OLD})
    verbs, where, _ = run(emulator, slug, BRANCH, OTHER, wishes=ONE_AT_A_TIME)
    assert sorted(verbs) == ["created", "created", "left"]
    path = f"/repos/{slug}/issues/{where.rpartition('/')[2]}"
    body = emulator.ask(path)["body"]
    ticked = body.replace("- [ ]", "- [x]").replace("\n", "\r\n")
    emulator.tell(KIM, "PATCH", path, {"body": ticked})
    verbs, _, _ = run(emulator, slug, BRANCH, OTHER, wishes=ONE_AT_A_TIME)
    assert sorted(verbs) == ["created", "unchanged", "updated"]
    assert "basewatch-box" not in emulator.ask(path)["body"]
    verbs, _, (_, writes) = run(emulator, slug, BRANCH, OTHER, wishes=ONE_AT_A_TIME)
    assert (verbs, writes) == (["unchanged"] * 3, 0)

"""Which repositories are looked at."""

import pytest

from bot.forges import Listed
from bot.forges.discovery import Wanted, discovered
from bot.model import Failure, Passed, Repo
from tests.forges.memory import forge

SLUGS = ("team/app", "team/web", "team/sub/tool", "kim/toy")


def listing(slug, **more):
    return Listed(slug, f"https://forge.test/{slug}.git", **{"branch": "main", **more})


def found(there, **wanted):
    return list(discovered(there, Wanted(**wanted)))


def looked_at(there, **wanted):
    return [each.slug for each in found(there, **wanted) if isinstance(each, Repo)]


@pytest.mark.parametrize(
    ("wanted", "slugs"),
    [
        ({"repos": ("team/app",)}, ["team/app"]),
        ({"repos": ("team/*",)}, ["team/app", "team/web"]),
        ({"repos": ("team/**",)}, ["team/app", "team/web", "team/sub/tool"]),
        ({"repos": ("TEAM/w?b", "kim/toy")}, ["kim/toy"]),
        ({"owners": ("team",)}, ["team/app", "team/web", "team/sub/tool"]),
        ({"owners": ("team",), "exclude": ("team/sub/",)}, ["team/app", "team/web"]),
        ({"owners": ("team",), "exclude": ("*/WEB",)}, ["team/app", "team/sub/tool"]),
        ({"all_reachable": True}, list(SLUGS)),
        ({"all_reachable": True, "repos": ("team/web",)}, ["team/web", "team/app", *SLUGS[2:]]),
        ({}, []),
    ],
)
def test_repositories_are_named_by_path_glob_owner_or_reach(wanted, slugs):
    assert looked_at(forge(*SLUGS), **wanted) == slugs


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        ({"repos": ("team/app",)}, []),
        ({"repos": ("team/app",), "owners": ("team",)}, ["team/web", "team/sub/tool"]),
        ({"repos": ("team/app", "team/*")}, ["team/web"]),
        ({"all_reachable": True}, list(SLUGS)),
    ],
)
def test_one_that_nobody_named_is_known_as_found(wanted, which):
    assert [repo.slug for repo in found(forge(*SLUGS), **wanted) if repo.found] == which


def test_one_that_is_named_twice_is_looked_at_once_and_an_owner_is_asked_once():
    there = forge(*SLUGS)
    assert looked_at(there, repos=("team/app", "team/a*", "team/w*")) == ["team/app", "team/web"]
    assert there.asked["owned_by"] == 1


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"archived": True}, "archived"),
        ({"fork": True}, "a fork"),
        ({"branch": ""}, "empty"),
        ({"writable": False}, "not writable with this token"),
        ({"open_to_pulls": False}, "its pull requests are switched off"),
    ],
)
def test_what_is_passed_over_is_told_with_its_reason(more, because):
    there = forge(*SLUGS, listed={"team/app": listing("team/app", **more)})
    assert Passed("team/app", because) in found(there, owners=("team",))


def test_a_fork_that_is_named_is_looked_at():
    there = forge(*SLUGS, listed={"team/app": listing("team/app", fork=True)})
    assert looked_at(there, repos=("team/app",)) == ["team/app"]
    assert "team/app" in looked_at(there, owners=("team",), forks=True)


def test_an_archived_one_is_looked_at_where_that_is_wanted_and_never_though_it_is_named():
    there = forge(*SLUGS, listed={"team/app": listing("team/app", archived=True)})
    assert "team/app" in looked_at(there, owners=("team",), archived=True)
    assert looked_at(there, repos=("team/app",)) == []


def test_topics_choose_among_those_that_were_not_named():
    chosen = listing("team/web", topics=frozenset({"containers", "x"}))
    there = forge(*SLUGS, listed={"team/web": chosen})
    wanted = {"repos": ("kim/toy",), "owners": ("team",), "topics": frozenset({"containers"})}
    assert looked_at(there, **wanted) == ["kim/toy", "team/web"]
    assert Passed("team/app", "without any of the topics") in found(there, **wanted)


def test_upper_and_lower_case_of_a_topic_are_one():
    there = forge(*SLUGS, listed={"team/web": listing("team/web", topics=frozenset({"docker"}))})
    assert looked_at(there, owners=("team",), topics=frozenset({"Docker"})) == ["team/web"]
    there = forge(*SLUGS, listed={"team/web": listing("team/web", topics=frozenset({"Docker"}))})
    assert looked_at(there, owners=("team",), topics=frozenset({"docker"})) == ["team/web"]


@pytest.mark.parametrize("excluded", ["team/Web", "Team/w*"])
def test_upper_and_lower_case_of_what_is_excluded_are_one(excluded):
    for slug in ("team/web", "Team/WEB"):
        assert looked_at(forge(slug), all_reachable=True, exclude=(excluded,)) == []


def test_a_glob_that_matches_nothing_is_told():
    there = forge(*SLUGS, broken={"nobody"})
    everything = found(there, repos=("team/a*", "team/srv-*", "nobody/x*"))
    assert [type(each) for each in everything] == [Repo, Passed, Failure]
    assert everything[1] == Passed("team/srv-*", "no repository has such a name")


def test_what_cannot_be_listed_fails_and_leaves_the_others():
    there = forge(*SLUGS, broken={"team/gone", "nobody"})
    everything = found(there, repos=("team/gone", "team/app"), owners=("nobody", "kim"))
    assert [type(each) for each in everything] == [Failure, Repo, Failure, Repo]
    assert everything[0].reason == "team/gone: there is no such repository, or no right to see it"


def test_each_of_several_branches_is_looked_at():
    (main, old) = found(forge("team/app"), repos=("team/app",), branches=("main", "old"))
    assert (main.branch, old.branch) == ("main", "old")
    assert main.slug == old.slug


def test_one_branch_that_is_named_for_this_run_is_looked_at_alone():
    (found_,) = found(forge("team/app"), repos=("team/app",), branches=("main", "old"), only="old")
    assert (found_.branch, found_.default) == ("old", "main")


def test_there_is_an_end_to_it(monkeypatch):
    monkeypatch.setattr("bot.forges.discovery.MOST", 2)
    *_, last = found(forge(*SLUGS), all_reachable=True)
    assert last == Failure("repositories", "more than 2: name fewer in `platform`")
    assert all(isinstance(each, Repo) for each in found(forge("a/b", "a/c"), all_reachable=True))

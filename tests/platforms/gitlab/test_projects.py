import pytest

from bot.errors import RepoError
from bot.forges import Listed
from bot.git import Clones, Credential, Trust
from bot.model import Repo
from tests.platforms.gitlab.world import FILES, SLUG


def slugs(listed):
    return [each.slug for each in listed]


def writable(listed):
    return {each.slug: each.writable for each in listed}


def test_a_project_is_told_as_it_is(world, forge):
    world.project.topics = ("docker", "base")
    assert forge.named(SLUG) == Listed(
        SLUG, f"{world.server.url}/{SLUG}.git", "main", private=True,
        topics=frozenset({"docker", "base"}),
    )  # fmt: skip
    assert (forge.used.reads, forge.used.writes) == (1, 0)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"archived": True}, {"archived": True}),
        ({"forked": True}, {"fork": True}),
        ({"private": False}, {"private": False}),
        ({"proposals": False}, {"open_to_pulls": False, "writable": True}),
        ({"members": {"basewatch": 20}}, {"writable": False}),
        ({"members": {"basewatch": 30}}, {"writable": True}),
        ({"members": {}, "invited": {"basewatch": 30}}, {"writable": True}),
        ({"members": {}, "private": False}, {"writable": False}),
    ],
)
def test_what_it_is_is_told(world, forge, more, told):
    world.server.project("team/other", FILES, **{"members": {"basewatch": 30}, **more})
    found = forge.named("team/other")
    assert {name: getattr(found, name) for name in told} == told


def test_one_without_a_commit_has_no_branch(world, forge):
    world.server.project("team/new", members={"basewatch": 30})
    assert forge.named("team/new").branch == ""


def test_a_group_is_read_with_its_subgroups(world, forge):
    for slug in ("team/a", "team/deep/er/b", "other/c"):
        world.server.project(slug, FILES, {"basewatch": 30})
    assert slugs(forge.owned_by("team")) == [SLUG, "team/a", "team/deep/er/b"]
    assert slugs(forge.owned_by("team/deep")) == ["team/deep/er/b"]


def test_rights_that_come_with_an_invited_group_are_asked_for_all_at_once(world, forge):
    for number in range(3):
        world.server.project(f"open/{number}", FILES, private=False)
    world.server.project("open/ours", FILES, invited={"basewatch": 30})
    told = {"open/0": False, "open/1": False, "open/2": False, "open/ours": True}
    assert writable(forge.owned_by("open")) == told
    assert forge.used.reads == 2


def test_a_user_is_read_where_there_is_no_such_group(world, forge):
    world.server.project("kim/tool", FILES, {"basewatch": 30})
    assert slugs(forge.owned_by("kim")) == ["kim/tool"]


@pytest.mark.parametrize("owner", ["nobody", "no/group"])
def test_an_owner_that_is_not_there_is_said(world, forge, owner):
    with pytest.raises(RepoError, match="there is no such thing, or the token may not see it"):
        list(forge.owned_by(owner))


def test_all_that_we_may_write_to_is_reachable(world, forge):
    world.server.project("a/b", FILES, {"basewatch": 30})
    world.server.project("a/read-only", FILES, {"basewatch": 20})
    world.server.project("a/hidden", FILES)
    assert slugs(forge.reachable()) == [SLUG, "a/b"]


def test_a_long_list_is_read_page_by_page(world, forge):
    for number in range(101):
        world.server.projects[f"many/{number:03}"] = world.project
    assert len(list(forge.reachable())) == 102
    assert forge.used.reads == 2


def test_a_private_project_of_others_cannot_be_told_from_none(world, forge):
    world.server.project("secret/app", FILES)
    for slug in ("secret/app", "secret/none"):
        with pytest.raises(RepoError, match=f"127.0.0.1:[0-9]+: {slug}: there is no such thing"):
            forge.named(slug)


@pytest.mark.parametrize("slug", ["", "app", "a//b", "../x", "a/./b", "a/"])
def test_what_is_no_path_is_not_asked_for(world, forge, slug):
    with pytest.raises(RepoError, match="no path of a project"):
        forge.named(slug)
    assert world.server.heard == []


def test_a_clone_url_of_another_host_is_not_believed(world, forge):
    evil = {
        "id": 1, "path_with_namespace": SLUG, "default_branch": "main",
        "permissions": {"project_access": {"access_level": 30}},
    }  # fmt: skip
    for url in ("https://evil.example/x.git", "http://127.0.0.1@evil.example/x", "http://[", None):
        world.server.fail(status=200, body=evil | {"http_url_to_repo": url})
        assert forge.named(SLUG).clone == f"{world.server.url}/{SLUG}.git"


def test_git_reads_it_with_the_same_token(world, forge, tmp_path):
    listed = forge.named(SLUG)
    trust = Trust(insecure=frozenset({world.server.url.removeprefix("http://")}))
    clones = Clones(tmp_path / "clones", trust=trust)
    repo = Repo(SLUG, listed.clone, listed.branch)
    tree = clones.tree(repo, forge.credential(SLUG))
    assert tree.snapshot.commit == world.project.tip()
    assert dict(tree.read(["Dockerfile"], limit=100)) == {"Dockerfile": FILES["Dockerfile"]}
    with pytest.raises(RepoError):
        clones.tree(repo, Credential.basic("oauth2", "another"))

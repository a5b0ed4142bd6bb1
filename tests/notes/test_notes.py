"""What is found about a move, by every kind of notes, from a server that answers as forges do."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from bot.errors import EvidenceError
from bot.http import Limits, client
from bot.image import ImageRef
from bot.model import Bump, Comparison
from bot.notes import NOTES, GitHub, GitLab, Sources
from bot.notes.forges import Release
from bot.notes.official import tagged
from bot.notes.spans import Versions, between, numbers, versions
from bot.tags import NotesPlace
from tests.canaries import canary
from tests.servers.scripted import answer, scripted
from tests.test_origin import COMMIT, REVISION, SOURCE, image

TOKEN = canary("notes-token")

OTHER = "f" * 40
TEMPLATE = "https://github.com/docker-library/python.git#{}:3.12/slim"


def compared(old, new, before=None, after=None, bases=(None, None)):
    bump = Bump(ImageRef.parse(old), ImageRef.parse(new), "patch")
    return Comparison(bump, before or image(), after or image(), bases)


def release(name, **more):
    url = f"https://github.com/nodejs/node/releases/tag/{name}"
    return {"tag_name": name, "html_url": url, "body": f"Notes of {name}", **more}


def node(*_image):
    return (NotesPlace(("docker.io/library/node",), "github", "nodejs/node", "v{version}"),)


@asynccontextmanager
async def sources(script, places=lambda _image: ()):
    async with scripted(script) as url, client(Limits(backoff=0.01, read=2)) as http:
        forges = {"github.com": GitHub(http, TOKEN, api=url), "gitlab.com": GitLab(http, url=url)}
        yield Sources(http, forges, places, f"{url}/library/")


def found(name, question, script=lambda *_: [answer(404)], places=lambda _image: ()):
    async def ask():
        async with sources(script, places) as given:
            return await NOTES[name](given).about(question)

    return asyncio.run(ask())


def serving(rows, asked=None, status=200, **headers):
    def script(_method, path, said):
        if asked is not None:
            asked.append((path, said))
        return [answer(status, json.dumps(rows).encode(), **headers)]

    return script


# ------------------------------------------------------------ versions


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("v20.11.0", (20, 11, 0)),
        ("REL_17_2", (17, 2)),
        ("jdk-21.0.5+11", (21, 0, 5)),
        ("release-1.27.3", (1, 27, 3)),
        ("n7.0", (7, 0)),
        ("nightly", ()),
    ],
)
def test_the_version_is_read_out_of_a_releases_name(name, expected):
    assert numbers(name) == expected


def test_releases_between_leave_out_old_newer_and_unripe_ones():
    names = ["v20.12.0", "v20.11.2", "v20.11.1", "v20.11.1-rc.1", "v20.11.0", "v18.1.0"]
    releases = [Release(name, "") for name in names]
    assert [r.name for r in between(releases, Versions("20.11.0", "20.11.2"))] == [
        "v20.11.2",
        "v20.11.1",
    ]


def test_a_tag_of_two_numbers_takes_in_all_releases_of_its_minor():
    releases = [Release(name, "") for name in ("1.28.0", "1.27.3", "1.27.0", "1.26.9")]
    names = [r.name for r in between(releases, Versions("1.26", "1.27"))]
    assert names == ["1.27.3", "1.27.0"]


def test_unripe_releases_count_for_one_who_is_on_them():
    releases = [Release("3.14.0rc2", ""), Release("3.14.0b1", "")]
    assert [r.name for r in between(releases, Versions("3.13", "3.14.0rc2"))]


def test_a_refresh_of_one_version_has_no_versions_between():
    assert versions(compared("node:20.11.0", "node:20.11.0")) is None


def test_the_version_comes_from_the_variable_where_the_tag_does_not_move():
    before = image(environment={"NODE_VERSION": "20.11.0"})
    after = image(environment={"NODE_VERSION": "20.18.1"})
    assert versions(compared("node:20", "node:20", before, after)) == ("20.11.0", "20.18.1")


def test_the_version_comes_from_the_label_if_it_is_the_images_own():
    key = "org.opencontainers.image.version"
    base = image(labels={key: "22.04"})
    before, after = image(labels={key: "22.04"}), image(labels={key: "24.04"})
    assert versions(compared("acme/x:a", "acme/x:a", before, after, (base, base))) is None
    before = image({key: "3.13.5-alpine3.22"})
    after = image({key: "3.13.6-alpine3.22"})
    assert versions(compared("python:3", "python:3", before, after)) == ("3.13.5", "3.13.6")


# ------------------------------------------------------------ releases


def test_the_releases_between_are_told_newest_first():
    rows = [release("v20.12.0"), release("v20.11.1"), release("v20.11.0")]
    asked = []
    notes = found("releases", compared("node:20.11.0", "node:20.12.0"), serving(rows, asked), node)
    assert [(n.title, n.text) for n in notes] == [
        ("v20.12.0", "Notes of v20.12.0"),
        ("v20.11.1", "Notes of v20.11.1"),
    ]
    assert notes[0].url == "https://github.com/nodejs/node/releases/tag/v20.12.0"
    assert notes[0].source == "Releases of nodejs/node"
    (path, headers) = asked[0]
    assert path == "/repos/nodejs/node/releases?per_page=50&page=1"
    assert headers["authorization"] == f"Bearer {TOKEN}"


def test_drafts_and_prereleases_are_left_out():
    rows = [release("v20.12.0", draft=True), release("v20.11.1", prerelease=True)]
    notes = found("releases", compared("node:20.11.0", "node:20.12.0"), serving(rows), node)
    assert [n.source for n in notes] == ["Changes of nodejs/node"]


def test_where_no_release_is_written_the_tags_are_compared():
    notes = found("releases", compared("node:20.11.0", "node:20.12.0"), serving([]), node)
    assert notes[0].url == "https://github.com/nodejs/node/compare/v20.11.0...v20.12.0"


def test_pages_are_read_until_the_old_version_is_reached():
    def script(_method, path, _headers):
        page = int(path.rpartition("=")[2])
        rows = [release(f"v20.{20 - page}.{50 - n}") for n in range(50)]
        pages.append(page)
        return [answer(body=json.dumps(rows).encode())]

    pages = []
    notes = found("releases", compared("node:20.18.40", "node:20.19.3"), script, node)
    assert pages == [1, 2]
    assert notes[0].title == "v20.19.3"
    assert notes[-1].title == "v20.18.41" or len(notes) == 30


def test_long_notes_are_cut_at_the_end_of_a_line():
    rows = [release("v20.12.0", body="line of text\n" * 1000)]
    (note,) = found("releases", compared("node:20.11.0", "node:20.12.0"), serving(rows), node)
    assert len(note.text) < 2100
    assert note.text.endswith("line of text\n\n…")


def test_a_page_that_leads_elsewhere_is_not_linked_to():
    rows = [release("v20.12.0", html_url="https://evil.example/")]
    (note,) = found("releases", compared("node:20.11.0", "node:20.12.0"), serving(rows), node)
    assert note.url == "https://github.com/nodejs/node/releases"


def test_the_images_own_project_is_asked_where_no_rule_knows_better():
    asked = []
    after = image({SOURCE: "https://github.com/astral-sh/uv"})
    question = compared("ghcr.io/astral-sh/uv:0.5.1", "ghcr.io/astral-sh/uv:0.5.2", after, after)
    notes = found("releases", question, serving([release("0.5.2")], asked))
    assert [n.title for n in notes] == ["0.5.2"]
    assert asked[0][0].startswith("/repos/astral-sh/uv/releases")


def test_a_project_on_a_forge_that_nobody_allowed_is_not_asked():
    asked = []
    after = image({SOURCE: "https://intranet.example/astral-sh/uv"})
    question = compared("ghcr.io/astral-sh/uv:0.5.1", "ghcr.io/astral-sh/uv:0.5.2", after, after)
    assert found("releases", question, serving([], asked)) == ()
    assert asked == []


@pytest.mark.parametrize(
    ("tag", "title", "page"),
    [("v{version}", "v1.8.0", "https://gitlab.wikimedia.org/repos/releng/blubber/-/releases/v1.8.0"),
     ("", "", "https://gitlab.wikimedia.org/repos/releng/blubber/-/releases")],
)  # fmt: skip
def test_of_a_forge_that_nobody_allowed_the_rules_page_is_linked_to(tag, title, page):
    asked = []
    place = NotesPlace(("**",), "gitlab", "gitlab.wikimedia.org/repos/releng/blubber", tag)
    question = compared("acme/blubber:v1.7.0", "acme/blubber:v1.8.0")
    (note,) = found("releases", question, serving([], asked), lambda _: (place,))
    assert (note.title, note.url, asked) == (title, page, [])


def test_the_repository_of_recipes_is_not_taken_for_that_of_the_program():
    asked = []
    after = image({SOURCE: TEMPLATE.format(COMMIT)})
    question = compared("python:3.12.4", "python:3.12.7", after, after)
    assert found("releases", question, serving([], asked)) == ()
    assert asked == []


def test_releases_on_gitlab_are_read_too():
    rows = [
        {
            "tag_name": "v1.7.0",
            "description": "New",
            "_links": {"self": "https://gitlab.com/g/p/-/releases/v1.7.0"},
        },
        {"tag_name": "v1.8.0", "upcoming_release": True},
        {"tag_name": "v1.6.0", "_links": 7},
        "rubbish",
    ]
    asked = []
    place = NotesPlace(("**",), "gitlab", "gitlab.com/g/p")
    notes = found(
        "releases",
        compared("acme/p:1.6.0", "acme/p:1.7.0"),
        serving(rows, asked),
        lambda _: (place,),
    )
    assert [(n.title, n.text, n.url) for n in notes] == [
        ("v1.7.0", "New", "https://gitlab.com/g/p/-/releases/v1.7.0")
    ]
    assert asked[0][0] == "/api/v4/projects/g%2Fp/releases?per_page=50&page=1"


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (403, {"x_ratelimit_remaining": "0"}, "its limit of requests is reached"),
        (401, {}, "does not accept the token"),
        (403, {}, "answered 403"),
    ],
)
def test_a_forge_that_refuses_is_told_of(status, headers, said):
    with pytest.raises(EvidenceError, match=f"the releases of nodejs/node on GitHub: .*{said}"):
        found(
            "releases",
            compared("node:20.11.0", "node:20.12.0"),
            serving({}, status=status, **headers),
            node,
        )


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'"x"'])
def test_an_answer_that_is_no_list_is_told_of(body):
    with pytest.raises(EvidenceError, match="the releases of nodejs/node"):
        found(
            "releases",
            compared("node:20.11.0", "node:20.12.0"),
            lambda *_: [answer(body=body)],
            node,
        )


def test_a_project_that_is_not_there_has_no_notes():
    question = compared("node:20.11.0", "node:20.12.0")
    place = NotesPlace(("**",), "github", "nodejs/node")
    assert found("releases", question, places=lambda _: (place,)) == ()


def test_each_project_is_asked_once():
    asked = []

    async def ask():
        async with sources(serving([release("v20.12.0")], asked), node) as given:
            notes = NOTES["releases"](given)
            moves = [
                compared(f"node:20.11.0{v}", f"node:20.12.0{v}") for v in ("", "-slim", "-alpine")
            ]
            return await asyncio.gather(*(notes.about(move) for move in moves))

    assert all(len(notes) == 1 for notes in asyncio.run(ask()))
    assert len(asked) == 1


# ------------------------------------------------------------ recipes


def test_two_commits_of_one_recipe_are_compared():
    before = image({SOURCE: TEMPLATE.format(COMMIT)})
    after = image({SOURCE: TEMPLATE.format(OTHER)})
    (note,) = found("recipe", compared("python:3.12", "python:3.12", before, after))
    assert note.url == f"https://github.com/docker-library/python/compare/{COMMIT}...{OTHER}"
    assert note.title == "docker-library/python 0123456…fffffff in 3.12/slim"


def test_a_rebuild_on_a_newer_base_tells_of_the_bases_own_recipe():
    def on(digest):
        return image(
            {
                SOURCE: TEMPLATE.format(COMMIT),
                "org.opencontainers.image.base.name": "debian:trixie-slim",
                "org.opencontainers.image.base.digest": f"sha256:{digest * 64}",
            }
        )

    debian = "https://github.com/debuerreotype/docker-debian-artifacts"
    bases = tuple(image({SOURCE: debian, REVISION: commit}) for commit in (COMMIT, OTHER))
    notes = found("recipe", compared("python:3.12", "python:3.12", on("1"), on("2"), bases))
    assert [(n.source, n.title) for n in notes] == [
        ("Image recipe", "docker-library/python 0123456 in 3.12/slim, the same as before"),
        (
            "Base image",
            "rebuilt: debian:trixie-slim (1111111) → debian:trixie-slim (2222222)",
        ),
        ("Recipe of debian", "debuerreotype/docker-debian-artifacts 0123456…fffffff"),
    ]
    assert notes[2].url == f"{debian}/compare/{COMMIT}...{OTHER}"


def test_another_project_is_linked_to_and_not_compared():
    before = image({SOURCE: "https://github.com/old/home", REVISION: COMMIT})
    after = image({SOURCE: "https://github.com/new/home", REVISION: OTHER})
    (note,) = found("recipe", compared("a/b:1", "a/b:2", before, after))
    assert note.url == f"https://github.com/new/home/tree/{OTHER}"


def test_a_commit_that_only_the_new_one_names_is_linked_to():
    before = image({SOURCE: "https://github.com/a/b"})
    after = image({SOURCE: "https://github.com/a/b", REVISION: OTHER})
    (note,) = found("recipe", compared("a/b:1", "a/b:2", before, after))
    assert note.url == f"https://github.com/a/b/tree/{OTHER}"


def test_a_base_that_is_named_for_the_first_time_is_told():
    after = image({"org.opencontainers.image.base.name": "alpine:3.22"})
    (note,) = found("recipe", compared("a/b:1", "a/b:2", image(), after))
    assert (note.title, note.url) == ("built on alpine:3.22", "")


def test_images_that_say_nothing_have_no_recipe():
    assert found("recipe", compared("a/b:1", "a/b:2")) == ()


# ------------------------------------------------------------ library files and pages

LIBRARY = f"""# this file is generated

Maintainers: A (@a)
GitRepo: https://github.com/docker-library/python.git

Tags: 3.12.7-trixie, 3.12-trixie
SharedTags: 3.12.7,
 3.12
Architectures: amd64, arm64v8
GitCommit: {OTHER}
amd64-GitCommit: {COMMIT}
Directory: 3.12/trixie

Tags: 3.12.7-windows
GitRepo: nonsense
GitCommit: {OTHER}
Directory: windows
"""


def test_a_library_file_names_commit_and_folder_behind_each_tag():
    tags = dict(tagged(LIBRARY))
    assert sorted(tags) == ["3.12", "3.12-trixie", "3.12.7", "3.12.7-trixie"]
    assert (tags["3.12"].commit, tags["3.12"].folder) == (COMMIT, "3.12/trixie")


def test_the_library_tells_where_the_image_does_not():
    asked = []

    def script(_method, path, _headers):
        asked.append(path)
        return [answer(body=LIBRARY.encode())]

    before = image({SOURCE: TEMPLATE.format(OTHER)})
    (note,) = found("library", compared("python:3.12.4", "python:3.12.7", before), script)
    assert asked == ["/library/python"]
    assert note.url == f"https://github.com/docker-library/python/compare/{OTHER}...{COMMIT}"
    (note,) = found("library", compared("python:3.12.4", "python:3.12.7"), script)
    assert note.url.endswith(f"/tree/{COMMIT}/3.12/trixie")
    assert found("library", compared("python:3.1", "python:3.99"), script) == ()


def test_the_library_is_not_asked_about_other_images_nor_about_those_that_say_it():
    said = image({SOURCE: TEMPLATE.format(COMMIT)})
    for question in (
        compared("ghcr.io/a/python:3.12", "ghcr.io/a/python:3.13"),
        compared("python:3.12", "python:3.13", said, said),
    ):
        assert found("library", question, lambda *_: pytest.fail("asked")) == ()


def test_a_library_that_is_away_is_told_of():
    assert found("library", compared("python:3.12", "python:3.13")) == ()
    with pytest.raises(EvidenceError, match=r"library file of python: 127\.0\.0\.1 answered 418"):
        found("library", compared("python:3.12", "python:3.13"), lambda *_: [answer(418)])


def test_pages_are_linked_to_under_the_version():
    place = NotesPlace(("**",), "url", "https://example.org/{version}")
    notes = found(
        "pages", compared("python:3.12.4-slim", "python:3.12.7-slim"), places=lambda _: (place,)
    )
    assert [(n.title, n.url) for n in notes] == [("3.12.7", "https://example.org/3.12.7")]

"""What a project's changelog says of the versions between two images."""

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EvidenceError
from bot.notes.changelogs import sections
from bot.tags import NotesPlace
from tests.notes.test_notes import compared, found, node, release
from tests.servers.scripted import answer
from tests.test_origin import COMMIT, REVISION, SOURCE, image

LOG = """# Changelog

Read this first.

## [Unreleased]

* Not yet.

## [20.12.0] - 2024-03-26

### Added

* Loading of `.env` files, by @someone (#1234)
```
## 20.11.7 is no heading
```

### Upgrade to OpenSSL 3.0.13

## 20.12.0-rc.1

* Ripening.

## v20.11.1 (2024-02-14)

* Fixes.

## 20.11.0

* Known already.
"""
MOVE = compared("node:20.11.0", "node:20.12.0")


def forge(refs, asked=None, releases=(), files=("README.md", "CHANGELOG.md"), log=LOG):
    """A GitHub that has these refs, and a changelog at each."""

    def script(_method, path, headers):
        if asked is not None:
            asked.append((path, headers.get("accept")))
        split = urlsplit(path)
        if split.path.endswith("/releases"):
            return [answer(body=json.dumps(list(releases)).encode())]
        if split.query.removeprefix("ref=") not in refs:
            return [answer(404)]
        if split.path.endswith("/contents/"):
            rows = [{"type": "file", "name": name} for name in files]
            return [answer(body=json.dumps([{"type": "dir", "name": "changes"}, *rows]).encode())]
        return [answer(body=log.encode())]

    return script


def test_without_releases_the_changelog_at_the_new_tag_is_read_between_both_versions():
    asked = []
    notes = found("releases", MOVE, forge({"v20.12.0"}, asked), node)
    assert [(note.source, note.title) for note in notes] == [
        ("Changelog of nodejs/node", "20.12.0"),
        ("Changelog of nodejs/node", "20.11.1"),
    ]
    assert notes[0].url == "https://github.com/nodejs/node/blob/v20.12.0/CHANGELOG.md"
    assert notes[0].text.startswith("### Added")
    assert "no heading" in notes[0].text
    assert notes[0].text.endswith("### Upgrade to OpenSSL 3.0.13")
    assert notes[1].text == "* Fixes."
    assert asked[1:] == [
        ("/repos/nodejs/node/contents/?ref=v20.12.0", "application/vnd.github+json"),
        (
            "/repos/nodejs/node/contents/CHANGELOG.md?ref=v20.12.0",
            "application/vnd.github.raw+json",
        ),
    ]


def test_releases_with_a_text_are_enough():
    asked = []
    rows = [release("v20.12.0"), release("v20.11.1", body="")]
    notes = found("releases", MOVE, forge({""}, asked, rows), node)
    assert {note.source for note in notes} == {"Releases of nodejs/node"}
    assert len(asked) == 1


def test_releases_that_say_nothing_are_told_with_the_changelog_at_their_tag():
    rows = [release("release-20.12.0", body=""), release("release-20.11.1", body="")]
    notes = found("releases", MOVE, forge({"release-20.12.0"}, releases=rows), node)
    assert [note.title for note in notes] == [
        *("release-20.12.0", "release-20.11.1", "20.12.0", "20.11.1"),
    ]


def test_the_commit_that_the_image_names_is_surer_than_a_tag():
    after = image({SOURCE: "https://github.com/astral-sh/uv", REVISION: COMMIT})
    move = compared("ghcr.io/astral-sh/uv:20.11.0", "ghcr.io/astral-sh/uv:20.12.0", after, after)
    asked = []
    notes = found("releases", move, forge({COMMIT, "20.12.0"}, asked))
    assert [note.title for note in notes] == ["20.12.0", "20.11.1"]
    assert asked[1][0] == f"/repos/astral-sh/uv/contents/?ref={COMMIT}"


def test_where_no_tag_is_found_it_is_read_as_it_is_today():
    place = NotesPlace(("**",), "github", "nodejs/node")
    asked = []
    notes = found("releases", MOVE, forge({""}, asked), lambda _: (place,))
    assert notes[0].url == "https://github.com/nodejs/node/blob/HEAD/CHANGELOG.md"
    assert [urlsplit(path).query for path, _ in asked[1:]] == [
        "ref=v20.12.0",
        "ref=20.12.0",
        "",
        "",
    ]


@pytest.mark.parametrize("files", [(), ("README.md",), ("CHANGELOG" * 40,)])
def test_a_project_without_changelog_has_its_tags_compared(files):
    (note,) = found("releases", MOVE, forge({"v20.12.0"}, files=files), node)
    assert note.url == "https://github.com/nodejs/node/compare/v20.11.0...v20.12.0"


def test_a_changelog_that_cannot_be_had_is_told_of_unless_there_is_something_else():
    def refusing(releases):
        def script(method, path, headers):
            if "/contents/" in path:
                return [answer(403)]
            return forge(set(), releases=releases)(method, path, headers)

        return script

    with pytest.raises(EvidenceError, match=r"the changelog of nodejs/node on GitHub: .* 403"):
        found("releases", MOVE, refusing(()), node)
    (note,) = found("releases", MOVE, refusing([release("v20.12.0", body="")]), node)
    assert note.title == "v20.12.0"


def test_a_changelog_that_is_too_large_is_told_of():
    large = forge({"v20.12.0"}, log="x" * (3 << 20))
    with pytest.raises(EvidenceError, match="the changelog of nodejs/node"):
        found("releases", MOVE, large, node)


def test_gitlab_has_changelogs_too():
    asked = []

    def script(_method, path, _headers):
        asked.append(path)
        if "/releases" in path:
            return [answer(body=b"[]")]
        if "/tree?" in path:
            rows = [{"type": "tree", "name": "NEWS"}, {"type": "blob", "name": "CHANGES.md"}, 7]
            return [answer(body=json.dumps(rows).encode())]
        return [answer(body=b"1.7.0\n=====\n\nNew.\n\n1.6.0\n=====\nOld.\n")]

    place = NotesPlace(("**",), "gitlab", "gitlab.com/g/p", "v{version}")
    move = compared("acme/p:1.6.0", "acme/p:1.7.0")
    (note,) = found("releases", move, script, lambda _: (place,))
    assert (note.title, note.text) == ("1.7.0", "New.")
    assert note.url == "https://gitlab.com/g/p/-/blob/v1.7.0/CHANGES.md"
    assert asked[1:] == [
        "/api/v4/projects/g%2Fp/repository/tree?per_page=100&ref=v1.7.0",
        "/api/v4/projects/g%2Fp/repository/files/CHANGES.md/raw?ref=v1.7.0",
    ]


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("# 1.3.0\na\n## 1.2.1\nb\n### 1.2.0 is a part\n", ["1.3.0", "1.2.1"]),
        ("### 1.3.0\na\n### v1.2.0\nb", ["1.3.0", "1.2.0"]),
        ("1.3.0 (2024-01-01)\n------\na\n\n1.2.0\n------\nb", ["1.3.0", "1.2.0"]),
        ("Changes in 1.3.0:\n  * see 1.1.1\n\nVersion 1.2.0\n * b", ["1.3.0", "1.2.0"]),
        ("## Release of the great 1.3.0\n", []),
        ("## Node.js 20\n", []),
        ("", []),
    ],
)
def test_headings_that_name_a_version_divide_a_changelog(text, versions):
    assert [version for version, _ in sections(text)] == versions


@given(st.text("#v1.0 -=\n`\t[]a", max_size=200))
def test_any_text_is_divided_without_loss_of_order(text):
    found = [*sections(text)]
    assert all(version for version, _ in found)
    assert sum(len(body) for _, body in found) <= len(text)


def test_long_lines_and_many_headings_take_no_time():
    assert len([*sections("## 1.2.3 x\n" * 100_000)]) == 100_000
    assert len([*sections("## " + "1." * 1_000_000)]) == 1
    assert [*sections("v" * 2_000_000 + "\n=====\n")] == []

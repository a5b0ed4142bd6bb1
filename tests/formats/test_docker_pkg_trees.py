"""Trees of images: names, versions and parents as docker-pkg has them, and what moves among them."""

import datetime as dt
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from debian.changelog import Changelog as Debians
from debian.deb822 import Packages
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import mentions_of, named, uses_of
from bot.formats.beside import releases_after, told_beside, wanted_beside
from bot.formats.docker_pkg.changelogs import Entry, is_person, prepended, read
from bot.formats.docker_pkg.controls import corrected, dependencies
from bot.formats.docker_pkg.rebuilds import rebuilt
from bot.formats.docker_pkg.trees import trees_of
from bot.formats.docker_pkg.versions import habit_in, habit_of_all, next_version
from bot.image import ImageRef
from bot.model import BaseMove, Beside, Manner, Skip, SourceFile

R = "docker-registry.wikimedia.org"
DAY = dt.datetime(2026, 8, 23, 6, 0, 5, tzinfo=dt.UTC)
OLD, NEW = "sha256:" + "0a" * 32, "sha256:" + "0b" * 32
INSTALL = 'RUN {{ "git" | apt_install }}\n'
CONFIG = f"registry: {R}\nbase_images:\n- {R}/bookworm:latest\n"


def block(name, version, text="Weekly rebuild.", day="Sun, 16 Aug 2026 06:00:05 +0000"):
    return (
        f"{name} ({version}) wikimedia; urgency=medium\n\n  * {text}\n\n"
        f" -- Image build Bot <root@wikimedia.org>  {day}\n\n"
    )


def tree(images, config=CONFIG, **more):
    """Images by folder: what they are built on, name, and versions, newest first."""
    files = {"config.yaml": config, **more}
    for folder, (base, name, *versions) in images.items():
        bases = [base] if isinstance(base, str) else base
        files[f"{folder}/Dockerfile.template"] = "".join(f"FROM {b}\n" for b in bases) + INSTALL
        files[f"{folder}/changelog"] = "".join(block(name, version) for version in versions)
    return Beside({path: SourceFile(path, text) for path, text in files.items()}, {})


def tag(name):
    return f'{{{{ "{name}" | image_tag }}}}'


CHAIN = {
    "images/py": (tag("bookworm"), "python3", "3.11-20260816", "3.11-20260809"),
    "images/py/devel": (tag("python3"), "python3-devel", "0.2.0-s1"),
    "images/app": (tag("python3-devel"), "app", "1.0-wmf1-20260816"),
    "images/other": ("scratch", "other", "1.0-20260816"),
}


def moves(path="config.yaml", old=f"{R}/bookworm:latest", new=None, **more):
    new = new or f"{R}/bookworm:latest@{NEW}"
    return [BaseMove(path, ImageRef.parse(old), ImageRef.parse(new), **more)]


def versions(beside, some=None, **manner):
    found = rebuilt(beside, some or moves(), Manner(DAY, **manner))
    return [(each.name, each.new) for each in found]


def told(beside, path):
    return list(mentions_of(beside.files[path], named("docker-pkg"), beside))


# ---------------------------------------------------------------- changelogs


LOGS = [
    block("httpd", "2.4.67-1-20260816") + block("httpd", "2.4.67-1"),
    "\n\n# a comment\n" + block("a.b+c", "1:2~3"),
    "garbage\n" + block("x", "1"),
    block("x", "8.1.33-1-s3-20260816").replace("\n", "\r\n"),
    "x (1) unstable experimental; urgency=low, binary-only=yes\n\n * y\n\n -- A <a@b>  Mon, 1 Jan 2024 00:00:00 +0000\n",
]


@pytest.mark.parametrize("text", LOGS)
def test_name_and_version_are_those_that_docker_pkgs_reader_finds(text):
    theirs, ours = Debians(text.encode()), read(SourceFile("changelog", text))
    newest = ours.blocks[0]
    assert (newest.name, newest.version) == (theirs.get_package(), str(theirs.version))
    assert [str(each.version) for each in theirs] == list(ours.versions)


@pytest.mark.parametrize("text", ["", "nothing\n", "x 1.0 wikimedia; urgency=low\n", "x () y; z\n"])
def test_what_has_no_block_is_no_changelog(text):
    assert read(SourceFile("changelog", text)) is None


@pytest.mark.parametrize("text", LOGS)
def test_a_block_goes_on_top_and_all_else_stays(text):
    log = read(SourceFile("changelog", text))
    items = ["Rebuild on x@" + NEW + ".", "Fixes " + ", ".join(f"CVE-2026-{n}" for n in range(30))]
    new = prepended(log, Entry("9-s1", items, "Bot <b@e.org>", DAY))
    assert new.endswith(text)
    assert ("\r\n" in new.removesuffix(text)) is ("\r\n" in text)
    theirs = Debians(new.encode())
    assert (str(theirs.version), theirs.author) == ("9-s1", "Bot <b@e.org>")
    assert theirs.date == "Sun, 23 Aug 2026 06:00:05 +0000"
    assert NEW in " ".join(theirs[0].changes())
    assert theirs.distributions == read(SourceFile("c", text)).blocks[0].distribution


def test_a_byte_order_mark_stays_in_front():
    log = read(SourceFile("changelog", "\ufeff\n" + block("x", "1")))
    assert prepended(log, Entry("2", ["Y."], "B <b@e>", DAY)).startswith("\ufeffx (2) wikimedia;")


def test_a_block_tells_when_it_was_written_and_what_it_says():
    log = read(
        SourceFile("changelog", block("x", "1", "It is.\n  * So.") + "x (0) y; z=1\n\n  * A\n")
    )
    assert log.blocks[0].moment == dt.datetime(2026, 8, 16, 6, 0, 5, tzinfo=dt.UTC)
    assert log.blocks[0].notes == "* It is.\n* So."
    assert log.blocks[1].moment.year == 1
    assert log.blocks[1].notes == "* A"
    broken = read(SourceFile("changelog", block("x", "1", day="Sun, 99 Foo 2026 06:00:05 +0000")))
    assert broken.blocks[0].moment.year == 1


def test_a_person_has_a_name_and_an_address():
    assert is_person("A B <a@b>")
    assert not any(map(is_person, ["", " <>", "A B", "a@b", "A <a@b>\nX"]))


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("newest", "habit", "wanted"),
    [
        ("4.27.0-1-20260816", "date", "4.27.0-1-20260823"),
        ("0.2.0", "date", "0.2.0-20260823"),
        ("1.0-20260101-s1-20260816", "date", "1.0-20260823"),
        ("1.0-20260816-s1", "date", "1.0-20260823"),
        ("8.1.33-1-s3-20260816", "date", "8.1.33-1-s3-20260823"),
        ("2.0.2-wmf1-20260816", "date", "2.0.2-wmf1-20260823"),
        ("0.1.9-u1-20260816", "date", "0.1.9-u1-20260823"),
        ("2.5.1rocm6.1-1-20260816", "date", "2.5.1rocm6.1-1-20260823"),
        ("9.0.4-20260107.e9ce92c-20260816", "date", "9.0.4-20260107.e9ce92c-20260823"),
        ("20260107-1-20260816", "date", "20260107-1-20260823"),
        ("1.0-20269999", "date", "1.0-20269999-20260823"),
        ("1.4.0-s1", "sequence", "1.4.0-s2"),
        ("1.10-0.s3", "sequence", "1.10-0.s4"),
        ("1.4.1", "sequence", "1.4.1-s1"),
        ("v20260107-1", "sequence", "v20260107-1-s1"),
        ("0.10.4-4", "patch", "0.10.4-5"),
        ("0.10.4", "patch", "0.10.5"),
        ("gfx90arocm7.2.0vllm0.22.1-3", "patch", "gfx90arocm7.2.0vllm0.22.1-4"),
        ("1.4.0-s1", "patch", "1.4.0-s2"),
        ("12", "patch", "12-s1"),
        ("0.2.0-20260816", "patch", "0.2.0-20260816-s1"),
    ],
)
def test_the_version_of_a_rebuild(newest, habit, wanted):
    assert next_version([newest], habit, DAY.date()) == wanted


def test_a_version_that_there_was_is_not_given_again():
    assert next_version(["1.0-s1", "1.0-s2", "1.0-s3"], "sequence", DAY.date()) == "1.0-s4"
    assert next_version(["1.0", "1.1"], "patch", DAY.date()) == "1.2"
    assert next_version(["1.0-20260823", "1.0"], "date", DAY.date()) == "1.0-20260823-s1"
    again = ["1.0-20260823-s1", "1.0-20260823", "1.0"]
    assert next_version(again, "date", DAY.date()) == "1.0-20260823-s2"


@given(
    st.lists(
        st.from_regex(r"v?[0-9]{1,3}(\.[0-9a-z]{1,4}){0,2}(-s?[0-9]{1,8}){0,3}", fullmatch=True),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["date", "sequence", "patch"]),
)
def test_a_version_is_new_and_has_one_date(before, habit):
    version = next_version(before, habit, DAY.date())
    assert version not in before
    assert habit != "date" or re.search(r"-20260823(-s[0-9]+)?$", version)


def test_the_habit_is_that_of_the_newest_rebuild():
    assert habit_in(["1.5", "1.4-s1", "1.3-20260101"]) == "sequence"
    assert habit_in(["1.5-20260101", "1.5-s1"]) == "date"
    assert habit_in(["1.5-20260101-s2", "1.5-20260101"]) == "date"
    assert habit_in(["1.5", "1.4"]) is None
    assert habit_of_all([["1-s1"], ["1-20260101"], ["2-20260101"], ["3"]]) == "date"
    assert habit_of_all([["1"], ["2"]]) is None


# ---------------------------------------------------------------- control


CONTROLS = [
    "Package: x\nBuild-Depends: a, b,\n  c\nMaintainer: d, e\n",
    "Package: x\nDepends: a\nBuild-Depends: b\n\nPackage: y\nDepends: c\n",
    "Package: x\ndepends:  a ,b\n",
    "Package: x\n",
]


@pytest.mark.parametrize("text", CONTROLS)
def test_what_control_names_is_what_docker_pkgs_reader_finds(text):
    theirs = []
    for paragraph in Packages.iter_paragraphs(text.encode(), use_apt_pkg=False):
        said = (paragraph.get(key, "") for key in ("Build-Depends", "Depends"))
        theirs += [name.strip() for each in said for name in each.split(",") if name.strip()]
    file = SourceFile("x/control", text)
    assert sorted(found.name for found in dependencies(file)) == sorted(theirs)
    assert all(found.span.of(text) == found.name for found in dependencies(file))


@pytest.mark.parametrize(
    ("text", "used", "wanted"),
    [
        ("Package: x\nBuild-Depends: a, b\n", "a b", "Package: x\nBuild-Depends: a, b\n"),
        ("Build-Depends: a, b\nX: y\n", "b c", "Build-Depends: b, c\nX: y\n"),
        ("Depends: a,\n b\n\nX: y\n", "a c d", "Depends: a,\n c,\n d\n\nX: y\n"),
        ("P: x\nDepends: a\nBuild-Depends: b\nX: y\n", "b", "P: x\nBuild-Depends: b\nX: y\n"),
        ("P: x\n\nP: y\n", "a", "P: x\nBuild-Depends: a\n\nP: y\n"),
        ("P: x", "a", "P: x\nBuild-Depends: a\n"),
        ("", "a", "Build-Depends: a\n"),
        ("Depends: a,\n# why\n b\n", "b", "Depends: a,\n# why\n b\n"),
    ],
)
def test_control_is_corrected_in_its_fields_only(text, used, wanted):
    made = corrected(SourceFile("control", text), used.split())
    assert made == wanted
    assert corrected(SourceFile("control", made), used.split()) == made


def test_control_of_what_is_rebuilt_is_corrected_on_request():
    beside = tree(CHAIN, **{"images/app/control": "Package: app\nBuild-Depends: python3\n"})
    *_, app = rebuilt(beside, moves(), Manner(DAY, control=True))
    assert [file.path for file in app.files] == ["images/app/changelog", "images/app/control"]
    assert app.others[0].text == "Package: app\nBuild-Depends: python3-devel\n"
    *_, app = rebuilt(beside, moves(), Manner(DAY))
    assert app.others == ()
    after = Beside(
        beside.files | {"images/app/control": SourceFile("x", "Build-Depends: python3-devel\n")}
    )
    assert list(told_beside(after)) == []


# ---------------------------------------------------------------- names and parents


def test_an_image_is_called_as_its_changelog_says():
    images = trees_of(tree(CHAIN)).images
    assert [(i.folder, i.name, i.version, i.full) for i in images][:2] == [
        ("images/app", "app", "1.0-wmf1-20260816", f"{R}/app"),
        ("images/other", "other", "1.0-20260816", f"{R}/other"),
    ]


def test_the_files_beside_templates_are_wanted_where_a_changelog_is():
    there = [
        "a/Dockerfile.template", "a/changelog", "a/control", "a/test.sh",
        "b/Dockerfile.template", "config.yaml", "config-a.yaml", "other.yaml", "a/x/config.yaml",
    ]  # fmt: skip
    wanted = wanted_beside(there, there)
    assert sorted(wanted) == [
        "a/Dockerfile.template",
        "a/changelog",
        "a/control",
        "config-a.yaml",
        "config.yaml",
    ]
    assert wanted_beside(["b/Dockerfile.template"], there) == ()
    assert wanted_beside(["Dockerfile"], there) == ()


def test_what_a_template_names_is_told_with_its_tree():
    beside = tree(
        {
            **CHAIN,
            "images/go": ("{{ registry }}/bookworm:20260816", "golang1.24", "1.24-1"),
            "istio/pilot": (["{{ registry }}/golang1.24", tag("nobody")], "pilot", "1.9"),
        }
    )
    (use, *_) = told(beside, "images/go/Dockerfile.template")
    assert (str(use.image), use.digest_at) == (f"{R}/bookworm:20260816", 37)
    assert [(p.text, p.span is None) for p in use.pieces] == [
        (R, True),
        ("/bookworm:20260816", False),
    ]
    skips = [
        m for path in ("py", "py/devel") for m in told(beside, f"images/{path}/Dockerfile.template")
    ]
    assert [(s.reason, s.detail) for s in skips] == [
        ("elsewhere", f"config.yaml names it, as {R}/bookworm:latest"),
        ("built", "python3 is built in images/py"),
    ]
    built, lost = told(beside, "istio/pilot/Dockerfile.template")
    assert (built.reason, built.detail) == ("built", "golang1.24 is built in images/go")
    assert lost.reason == "drift"
    assert (
        lost.detail == "neither this tree nor config.yaml has nobody, so docker-pkg would stop here"
    )


def test_a_tree_has_the_configuration_of_its_name():
    beside = tree(
        {"istio/build": ("scratch", "build", "1"), "images/build": ("scratch", "build", "1")},
        **{"config-istio.yaml": f"registry: {R}\nnamespace: istio\n"},
    )
    assert [i.full for i in trees_of(beside).images] == [f"{R}/build", f"{R}/istio/build"]


def test_a_literal_template_beside_a_changelog_is_docker_pkgs():
    files = {"a/Dockerfile.template": "FROM x:1\nFROM r.io/b\n", "a/changelog": block("a", "1")}
    files |= {"b/Dockerfile.template": "FROM x:1\n", "b/changelog": block("b", "1")}
    files["config.yaml"] = "registry: r.io\nnamespace:\n"
    beside = Beside({path: SourceFile(path, text) for path, text in files.items()})
    first, second = told(beside, "a/Dockerfile.template")
    assert (first.format, second.reason) == ("docker-pkg", "built")
    assert len(uses_of(beside.files["a/Dockerfile.template"], beside)) == 1


def test_a_seed_image_is_a_use_of_the_configuration():
    config = f"registry: {R}\nseed_image: {R}/bookworm:20260816\n"
    beside = tree({"images/a": ("{{ seed_image }}", "a", "1-s1")}, config)
    (skip,) = told(beside, "images/a/Dockerfile.template")
    assert (skip.reason, skip.detail.split()[0]) == ("elsewhere", "seed_image")
    some = moves(old=f"{R}/bookworm:20260816", new=f"{R}/bookworm:20260823")
    assert versions(beside, some) == [("a", "1-s2")]


def test_a_variable_in_a_name_is_followed():
    beside = tree(
        {"ml/common": ("scratch", "amd-common", "1-s1"), "ml/gpu": (tag("x"), "gpu", "1-s1")}
    )
    text = "ARG BASE=amd-common\nFROM {{ registry }}/${BASE}\n"
    files = beside.files | {
        "ml/gpu/Dockerfile.template": SourceFile("ml/gpu/Dockerfile.template", text)
    }
    trees = trees_of(Beside(files))
    assert [p.image.name for p in trees.parents(trees.at["ml/gpu"])] == ["amd-common"]


def test_an_image_that_names_itself_is_not_built_on_itself():
    beside = tree(
        {"images/a": (tag("a"), "a", "1-s1"), "images/b": (f"{tag('a')} AS a", "b", "1-s1")}
    )
    trees = trees_of(beside)
    assert trees.parents(trees.at["images/a"]) == ()
    assert list(told_beside(beside)) == []


# ---------------------------------------------------------------- drift


def test_control_is_compared_with_the_template():
    control = "Package: app\nBuild-Depends: python3,\n golang1.25\n"
    beside = tree(CHAIN, **{"images/app/control": control})
    assert [(s.path, s.position.line, s.text, s.detail) for s in told_beside(beside)] == [
        ("images/app/control", 2, "python3", "the template does not use python3"),
        ("images/app/control", 3, "golang1.25", "no image of images is called golang1.25; docker-pkg stops here"),
        ("images/app/control", 1, "", "the template uses python3-devel, which this does not name; it may be built too early"),
    ]  # fmt: skip


def test_a_control_that_agrees_is_not_told():
    control = "Package: app\nBuild-Depends: python3-devel\n"
    assert list(told_beside(tree(CHAIN, **{"images/app/control": control}))) == []


def test_a_changelog_that_cannot_be_read_is_told():
    beside = tree({"images/a": ("x:1", "a")})
    (skip,) = told_beside(beside)
    assert (skip.path, skip.reason) == ("images/a/changelog", "unparsable")


def test_a_changelog_that_is_too_large_to_read_is_told():
    beside = Beside({"a/Dockerfile.template": SourceFile("a/Dockerfile.template", "FROM x:1\n")})
    (skip,) = told_beside(beside)
    assert (skip.path, skip.reason) == ("a/changelog", "unreadable")


def test_circles_are_told_and_end():
    images = {
        "images/a": (tag("b"), "a", "1-s1"),
        "images/b": ([tag("a"), tag("bookworm")], "b", "1-s1"),
    }
    beside = tree({**images, "images/c": (tag("a"), "c", "1-s1")})
    assert [s.detail for s in told_beside(beside)] == [
        "a is built on an image that is built on it",
        "b is built on an image that is built on it",
    ]
    assert ("b", "1-s2") in versions(beside)


# ---------------------------------------------------------------- rebuilds


def test_all_that_is_built_on_a_base_is_rebuilt_in_order():
    assert versions(tree(CHAIN)) == [
        ("python3", "3.11-20260823"),
        ("python3-devel", "0.2.0-s2"),
        ("app", "1.0-wmf1-20260823"),
    ]


def test_a_block_says_why():
    first, second, _ = rebuilt(
        tree(CHAIN),
        moves(fixes=("CVE-2026-1", "CVE-2026-2"), packages=("openssl 3.0.1 -> 3.0.2",)),
        Manner(DAY, maintainer="Bot <bot@example.org>"),
    )
    assert first.text.removesuffix(tree(CHAIN).files["images/py/changelog"].text) == (
        "python3 (3.11-20260823) wikimedia; urgency=high\n\n"
        "  * Rebuild on\n"
        f"    {R}/bookworm:latest@{NEW}.\n"
        "  * Fixes CVE-2026-1, CVE-2026-2.\n"
        "  * Updates openssl 3.0.1 -> 3.0.2.\n\n"
        " -- Bot <bot@example.org>  Sun, 23 Aug 2026 06:00:05 +0000\n\n"
    )
    assert (
        "  * Rebuild on python3 3.11-20260823, for bookworm:latest (sha256:0b0b0b0b0b0b).\n"
        in second.text
    )


def test_what_went_with_its_package_is_no_fix():
    (first, *_) = rebuilt(tree(CHAIN), moves(gone=("CVE-2026-3",)), Manner(DAY))
    assert first.text.startswith("python3 (3.11-20260823) wikimedia; urgency=high\n")
    assert "  * Drops CVE-2026-3 with its package.\n" in first.text
    assert "Fixes" not in first.text


def test_a_parent_is_named_with_what_it_was_rebuilt_for_itself():
    path = "images/py/devel/Dockerfile.template"
    own = moves(path, "docker.io/golang:1.22", f"docker.io/golang:1.23@{OLD}")
    _, second, third = rebuilt(tree(CHAIN), [*moves(), *own], Manner(DAY))
    words = " ".join(second.text.split())
    assert f"Rebuild on docker.io/golang:1.23@{OLD} (was 1.22). * Rebuild on python3" in words
    assert "* Rebuild on python3 3.11-20260823, for bookworm:latest (sha256:0b0b0b0b0b0b)." in words
    both = "for golang:1.23 (sha256:0a0a0a0a0a0a), bookworm:latest (sha256:0b0b0b0b0b0b)."
    assert f"* Rebuild on python3-devel 0.2.0-s2, {both}" in " ".join(third.text.split())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("x:1", "x:2", "Rebuild on x:2 (was 1)."),
        ("x:1@" + OLD, "x:1@" + NEW, f"Rebuild on x:1@{NEW} (was sha256:0a0a0a0a0a0a)."),
        ("x", "x:latest@" + NEW, f"Rebuild on x:latest@{NEW}."),
    ],
)
def test_what_moved_is_told_by_what_it_was(old, new, said):
    beside = tree({"images/a": (old, "a", "1-s1")})
    (found,) = rebuilt(beside, moves("images/a/Dockerfile.template", old, new), Manner(DAY))
    assert said in " ".join(found.text.split())


def test_long_lists_are_counted():
    fixes = tuple(f"CVE-2026-{n}" for n in range(23))
    first, *_ = rebuilt(tree(CHAIN), moves(fixes=fixes), Manner(DAY))
    assert "CVE-2026-19 and 3 more." in " ".join(first.text.split())


def test_what_is_skipped_is_left_out_with_what_is_built_on_it():
    assert versions(tree(CHAIN), skip=("*-devel",)) == [("python3", "3.11-20260823")]


def test_a_day_that_had_its_version_has_another_one_that_says_so():
    beside = tree({"images/py": (tag("bookworm"), "python3", "3.11-20260823", "3.11")})
    assert versions(beside) == [("python3", "3.11-20260823-s1")]


def test_versions_follow_the_tree_and_the_configuration():
    images = {
        "images/a": (tag("bookworm"), "a", "1.0"),
        "images/b": ("scratch", "b", "1-20260816"),
        "ml/c": (tag("bookworm"), "c", "1.0-1", "1.0"),
        "istio/d": (tag("bookworm"), "d", "1.0"),
    }
    wanted = [("a", "1.0-20260823"), ("d", "1.0-s1"), ("c", "1.0-2")]
    assert sorted(versions(tree(images))) == sorted(wanted)
    assert dict(versions(tree(images), versions="sequence"))["c"] == "1.0-1-s1"


def test_it_is_dated_when_the_target_was_first_seen():
    since = DAY - dt.timedelta(days=2)
    assert versions(tree(CHAIN), since=since)[0] == ("python3", "3.11-20260821")
    long_ago = DAY - dt.timedelta(days=20)
    assert versions(tree(CHAIN), since=long_ago)[0] == ("python3", "3.11-20260823")


def test_who_signs_is_configured():
    config = CONFIG + "fallback_author: Fall Back\nfallback_email: f@b.org\n"
    assert (
        " -- Fall Back <f@b.org>  Sun" in rebuilt(tree(CHAIN, config), moves(), Manner(DAY))[0].text
    )


def test_a_child_on_a_version_of_its_parent_waits_for_that_to_move():
    beside = tree({**CHAIN, "images/z": (f"{R}/python3:3.11-20260816", "z", "1-s1")})
    assert "z" not in dict(versions(beside))
    (use,) = told(beside, "images/z/Dockerfile.template")
    assert use.image.tag == "3.11-20260816"


def test_no_move_that_concerns_no_tree_rebuilds_anything():
    assert versions(tree(CHAIN), moves("Dockerfile")) == []
    assert versions(tree(CHAIN), moves(old=f"{R}/trixie:latest")) == []


# ---------------------------------------------------------------- records


def recorded(*blocks):
    log = "".join(block("python3", f"3.11-s{n}", *said) for n, said in enumerate(blocks))
    return tree(CHAIN).files | {"images/py/changelog": SourceFile("images/py/changelog", log)}


def test_a_digest_on_record_is_that_of_the_newest_block_that_names_it():
    said = f"Rebuild on {R}/bookworm:latest@"
    beside = Beside(recorded(["Weekly."], [said + NEW], [said + OLD]))
    (use,) = uses_of(beside.files["config.yaml"], beside)
    assert (use.carries, use.image.digest, use.no_digest) == ("record", NEW, None)
    assert "".join(piece.text for piece in use.pieces) == str(use.image)


def test_without_a_record_there_is_no_digest_yet():
    beside = tree(CHAIN)
    (use,) = uses_of(beside.files["config.yaml"], beside)
    assert (use.carries, use.image.digest) == ("record", None)


def test_a_base_that_nothing_is_built_on_has_no_record():
    beside = tree({"images/other": ("scratch", "other", "1")})
    (use,) = uses_of(beside.files["config.yaml"], beside)
    assert use.carries == "tag"


def test_what_was_rebuilt_on_it_already_is_not_again():
    beside = Beside(recorded([f"Rebuild on {R}/bookworm:latest@{NEW}"]))
    assert versions(beside) == []


@given(st.integers(0, 10**6))
def test_parents_come_before_children_in_any_tree(seed):
    rng = random.Random(seed)
    names = [f"i{n}" for n in range(rng.randint(1, 12))]
    images = {}
    for n, name in enumerate(names):
        bases = [tag(rng.choice([*names[:n], "bookworm"])) for _ in range(rng.randint(1, 3))]
        images[f"images/{rng.randint(0, 999)}-{name}"] = (bases, name, "1-s1")
    beside = tree(images)
    order = [name for name, _ in versions(beside)]
    assert sorted(order) == sorted(names)
    for image in trees_of(beside).images:
        for parent in trees_of(beside).parents(image):
            assert parent.image is None or order.index(parent.image.name) < order.index(image.name)


def test_a_large_tree_is_rebuilt_at_once():
    images = {
        f"images/{n}": (tag(f"i{n - 1}") if n else tag("bookworm"), f"i{n}", "1-s1")
        for n in range(300)
    }
    assert len(versions(tree(images))) == 300


# It wants an older `requests` than the tests have, so it is asked in a process of its own.
ASKED = """
import json, sys
from docker_pkg.image import DockerImage
driver = type("Driver", (), {"label": None})()
config = {"registry": sys.argv[1], "namespace": None}
images = [DockerImage(folder, driver, config) for folder in sys.argv[2:]]
print(json.dumps([[image.short_name, image.tag] for image in images]))
"""


def test_docker_pkg_itself_sees_the_same(tmp_path):
    oracles = Path(sys.prefix) / "oracles"
    if not (oracles / "docker_pkg").is_dir():
        pytest.skip("docker-pkg is not installed beside the environment: `make forges` does")
    for folder, (_, name, *said) in CHAIN.items():
        path = tmp_path / folder
        path.mkdir(parents=True, exist_ok=True)
        (path / "changelog").write_text(block(name, said[0]))
    ours = rebuilt(tree(CHAIN), moves(), Manner(DAY))
    for each in ours:
        (tmp_path / each.path).write_text(each.text)
    folders = [str((tmp_path / each.path).parent) for each in ours]
    theirs = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKED, R, *folders],
        env={"PYTHONPATH": str(oracles), "PATH": os.defpath},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(theirs.stdout) == [[each.name, each.new] for each in ours]


def test_what_lies_beside_for_other_reasons_is_no_tree():
    texts = {
        "a/Dockerfile.template": "FROM x:1\n",
        "Dockerfile": "FROM y\n# registry: base_images:\n",
    }
    texts |= {"compose.yaml": "services: {}\n", "config.yaml": "registry: r.io\nnamespace: [\n"}
    beside = Beside({path: SourceFile(path, text) for path, text in texts.items()})
    assert trees_of(beside).images == ()
    assert [str(use.image) for path in texts for use in uses_of(beside.files[path], beside)] == [
        "x:1",
        "y",
    ]
    assert uses_of(SourceFile("new/Dockerfile", "FROM z"), beside)[0].image.name == "z"


def test_a_configuration_that_aliases_blow_up_configures_nothing():
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]" for n in range(1, 9)]
    config = "\n".join([f"registry: {R}", "a0: &a0 {x: y}", *lines, "base_images: *a8", "<<: *a8"])
    assert trees_of(tree(CHAIN, config)).images[0].name == "app"


def test_what_only_looks_like_a_digest_on_record_is_none():
    beside = Beside(
        recorded([f"Rebuild on a//b@{NEW}, {R}/bookworm:1@{NEW} and {R}/bookworm@{OLD}"])
    )
    (use,) = uses_of(beside.files["config.yaml"], beside)
    assert use.image.digest == OLD


def test_an_image_at_the_top_is_a_tree_of_its_own():
    files = {
        "Dockerfile.template": "FROM x:1\n",
        "changelog": block("top", "1"),
        "go/changelog": block("go", "1"),
    }
    files["go/Dockerfile.template"] = f"FROM {tag('top')}\n"
    files["docker-pkg.yaml"] = "namespace: ns\nscan_workers: 1\n"
    wanted = wanted_beside(files, files)
    assert set(wanted) == set(files)
    trees = trees_of(Beside({path: SourceFile(path, text) for path, text in files.items()}))
    assert [(i.tree, i.full) for i in trees.images] == [("", "ns/top"), ("", "ns/go")]
    assert trees.children(trees.at[""]) == (trees.at["go"],)


def test_without_any_configuration_nothing_is_known_of_bases():
    beside = tree({"images/a": (tag("bookworm"), "a", "1")}, "x: y\n")
    (skip,) = told(beside, "images/a/Dockerfile.template")
    assert skip.detail.endswith("that bookworm has in its changelog or in `base_images`")


def test_skips_are_skips():
    assert all(isinstance(s, Skip) for s in told_beside(tree(CHAIN)))
    assert list(told_beside(Beside())) == []


@pytest.mark.parametrize(
    ("image", "until", "wanted"),
    [
        ("python3:3.11-20260809", None, ["3.11-20260816"]),
        ("python3:3.11-20260809", "3.11-20260816", ["3.11-20260816"]),
        ("python3:3.11-20260809", "4", ["3.11-20260816"]),
        ("python3:3.11-20260809", "3.11-20260809", []),
        ("python3:3.11-20260816", None, []),
        ("python3:4", None, None),
        ("python3", None, None),
        ("nobody:1", None, None),
    ],
)
def test_a_changelog_is_a_list_of_tags_with_notes(image, until, wanted):
    found = releases_after([tree(CHAIN)], ImageRef.parse(f"{R}/{image}"), until)
    assert (found if found is None else [note.title for note in found]) == wanted
    assert not found or (found[0].source, found[0].text) == (
        "images/py/changelog",
        "* Weekly rebuild.",
    )

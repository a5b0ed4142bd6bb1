"""What is known of a move: each part is there, or unavailable because; and no part takes another with it."""

import asyncio
import datetime as dt
import subprocess

import pytest

from bot import flow
from bot.errors import RegistryError
from bot.image import ImageRef
from bot.model import (
    Attachment,
    Bump,
    Difference,
    Finding,
    Note,
    OsRelease,
    Policy,
    Provenance,
    Scan,
    Scanned,
    Unavailable,
    Vulnerabilities,
)
from bot.platforms.local import Local
from bot.ports import Desk, Inspectors, NoLifeCycles
from bot.rules import known as known_by_rules
from bot.rules import load
from bot.steps.assess import Knowing, assess
from bot.tags import TagBook
from tests.altered import replace
from tests.fakes.inspectors import Pictures, Says, deb, inside, looking, scanned
from tests.fakes.shelf import Shelf

TODAY = dt.date(2026, 11, 22)
TAGS = TagBook(load())
OLD, NEW = "acme/app:1.0.0", "acme/app:1.1.0"
BUMP = Bump(ImageRef.parse(OLD), ImageRef.parse(NEW), "minor")
SOURCE, ON = "org.opencontainers.image.source", "org.opencontainers.image.base"
BEFORE, AFTER = inside(deb("bash", "5.1-1"), deb("wget", "1.21-1")), inside(deb("bash", "5.2-1"))
CVE = Finding("CVE-2024-0001", "bash", "deb", "5.1-1", severity="critical")


def shelf(**more):
    return Shelf({"acme/app": ["1.0.0", "1.1.0"]}, **more)


def pictures(registry, old=BEFORE, new=AFTER, **more):
    return Pictures({registry.digest_at(OLD): old, registry.digest_at(NEW): new}, **more)


def assessed(registry, images=None, **others):
    """The evidence for the bump; nobody looks where there are no images."""
    known = Knowing(TAGS, NoLifeCycles(), TODAY)
    by = Inspectors(images, **others) if images else None
    return asyncio.run(assess(BUMP, registry=registry, known=known, inspectors=by))


# ------------------------------------------------------------------------------ whole


def test_both_images_are_opened_and_compared():
    registry = shelf()
    note = Note("somewhere", "1.1.0", "https://example.org/1.1.0")
    found = assessed(
        registry,
        pictures(registry),
        scanners=(Says("one", scanned([CVE], packages=2)),),
        notes=(Says("notes", (note, note)),),
    )
    directions = {change.source: change.direction for change in found.difference.packages}
    assert directions == {"bash": "upgraded", "wget": "removed"}
    assert [(row.id, row.kind) for row in found.vulnerabilities.rows] == [(CVE.id, "fixed")]
    assert (found.notes, found.silent) == ((note,), ())
    assert found.provenance is None
    assert [side.contents.packages for side in found.opened] == [BEFORE.packages, AFTER.packages]


def test_where_nobody_looks_nothing_is_said_of_what_is_inside():
    found = assessed(shelf())
    parts = (found.difference, found.vulnerabilities, found.notes, found.provenance, found.opened)
    assert parts == (None,) * 5
    assert found.new.digest == shelf().digest_at(NEW)


def test_images_are_asked_for_by_the_digests_that_the_tags_had():
    registry = shelf()
    seen = pictures(registry)
    assessed(registry, seen)
    digests = {registry.digest_at(OLD), registry.digest_at(NEW)}
    assert {digest for _, digest, _ in seen.asked} == digests
    assert sorted(what for what, *_ in seen.asked) == ["describe"] * 2 + ["open"] * 2


# ------------------------------------------------------------------------------ unavailable


def test_a_registry_that_tells_nothing_of_an_image_is_not_asked_for_it():
    registry = shelf(broken=["acme/app"])
    seen = Pictures({})
    found = assessed(registry, seen)
    assert "out of order" in found.old.reason
    assert found.difference == found.old
    assert (found.vulnerabilities, found.notes, found.platforms) == (None, None, None)
    assert seen.asked == []


def test_a_registry_that_fails_between_two_answers_costs_the_platforms_and_nothing_else():
    class Failing(Shelf):
        async def outline(self, _image):
            raise RegistryError("the registry is out of order (500)")

    registry = Failing({"acme/app": ["1.0.0", "1.1.0"]})
    found = assessed(registry, pictures(registry))
    assert found.platforms is None
    assert isinstance(found.difference, Difference)


def test_an_image_that_cannot_be_described_is_unavailable_because():
    registry = shelf()
    found = assessed(registry, pictures(registry, old="acme/app@…: gone (404)"))
    assert found.difference == Unavailable("acme/app@…: gone (404)")
    assert (found.vulnerabilities, found.notes, found.opened) == (None, None, None)


def test_an_image_that_cannot_be_opened_still_has_notes_and_origins():
    registry = shelf()
    seen = pictures(registry, shut={registry.digest_at(NEW): "its layers are too large"})
    note = Note("somewhere", "1.1.0", "")
    heard, origins = Says("notes", (note,)), Says("origins", Provenance(source="x"))
    scanner = Says("one", scanned())
    found = assessed(registry, seen, scanners=(scanner,), notes=(heard,), origins=origins)
    assert found.difference == Unavailable("its layers are too large")
    assert found.vulnerabilities == Unavailable("its layers are too large")
    assert found.notes == (note,)
    assert found.provenance == (Provenance(source="x"),) * 2
    assert scanner.heard == []
    assert heard.heard[0].difference is None
    assert found.opened is None


# ------------------------------------------------------------------------------ platforms

BOTH = ("linux/amd64", "linux/arm64")


@pytest.mark.parametrize(
    ("old", "new", "preferred", "read"),
    [
        (BOTH, BOTH, "linux/amd64", "linux/amd64"),
        (BOTH, BOTH, "linux/arm64", "linux/arm64"),
        (("linux/arm64", "linux/s390x"), ("linux/s390x",), "linux/amd64", "linux/s390x"),
        (BOTH, BOTH, "linux/s390x", "linux/amd64"),
        ((), BOTH, "linux/amd64", "linux/amd64"),
        (BOTH, (), "linux/s390x", "linux/s390x"),
    ],
)
def test_the_platform_that_is_read_is_the_operators_or_one_that_both_have(
    old, new, preferred, read
):
    registry = shelf(platforms={"1.0.0": old, "1.1.0": new})
    seen = pictures(registry)
    found = assessed(registry, seen, platform=preferred)
    assert {platform for *_, platform in seen.asked} == {read}
    assert found.difference.platform == read
    instead = preferred if read != preferred else ""
    assert found.difference.instead_of == instead
    assert any(preferred in said for said in found.difference.warnings) == bool(instead)


def test_who_is_not_made_for_the_platform_that_is_read_first_is_named():
    registry = shelf(platforms={"1.0.0": BOTH, "1.1.0": ("linux/arm64", "linux/riscv64")})
    assert assessed(registry, pictures(registry)).difference.warnings[0] == (
        "linux/amd64 was not compared, as the new image is not made for it: all of this is of"
        " linux/arm64."
    )
    registry = shelf(platforms={"1.0.0": ("linux/arm64",), "1.1.0": ("linux/arm64",)})
    assert (
        assessed(registry, pictures(registry))
        .difference.warnings[0]
        .startswith("linux/amd64 was not compared, as neither image is made for it")
    )
    shut = pictures(registry, shut={registry.digest_at(NEW): "no"})
    assert assessed(registry, shut).difference == Unavailable("no")


def test_images_without_a_platform_in_common_are_not_compared():
    registry = shelf(platforms={"1.0.0": ["linux/amd64"], "1.1.0": ["linux/arm64"]})
    found = assessed(registry, pictures(registry))
    assert found.difference == Unavailable("the two images have no platform in common")
    assert found.platforms.dropped == ("linux/amd64",)


def test_where_no_other_platform_will_do_it_is_asked_for_whatever_the_index_says():
    registry = shelf(platforms={"1.0.0": ["linux/amd64"], "1.1.0": ["linux/arm64"]})
    seen = pictures(registry)
    assessed(registry, seen, platform="linux/s390x", strict=True)
    assert {platform for *_, platform in seen.asked} == {"linux/s390x"}


# ------------------------------------------------------------------------------ scanners


def test_a_scanner_that_fails_takes_no_other_with_it():
    registry = shelf()
    scanners = (Says("one", "its database cannot be read"), Says("two", scanned([CVE], packages=2)))
    found = assessed(registry, pictures(registry), scanners=scanners).vulnerabilities
    assert [word.unavailable for word in found.scanners] == ["its database cannot be read", ""]
    assert [row.by for row in found.rows] == [("two",)]
    assert found.conclusive


def test_where_every_scanner_fails_nothing_is_known_and_no_zero_is_told():
    registry = shelf()
    found = assessed(registry, pictures(registry), scanners=(Says("one", "gone"),))
    assert isinstance(found.vulnerabilities, Vulnerabilities)
    assert not found.vulnerabilities.conclusive
    assert isinstance(found.difference, Difference)


def test_a_scanner_that_found_no_packages_is_not_believed():
    registry = shelf()
    blind = Scanned(*(Scan("one", "1", "d", (), 0) for _ in range(2)))
    found = assessed(registry, pictures(registry), scanners=(Says("one", blind),))
    assert not found.vulnerabilities.conclusive


@pytest.mark.parametrize(
    ("system", "conclusive"),
    [
        (OsRelease("debian", "10"), False),  # also past its LTS
        (OsRelease("debian", "12"), True),  # Debian LTS still publishes what it fixes
        (OsRelease("debian", "13"), True),
        (OsRelease("alpine", "3.12.12"), False),
        (OsRelease("alpine", "3.23.0"), True),
        (OsRelease("ubuntu", "20.04"), False),  # what goes on is for subscribers
        (OsRelease("wolfi", "20230201"), True),  # it has no releases to end
    ],
)
def test_no_zero_is_told_of_a_system_that_nobody_fixes_any_more(system, conclusive):
    registry = shelf()
    old, new = (replace(side, os=system) for side in (BEFORE, AFTER))
    known = Knowing(TAGS, known_by_rules().life_cycles, TODAY)
    by = Inspectors(pictures(registry, old, new), scanners=(Says("osv", scanned(packages=2)),))
    found = asyncio.run(assess(BUMP, registry=registry, known=known, inspectors=by))
    assert found.vulnerabilities.conclusive == conclusive


# ------------------------------------------------------------------------------ notes, origins


def test_notes_that_fail_are_silent_and_the_others_are_told_in_order():
    registry = shelf()
    first, second = Note("a", "1.1.0", ""), Note("b", "1.1.0", "")
    sources = [Says("a", (first,)), Says("x", "forge: limit"), Says("y", "forge: limit")]
    found = assessed(registry, pictures(registry), notes=(*sources, Says("b", (second, first))))
    assert found.notes == (first, second)
    assert found.silent == ("forge: limit",)


def test_notes_are_told_what_differs():
    registry = shelf()
    source = Says("a", ())
    found = assessed(registry, pictures(registry), notes=(source,))
    assert source.heard[0].difference == found.difference
    assert (source.heard[0].bump, found.notes) == (BUMP, ())


def test_what_is_published_with_each_image_is_told():
    registry = shelf()
    signed = Provenance((Attachment("signature", "cosign tag"),))
    origins = Says("origins", {registry.digest_at(NEW): signed})
    assert assessed(registry, pictures(registry), origins=origins).provenance == (
        Provenance(),
        signed,
    )


def test_origins_that_cannot_be_read_are_unavailable_because():
    registry = shelf()
    found = assessed(registry, pictures(registry), origins=Says("origins", "registry: 500"))
    assert found.provenance == Unavailable("registry: 500")
    assert isinstance(found.difference, Difference)


# ------------------------------------------------------------------------------ bases

BASE = "sha256:" + "b" * 64


def on(digest, name="debian:12"):
    return inside(deb("bash", "5.2-1"), annotations={f"{ON}.name": name, f"{ON}.digest": digest})


def bases(registry, images, **more):
    """What notes are told that the two images were built on."""
    source = Says("notes", ())
    assessed(registry, images, notes=(source,), **more)
    return source.heard[0].bases


def test_a_base_is_described_so_that_what_is_inherited_is_known():
    registry = shelf()
    images = pictures(registry, new=on(BASE))
    images.images[BASE] = inside(deb("libc6", "2.36-9"), config={"labels": {"a": "b"}})
    origins = Says("origins", Provenance())
    old, new = bases(registry, images, origins=origins)
    assert old is None
    assert new.config.labels == {"a": "b"}
    assert ("describe", BASE, "linux/amd64") in images.asked
    assert ("open", BASE, "linux/amd64") not in images.asked
    assert {image.digest: base for image, _, base in origins.heard}[registry.digest_at(NEW)] == new


def test_a_base_that_is_gone_says_nothing():
    registry = shelf()
    images = pictures(registry, new=on(BASE))
    assert bases(registry, images) == (None, None)
    assert ("describe", BASE, "linux/amd64") in images.asked


def test_a_base_that_is_named_without_digest_is_not_asked_for():
    registry = shelf()
    images = pictures(registry, new=inside(annotations={f"{ON}.name": "debian:12"}))
    assert bases(registry, images) == (None, None)
    digests = {registry.digest_at(OLD), registry.digest_at(NEW)}
    assert {digest for _, digest, _ in images.asked} == digests


# ------------------------------------------------------------------------------ a whole run


def git(root, *args):
    words = ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *args]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def ran(tmp_path, registry, images, files, **others):
    """The report of a run, and the bodies by title."""
    root, out = tmp_path / "repo", tmp_path / "out"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(tmp_path, "init", "-q", "-b", "main", root)
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    desk = Desk(
        TAGS,
        registry.open,
        lambda _tree: Policy(today=TODAY),
        inspectors=looking(images, **others),
    )
    report = flow.run(desk, Local(root, out=out))
    return report, {
        path.read_text().strip(): path.with_name("body.md").read_text()
        for path in out.glob("*/title.txt")
    }


WGET = "FROM acme/app:1.0.0\nRUN wget https://example.org/a\n"
TOOLS = {"usr/bin/wget", "bin/sh"}


def with_wget(new_programs=("bin/sh",), missing=()):
    registry = shelf()
    old = inside(deb("bash", "5.1-1"), programs=frozenset(TOOLS))
    new = inside(deb("bash", "5.2-1"), programs=frozenset(new_programs), missing=tuple(missing))
    return registry, pictures(registry, old, new)


def test_a_program_that_a_build_needs_and_the_new_image_lacks_is_warned_of(tmp_path):
    _, bodies = ran(tmp_path, *with_wget(), {"a/Dockerfile": WGET, "b/Dockerfile": WGET})
    (body,) = bodies.values()
    warned = [line for line in body.splitlines() if "wget is no longer" in line]
    assert [line.split("`")[1] for line in warned] == ["a/Dockerfile", "b/Dockerfile"]


@pytest.mark.parametrize(
    ("new", "files"),
    [
        ({"new_programs": TOOLS}, {"Dockerfile": WGET}),
        ({"missing": ["Layer 2 could not be read."]}, {"Dockerfile": WGET}),
        ({}, {"Dockerfile": "FROM acme/app:1.0.0\nRUN curl https://example.org/a\n"}),
        ({}, {"Dockerfile": "FROM acme/app:1.0.0\nFROM scratch\nRUN wget a\n"}),
    ],
    ids=["still there", "not all read", "never there", "another stage"],
)
def test_nothing_is_warned_of_that_is_not_surely_broken(tmp_path, new, files):
    _, bodies = ran(tmp_path, *with_wget(**new), files)
    (body,) = bodies.values()
    assert "no longer in the image" not in body


def test_images_that_many_files_name_are_opened_once(tmp_path):
    registry, images = with_wget()
    files = {f"{number}/Dockerfile": WGET for number in range(5)}
    report, _ = ran(tmp_path, registry, images, files)
    assert [outcome.verb for outcome in report.outcomes] == ["created"]
    assert sorted(what for what, *_ in images.asked) == ["describe"] * 2 + ["open"] * 2


def test_an_image_that_cannot_be_read_is_told_and_the_run_goes_on(tmp_path):
    registry = shelf()
    images = pictures(registry, old="acme/app@…: gone (404)")
    report, bodies = ran(tmp_path, registry, images, {"Dockerfile": "FROM acme/app:1.0.0\n"})
    (body,) = bodies.values()
    assert "gone (404)" in body
    assert [outcome.verb for outcome in report.outcomes] == ["created"]
    assert report.failures == ()


def test_the_body_says_what_was_found_and_by_whom(tmp_path):
    registry = shelf()
    scanners = (Says("osv", scanned([CVE], packages=2)), Says("trivy", "no database"))
    files = {"Dockerfile": "FROM acme/app:1.0.0\n"}
    _, bodies = ran(tmp_path, registry, pictures(registry), files, scanners=scanners)
    (body,) = bodies.values()
    assert "**Fixes 1 vulnerability (critical), introduces none.**" in body
    assert "Trivy was not to be had: no database" in body

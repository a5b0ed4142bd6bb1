"""What build files ask of their base in vain: only what the old image surely had."""

import pytest

from bot.diff import broken
from bot.model import Asked, ImageConfig, OsRelease
from tests.diff.made import apk, deb, image, rpm

PROGRAMS = frozenset({"usr/bin/wget", "bin/sh", "usr/bin/python3"})


def needs(asked, old, new):
    return [(b.line, b.needs, b.because) for b in broken(asked, old, new)]


def ask(kind, name, constraint="", line=3):
    return Asked("Dockerfile", line, kind, name, constraint)


def full(name, **more):
    return image(name, [deb("wget", "1-1")], **{"programs": PROGRAMS, **more})


def without(*gone, **more):
    return full("new", **{"programs": PROGRAMS - set(gone), **more})


def test_a_program_that_is_gone():
    assert needs([ask("command", "wget")], full("old"), without("usr/bin/wget")) == [
        (3, "wget", "/usr/bin/wget is no longer in the image, and line 3 needs it.")
    ]


def test_a_program_that_is_gone_by_its_path():
    asked = [ask("command", "/usr/bin/wget")]
    found = needs(asked, full("old"), without("usr/bin/wget", programs=frozenset({"opt/bin/wget"})))
    assert found == [
        (3, "/usr/bin/wget", "/usr/bin/wget is no longer in the image, and line 3 needs it; it is at /opt/bin/wget now.")
    ]  # fmt: skip


FINE = [
    (ask("command", "jq"), {}),  # the old one had it neither
    (ask("command", "wget"), {"programs": frozenset({"bin/wget"})}),  # usr-merged
    (ask("command", "wget"), {"programs": frozenset({"opt/x/wget"})}),  # perhaps on a PATH
    (ask("command", "/bin/sh"), {"programs": frozenset({"usr/bin/sh"})}),
    (ask("command", "/bin/wget"), {"programs": frozenset({"usr/bin/wget"})}),
    (ask("command", "wget"), {"programs": frozenset(), "missing": ("Layer 3 is missing.",)}),
    (ask("user", "node"), {}),
    (ask("group", "node"), {}),
    (ask("package", "jq"), {}),
    (ask("package", "wget"), {}),
    (ask("pin", "jq", "=1"), {}),
]


@pytest.mark.parametrize(("asked", "more"), FINE)
def test_what_is_not_surely_lost_is_not_spoken_of(asked, more):
    assert needs([asked], full("old"), full("new", **more)) == []


def test_the_path_of_the_old_image_says_where_programs_are():
    config = ImageConfig(environment={"PATH": "/opt/go/bin:/bin"})
    old = full("old", config=config, programs=frozenset({"opt/go/bin/go", "usr/sbin/x"}))
    new = full("new", config=config, programs=frozenset())
    asked = [ask("command", "go"), ask("command", "x")]
    assert [need for _, need, _ in needs(asked, old, new)] == ["go"]


def test_what_the_build_installs_before_may_bring_the_program():
    asked = [
        ask("package", "build-essential", line=2),
        ask("package", "wget", line=9),
        ask("command", "python3"),
    ]
    assert needs(asked, full("old"), without("usr/bin/python3")) == [
        (3, "python3", "/usr/bin/python3 is no longer in the image, and line 3 needs it, unless what the build installs brings it (build-essential).")
    ]  # fmt: skip


def test_a_need_is_told_once_for_each_file():
    asked = [ask("command", "wget", line=9), ask("command", "wget", line=5)]
    assert [line for line, _, _ in needs(asked, full("old"), without("usr/bin/wget"))] == [5]


def test_a_user_or_group_that_is_gone():
    old = full("old", users=frozenset({"node"}), groups=frozenset({"node"}))
    assert needs([ask("user", "node"), ask("group", "node")], old, full("new")) == [
        (3, "group node", "The image has no group node any more: line 3 names it."),
        (3, "user node", "The image has no user node any more: line 3 names it."),
    ]


def test_a_package_that_is_no_part_of_the_image_any_more():
    old = image("old", [deb("wget", "1"), deb("jq", "1")])
    new = image("new", [deb("jq", "1")])
    (found,) = needs([ask("package", "wget")], old, new)
    assert found[2].endswith("no longer part of the image, and line 3 has to download it now.")
    trixie = image("new", [deb("jq", "1")], os=OsRelease("debian", "13"))
    (found,) = needs([ask("package", "wget")], old, trixie)
    assert "which the other system may not have by that name" in found[2]
    (found,) = needs([ask("pin", "wget", "=1")], old, new)
    assert found[1] == "wget"


PINS = [
    (deb("a", "1-1"), "=1-1", deb("a", "1-2"), True),
    (deb("a", "1-1"), "=1-1", deb("a", "1-1"), False),
    (deb("a", "1-1"), "=1-3", deb("a", "1-2"), False),  # apt goes forward
    (deb("a", "1-9"), "=1-1", deb("a", "1-10"), False),  # it was so before
    (deb("a", "1-1"), "=1-*", deb("a", "1-2"), False),
    (apk("a", "1.2-r0"), "=1.2-r0", apk("a", "1.3-r0"), True),
    (apk("a", "1.2.1-r0"), "~1.2", apk("a", "1.2.9-r0"), False),
    (apk("a", "1.2.1-r0"), "~=1.2", apk("a", "1.3.0-r0"), True),
    (apk("a", "1.2.1-r0"), "~1.2", apk("a", "1.20-r0"), True),
    (apk("a", "1.2-r0"), ">=1.2", apk("a", "1.3-r0"), False),
    (apk("a", "1.2-r0"), "=", apk("a", "1.3-r0"), False),
    (rpm("a", "1-1"), "=1-1", rpm("a", "1-2"), True),
    (rpm("a", "1-1.el9"), "-1-1.el9", rpm("a", "1-2.el9"), True),
    (rpm("a", "1-1.el9"), "-1-1", rpm("a", "1-1.el9"), False),
    (rpm("a", "1-1.el9"), "-1-1", rpm("a", "1-2.el9"), True),
    (rpm("a", "1:1.0-1"), "-1.0", rpm("a", "1:1.1-1"), True),
    (rpm("a", "1:1.0-1"), "-1.0", rpm("a", "1:1.0-2"), False),  # no release is asked for
    (rpm("a", "1:1.0-1"), "-1:1.0-1", rpm("a", "2:1.0-1"), True),
    (rpm("a", "1.0-1"), "-1.1-1", rpm("a", "1.0-2"), False),  # dnf goes forward
]


@pytest.mark.parametrize(("was", "constraint", "now", "breaks"), PINS)
def test_a_pin_that_the_image_is_past(was, constraint, now, breaks):
    found = needs([ask("pin", "a", constraint)], image("old", [was]), image("new", [now]))
    assert bool(found) == breaks
    if breaks:
        assert found[0][1] == f"a{constraint}"
        where = ", where the repository still has that" if now.family == "rpm" else ""
        assert (
            f"the new image already has {now.version}, which would have to go back{where}."
            in found[0][2]
        )


def test_a_pin_to_a_build_for_the_release_that_was_left():
    trixie = OsRelease("debian", "13")
    old, new = image("old", [deb("x", "1")]), image("new", [deb("x", "1")], os=trixie)
    assert needs([ask("pin", "curl", "=7.88.1-10+deb12u5")], old, new) == [
        (3, "curl=7.88.1-10+deb12u5", "Line 3 asks for curl=7.88.1-10+deb12u5, a build for debian 12, and the new image is debian 13.")
    ]  # fmt: skip
    assert needs([ask("pin", "curl", "=7.88.1-10+deb12u5")], old, old) == []
    assert needs([ask("pin", "curl", "=7.88.1-10+deb11u5")], old, new) == []
    assert needs([ask("pin", "curl", "=7.88.1-10")], old, new) == []


def test_nothing_is_said_of_packages_where_they_are_not_known():
    old, new = image("old", [deb("wget", "1")]), image("new")
    assert needs([ask("package", "wget"), ask("pin", "wget", "=1")], old, new) == []

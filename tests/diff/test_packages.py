"""Which packages changed, in the order of their family, by the source they are built from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diff.packages import package_changes
from bot.model import Package
from tests.diff.made import apk, deb, rpm


def said(old, new):
    return [(c.source, c.direction, c.old, c.new) for c in package_changes(old, new)]


CASES = [
    ([deb("wget", "1.21-1")], [], [("wget", "removed", "1.21-1", "")]),
    ([], [deb("wget", "1.21-1")], [("wget", "added", "", "1.21-1")]),
    ([deb("a", "1.9-1")], [deb("a", "1.10-1")], [("a", "upgraded", "1.9-1", "1.10-1")]),
    ([deb("a", "1:1-1")], [deb("a", "2-1")], [("a", "downgraded", "1:1-1", "2-1")]),
    ([deb("a", "1.0-1")], [deb("a", "1.0~rc1-1")], [("a", "downgraded", "1.0-1", "1.0~rc1-1")]),
    ([apk("a", "1.2_rc1-r0")], [apk("a", "1.2-r0")], [("a", "upgraded", "1.2_rc1-r0", "1.2-r0")]),
    ([apk("a", "1.2-r9")], [apk("a", "1.2-r10")], [("a", "upgraded", "1.2-r9", "1.2-r10")]),
    ([rpm("a", "3.0.7-9.el9")], [rpm("a", "3.0.7-25.el9")], [("a", "upgraded", "3.0.7-9.el9", "3.0.7-25.el9")]),
    ([deb("a", "1")], [deb("a", "1")], []),
    (
        [deb("bash", "5.2.15-2", "bash", "5.2.15-2")],
        [deb("bash", "5.2.15-2+b13", "bash", "5.2.15-2")],
        [("bash", "upgraded", "5.2.15-2", "5.2.15-2+b13")],
    ),
    ([deb("a", "1", arch="amd64")], [deb("a", "1", arch="all")], [("a", "changed", "1", "1")]),
    ([apk("a", "not a version")], [apk("a", "1-r0")], [("a", "changed", "not a version", "1-r0")]),
    (
        [rpm("gpg-pubkey", "fd431d51-4ae0493b"), rpm("gpg-pubkey", "5a6340b3-6229229e")],
        [rpm("gpg-pubkey", "fd431d51-4ae0493b"), rpm("gpg-pubkey", "8d40e12c-1")],
        [("gpg-pubkey", "changed", "5a6340b3-6229229e", "8d40e12c-1")],
    ),
    (
        [rpm("kernel-core", "5.14-1", "kernel"), rpm("kernel-core", "5.14-2", "kernel")],
        [rpm("kernel-core", "5.14-2", "kernel"), rpm("kernel-core", "5.14-10", "kernel")],
        [("kernel", "upgraded", "5.14-1", "5.14-10")],
    ),
    (
        [rpm("kernel-core", "5.14-1", "kernel")],
        [rpm("kernel-core", "5.14-1", "kernel"), rpm("kernel-core", "5.14-2", "kernel")],
        [("kernel", "added", "", "5.14-2")],
    ),
    (
        [rpm("kernel-core", "5.14-1", "kernel"), rpm("kernel-core", "5.14-2", "kernel")],
        [rpm("kernel-core", "5.14-2", "kernel")],
        [("kernel", "removed", "5.14-1", "")],
    ),
    ([deb("a", "1")], [apk("a", "1-r0")], [("a", "added", "", "1-r0"), ("a", "removed", "1", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "changes"), CASES)
def test_a_source_is_told_with_its_direction(old, new, changes):
    assert said(old, new) == changes


def test_the_source_version_counts_where_that_of_the_binary_has_an_epoch():
    old = [
        deb("bsdutils", "1:2.38.1-5", "util-linux", "2.38.1-5"),
        deb("mount", "2.38.1-5", "util-linux"),
    ]
    new = [
        deb("bsdutils", "1:2.38.1-6", "util-linux", "2.38.1-6"),
        deb("mount", "2.38.1-6", "util-linux"),
    ]
    (change,) = package_changes(old, new)
    assert (change.source, change.old, change.new) == ("util-linux", "2.38.1-5", "2.38.1-6")
    assert (
        [p.name for p in change.before] == [p.name for p in change.after] == ["bsdutils", "mount"]
    )


def test_a_binary_that_goes_while_its_source_moves_is_a_removal_of_its_own():
    old = [deb("libc6", "1", "glibc"), deb("locales", "1", "glibc")]
    new = [deb("libc6", "2", "glibc"), deb("libc-bin", "2", "glibc")]
    told = [
        (c.direction, [p.name for p in c.before], [p.name for p in c.after])
        for c in package_changes(old, new)
    ]
    assert told == [
        ("added", [], ["libc-bin"]),
        ("removed", ["locales"], []),
        ("upgraded", ["libc6"], ["libc6"]),
    ]


def test_a_library_that_is_renamed_with_its_version_is_one_change():
    old, new = [deb("libssl1.1", "1.1.1-1", "openssl")], [deb("libssl3", "3.0-1", "openssl")]
    assert said(old, new) == [("openssl", "upgraded", "1.1.1-1", "3.0-1")]


def test_another_maintainer_or_commit_is_no_change():
    one = Package("apk", "a", "1-r0", "a", "1-r0", "x86_64", commit="aaa", maintainer="one")
    other = Package("apk", "a", "1-r0", "a", "1-r0", "x86_64", commit="bbb", maintainer="other")
    assert package_changes([one], [other]) == ()


PACKAGES = st.lists(
    st.builds(
        deb,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["1", "2", "1:1", "2+b1", "x y"]),
        st.sampled_from(["s", "t"]),
        st.sampled_from(["1", "2"]),
    ),
    max_size=6,
)
OPPOSITE = {
    "added": "removed",
    "removed": "added",
    "upgraded": "downgraded",
    "downgraded": "upgraded",
}


@given(PACKAGES, PACKAGES)
def test_the_way_back_is_told_the_other_way_round(old, new):
    there, back = package_changes(old, new), package_changes(new, old)
    turned = {(c.source, OPPOSITE.get(c.direction, c.direction), c.new, c.old) for c in back}
    assert {(c.source, c.direction, c.old, c.new) for c in there} == turned


@given(PACKAGES, PACKAGES)
def test_every_package_of_one_side_only_is_told_once(old, new):
    changes = package_changes(old, new)
    assert sorted(p for c in changes for p in c.before) == sorted(set(old) - set(new))
    assert sorted(p for c in changes for p in c.after) == sorted(set(new) - set(old))

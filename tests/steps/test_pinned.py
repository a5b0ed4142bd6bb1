import asyncio
import datetime as dt
from dataclasses import replace

import pytest

from bot.errors import EditError
from bot.flow.packages import indexes
from bot.formats import apko, dockerfile
from bot.model import (
    Failure,
    Findings,
    PackageIndex,
    Plan,
    Policy,
    PolicyRule,
    Published,
    Repo,
    Shelf,
    Skip,
    Snapshot,
    SourceFile,
    Wishes,
)
from bot.ports import Desk
from bot.steps.onboard import onboard
from bot.steps.pinned import (
    branched,
    branches,
    kind_of,
    moving,
    pinned,
    proposed,
    repinned,
    shelves_needed,
)

REPOSITORY = "https://example.org/os"
HEAD = f"contents:\n  keyring: [https://example.org/k.rsa.pub]\n  repositories: [{REPOSITORY}]\n"


def findings(text, *, archs="", lock=False, path="img/apko.yaml"):
    file = SourceFile(path, text if "contents" in text else f"{HEAD}  packages:\n{text}{archs}")
    skip = Skip("img/apko.lock.json", "apko-lock", None, None, "", "elsewhere", "")
    return Findings(
        Snapshot(Repo("o/r", "/r"), None),
        1,
        (),
        (skip,) if lock else (),
        sources={path: file},
        modes={path: "100644"},
        pins=tuple(apko.pins(file)),
    )


def index(**published):
    rows = {
        name.replace("_", "-"): tuple(
            Published(*version.split("/")) if "/" in version else Published(version, name)
            for version in versions.split()
        )
        for name, versions in published.items()
    }
    return PackageIndex(rows, "It is signed.")


def decided(line, policy=None, **published):
    shelf = Shelf(REPOSITORY, "x86_64")
    found = findings(f"  - {line}\n")
    (verdict,) = pinned(found, {shelf: index(**published)}, policy or Policy())
    return verdict


@pytest.mark.parametrize(
    ("line", "published", "outcome", "new"),
    [
        ("a=1.2.3-r0", "1.2.3-r0", "current", None),
        ("a=1.2.3-r0", "1.2.3-r0 1.2.3-r10 1.2.3-r9", "update", "1.2.3-r10"),
        ("a=1.2.3-r0", "1.2.3-r0 1.10.0-r0 1.9.0-r0", "update", "1.10.0-r0"),
        ("a=1.2.3-r0", "1.3.0-r0 2.0.0-r0", "update", "1.3.0-r0"),
        ("a=1.2.3-r0", "1.2.3-r0 2.0.0-r0", "held", None),
        ("a=1.2.3-r0", "1.2.2-r0", "held", None),
        ("a=2024a-r0", "2024a-r0 2025b-r0", "update", "2025b-r0"),
        ("a=20240226-r0", "20241121-r1", "update", "20241121-r1"),
        ("a=1.2_rc1-r0", "1.2_rc1-r0 1.2-r0", "update", "1.2-r0"),
        ("a=1.2-r0", "1.2-r0 1.3_alpha1-r0 nonsense ;rm", "current", None),
        ("a=1.2_rc1-r0", "1.2_rc2-r0", "update", "1.2_rc2-r0"),
        ("a=1..2", "1.2-r0", "skipped", None),
        ("a~1.2", "1.2.9-r0 1.3.0-r0", "current", None),
        ("a~1.2", "1.20.0-r0", "update", "1.20"),
        ("a~1.2.3", "1.4-r0", "update", "1.4"),
        ("a~1.2", "2.0.0-r0", "held", None),
        ("a~1.2", "1.1.0-r0", "held", None),
        ("a~1.2_rc1", "1.4-r0", "held", None),
        ("a<2", "1.9-r0 2.1-r0", "current", None),
        ("a<2", "2.1-r0", "held", None),
        ("a>=3", "2.1-r0", "held", None),
        ("a<=2.1-r0", "2.1-r0", "current", None),
        ("a>2.1-r0", "2.1-r1", "current", None),
        ("a=1-r0", "", "skipped", None),
        ("a==1-r0", "1-r1", "skipped", None),
        ('"a=1.\\x30-r0"', "1.1-r0", "held", None),
    ],
)
def test_a_pin_moves_as_far_as_its_operator_lets_it(line, published, outcome, new):
    verdict = decided(line, a=published)
    assert (verdict.outcome, verdict.offer.new if verdict.offer else None) == (outcome, new)
    assert verdict.because.endswith(".")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("1.2.3-r0", "1.2.3-r1", "revision"),
        ("1.2.3-r0", "1.2.4-r0", "patch"),
        ("1.2a-r0", "1.2b-r0", "patch"),
        ("1.2", "1.3.1", "minor"),
        ("1", "1.0.1", "minor"),
        ("9.1", "10.0", "major"),
        ("20240226-r0", "20241121-r0", "date"),
        ("2024a", "2025a", "date"),
        ("2024", "3", "major"),
        ("", "1", "major"),
    ],
)
def test_the_kind_of_a_move_is_told_by_its_numbers(old, new, kind):
    assert kind_of(old, new) == kind


def test_what_is_said_of_a_move_has_the_index_and_its_signature():
    verdict = decided("a=1.2.3-r0", a="1.2.4-r0 2.0-r0")
    assert verdict.newest == "2.0-r0"
    assert verdict.because == (
        "1.2.3-r0 is not in the index (any more). 1.2.4-r0 is published. The newest is 2.0-r0."
        " It is signed."
    )
    assert verdict.offer.package == Published("1.2.4-r0", "a")


def test_a_policy_s_kinds_and_comments_bound_the_moves():
    newer = {"a": "1.2.3-r0 1.2.4-r0 1.3-r0 2.0-r0"}
    patch = decided("a=1.2.3-r0 # basewatch: allow patch", **newer)
    assert patch.offer.new == "1.2.4-r0"
    major = Policy(rules=(PolicyRule(files=("img/",), allow=frozenset({"major"})),))
    assert decided("a=1.2.3-r0", major, **newer).offer.new == "2.0-r0"
    of_images = Policy(rules=(PolicyRule(images=("*",), ignore=True),))
    assert decided("a=1.2.3-r0", of_images, **newer).outcome == "update"


@pytest.mark.parametrize(
    ("line", "policy", "outcome", "word"),
    [
        ("a=1-r0 # basewatch: ignore", Policy(), "skipped", "comment"),
        ("a=1-r0 # basewatch: nonsense", Policy(), "skipped", "taken as `ignore`"),
        ("a=1-r0", Policy(rules=(PolicyRule(ignore=True),)), "skipped", "configuration"),
        ("a=1-r0 # basewatch: hold until 2030-01-31", Policy(), "held", "2030-01-31"),
        (
            "a=1-r0 # basewatch: hold until 2030-01-31",
            Policy(today=dt.date(2030, 2, 1)),
            "update",
            "1-r1",
        ),
        ('"a={{ v }}"', Policy(), "skipped", "fills in"),
        ("a=1-r0@edge", Policy(), "skipped", "labelled edge"),
    ],
)
def test_who_wants_a_pin_to_stay_is_told(line, policy, outcome, word):
    verdict = decided(line, policy, a="1-r0 1-r1")
    assert verdict.outcome == outcome
    assert word in verdict.because


def test_a_pin_without_repositories_says_which_kind_it_lacks():
    alone = findings("contents: {packages: [a=1]}")
    here = findings("contents: {packages: [a=1], repositories: [./packages]}")
    (one,), (other,) = pinned(alone, {}, Policy()), pinned(here, {}, Policy())
    assert "names no repository" in one.because
    assert "no URLs" in other.because
    assert not shelves_needed(alone)


def test_what_could_not_be_read_fails_and_what_was_not_asked_is_skipped():
    found = findings("  - a=1\n")
    shelf = Shelf(REPOSITORY, "x86_64")
    (failed,) = pinned(found, {shelf: Failure("x", "it is down")}, Policy())
    (unasked,) = pinned(found, {}, Policy())
    assert (failed.outcome, unasked.outcome) == ("failed", "skipped")
    assert "it is down" in failed.because


def test_every_architecture_must_have_a_version():
    found = findings("  - a=1-r0\n", archs="archs: [amd64, arm64]\n")
    one, other = (Shelf(REPOSITORY, arch) for arch in ("x86_64", "aarch64"))
    assert set(shelves_needed(found)) == {one, other}
    both = {one: index(a="1-r0 1-r1 1-r2"), other: index(a="1-r0 1-r1")}
    (verdict,) = pinned(found, both, Policy())
    assert verdict.offer.new == "1-r1"
    (nowhere,) = pinned(found, {one: index(a="1-r1"), other: index()}, Policy())
    assert "all of the file's architectures" in nowhere.because


def test_an_index_is_asked_once_about_all_that_is_pinned():
    found = findings("  - a=1\n  - b=1\n")
    ((shelf, wanted),) = shelves_needed(found).items()
    assert shelf == (REPOSITORY, "x86_64")
    assert wanted.names == {"a", "b"}
    assert wanted.keys == ("https://example.org/k.rsa.pub",)


FAMILY = "  - libssl3=3.1-r0\n  - libcrypto3=3.1-r0{}\n  - zlib=1-r0\n"


def test_what_is_built_from_one_source_moves_together():
    shelf = Shelf(REPOSITORY, "x86_64")
    ssl = "3.1-r0/openssl 3.2-r0/openssl"
    there = {shelf: index(libssl3=ssl, libcrypto3=ssl, zlib="1-r0 1-r1")}
    moved = pinned(findings(FAMILY.format("")), there, Policy())
    assert [v.outcome for v in moved] == ["update", "update", "update"]
    kept = pinned(findings(FAMILY.format(" # basewatch: ignore")), there, Policy())
    assert [v.outcome for v in kept] == ["held", "skipped", "update"]
    assert "libcrypto3, built from openssl" in kept[0].because


def planned(text, **more):
    found = findings(text, **more)
    there = {Shelf(REPOSITORY, "x86_64"): index(a="1-r0 1-r1", b="2-r0 2-r3")}
    return Plan(found, (), pinned(found, there, Policy()))


def opened(plan, wishes=None):
    """The one proposal that moves pins."""
    wishes = wishes or Wishes()
    (branch,) = branched(plan, wishes.group)
    return proposed(plan, wishes, branch)


def test_a_lock_beside_the_file_is_warned_of():
    assert "apko lock" in planned("  - a=1-r0\n", lock=True).pins[0].warnings[0]


def test_a_file_is_written_in_its_versions_and_nowhere_else():
    plan = planned("  - 'a=1-r0'   # why\r\n  - b=2-r0\n  - a=1-r0\n  - c\n")
    path = "img/apko.yaml"
    new = repinned(plan.findings, path, moving(plan)[path])
    old = plan.findings.sources[path].data()
    assert new.data == old.replace(b"1-r0", b"1-r1").replace(b"2-r0", b"2-r3")


def test_a_file_that_would_not_read_back_is_left_alone():
    plan = planned("  - a=1-r0\n")
    (verdict,) = plan.pins
    wrong = verdict.offer.edits[0].__class__(verdict.pin.span, "other=1-r1")
    broken = verdict.__class__(
        verdict.pin, "update", ".", verdict.offer.__class__("1-r1", "patch", (wrong,), None)
    )
    with pytest.raises(EditError, match="read back"):
        repinned(plan.findings, "img/apko.yaml", [broken])


def test_a_proposal_says_what_moves_and_stays_on_its_branch():
    plan = planned("  - a=1-r0\n  - b=2-r0\n", lock=True)
    wishes = Wishes(conventional=("build", "deps"), labels=("x",))
    made = opened(plan, wishes)
    assert made.title == "build(deps): bump a 1-r0 → 1-r1 and b 2-r0 → 2-r3 in img/apko.yaml"
    assert made.branch.startswith("basewatch/packages-img-apko-yaml-")
    assert set(branches(plan)) == {made.branch}
    assert made.labels == ("x",)
    for words in ("| `a` | `=1-r0` | `=1-r1` |", "It is signed.", "apko lock", ":several to="):
        assert words in made.body
    assert opened(plan).title.startswith("Bump a 1-r0")


def test_a_proposal_of_many_counts_them():
    plan = planned("  - a=1-r0\n  - b=2-r0\n  - a=1\n")
    assert opened(plan).title == "Bump 3 packages in img/apko.yaml"


def test_where_nobody_is_asked_no_index_is_known():
    desk = Desk(tags=None, registry=None, policy=None)
    assert asyncio.run(indexes([findings("  - a=1\n")], desk)) == {}


def test_a_repository_that_is_asked_first_hears_of_its_packages_too():
    plan = planned("  - a=1-r0\n")
    uses = tuple(dockerfile.find(SourceFile("Dockerfile", "FROM a:1\n")))
    asked = replace(plan, findings=replace(plan.findings, uses=uses))
    wishes = Wishes(starter="x: 1\n")
    made = opened(plan, wishes)
    first, second = onboard(asked, wishes, (), [made])
    assert made.title in first.body
    assert second.after == first.branch


# ---------------------------------------------------------------- age, moves apart, directories

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
WEEK = Policy(min_age=dt.timedelta(days=7))


def built(version, days=None, origin=""):
    return Published(version, origin, NOW - dt.timedelta(days=days) if days is not None else None)


def aged(line, *versions, policy=WEEK):
    there = {Shelf(REPOSITORY, "x86_64"): PackageIndex({"a": versions}, "It is signed.")}
    (verdict,) = pinned(findings(f"  - {line}\n"), there, policy, NOW)
    return verdict


def test_the_newest_that_is_old_enough_is_moved_to():
    verdict = aged("a=1.0-r0", built("1.0-r0", 90), built("1.1-r0", 8), built("1.2-r0", 6))
    assert (verdict.outcome, verdict.offer.new, verdict.newest) == ("update", "1.1-r0", "1.2-r0")
    assert "The newest is 1.2-r0." in verdict.because


@pytest.mark.parametrize("line", ["a=1.0-r0", "a~1.0"])
def test_what_is_too_young_is_held_until_a_day(line):
    verdict = aged(line, built("1.2-r0", 2))
    assert (verdict.outcome, verdict.until, verdict.newest) == ("held", "2026-11-27", "1.2-r0")
    assert "held until 2026-11-27, when it is 7 days old" in verdict.because
    assert "any more" in verdict.because


def test_the_first_to_be_old_enough_says_until_when():
    verdict = aged("a=1.0-r0", built("1.0-r0", 90), built("1.1-r0", 6), built("1.2-r0", 1))
    assert (verdict.until, verdict.newest) == ("2026-11-23", "1.2-r0")


@pytest.mark.parametrize("days", [-1, -1_000_000])
def test_what_is_built_in_time_to_come_is_as_old_as_today(days):
    verdict = aged("a=1.0-r0", built("1.0-r0", 90), built("1.2-r0", days))
    assert (verdict.outcome, verdict.until) == ("held", "2026-11-29")


def test_an_index_that_does_not_say_when_does_not_make_it_old():
    verdict = aged("a=1.0-r0", built("1.0-r0"), built("1.2-r0"))
    assert (verdict.outcome, verdict.until) == ("held", None)
    assert "does not say since when" in verdict.because
    assert aged("a=1.0-r0", built("1.2-r0"), policy=Policy()).outcome == "update"


def test_an_operators_age_holds_whatever_the_rules_of_a_repository_say():
    hasty = PolicyRule(min_age=dt.timedelta(0), name="hasty")
    policy = Policy(rules=(hasty,), least_age=dt.timedelta(days=7))
    assert aged("a=1.0-r0", built("1.2-r0", 2), policy=policy).outcome == "held"
    assert aged("a=1.0-r0", built("1.2-r0", 2), policy=Policy(rules=(hasty,))).outcome == "update"


def test_a_major_is_held_and_proposed_apart():
    verdict = decided("a=1.0-r0", a="1.0-r0 2.0-r0")
    assert (verdict.outcome, verdict.offer, verdict.apart.new) == ("held", None, "2.0-r0")
    assert "It is a major move, which is proposed on its own." in verdict.because
    both = decided("a=1.0-r0", a="1.0-r0 1.1-r0 2.0-r0 3.0-r0")
    assert (both.outcome, both.offer.new, both.apart.new) == ("update", "1.1-r0", "3.0-r0")
    range_ = decided("a~1.0", a="2.0-r0")
    assert (range_.outcome, range_.apart.new) == ("held", "2.0")


def test_a_major_is_left_to_a_person_where_none_is_wanted():
    policy = Policy(apart=frozenset())
    verdict = decided("a=1.0-r0", policy, a="1.0-r0 2.0-r0")
    assert (verdict.outcome, verdict.apart) == ("held", None)
    assert "left to a person" in verdict.because
    assert decided('"a=1.\\x30-r0"', a="2.0-r0").apart is None


def test_a_major_that_is_too_young_is_not_proposed():
    young = aged("a=1.0-r0", built("1.0-r0", 90), built("2.0-r0", 1))
    assert (young.outcome, young.apart, young.until) == ("held", None, "2026-11-28")
    older = aged("a=1.0-r0", built("1.0-r0", 90), built("2.0-r0", 8), built("3.0-r0", 1))
    assert (older.apart.new, older.until) == ("2.0-r0", None)


@pytest.mark.parametrize("said", ["hold until 2099-01-01", "allow patch", "ignore"])
def test_a_comment_that_holds_a_pin_holds_its_majors(said):
    assert decided(f"a=1.0-r0 # basewatch: {said}", a="1.0-r0 2.0-r0").apart is None


def test_majors_have_a_branch_for_each_source_and_what_moves_together_is_on_one():
    ssl = "3.1-r0/openssl 4.0-r0/openssl"
    there = {Shelf(REPOSITORY, "x86_64"): index(libssl3=ssl, libcrypto3=ssl, zlib="1-r0 1-r1 2-r0")}
    found = findings(FAMILY.format(""))
    plan = Plan(found, (), pinned(found, there, Policy()))
    moved = branched(plan, "line")
    assert sorted([v.pin.name for v in some] for some in moved.values()) == [
        ["libssl3", "libcrypto3"], ["zlib"], ["zlib"],
    ]  # fmt: skip
    assert {branch.rpartition("-")[2] for branch in moved if branch.endswith("major")} == {"major"}
    made = [proposed(plan, Wishes(), branch) for branch in moved]
    assert {one.title for one in made} == {
        "Bump zlib 1-r0 → 1-r1 in img/apko.yaml", "Bump zlib 1-r0 → 2-r0 in img/apko.yaml",
        "Bump libssl3 3.1-r0 → 4.0-r0 and libcrypto3 3.1-r0 → 4.0-r0 in img/apko.yaml",
    }  # fmt: skip
    assert len({one.branch for one in made}) == len(
        {one.body.rpartition("line=")[2] for one in made}
    )
    parted = pinned(findings(FAMILY.format(" # basewatch: allow patch")), there, Policy())
    assert [one.apart is not None for one in parted] == [False, False, True]


def test_branches_of_what_nobody_can_tell_stay():
    found = findings("  - a=1-r0\n")
    shelf = Shelf(REPOSITORY, "x86_64")
    before = Plan(found, (), pinned(found, {shelf: index(a="1-r0 1-r1 2-r0")}, Policy()))
    after = Plan(found, (), pinned(found, {shelf: Failure("x", "it is down")}, Policy()))
    for by in ("line", "directory"):
        assert set(branched(before, by)) <= set(branches(after, by))


def test_files_of_one_directory_are_one_proposal_where_that_is_wanted():
    one, other = findings("  - a=1-r0\n"), findings("  - a=1-r0\n", path="img/other.yaml")
    apart = findings("  - a=1-r0\n", path="x/apko.yaml")
    found = replace(
        one,
        sources={**one.sources, **other.sources, **apart.sources},
        modes={**one.modes, **other.modes, **apart.modes},
        pins=(*one.pins, *other.pins, *apart.pins),
    )
    there = {Shelf(REPOSITORY, "x86_64"): index(a="1-r0 1-r1")}
    plan = Plan(found, (), pinned(found, there, Policy()))
    assert len(branched(plan, "line")) == len(branched(plan, "image")) == 3
    wishes = Wishes(group="directory")
    several, alone = (proposed(plan, wishes, branch) for branch in branched(plan, "directory"))
    assert several.title == "Bump a 1-r0 → 1-r1 in 2 files"
    assert set(several.files) == {"img/apko.yaml", "img/other.yaml"}
    assert "2 package pins in `img/apko.yaml` and `img/other.yaml`." in several.body
    assert several.body.count("| `a` | `=1-r0` | `=1-r1` |") == 1
    assert set(alone.files) == {"x/apko.yaml"}

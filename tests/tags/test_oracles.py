"""Where a standard orders versions, tags that follow it are ordered alike."""

import semver
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from bot.tags import parse, succeeds

small = st.integers(0, 30)
releases = st.tuples(small, small, small).map(lambda numbers: ".".join(map(str, numbers)))
phases = st.sampled_from(["alpha", "beta", "rc"])
semvers = releases | st.builds("{}-{}.{}".format, releases, phases, small)
pep440 = releases | st.builds("{}{}{}".format, releases, st.sampled_from(["a", "b", "rc"]), small)


@settings(deadline=None)
@given(semvers, semvers)
def test_semantic_versions_succeed_each_other_as_semver_says(one, other):
    newer = semver.Version.parse(one) > semver.Version.parse(other)
    assert succeeds(parse(one), parse(other)) == newer


@settings(deadline=None)
@given(pep440, pep440)
def test_python_versions_succeed_each_other_as_pep_440_says(one, other):
    assert succeeds(parse(one), parse(other)) == (Version(one) > Version(other))


@settings(deadline=None)
@given(releases, small, small)
def test_post_releases_come_after_their_release_as_pep_440_says(release, one, other):
    first, second = f"{release}.post{one}", f"{release}.post{other}"
    assert succeeds(parse(first), parse(second)) == (Version(first) > Version(second))

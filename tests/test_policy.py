import datetime as dt
import itertools
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import KINDS, LACKING, Policy, PolicyRule, Position, Span, Steer, Use, Versions
from bot.policy import (
    REPOSITORY_CONFIG_PATHS,
    config_path,
    host_allowed,
    ignored_file,
    layered,
    ruling,
    rulings,
    vendored,
)
from bot.policy.globs import file_matches, glob, image_matches
from bot.policy.versions import covers, left_out, misread
from tests.altered import replace

TODAY = dt.date(2027, 1, 31)
unhurried = settings(deadline=None)


def use_of(image="node:20", path="Dockerfile", *steers):
    ref = ImageRef.parse(image)
    return Use(
        path, "dockerfile", Span(5, 9), Position(1, 6), image, ref, (), "from", steers=steers
    )


def kinds(*names):
    return frozenset(names)


# ---------------------------------------------------------------- globs


@pytest.mark.parametrize(
    ("pattern", "name", "covers"),
    [
        ("a", "a", True),
        ("a", "A", False),
        ("a", "ab", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a?c", "ac", False),
        ("*", "abc", True),
        ("*", "a/b", False),
        ("a*c", "ac", True),
        ("a*c", "abcbc", True),
        ("a*c", "ab/c", False),
        ("a**c", "abc", True),
        ("a**c", "a/c", False),
        ("**", "a", True),
        ("**", "a/b/c", True),
        ("**/c", "c", True),
        ("**/c", "a/b/c", True),
        ("**/c", "a/bc", False),
        ("**/**/c", "c", True),
        ("a/**", "a/b", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a/**", "ab", False),
        ("a/**/d", "a/d", True),
        ("a/**/d", "a/b/c/d", True),
        ("a/**/d", "a/bd", False),
        ("a/**/**/d", "a/d", True),
        ("**/b/**", "b/c", True),
        ("**/b/**", "a/b/c/d", True),
        ("**/b/**", "a/b", False),
        ("**/b*/**/d?", "a/bb/c/d1", True),
        ("**/*.test", "a/.test", True),
        ("*/bitnami/*", "quay.io/bitnami/etcd", True),
        ("*/bitnami/*", "quay.io/x/bitnami/etcd", False),
        ("a.c", "abc", False),
        ("(a|b)+$", "(a|b)+$", True),
        ("é*", "éà", True),
        ("a\n*", "a\nb", True),
    ],
)
def test_a_glob_covers_what_gitignore_would(pattern, name, covers):
    assert glob(pattern).matches(name) is covers


def slowly(pattern, name):
    """The rules once more, straight from their words: parts against parts, by trying everything."""
    return _parts(tuple(pattern.split("/")), tuple(name.split("/")))


def _parts(patterns, names):
    if not patterns:
        return not names
    if patterns == ("**",):
        return bool(names)
    if patterns[0] == "**":
        return any(_parts(patterns[1:], names[n:]) for n in range(len(names) + 1))
    return bool(names) and _part(patterns[0], names[0]) and _parts(patterns[1:], names[1:])


@lru_cache(None)
def _part(pattern, name):
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_part(pattern[1:], name[n:]) for n in range(len(name) + 1))
    return bool(name) and pattern[0] in ("?", name[0]) and _part(pattern[1:], name[1:])


patterns = st.lists(
    st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=4)), min_size=1, max_size=5
).map("/".join)
names = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


@unhurried
@given(patterns, names)
def test_a_glob_agrees_with_trying_everything(pattern, name):
    assert glob(pattern).matches(name) is slowly(pattern, name)


def test_a_glob_agrees_with_trying_everything_on_all_short_patterns():
    every_name = [
        "/".join(p) for n in (1, 2, 3) for p in itertools.product(["a", "b", "ab"], repeat=n)
    ]
    every_part = ["**", "*", "?", "a", "a*", "*b", "**b", "?*"]
    for count in (1, 2, 3):
        for parts in itertools.product(every_part, repeat=count):
            pattern = "/".join(parts)
            wrong = [n for n in every_name if glob(pattern).matches(n) is not slowly(pattern, n)]
            assert not wrong, pattern


def test_a_pattern_made_to_be_slow_is_not():
    # Any matcher that backtracks would still be at it when the sun goes out.
    assert not glob("*a" * 100 + "*/" + "**/*a" * 10).matches("a" * 5000 + "/" + "a" * 5000 + "b")


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("examples/**", "examples/a/Dockerfile", True),
        ("examples/**", "more/examples/Dockerfile", False),
        ("**/Dockerfile.test", "Dockerfile.test", True),
        ("**/Dockerfile.test", "a/b/Dockerfile.test", True),
        ("Dockerfile.test", "a/b/Dockerfile.test", True),
        ("Dockerfile.*", "a/b/Dockerfile.test", True),
        ("Dockerfile.*", "a/Dockerfile.d/file", False),
        ("vendor/", "vendor/Dockerfile", True),
        ("vendor/", "a/vendor/b/Dockerfile", True),
        ("vendor/", "vendor", False),
        ("docs/old/", "docs/old/Dockerfile", True),
        ("docs/old/", "a/docs/old/Dockerfile", False),
        ("examples", "examples/a/Dockerfile", True),
        ("examples", "a/examples/Dockerfile", True),
        ("docs/old", "docs/old/a/Dockerfile", True),
        ("docs/*", "docs/Dockerfile", True),
        ("docs/*", "docs/a/Dockerfile", False),
        ("/Dockerfile", "Dockerfile", True),
        ("/Dockerfile", "a/Dockerfile", False),
        ("/examples/", "examples/Dockerfile", True),
        ("/examples/", "a/examples/Dockerfile", False),
        ("dockerfile", "Dockerfile", False),
        ("*", "a/Dockerfile", True),
        ("**", "a/Dockerfile", True),
        ("/", "Dockerfile", False),
    ],
)
def test_a_pattern_of_files_reads_as_in_gitignore(pattern, path, covers):
    assert file_matches(pattern, path) is covers


def test_the_pattern_that_ignores_a_file_is_told():
    policy = Policy(ignore_files=("docs/", "*.test", "**"))
    assert ignored_file(policy, "a/x.test") == "*.test"
    assert ignored_file(Policy(), "a/x.test") is None


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("node_modules/x/Dockerfile", "node_modules"),
        ("web/node_modules/x/node_modules/y/Dockerfile", "web/node_modules"),
        ("go/vendor/github.com/x/Dockerfile", "go/vendor"),
        ("third_party/Dockerfile", "third_party"),
        (".venv/lib/python3/site-packages/x/Dockerfile", ".venv"),
        ("vendor", None),
        ("a/vendor", None),
        ("vendors/Dockerfile", None),
        ("Vendor/Dockerfile", None),
        ("Dockerfile", None),
    ],
)
def test_a_folder_of_other_peoples_code_is_known_by_its_name(path, folder):
    assert vendored(path) == folder


def test_a_repository_has_one_configuration_at_most():
    assert config_path(["a", ".github/basewatch.yml"]) == ".github/basewatch.yml"
    assert config_path(["a/basewatch.yaml", "Basewatch.yaml"]) is None
    with pytest.raises(
        ConfigError, match=r"^basewatch.yaml and .gitlab/basewatch.yml: there are 2"
    ):
        config_path([".gitlab/basewatch.yml", "basewatch.yaml"])
    assert len(REPOSITORY_CONFIG_PATHS) == 6


# ---------------------------------------------------------------- images and hosts

HUB_NODE = ["node:20", "library/node", "docker.io/node", "index.docker.io/library/node:1"]


@pytest.mark.parametrize("image", HUB_NODE)
@pytest.mark.parametrize(
    "pattern",
    [
        "node",
        "library/node",
        "docker.io/library/node",
        "docker.io/node",
        "index.docker.io/node",
        "no*",
        "docker.io/*",
        "docker.io/**",
        "**",
        "*",
        "*/library/*",
        "**/node",
        "index.docker.io/**",
    ],
)
def test_a_pattern_covers_an_image_by_every_name_that_means_it(pattern, image):
    assert image_matches(pattern, ImageRef.parse(image).repository)


@pytest.mark.parametrize(
    ("pattern", "image", "covers"),
    [
        ("node", "bitnami/node", False),
        ("node", "quay.io/node", False),
        ("library/*", "bitnami/node", False),
        ("bitnami/*", "bitnami/node", True),
        ("bitnami/*", "quay.io/bitnami/node", False),
        ("*/bitnami/*", "bitnami/node", True),
        ("*/bitnami/*", "quay.io/bitnami/node", True),
        ("docker.io/*", "bitnami/node", False),
        ("docker-registry.wikimedia.org/**", "docker-registry.wikimedia.org/nodejs20-slim", True),
        ("docker-registry.wikimedia.org/**", "docker-registry.wikimedia.org/a/b/c:1", True),
        ("docker-registry.wikimedia.org/*", "docker-registry.wikimedia.org/a/b", False),
        ("localhost:5000/**", "localhost:5000/a", True),
        ("localhost/**", "localhost:5000/a", False),
        ("*", "quay.io/node", False),
    ],
)
def test_a_pattern_of_images_is_of_registry_and_path(pattern, image, covers):
    assert image_matches(pattern, ImageRef.parse(image).repository) is covers


@pytest.mark.parametrize(
    ("patterns", "host", "allowed"),
    [
        (("*",), "quay.io", True),
        (("*",), "localhost:5000", True),
        ((), "quay.io", False),
        (("docker.io", "*.example.org"), "a.example.org", True),
        (("*.example.org",), "a.example.org:5000", True),
        (("quay.io",), "Quay.IO", True),
        (("a.example.org:5000",), "a.example.org:5000", True),
        (("a.example.org:5000",), "a.example.org:5001", False),
        (("a.example.org:5000",), "a.example.org", False),
        (("*.example.org",), "example.org.evil.test", False),
        (("*1]",), "[::1]", True),
        (("*1]",), "[::1]:5000", True),
    ],
)
def test_a_host_is_asked_only_if_a_pattern_covers_it(patterns, host, allowed):
    assert host_allowed(patterns, host) is allowed


# ---------------------------------------------------------------- rulings


def test_without_rules_the_policy_itself_rules():
    ruled = ruling(Policy(), use_of())
    assert (ruled.ignore, ruled.because, ruled.pin, ruled.rule) == (False, None, "digest", "")
    assert ruled.allow == Policy().allow
    assert ruled.apart == {"major"}
    assert ruled.hold_until is None


def test_the_first_rule_that_fits_decides():
    rules = (
        PolicyRule(images=("python",), ignore=True),
        PolicyRule(images=("node",), files=("other/**",), ignore=True),
        PolicyRule(
            images=("node",), files=("app/**", "web/**"), allow=kinds("patch"), name="rule 3"
        ),
        PolicyRule(allow=kinds("major"), pin="off", name="rule 4"),
    )
    policy = Policy(rules=rules)
    assert ruling(policy, use_of("node", "web/Dockerfile")).rule == "rule 3"
    assert ruling(policy, use_of("node", "web/Dockerfile")).allow == {"patch"}
    assert ruling(policy, use_of("node", "web/Dockerfile")).pin == "digest"
    assert ruling(policy, use_of("node")).allow == {"major"}
    assert ruling(policy, use_of("node")).pin == "off"
    assert not ruling(policy, use_of("node")).ignore
    assert ruling(policy, use_of("python")).ignore


def test_a_rule_is_for_each_of_the_images_that_it_names():
    policy = Policy(rules=(PolicyRule(images=("node", "python"), ignore=True),))
    ignored = [ruling(policy, use_of(image)).ignore for image in ("node", "python", "redis")]
    assert ignored == [True, True, False]


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("rule 2 of basewatch.yaml", "Rule 2 of basewatch.yaml says to ignore it."),
        ("", "A rule of the configuration says to ignore it."),
    ],
)
def test_a_rule_that_ignores_is_named_in_a_sentence(name, because):
    assert ruling(Policy(rules=(PolicyRule(ignore=True, name=name),)), use_of()).because == because


def test_what_the_operator_ignores_no_rule_brings_back():
    operator = (
        PolicyRule(images=("node",), allow=kinds("patch")),
        PolicyRule(images=("**",), ignore=True, name="rule 2 of the operator"),
    )
    policy = Policy(rules=(PolicyRule(images=("**",), allow=kinds("digest")),), imposed=operator)
    assert ruling(policy, use_of("python")).because == "Rule 2 of the operator says to ignore it."
    # The operator's own exception stands before it, and so the repository may have its way.
    assert ruling(policy, use_of("node")).allow == {"digest"}


def test_a_kind_that_a_rule_puts_in_one_place_leaves_the_other():
    base = (kinds("digest", "minor"), kinds("major"))
    assert layered(base, None, None) == base
    assert layered(base, None, ["minor"]) == (kinds("digest"), kinds("minor"))
    assert layered(base, ["major"], None) == (kinds("major"), kinds())
    assert layered(base, ["patch"], ["major", "date"]) == (kinds("patch"), kinds("major", "date"))
    assert layered(base, [], []) == (kinds(), kinds())


def test_nothing_is_beyond_the_limit():
    policy = Policy(
        limit=kinds("digest", "patch"),
        rules=(PolicyRule(allow=kinds("patch", "minor"), apart=kinds("major", "digest")),),
    )
    ruled = ruling(policy, use_of())
    assert (ruled.allow, ruled.apart) == ({"patch"}, {"digest"})


def test_pins_beyond_the_limit_are_not_sought():
    rules = (PolicyRule(pin="digest"),)
    assert ruling(Policy(limit=kinds("digest"), rules=rules), use_of()).pin == "off"
    assert ruling(Policy(limit=kinds("pin"), rules=rules, pin="off"), use_of()).pin == "digest"


def test_a_comment_may_ignore_its_use():
    ruled = ruling(Policy(), use_of("node", "Dockerfile", Steer("ignore")))
    assert ruled.ignore
    assert ruled.because == "A comment beside it says to ignore it."


def test_a_comment_that_holds_a_use_neither_ignores_nor_narrows_it():
    hold = Steer("hold", until=TODAY)
    ruled = ruling(Policy(today=TODAY), use_of("node", "Dockerfile", hold))
    assert (ruled.hold_until, ruled.ignore) == (TODAY, False)
    assert replace(ruled, hold_until=None) == ruling(Policy(today=TODAY), use_of("node"))


def test_comments_take_kinds_away_and_never_add_any():
    patch_only = Steer("allow", kinds=kinds("patch", "variant"))
    ruled = ruling(Policy(), use_of("node", "Dockerfile", patch_only))
    assert (ruled.allow, ruled.apart) == ({"patch", "pin", "digest"}, set())
    both = (patch_only, Steer("allow", kinds=kinds("minor")))
    assert ruling(Policy(), use_of("node", "Dockerfile", *both)).allow == {"pin", "digest"}


@pytest.mark.parametrize(
    ("days", "held"),
    [
        ([dt.date(2027, 1, 30)], None),
        ([dt.date(2027, 1, 31)], dt.date(2027, 1, 31)),
        ([dt.date(2027, 2, 1)], dt.date(2027, 2, 1)),
        ([dt.date(2027, 2, 1), dt.date(2028, 2, 1), dt.date(2026, 1, 1)], dt.date(2028, 2, 1)),
        ([], None),
    ],
)
def test_a_comment_holds_a_use_through_its_day(days, held):
    holds = [Steer("hold", until=day) for day in days]
    assert ruling(Policy(today=TODAY), use_of("node", "Dockerfile", *holds)).hold_until == held


some_kinds = st.frozensets(st.sampled_from(KINDS))
ages = st.integers(0, 99).map(lambda hours: dt.timedelta(hours=hours))
some_texts = st.lists(st.sampled_from(["<22", "20.x", "*-slim", "20.1", "!=20"]), max_size=2).map(tuple)  # fmt: skip
some_versions = st.builds(Versions, some_texts, some_texts)
rules = st.lists(
    st.builds(
        PolicyRule,
        images=st.sampled_from([(), ("node",), ("**",)]),
        files=st.sampled_from([(), ("app/**",), ("*",)]),
        ignore=st.booleans(),
        allow=st.none() | some_kinds,
        apart=st.none() | some_kinds,
        pin=st.sampled_from([None, "digest", "immutable", "off"]),
        min_age=st.none() | ages,
        versions=st.none() | some_versions,
        platforms=st.none() | st.sampled_from(LACKING),
    ),
    max_size=4,
).map(tuple)
policies = st.builds(
    Policy,
    allow=some_kinds,
    apart=some_kinds,
    limit=some_kinds,
    rules=rules,
    imposed=rules,
    min_age=ages,
    least_age=ages,
    versions=some_versions,
    operators_versions=some_versions,
    platforms=st.sampled_from(LACKING),
    least_platforms=st.sampled_from(LACKING),
)
comments = st.lists(
    st.one_of(
        st.just(Steer("ignore")),
        st.builds(Steer, st.just("allow"), kinds=some_kinds),
        st.builds(Steer, st.just("hold"), until=st.dates()),
    )
)


@unhurried
@given(policies, comments)
def test_no_rule_and_no_comment_reaches_beyond_the_limit(policy, steers):
    ruled = ruling(policy, use_of("node", "app/Dockerfile", *steers))
    assert ruled.allow | ruled.apart <= policy.limit
    assert ruled.ignore is (ruled.because is not None)
    plain = ruling(policy, use_of("node", "app/Dockerfile"))
    assert ruled.allow <= plain.allow
    assert ruled.apart <= plain.apart
    assert ruled.ignore >= plain.ignore


@unhurried
@given(policies)
def test_no_rule_takes_a_loss_of_platforms_more_lightly_than_the_operator(policy):
    use = use_of("node", "app/Dockerfile")
    operators = replace(policy, rules=policy.imposed, platforms=policy.least_platforms)
    asked, least = ruling(policy, use).platforms, ruling(operators, use).platforms
    assert LACKING.index(asked) >= LACKING.index(least)


@unhurried
@given(policies)
def test_no_rule_shortens_what_the_operator_has_one_wait_for(policy):
    use = use_of("node", "app/Dockerfile")
    alone = ruling(replace(policy, rules=policy.imposed, min_age=policy.least_age), use).min_age
    assert ruling(policy, use).min_age >= alone


@unhurried
@given(policies, st.sampled_from(["20.1", "20.1-slim", "21.0", "22.4-slim"]))
def test_what_the_operators_versions_leave_out_no_rule_lets_in(policy, tag):
    use = use_of("node", "app/Dockerfile")
    alone = replace(policy, rules=policy.imposed, versions=policy.operators_versions)
    numbers = tuple(map(int, tag.partition("-")[0].split(".")))
    if left_out(tag, numbers, ruling(alone, use).versions):
        assert left_out(tag, numbers, ruling(policy, use).versions)


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("<22", ["21.9", "3"], ["22", "22.0.1", "23"]),
        ("<=22", ["22", "22.11", "22.11.3"], ["23", "23.0"]),
        (">22", ["23", "23.1"], ["22", "22.11"]),
        (">=3.12,<3.14", ["3.12", "3.13.9"], ["3.11.9", "3.14", "3", "4.0"]),
        (">=3.12, <3.14", ["3.13"], ["3.14"]),
        (">= 3.12 < 3.14", ["3.13"], ["3.14"]),
        ("!=20.3", ["20.4", "20"], ["20.3", "20.3.9"]),
        ("=20.3", ["20.3", "20.3.1"], ["20.4"]),
        (">=20.1", ["20.1", "20.1.0", "21"], ["20", "19.9"]),
        ("=20.0", ["20", "20.0.1"], ["20.1"]),
        ("==20", ["20.3"], ["21"]),
        ("22.x", ["22", "22.1.3"], ["2.2", "21"]),
        ("22.X.x", ["22.1.3"], ["23.1.3"]),
        ("3.12.*", ["3.12", "3.12.9"], ["3.1.2", "3.13", "3.120"]),
        ("22", ["22", "22.9"], ["21", "220"]),
        ("v22", ["22.9"], ["21"]),
        ("20.1?.*", ["20.11.0"], ["20.2.0", "20.1.0"]),
        ("*", ["1"], []),
    ],
)
def test_a_range_or_pattern_covers_versions(text, inside, outside):
    assert misread(text) is None
    for tag in (*inside, *outside):
        numbers = tuple(map(int, tag.split(".")))
        assert covers(text, tag, numbers) is (tag in inside), tag


def test_a_tag_without_version_is_in_no_range_but_may_be_named():
    assert not covers("<99", "bookworm-20240904", ())
    assert not covers("!=99", "bookworm-20240904", ())
    assert covers("bookworm-2024*", "bookworm-20240904", ())
    assert covers("20240904", "20240904", ())


@pytest.mark.parametrize("text", ["^20", "~1.2", "<abc", ">=3,", "<", "a b", "1/2", "[12]", "=>3"])
def test_what_is_neither_range_nor_pattern_is_refused(text):
    said = misread(text)
    assert said.startswith("a range is written as" if text[0] in "^~<>=" else "it is neither")


def test_who_leaves_a_version_out_is_said():
    many = Versions(("1", "2", "3", "4", "5"), name="rule 2 of basewatch.yaml")
    few = Versions(("<22",), ("20.3",), "rule 1 of the operator")
    said = (few, Versions(("*-slim",)))
    assert left_out("20.3.1", (20, 3, 1), said) == "rule 1 of the operator ignores 20.3"
    assert left_out("22.0", (22, 0), said) == "rule 1 of the operator allows only <22"
    assert left_out("20.4", (20, 4), said) == "`policy.versions` allows only *-slim"
    assert left_out("20.4-slim", (20, 4), said) is None
    assert left_out("9", (9,), (many,)) == f"{many.name} allows only 1 or 2 or 3 or 2 more"
    three = Versions(many.allow[:3])
    assert left_out("9", (9,), (three,)) == "`policy.versions` allows only 1 or 2 or 3"


def test_one_of_several_that_are_allowed_is_enough_and_who_allows_none_allows_all():
    assert left_out("3.1", (3, 1), (Versions(("1", "2", "3")),)) is None
    assert left_out("3.1", (3, 1), (Versions(ignore=("4",)), Versions())) is None


def test_a_range_is_read_in_time_that_grows_with_its_length():
    for text in ("1." * 60 + "x" * 8 + "!", "<" * 128, "*a" * 60, ">=1 " * 32 + "x"):
        misread(text)
        covers(text, "a" * 128, (1, 2, 3))


def test_what_is_told_of_many_uses_is_what_is_told_of_each():
    rules = (
        PolicyRule(name="web", files=("web/**",), allow=kinds("patch")),
        PolicyRule(name="node", images=("node",), pin="off"),
    )
    policy = Policy(rules=rules, imposed=(PolicyRule(images=("redis",), ignore=True),))
    complaints = [Steer("ignore", complaint=said) for said in ("It says nothing.", "It is odd.")]
    uses = [
        use_of(image, path, *steers)
        for image in ("node", "python", "redis")
        for path in ("Dockerfile", "web/Dockerfile", "web/api/Dockerfile")
        for steers in ((), *([each] for each in complaints))
    ]
    bounds = tuple(
        PolicyRule(images=(image,), min_age=dt.timedelta(days=days))
        for image, days in (("node", 3), ("python", 9))
    )
    bounded = Policy(rules=(PolicyRule(pin="off"),), imposed=bounds)
    by_bound = rulings(bounded)
    assert [by_bound(use) for use in uses] == [ruling(bounded, use) for use in uses]
    ruled = rulings(policy)
    assert [ruled(use) for use in uses] == [ruling(policy, use) for use in uses]

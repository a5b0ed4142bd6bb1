import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pulls.codeowners import owners_of, rules_in

FORGES = pytest.mark.parametrize("forge", ["github", "gitlab"])

PATTERNS = [
    # forge, pattern, those it is about, those it is not
    ("both", "*", ["Dockerfile", "a/b/c"], []),
    ("both", "*.js", ["x.js", "a/b/x.js"], ["x.jsx", "x.js/y"]),
    ("both", "/docs/", ["docs/a", "docs/a/b"], ["docs", "x/docs/a"]),
    ("both", "docs/", ["docs/a", "docs/a/b", "x/docs/a"], ["docs"]),
    ("both", "/docs/*", ["docs/a"], ["docs/a/b", "x/docs/a"]),
    ("both", "/docs/**/*.md", ["docs/a.md", "docs/b/c/a.md"], ["a.md"]),
    ("both", "**/logs/", ["logs/a", "x/y/logs/a/b"], ["logs"]),
    ("both", "Dockerfile", ["Dockerfile", "a/b/Dockerfile"], ["Dockerfile.dev"]),
    ("both", "/Dockerfile", ["Dockerfile"], ["a/Dockerfile"]),
    ("both", "Dockerfile?", ["a/Dockerfile2"], ["Dockerfile", "Dockerfile22"]),
    ("both", "a\\ b/", ["a b/c"], ["a/b", "b/c"]),
    ("github", "docs/*", ["docs/a"], ["docs/a/b", "x/docs/a"]),
    ("github", "apps/api", ["apps/api/x/y", "apps/api"], ["x/apps/api", "apps/apis"]),
    ("github", "apps", ["apps/api/x/y", "x/apps/y"], ["apps2/x"]),
    ("github", "/apps/*/x", ["apps/y/x", "apps/y/x/z"], ["apps/x"]),
    ("github", "[a]", ["[a]"], ["a"]),
    ("gitlab", "docs/*", ["docs/a", "x/docs/a"], ["docs/a/b"]),
    ("gitlab", "apps/api", ["apps/api", "x/apps/api"], ["apps/api/x"]),
    ("gitlab", "\\#file", ["#file", "a/#file"], ["file"]),
]
CASES = [
    (forge, pattern, about, other)
    for which, pattern, about, other in PATTERNS
    for forge in (["github", "gitlab"] if which == "both" else [which])
]


@pytest.mark.parametrize(("forge", "pattern", "about", "other"), CASES)
def test_a_pattern_is_about_what_its_forge_says(forge, pattern, about, other):
    rules = rules_in(f"{pattern} @kim", forge)
    assert [path for path in about if owners_of([path], rules) != ("kim",)] == []
    assert [path for path in other if owners_of([path], rules)] == []


@FORGES
def test_the_last_rule_that_matches_counts(forge):
    rules = rules_in("* @all\n# a comment\n/app/ @app/team @kim\n/app/free\n", forge)
    assert owners_of(["x"], rules) == ("all",)
    assert owners_of(["app/x", "x", "app/y"], rules) == ("app/team", "kim", "all")
    assert owners_of(["app/free"], rules) == ()


def test_a_comment_at_the_end_of_a_line_is_one_at_github_only():
    text = "* @kim # not @lee"
    assert owners_of(["x"], rules_in(text, "github")) == ("kim",)
    assert owners_of(["x"], rules_in(text, "gitlab")) == ("kim", "lee")


@FORGES
def test_only_who_can_be_asked_by_name_is_an_owner(forge):
    rules = rules_in("* kim@example.org @@maintainer @kim @kim @ @-x @a/b/c", forge)
    assert owners_of(["x"], rules) == ("kim", "a/b/c")
    assert owners_of(["x"], rules, but=["kim"]) == ("a/b/c",)


def test_each_section_of_gitlab_has_its_own_last_word():
    text = """
* @all
[Docs] @writers
/docs/
/docs/api/ @api
^[Builds][2] @builders @kim
Dockerfile
!/vendor/
[DOCS]
/docs/api/v2/ @two
"""
    rules = rules_in(text, "gitlab")
    assert owners_of(["docs/x"], rules) == ("all", "writers")
    assert owners_of(["docs/api/Dockerfile"], rules) == ("all", "builders", "kim", "api")
    assert owners_of(["docs/api/v2/x"], rules) == ("all", "two")
    assert owners_of(["vendor/Dockerfile"], rules) == ("all",)


def test_sections_mean_nothing_to_github():
    rules = rules_in("[Docs] @writers\n/docs/\n!x @kim\n", "github")
    assert owners_of(["docs/x", "x"], rules) == ()


def test_no_more_are_asked_than_a_forge_takes():
    rules = rules_in("* " + " ".join(f"@u{n}" for n in range(40)), "github")
    assert len(owners_of(["x"], rules)) == 15


@FORGES
def test_lines_that_make_no_sense_are_passed_over(forge):
    rules = rules_in("/ @kim\n\\x @kim\n" + "a" * 301 + " @kim\n" + "b" * 3000 + " @kim\n", forge)
    assert rules == ()


def test_work_is_bounded():
    text = "".join(f"a{n % 9} @u{n}\n" for n in range(6_000))
    rules = rules_in(text, "gitlab")
    assert len(rules) == 5_000
    assert owners_of(["a1"], rules) == ("u4996",)
    long = "x/" * 500
    assert owners_of([f"{long}a1"], rules[:4_900]) == ("u4897",)
    assert owners_of([f"{long}a1"], rules) == ()
    half = "x/" * 250
    assert owners_of([f"{half}a1", f"{half}a2"], rules) == ("u4996",)


@FORGES
def test_a_line_that_is_a_comment_or_too_long_is_no_rule(forge):
    many = " ".join(f"@u{n}" for n in range(500))
    rules = rules_in(f"# * @kim\n  # @kim\n\n* {many}\n  * @lee  \n", forge)
    assert [rule.owners for rule in rules] == [("lee",)]


def test_what_is_left_out_anywhere_in_a_section_has_no_owner_there():
    assert owners_of(["x.rb", "y"], rules_in("!x.rb\n* @kim\n", "gitlab")) == ("kim",)
    assert owners_of(["x.rb"], rules_in("!x.rb\n* @kim\n", "gitlab")) == ()
    assert owners_of(["x.rb"], rules_in("!x.rb\n* @kim\n", "github")) == ("kim",)
    assert not any(rule.excluded for rule in rules_in("!x.rb @kim\n", "github"))


@given(st.text(), st.sampled_from(["github", "gitlab"]), st.lists(st.text(min_size=1)))
def test_no_text_is_too_strange(text, forge, paths):
    owners = owners_of(paths, rules_in(text, forge))
    assert all(owner and not owner.startswith("@") for owner in owners)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edits import edits_for, rewrite
from bot.formats import blubber
from bot.formats.blubber.mentions import NO_DIGEST_IN_SYNTAX
from bot.formats.telling import NO_DIGEST_AFTER_ESCAPE
from bot.image import ImageRef
from bot.model import Skip, SourceFile, Use

DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
SYNTAX = "# syntax=docker-registry.wikimedia.org/repos/releng/blubber/buildkit:v1.6.0"


def file(text, path="blubber.yaml"):
    return SourceFile(path, text)


def uses(text):
    return [m for m in blubber.find(file(text)) if isinstance(m, Use)]


def skips(text):
    return [m for m in blubber.find(file(text)) if isinstance(m, Skip)]


def v4(body):
    return f"version: v4\n{body}\nvariants: {{}}\n"


def moved(text, tag, digest=None, index=0):
    use = uses(text)[index]
    return rewrite(text, edits_for(use, use.image.at(tag, digest)))


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("blubber.yaml", True),
        (".pipeline/revertrisk/multilingual.yaml", True),
        ("docker/Blubber.YML", True),
        ("blubber.yaml.j2", False),
        ("blubber", False),
        ("yaml", False),
        ("Dockerfile", False),
    ],
)
def test_any_yaml_may_be_blubber(path, matched):
    assert blubber.matches(path) is matched


@pytest.mark.parametrize(
    ("path", "text", "claimed"),
    [
        ("a.yaml", f"{SYNTAX}\nanything: else\n", True),
        ("a.yaml", f"{SYNTAX}@sha256:short\n", True),
        ("a.yaml", "# syntax=docker/dockerfile:1\nfoo: bar\n", False),
        ("a.yaml", "# syntax=blubber.example.org/frontend:1\nfoo: bar\n", False),
        ("a.yaml", "# not first\n" + SYNTAX + "\nfoo: bar\n", False),
        ("a.yaml", "variants: {}\nversion: v1", True),
        ("a.yaml", "variants:\nversion:\n  v4", True),
        ("a.yaml", "variants:\nversion: &v\n  'v4'", True),
        ("a.yaml", "version: v44\nvariants: {}", False),
        ("a.yaml", "version: [v4]\nvariants: {}", False),
        ("a.yaml", "nested:\n  version: v4\n  variants: {}", False),
        ("a.yaml", "version: v4\nvariant: {}", False),
        ("a.yaml", "version: v4\nvariants: {a: {base: 'debian}}", True),
        ("a.yaml", "nested:\n  version: v4\n  variants: {a: 'debian}}", False),
        ("x/Blubber.yaml", "variants: {a: 'debian}}", True),
        ("x/blubber/a.yaml", "variants: {a: 'debian}}", False),
        ("x/blubber.yaml", "text: 'about variants", False),
        ("x/blubber.yaml", "variants: {}", False),
    ],
)
def test_a_file_is_claimed_by_what_it_says(path, text, claimed):
    assert blubber.claims(file(text, path)) is claimed


def test_the_syntax_line_moves_by_tag_only():
    text = f"{SYNTAX}\nversion: v4\nvariants: {{}}\n"
    (use,) = uses(text)
    assert (use.role, use.carries, use.digest_at) == ("syntax", "tag", None)
    assert use.no_digest == NO_DIGEST_IN_SYNTAX
    assert moved(text, "v1.8.0", DIGEST) == text.replace("v1.6.0", "v1.8.0")


def test_a_digest_that_somebody_put_in_the_syntax_line_is_kept_true():
    text = f"{SYNTAX}@{DIGEST}\nversion: v4\nvariants: {{}}\n"
    assert uses(text)[0].carries == "reference"
    expected = text.replace("v1.6.0", "v1.8.0").replace(DIGEST, OTHER)
    assert moved(text, "v1.8.0", OTHER) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("base: debian:12", f"base: debian:13@{DIGEST}"),
        ("base: debian", f"base: debian:13@{DIGEST}"),
        ("base: debian   # why", f"base: debian:13@{DIGEST}   # why"),
        ("base: 'debian:12' # why", f"base: 'debian:13@{DIGEST}' # why"),
        ('base: "debian"', f'base: "debian:13@{DIGEST}"'),
        ('base: "\\x64ebian:12"', f'base: "\\x64ebian:13@{DIGEST}"'),
        ('base: "debian\\\n  :12"', f'base: "debian\\\n  :13@{DIGEST}"'),
        ("base: >-\n  debian:12\n", f"base: >-\n  debian:13@{DIGEST}\n"),
        ("base: |\n    debian\n\n\n", f"base: |\n    debian:13@{DIGEST}\n\n\n"),
        ("base:\n  debian:12", f"base:\n  debian:13@{DIGEST}"),
        (f"base: debian:12@{OTHER}", f"base: debian:13@{DIGEST}"),
        ("base: &b debian:12", f"base: &b debian:13@{DIGEST}"),
        ("x: &b debian\nbase: *b", f"x: &b debian:13@{DIGEST}\nbase: *b"),
        ("? base\n: debian:12", f"? base\n: debian:13@{DIGEST}"),
        ("base: !!str debian:12", f"base: !!str debian:13@{DIGEST}"),
    ],
)
def test_a_base_moves_and_nothing_else_does(before, after):
    assert moved(v4(before), "13", DIGEST) == v4(after)


def test_after_an_escape_there_is_no_place_for_a_digest():
    (use,) = uses(v4(r'base: "debian:1\x32"'))
    assert (use.digest_at, use.no_digest) == (None, NO_DIGEST_AFTER_ESCAPE)
    assert str(use.image) == "debian:12"


def test_an_alias_shares_the_characters_of_its_anchor():
    anchored, alias = uses("version: v4\nbase: &b debian:12\nvariants: {a: {base: *b}}\n")
    assert [piece.span for piece in alias.pieces] == [piece.span for piece in anchored.pieces]
    assert (alias.text, alias.digest_at) == ("*b", anchored.digest_at)
    assert [piece.variable for piece in alias.pieces] == ["&b"]
    new = anchored.image.at("13", DIGEST)
    assert edits_for(alias, new) == edits_for(anchored, new)


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        ("base: Debian:12", "invalid-reference", "upper-case"),
        ("base: 20260816", "invalid-reference", "is a number"),
        ("base: 3.11", "invalid-reference", "is a number"),
        ("base: on", "invalid-reference", "truth value"),
        ("base: []", "invalid-reference", "base is a sequence"),
        ("base: {a: b}", "invalid-reference", "base is a mapping"),
        ("base: scratch", "scratch", "without a base"),
        ("base: '{{ x }}'", "template", "placeholder"),
        ("base: $X", "variable-not-expanded", "no variables"),
        ("builder: {mounts: [local]}", "variant", "build context"),
        ("builder: {mounts: [[a]]}", "", ""),
    ],
)
def test_what_is_left_alone_says_why(body, reason, detail):
    found = skips(v4(body))
    assert [skip.reason for skip in found] == ([reason] if reason else [])
    assert all(detail in skip.detail for skip in found)


def test_an_old_version_says_which():
    (skip,) = skips("version: v3\nbase: debian:8\nvariants: {}\n")
    assert (skip.reason, "v3" in skip.detail) == ("dead-config", True)


def test_a_second_document_is_never_built():
    (skip,) = skips("version: v4\nvariants: {}\n---\nversion: v4\nbase: debian\n")
    assert (skip.reason, "first document" in skip.detail) == ("dead-config", True)


def test_what_cannot_be_read_says_where_and_why():
    (skip,) = skips("version: v4\nvariants: {}\n\tbase: debian\n")
    assert (skip.reason, skip.position.line) == ("unparsable", 3)
    assert "line 3: " in skip.detail


def test_a_variant_named_local_changes_nothing():
    text = "version: v4\nvariants: {local: {base: debian}, a: {copies: [local]}}\n"
    assert [skip.reason for skip in skips(text)] == ["variant"]


def test_a_list_within_a_list_is_nothing():
    assert not list(blubber.find(file("version: v4\nvariants: [a]\nbuilders: {a: b}\n")))


@pytest.mark.parametrize(
    "body",
    [
        "base: " + "[" * 5_000 + "]" * 5_000,
        "base: " + "{a: " * 5_000 + "}" * 5_000,
        "\n".join(" " * depth + "a:" for depth in range(500)),
        "a: [" + "x, " * 120_000 + "]",
        "a: *missing",
        "a: &a [*a, *b]",
        "%YAML " + "9" * 5_000 + ".1\n---\na: b",
        'a: "\\U99999999"',
    ],
)
def test_monsters_are_unparsable_and_raise_nothing(body):
    found = skips(f"version: v4\nbase: debian:12\n{body}\nvariants: {{}}\n")
    assert [skip.reason for skip in found] == ["unparsable"]


def test_aliases_that_multiply_are_given_up():
    lists = "a0: &a0 [local]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    many = "\n".join(f"  v{n}: {{copies: *wide}}" for n in range(5_000))
    wide = "wide: &wide [" + "local, " * 5_000 + "]\n"
    text = f"version: v4\n{lists}{wide}variants:\n{many}\n"
    (skip,) = skips(text)
    assert (skip.reason, "too large" in skip.detail) == ("unparsable", True)


def test_a_merge_of_itself_ends():
    text = "version: v4\nvariants:\n  a: &a {base: debian:12, <<: [*a, {<<: *a}, 3]}\n"
    assert [str(use.image) for use in uses(text)] == ["debian:12"]


def test_a_key_named_like_a_merge_in_quotes_is_a_key():
    text = "version: v4\nvariants:\n  '<<': {base: debian:12}\n"
    assert [use.stage for use in uses(text)] == ["<<"]


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}(/[a-z0-9]{1,5})?", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
SPELLINGS = [
    "{}",
    "'{}'",
    '"{}"',
    ">-\n      {}",
    "|-\n      {}\n",
    "\n      {}",
    "!!str {}",
    "&x {} # basewatch: allow patch",
]


@given(NAMES, TAGS, TAGS, st.sampled_from(SPELLINGS), st.sampled_from(["\n", "\r\n"]))
def test_however_it_is_spelled_a_base_reads_back_as_written(name, old, new, spelled, end):
    body = f"version: v4\nvariants:\n  a:\n    base: {spelled.format(f'{name}:{old}')}\n  b: {{}}\n"
    text = body.replace("\n", end)
    (use,) = uses(text)
    assert use.image == ImageRef(name, old)
    wanted = use.image.at(new, DIGEST)
    after = rewrite(text, edits_for(use, wanted))
    (again,) = uses(after)
    assert str(again.image) == str(wanted)
    assert after.replace(f"{name}:{new}@{DIGEST}", f"{name}:{old}") == text


@given(
    st.text(alphabet="ab:-?{}[],&*!|>'\"%#@`\\ \n\t\r\ufeff\x85\u2028é🐋\x00\udc80<", max_size=60)
)
def test_any_text_can_stand_where_an_image_may(noise):
    text = f"version: v4\nbase: {noise}\nvariants: {{}}\n"
    blubber.claims(file(text))
    for mention in blubber.find(file(text)):
        assert mention.span.of(text) == mention.text
        assert mention.position == file(text).position(mention.span.start)


def test_a_file_of_comments_names_nothing():
    assert list(blubber.find(file("# nothing\n# to see\n"))) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("version: v4\nvariants:\n  # basewatch: ignore\n  a:\n    base: b:1\n", (3, 3)),
        ("# basewatch: ignore\n\nversion: v4\nvariants: {a: {base: b:1}}\n", (1, 1)),
        ("version: v4 # basewatch: ignore\nvariants:\n  a: {base: b:1}\n", (1, 13)),
        ("version: v4\nvariants: {a: {base: b:1}}\n# basewatch: ignroe\n", (3, 1)),
    ],
)
def test_a_comment_that_steers_nothing_is_told(text, where):
    [skip] = skips(text)
    assert (skip.reason, skip.position.line, skip.position.column) == ("steering", *where)
    assert uses(text)[0].steers == ()


@pytest.mark.parametrize(
    "text",
    [
        "version: v4\n# basewatch: ignore\nbase: b:1\nvariants: {}\n",
        "# syntax=x/blubber:v1\n# basewatch: ignore\n# why\nversion: v4\nvariants: {}\n",
        "# syntax={{ x }}/blubber:v1\n# basewatch: ignore\nversion: v4\nvariants: {}\n",
        "version: v4\nbase: 'b:1 # basewatch: ignore'\nvariants: {}\n",
        "version: v4\nvariants: {}\n# basewatch: ignore\nbase: '{{ x }}'\n",
        "version: v4\nx: &x b:1 # basewatch: ignore\nvariants:\n  a: {base: *x}\n",
    ],
)
def test_a_comment_beside_what_could_be_an_image_is_not_told(text):
    assert "steering" not in {skip.reason for skip in skips(text)}

"""What words expand to, and where each character of them is from."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats.dockerfile.globs import first_match, prefix, suffix
from bot.formats.dockerfile.lines import read
from bot.formats.dockerfile.scopes import Globals, expand
from bot.formats.dockerfile.text import Run


def expanded(word, escape="\\", **values):
    """The value of a word in a file that sets some variables before."""
    declared = "".join(f"ARG {name}={value}\n" for name, value in values.items())
    text = f"{declared}FROM {word}\n"
    found = read(text).instructions
    outer = Globals(escape)
    for each in found[:-1]:
        outer.add(each, ())
    last = found[-1]
    value, _ = expand(last, (last.rest, len(last.text)), outer.scope, escape)
    for piece, at, _ in value.runs:
        assert at is None or text[at : at + len(piece)] == piece
    return value


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("plain", "plain"),
        ("$A", "a.b.c"),
        ("${A}", "a.b.c"),
        ("x$A-y", "xa.b.c-y"),
        ("x${A}y", "xa.b.cy"),
        ("${A:-d}", "a.b.c"),
        ("${A-d}", "a.b.c"),
        ("${A:+d}", "d"),
        ("${A+d}", "d"),
        ("${E:-d}", "d"),
        ("${E-d}", ""),
        ("${E:+d}", ""),
        ("${E+d}", "d"),
        ("${U:-d}", "d"),
        ("${U-d}", "d"),
        ("${U:+d}", ""),
        ("${U+d}", ""),
        ("${U:-}", ""),
        ("${U:-$A}", "a.b.c"),
        ("${U:-${V:-${A}}}", "a.b.c"),
        ("${A:?message}", "a.b.c"),
        ("${A?message}", "a.b.c"),
        ("${A#*.}", "b.c"),
        ("${A##*.}", "c"),
        ("${A%.*}", "a.b"),
        ("${A%%.*}", "a"),
        ("${A#a}", ".b.c"),
        ("${A#x}", "a.b.c"),
        ("${A%c}", "a.b."),
        ("${A%x}", "a.b.c"),
        ("${A%?}", "a.b."),
        ("${A#??}", "b.c"),
        ("${A#*}", "a.b.c"),
        ("${A##*}", ""),
        ("${A%%*}", ""),
        (r"${A%\*}", "a.b.c"),
        ("${A/./-}", "a-b.c"),
        ("${A//./-}", "a-b-c"),
        ("${A//.}", None),
        ("${A/x/-}", "a.b.c"),
        ("${A/*b/-}", "-.c"),
        (r"${S//\//-}", "x-y-z"),
        ("${A/a/$S}", "x/y/z.b.c"),
        ("'$A'", "$A"),
        ('"$A"', "a.b.c"),
        ('"${A}"x', "a.b.cx"),
        (r"\$A", "$A"),
        (r"\${A}", "${A}"),
        (r'"\$A"', "$A"),
        (r'"\a"', r"\a"),
        (r'"\"x\""', '"x"'),
        (r"a\b", "ab"),
        (r"a\"b", 'a"b'),
        ("a\\", "a"),
        ('""', ""),
        ("$", "$"),
        ("a$", "a$"),
        ("$.", "$."),
        ("$(A)", "$(A)"),
        ("$1", ""),
        ("${1}", ""),
        ("${}", None),
        ("${{A}}", None),
        ("${:-a}", None),
        ("${A", None),
        ("${A:-x", None),
        ("${A^^}", None),
        ("${A:=d}", None),
        ("${A@Q}", None),
        ("'a", None),
        ('"a', None),
        (r"${A%\x}", None),
    ],
)
def test_a_word_expands(word, text):
    if text is None:
        with pytest.raises(ValueError, match=r"."):
            expanded(word, A="a.b.c", E="", S="x/y/z")
    else:
        assert expanded(word, A="a.b.c", E="", S="x/y/z").text == text


def test_a_backtick_escapes_where_the_file_says_so():
    assert expanded("`$A\\b", escape="`", A="x").text == "$A\\b"


@pytest.mark.parametrize(
    ("word", "missing"),
    [
        ("$U", "U has no default"),
        ("x${U}y$V", "U has no default"),
        ("${U:?e}", "U has no default and must be given"),
        ("${U%x}", "U has no default"),
        ("${U/a/b}", "U has no default"),
        ("${A%$U}", "U has no default"),
        ("$TARGETARCH", "TARGETARCH is known only when it is built"),
        ("${TARGETARCH:-x}", "TARGETARCH is known only when it is built"),
        ("${TARGETARCH%64}", "TARGETARCH is known only when it is built"),
        ("${TARGETARCH/a/b}", "TARGETARCH is known only when it is built"),
        ("$B", "U has no default"),
        ("${B:-$A}", "U has no default"),
        ("${U:-$A}", None),
        ("${U:+$V}", None),
        ("$A", None),
        ("${E:-x}", None),
    ],
)
def test_a_word_tells_what_it_lacks(word, missing):
    assert expanded(word, A="a", B="b$U", E="$U").missing == missing


def test_every_character_is_traced_to_its_origin():
    value = expanded("r/${IMG}-${U:-slim}", V="3.19", IMG='"alpine:$V"')
    assert [(run.text, run.via) for run in value.runs] == [
        ("r/", ()),
        ("alpine:", ("IMG",)),
        ("3.19", ("IMG", "V")),
        ("-", ()),
        ("slim", ("U",)),
    ]
    assert all(run.at is not None for run in value.runs)


def test_what_is_replaced_is_nowhere_in_the_file():
    assert expanded("${A//./-}", A="1.2").runs == (Run("1-2", None, ("A",)),)


def test_what_is_cut_off_leaves_the_rest_where_it_is():
    assert expanded("${A%-*}", A="3.19-slim").runs == (Run("3.19", 6, ("A",)),)


def test_what_a_greedy_pattern_leaves_is_not_to_be_edited():
    assert expanded("${A%%-*}", A="3.19-a-b").runs == (Run("3.19", None, ("A",)),)
    assert expanded("${A##*/}", A="r/alpine").runs == (Run("alpine", 8, ("A",)),)


PARTS = st.sampled_from(
    ["a", "b.c", "-", "$A", "${B}", "${A:-x}", "${U:-y$A}", "${U-z}", "${E:+w}", "${A+v}", "${E+u}",
     "${A%.*}", "${A%%.*}", "${A#*.}", "${A##*.}", "${B/b/c}", "${B//b/c}", "'$A'", '"$B"', "\\$",
     "${A%?}", "${A#?}", "${U:+$A}", "${A/./${B}}"]
)  # fmt: skip


@pytest.mark.skipif(not shutil.which("bash"), reason="compares with bash")
@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(PARTS, min_size=1, max_size=5).map("".join), min_size=5, max_size=20))
def test_words_expand_as_in_bash(words):
    script = "A=1.2.3 B=abab E=\nunset U\n" + "".join(f"printf '%s\\n' {word}\n" for word in words)
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert [expanded(w, A="1.2.3", B="abab", E="").text for w in words] == said.stdout.splitlines()


PATTERN = st.text(alphabet="ab*?", max_size=6)
TEXT = st.text(alphabet="abc", max_size=8)


def regex(pattern):
    return "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)


def fitting(pattern, parts):
    return [len(part) for part in parts if re.fullmatch(regex(pattern), part)]


@given(PATTERN, TEXT)
def test_a_pattern_takes_the_shortest_or_longest_end(pattern, text):
    starts = fitting(pattern, [text[:n] for n in range(len(text) + 1)]) or [0]
    ends = fitting(pattern, [text[n:] for n in range(len(text) + 1)]) or [0]
    assert prefix(pattern, text, greedy=False) == min(starts)
    assert prefix(pattern, text, greedy=True) == max(starts)
    assert suffix(pattern, text, greedy=False) == min(ends)
    assert suffix(pattern, text, greedy=True) == max(ends)


@given(PATTERN.filter(bool), TEXT)
def test_a_pattern_is_found_where_a_regular_expression_finds_it(pattern, text):
    match = re.search(regex(pattern), text)
    assert first_match(pattern, text) == (match.span() if match and match[0] else None)


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("$D", {"A": "x" * 600, "B": "$A$A$A$A", "C": "$B$B$B$B", "D": "$C$C$C$C"}),
        ("$D", {"A": '""', "B": "$A" * 99, "C": "$B" * 99, "D": "$C" * 99}),
        ("$A20", {"A0": "x", **{f"A{n + 1}": f"$A{n}" for n in range(20)}}),
    ],
)
def test_a_default_that_grows_beyond_measure_is_no_value(word, values):
    assert expanded(word, **values).missing.startswith("the default of")


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("${A:-" * 40 + "}" * 40, {}),
        ("${A%" + "*a" * 100 + "}", {"A": "a"}),
        ("${A%b}", {"A": "a" * 600}),
        ("$A" * 300, {"A": "a"}),
    ],
)
def test_a_word_that_asks_too_much_is_refused(word, values):
    with pytest.raises(ValueError, match=r"anyone would write|too long"):
        expanded(word, **values)

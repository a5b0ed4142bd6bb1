"""Instructions and their lines, compared with BuildKit's own parser."""

import re

import dockerfile as buildkit
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.formats import dockerfile
from bot.formats.dockerfile.lines import read
from bot.model import SourceFile

WORDS = [
    "FROM alpine:3.19", "FROM x AS y", "RUN echo", "RUN a && b", "COPY --from=x a b", "ARG A=1",
    "COPY <<EOF /x", "RUN <<EOF", "RUN cat <<-'EOF' <<two", "ONBUILD RUN <<EOF", "ENV A=<<EOF",
    'RUN ["a", "<<EOF"]', "LABEL a=b", "LABEL a b", "CMD x <<EOF", "EOF", "two", "\tEOF", "  EOF",
    "# comment", "  # comment", "#", "# escape=`", "# syntax=a/b:1", "#escape = \\", "", " ", "\t",
    "\\", "`", "foo \\", "foo `", "foo \\\\", "a \\ ", "a `\t", "--flag \\", "'", '"', "EOF \\",
    "RUN 'a <<EOF", "RUN ${x:-<<EOF}", "RUN $x<<EOF", "RUN echo ${x:-'a b'} <<EOF", "RUN a<<EOF b",
    "RUN 3<<EOF", "RUN <<E\\OF", "\x0bRUN x", "RUN\x0cx", "\u2003USER x", "typo",
]  # fmt: skip
LINES = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.text(alphabet="FROMRUN COPY<-EOF'\"\\`$#{}:x\t", max_size=14),
    ),
    max_size=9,
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
# What BuildKit 0.12, which the oracle wraps, reads otherwise than newer ones.
NEWER = re.compile(r"(?:<<-?[ \t]|\$\{\w*:?[#%/]|<<[^\n]*<<-?$|check)", re.MULTILINE)
# An array that is followed by anything was an array for it.
ARRAY = re.compile(r"\[")


def oracle(text):
    commands = buildkit.parse_string(text)
    return [(command.cmd or "", command.start_line, command.end_line) for command in commands]


@settings(max_examples=500, deadline=None)
@given(LINES, ENDS, st.booleans(), st.booleans())
def test_generated_files_are_divided_as_buildkit_divides_them(lines, end, final, bom):
    text = "\ufeff" * bom + end.join(lines) + end * final
    assume(not NEWER.search(text))
    unparsable = [
        skip for skip in dockerfile.find(SourceFile("Dockerfile", text))
        if getattr(skip, "reason", "") == "unparsable"
    ]  # fmt: skip
    try:
        expected = oracle(text)
    except buildkit.GoParseError:
        assert unparsable
        return
    assert dockerfile.instructions(text) == expected


RUNS = st.lists(
    st.sampled_from([
        "RUN a; \\\n", "RUN <<EOS\n", "EOS\n", "eos\n", "EOS\r\n", " EOS\n", "EOS", "  b && \\ \n", "  c\n",
        "RUN --mount=type=cache,target=/x \\\n", "RUN --mount=type=bind,fr\\\n", "om=alpine:3 x\n", "# c\n",
        "# FROM node:20\n", "\n", "FROM b:2\n", "FROM c:3 \\\n", "# syntax=a/b:1\n", "[ -f x ]; \\\n", "RUN [ \\\n",
        "1]\n", "COPY --from=x:1 a b\n", "RUN `\n", " x; `\n", "ENV A=1\n", "RUN \\\n", "x \\\\\n", "x; \\\r\n",
        "\u00a0# x\n", "ARG A\n", "RUN --network=none x; \\\n", "x; echo from; \\\n",
    ]),
    max_size=9,
)  # fmt: skip


@given(st.sampled_from(["", "# escape=`\n", "#!x\n"]), RUNS)
@settings(max_examples=400, deadline=None)
def test_what_is_passed_over_changes_nothing_that_is_found(head, lines):
    # A comment that has the bot's name in it makes it read every line for comments.
    every, some = (
        [
            repr(m)
            for m in dockerfile.find(
                SourceFile("Dockerfile", f"{head}# {word}\nFROM a\n{''.join(lines)}")
            )
        ]
        for word in ("basewatch", "elsewhere")
    )
    assert some == every


@given(LINES, ENDS)
def test_lines_passed_over_have_nothing_to_say(lines, end):
    text = "FROM alpine\n" + end.join(lines) + end
    every = [(i.line, i.text) for i in read(text, every=True).instructions]
    some = [(i.line, i.text) for i in read(text).instructions]
    assert set(some) <= set(every)
    idle = {line.split(None, 1)[0].upper() for _, line in set(every) - set(some) if line.split()}
    assert not idle & {"FROM", "ARG", "LABEL", "ENV", "ONBUILD"}
    passed = [
        line for _, line in set(every) - set(some) if not line.lower().lstrip().startswith("run")
    ]
    assert not any("--" in line[:8] or "<<" in line for line in passed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # `# check=` is a directive since BuildKit 0.15, so that others may follow it.
        ("# check=skip=all\n# escape=`\nFROM a `\n  AS b\n", [("FROM", 3, 4)]),
        # `RUN << EOF` opens a here-document since BuildKit 0.20, if its end is there.
        (
            "FROM a\nRUN cat << EOF\nFROM b\nEOF\nUSER x\n",
            [("FROM", 1, 1), ("RUN", 2, 4), ("USER", 5, 5)],
        ),
        ("FROM a\nRUN test 1 << 2\nUSER x\n", [("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]),
        (
            "FROM a\nRUN test 1 <<- EOF\n\tEOF\nUSER x\n",
            [("FROM", 1, 1), ("RUN", 2, 3), ("USER", 4, 4)],
        ),
        # `[ "$x" ] && …` is no array.
        ('FROM a\nRUN [ "$x" ] && cat <<EOF\nb\nEOF\n', [("FROM", 1, 1), ("RUN", 2, 4)]),
        # `${x%y}` and its like do not hide a here-document.
        ("FROM a\nRUN echo ${x%y} <<EOF\nb\nEOF\n", [("FROM", 1, 1), ("RUN", 2, 4)]),
        ("FROM a\nRUN echo ${x/a/b} ${x//a/b} <<EOF\nb\nEOF\n", [("FROM", 1, 1), ("RUN", 2, 4)]),
        ("FROM a\nRUN echo ${x/a} <<EOF\n", [("FROM", 1, 1), ("RUN", 2, 2)]),
    ],
)
def test_newer_builders_than_the_oracle(text, expected):
    assert dockerfile.instructions(text) == expected
    assert oracle(text) != expected or "${x/a}" in text or "1 << 2" in text


def test_a_line_may_have_65535_bytes():
    fits = "FROM a\nRUN " + "x" * (65_535 - 4) + "\n"
    longer = fits.replace("RUN x", "RUN xx")
    assert not read(fits).refusals
    assert oracle(fits)
    assert "65,535" in read(longer).refusals[0].why
    with pytest.raises(buildkit.GoParseError, match="65535"):
        oracle(longer)


def test_many_bytes_in_few_characters_count_as_bytes():
    assert read("FROM a\nRUN " + "ü" * 33_000 + "\n").refusals
    assert not read("FROM a\nRUN " + "ü" * 30_000 + "\n").refusals

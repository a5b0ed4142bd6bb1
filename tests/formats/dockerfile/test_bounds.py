"""Hostile files: each of these takes minutes or a deep stack if something is not bounded."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.formats import dockerfile
from bot.model import Skip, SourceFile, Use

N = 5_000
LABEL = "LABEL org.opencontainers.image.base.name=a:$V\n"
HOSTILE = {
    "one long line": "FROM " + "a" * 900_000,
    "quotes": "FROM " + "\"'" * N,
    "escapes": "FROM a\nRUN --mount=from=" + "\\a" * N + " x",
    "dollars": "FROM " + "$" * N,
    "open braces": "FROM " + "${A:-" * N,
    "many variables": "ARG A=1\nFROM a:" + "$A" * N,
    "froms": "FROM alpine:3\n" * N,
    "froms by one variable": "ARG V=3\n" + "FROM alpine:$V\n" * N,
    "froms by two uses of a variable": "ARG V=3\n" + "FROM alpine:$V\nFROM b:$V\n" * (N // 2),
    "stages": "".join(f"FROM a:1 AS s{n}\nCOPY --from=s{n} a b\n" for n in range(N // 4)),
    "a chain of stages": "FROM a:1 AS s0\n"
    + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(N // 4))
    + f"FROM s{N // 4}\n"
    + LABEL * 100,
    "stages by what is not known": "".join(
        f"FROM a:1 AS s{n}\nFROM s${{X}}q\n" for n in range(N // 4)
    ),
    "a chain of arguments": "ARG A0=1\n"
    + "".join(f"ARG A{n + 1}=$A{n}\n" for n in range(N // 4))
    + f"FROM a:$A{N // 4}\n",
    "arguments of one line": "ARG" + "".join(f" \\\n A{n}=1" for n in range(N)) + "\nFROM a:$A7\n",
    "patterns": "ARG A=" + "a" * 400 + "\n" + "FROM a:${A%" + "*a" * 30 + "b}\n" * (N // 20),
    "replacements": "ARG A=" + "a" * 400 + "\nFROM a:${A//a/aa}\n" * (N // 20),
    "labels": "FROM a:1\n" + "ENV V=1\n" * (N // 4) + LABEL * (N // 4),
    "comments": "#" * 100_000 + "\n" + "# FROM a" + " " * 100_000 + "x\nFROM a\n",
    "hashes and steers": "FROM a " + "#" * N + " basewatch: x\n" + "# basewatch: x\n" * (N // 4),
    "here-documents without end": "FROM a\n" + "RUN a << b\n" * N,
    "here-documents": "FROM a\n" + "RUN <<E\nFROM b:1\nE\n" * (N // 4),
    "nested substitutions with a here-document": "FROM a\nRUN <<E " + "${a:-" * N,
    "pairs that are none": "FROM a\nENV " + "a=b" * N + '"',
    "arrays": "FROM a\nRUN " + "[" * N,
    "templates": "FROM " + "{{" * N,
    "placeholders": "FROM a:" + "__a" * N,
    "commas": "FROM a\nRUN --mount=" + ",from=a" * N + " x",
    "flags": "FROM a\nCOPY" + " --from=a" * N + " x y",
    "continuations": "FROM a\nRUN x" + " \\\n" * N,
    "continued comments": "FROM a\nRUN x \\\n" + "# FROM b\n" * N + "y",
    "directives": "# syntax=a\n" * N,
    "json": '{"syntax": "a", "b": ' + "[" * N,
    "plain words": "FROM " + "a.b-" * N + "!",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_in_bounded_time(text):
    file = SourceFile("Dockerfile", text)
    assert all(isinstance(mention, Use | Skip) for mention in dockerfile.find(file))


PARTS = st.sampled_from(
    ["FROM ", "ARG ", "COPY --from=", "RUN --mount=from=", "LABEL ", "ENV ", "ONBUILD ", "# syntax=",
     "# escape=`", "# basewatch: ignore", "org.opencontainers.image.base.name=", "${A:-", "${A%", "}",
     "$A", "A=", "alpine:3", "@sha256:", "a" * 64, " AS x", "\\\n", "`\n", "\n", "\r\n", "'", '"', "<<E",
     "\nE\n", "{{", "}}", "/", ":", ",", "#", " ", "\t", "\ufeff", "\0", "\udcff", "\u2003", "[", "]", "//"]
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARTS, max_size=40).map("".join))
def test_whatever_a_file_says_its_mentions_hold_together(text):
    file = SourceFile("Dockerfile", text)
    mentions = list(dockerfile.find(file))
    assert [m.span.start for m in mentions] == sorted(m.span.start for m in mentions)
    for mention in mentions:
        assert mention.text == mention.span.of(text)
        assert mention.position == file.position(mention.span.start)
        if isinstance(mention, Use):
            spelled = "".join(piece.text for piece in mention.pieces)
            assert spelled == (
                mention.image.digest if mention.carries == "digest" else str(mention.image)
            )
            assert all(p.span is None or p.span.of(text) == p.text for p in mention.pieces)
            placed = mention.digest_at is not None or mention.no_digest
            assert placed or mention.role == "label" or mention.image.digest

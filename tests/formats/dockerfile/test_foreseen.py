"""What a Dockerfile says after edits, where it is told without reading it, is what reading tells."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import foreseen, uses_of
from bot.model import Edit, SourceFile, Span
from tests.fakes.shelf import digest_of

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "dockerfile").rglob("*ockerfile*"))
OLD, NEW = digest_of("old"), digest_of("new")

LINES = (
    "FROM alpine:3.1",
    "FROM alpine:3.1 AS build",
    f"FROM alpine:3.1@{OLD} AS alpine",
    f"FROM alpine@{OLD}",
    "FROM alpine",
    'FROM "alpine:3.1"',
    "FROM alp\\\nine:3.1",
    "FROM build",
    "FROM 3.1",
    "FROM alpine:$V",
    "FROM alpine:${V}-slim",
    "FROM ${V}",
    "FROM ${I} AS ${V}",
    "FROM ${I}:$V",
    "FROM alpine:${V:-2}",
    "FROM alpine:${V%.1}",
    "FROM --platform=$V alpine:3.1",
    "ARG V=3.1",
    'ARG V="3.1"',
    "ARG V=3.1 I=alpine:3.1",
    "ARG I=alpine:${V}",
    "ARG I='alpine'",
    "ENV V=3.1",
    "ARG V",
    "COPY --from=alpine:3.1 a b",
    "COPY --from=build a b",
    "COPY --from='alpine:3.1' a b",
    "RUN --mount=type=bind,from=alpine:3.1,target=/a true",
    "RUN <<3.1\nFROM alpine:3.1\n3.1",
    "RUN echo $V \\\n  # FROM alpine:3.1\n  FROM alpine:3.1",
    "LABEL org.opencontainers.image.base.name=alpine:3.1",
    "LABEL v=$V",
    "# FROM alpine:3.1",
    "# syntax=docker/dockerfile:1",
    f"# rebuild marker: {OLD}",
    "# escape=`",
    "# basewatch: ignore",
)
IMAGES = ("alpine:3.2", f"alpine:3.2@{NEW}", f"alpine@{NEW}", "alpine", "other:1", "a__b__c:1", "b")


def moves(use):
    """All edits to be tried on a use: to another tag, with or without a digest, and no edit."""
    wanted = {
        use.image.at("3.2"),
        use.image.at(use.image.effective_tag, NEW),
        use.image.at("3.2", NEW),
    }
    yield ()
    for image in sorted(wanted, key=str):
        try:
            yield edits_for(use, image)
        except EditError:
            continue


def told_and_read(file, edits):
    """What is foreseen, and what is read."""
    uses = uses_of(file)
    try:
        told = foreseen((file,), uses, edits)
    except EditError:
        told = "contradicting"
    try:
        after = uses_of(file._replace(text=rewrite(file.text, edits)))
    except EditError:
        return told, "contradicting"
    return told, [use.image for use in after]


def agree(file, edits):
    told, read = told_and_read(file, edits)
    return told is None or (told == read and list(map(str, told)) == list(map(str, read)))


@pytest.mark.parametrize(
    "path", SAMPLES, ids=lambda path: path.relative_to(SAMPLES[0].parents[1]).as_posix()
)
def test_of_every_sample_is_foreseen_what_is_read(path):
    file = SourceFile.of("Dockerfile", path.read_bytes())
    tried = [[*moves(use)] for use in uses_of(file)]
    alone = [edits for several in tried for edits in several]
    last = [edit for several in tried for edit in several[-1]]
    assert all(agree(file, edits) for edits in (*alone, last))


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=7),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_of_any_file_is_foreseen_what_is_read(lines, end, data):
    file = SourceFile("Dockerfile", end.join([*lines, ""]))
    chosen = [data.draw(st.sampled_from([*moves(use)])) for use in uses_of(file)]
    assert agree(file, [edit for edits in chosen for edit in edits])


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=5), st.data())
def test_and_so_it_is_with_edits_that_nobody_would_make(lines, data):
    text = "\n".join([*lines, ""])
    places = st.integers(0, len(text))
    words = st.sampled_from([*IMAGES, "3.2", f"@{NEW}", " ", "$V", "scratch", "build", "#"])
    pairs = data.draw(st.lists(st.tuples(places, places, words), max_size=2))
    edits = [Edit(Span(min(a, b), max(a, b)), said) for a, b, said in pairs]
    assert agree(SourceFile("Dockerfile", text), edits)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM alpine:3.1\n", [f"alpine:3.2@{NEW}"]),
        (
            f"# syntax=docker/dockerfile:1\nFROM alpine:3.1@{OLD} AS a\nRUN x\n",
            ["docker/dockerfile:1", f"alpine:3.2@{NEW}"],
        ),
        (
            "ARG V=3.1\nFROM alpine:${V}\nCOPY --from=busybox:1 a b\n",
            [f"alpine:3.2@{NEW}", "busybox:1"],
        ),
        ("ARG I=alpine:3.1\nFROM $I\n", [f"alpine:3.2@{NEW}"]),
    ],
)
def test_most_files_need_not_be_read_again(text, wanted):
    file = SourceFile("Dockerfile", text)
    use = next(use for use in uses_of(file) if use.image.name == "alpine")
    told, read = told_and_read(file, edits_for(use, use.image.at("3.2", NEW)))
    assert list(map(str, told)) == list(map(str, read)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "ARG V=3.1\nFROM alpine:${V}\nFROM busybox:${V}\n",
        "ARG V=3.1\nARG V2=1.\nFROM alpine:$V2$V\n",
        "ARG V=3.1\nFROM alpine:${V:-2}\n",
        "FROM alpine:3.1\nLABEL org.opencontainers.image.base.name=alpine:3.1\n",
        "FROM alpine:3.1\n" + "#" * 20_000,
        "FROM alpine:3.1\n" * 51,
        "FROM alpine:3.1\n# rebuild marker: 1\n",
    ],
    ids=["shared", "followed by another", "with a default", "labelled", "long", "many", "marked"],
)
def test_what_is_not_sure_is_read(text):
    file = SourceFile("Dockerfile", text)
    use = uses_of(file)[0]
    assert told_and_read(file, edits_for(use, use.image.at("3.2")))[0] is None


@pytest.mark.parametrize("said", ["a__b__c:1", "alpine", "-:1", "UPPER:1"])
def test_nor_is_what_a_word_becomes_that_is_no_sure_reference(said):
    file = SourceFile("Dockerfile", "FROM alpine:3.1\n")
    assert told_and_read(file, [Edit(Span(5, 15), said)])[0] is None


def test_only_a_dockerfile_that_is_read_alone_is_foreseen():
    file = SourceFile("compose.yaml", "services: {a: {image: 'alpine:3.1'}}\n")
    assert foreseen((file,), uses_of(file), ()) is None
    assert foreseen((file, file), (), ()) is None


def test_there_are_samples():
    assert len(SAMPLES) > 20

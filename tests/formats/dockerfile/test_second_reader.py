from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import dockerfile
from bot.formats.dockerfile.second_reader import parents
from bot.model import SourceFile, Use

FOLDER = Path(__file__).parents[2] / "samples" / "dockerfile"
SAMPLES = sorted(path.name for path in FOLDER.glob("*.Dockerfile"))


def images(file):
    mentions = dockerfile.find(file)
    return [str(m.image) for m in mentions if isinstance(m, Use) and m.role == "from"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_second_reader_sees_every_image_of_a_sample_or_is_not_asked(name):
    file = SourceFile.of(name, (FOLDER / name).read_bytes())
    second = parents(file.text)
    assert second is None or set(images(file)) <= set(second)


def test_the_second_reader_is_asked_about_most_files_that_are_not_odd():
    texts = [(FOLDER / name).read_bytes().decode("utf-8", "replace") for name in SAMPLES]
    assert sum(parents(text) is not None for text in texts) > len(texts) / 2


def test_it_names_stages_and_scratch_too():
    text = "FROM node:20 AS build\nFROM build\nFROM scratch\n"
    assert parents(text) == ("node:20", "build", "scratch")


def test_it_follows_plain_variables():
    assert parents("ARG V=20\nFROM node:${V}-alpine\nFROM node:$V\n") == (
        "node:20-alpine",
        "node:20",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RUN x\n",
        "\ufeffFROM a\n",
        "FROM a\nRUN <<EOF\nFROM b\nEOF\n",
        "FROM alpine:${TAG:-3.18}\n",
        "# escape=`\nFROM a `\n  AS b\n",
        "FROM a\nRUN echo ü\n",
        "FROM \\\n# comment\na\n",
        "FROM a\nRUN echo C:\\\\\nFROM b\n",
        "ARG V\nFROM a:$V\n",
        "ARG A=1 B=2\nFROM a:$B\n",
        "ARG A=$B\nFROM a:$A\n",
        'FROM "a"\n',
        "FROM a\rFROM b\n",
        "FROM a\nRUN x \\",
    ],
)
def test_what_it_reads_otherwise_it_is_not_asked(text):
    assert parents(text) is None


NAMES = st.sampled_from(["node", "alpine", "ghcr.io/a/b", "registry:5000/x"])
TAGS = st.sampled_from(["1", "20.11.0", "3.19-slim"])


@given(st.lists(st.tuples(NAMES, TAGS, st.booleans()), min_size=1, max_size=4))
def test_both_read_plain_files_alike(froms):
    lines, expected = [], []
    for number, (name, tag, by_variable) in enumerate(froms):
        if by_variable:
            lines.insert(0, f"ARG V{number}={tag}")
        lines.append(f"FROM {name}:{f'${{V{number}}}' if by_variable else tag} AS s{number}")
        expected.append(f"{name}:{tag}")
    text = "\n".join(lines) + "\n"
    assert parents(text) == tuple(expected)
    assert images(SourceFile("Dockerfile", text)) == expected

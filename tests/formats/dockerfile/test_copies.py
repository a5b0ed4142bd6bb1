"""Flags with quotes and escapes in odd places: Go takes them off before it reads the flag."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import dockerfile
from bot.model import Skip, SourceFile, Use


def taken(line):
    text = f"FROM alpine:3 AS one\n{line}\n"
    return text, list(dockerfile.find(SourceFile("Dockerfile", text)))[1:]


@pytest.mark.parametrize(
    ("line", "spelled"),
    [
        ("COPY --from=b:1 x y", "b:1"),
        ('COPY --from="b:1" x y', "b:1"),
        ('COPY --"from=b:1" x y', "b:1"),
        ("COPY '--from=b:1' x y", None),
        ('COPY --fr"om=b":1 x y', None),
        ("COPY --from=b\\:1 x y", "b\\:1"),
        ("COPY --from=b\"':'\"1 x y", None),
        ('COPY --from="b:1 x y', None),
        ("COPY --chown='a b' --from=b:1 x y", "b:1"),
        ('COPY --chown="a\\" b" --from=b:1 x y', "b:1"),
        ("COPY --chown='a\\' b' --from=b:1 x y", "b:1"),
        ("COPY --from=b:1", "b:1"),
        ("COPY --link\t--from=b:1\tx y", "b:1"),
        ("COPY --FROM=b:1 x y", None),
        ("COPY --from b:1 x", None),
        ("COPY - --from=b:1 x", None),
        ("RUN --mount=from=b:1,target=/x y", "b:1"),
        ("RUN --mount='from=b:1,target=/x' y", "b:1"),
        ('RUN --mount="from=b:1,target=/a b" y', "b:1"),
        ("RUN --mount='\"from=b:1\",target=/x' y", "b:1"),
        ("RUN --mount=from=a:1,from=b:1 y", "b:1"),
        ("RUN --mount=From=b:1 y", "b:1"),
        ("RUN --mount=from y", None),
        ("RUN --mount=from= y", None),
        ("RUN --mount= --from=b:1 y", None),
        ("RUN --mount y --mount=from=b:1", None),
    ],
)  # fmt: skip
def test_flags_are_read_as_go_reads_them(line, spelled):
    text, found = taken(line)
    uses = [mention for mention in found if isinstance(mention, Use)]
    assert [use.text for use in uses] == ([spelled] if spelled else [])
    for use in uses:
        assert str(use.image) == "b:1"
        edits = edits_for(use, use.image.at("1", "sha256:" + "5eed" * 16))
        assert str(taken(rewrite(text, edits).splitlines()[1])[1][0].image).endswith("5eed")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("COPY --from=one x y", "stage"),
        ("COPY --from=ONE x y", "stage"),
        ("COPY --from=0 x y", "stage-number"),
        ("COPY --from=00 x y", "stage-number"),
        ("COPY --from=-1 x y", "stage-number"),
        ("COPY --from=scratch x y", "scratch"),
        ("COPY --from=Scratch x y", "invalid-reference"),
        ("COPY --from=$X x y", "variable-not-expanded"),
        ("COPY --from=b:$X x y", "variable-not-expanded"),
        ("COPY --from={{x}} x y", "template"),
        ("COPY --from='\"b\"' x y", "invalid-reference"),
        ("RUN --mount=from=$X y", "variable-not-expanded"),
        ("RUN --mount=type=cache,from=one y", "stage"),
        ("RUN --mount=from=3 y", "stage-number"),
        ("ONBUILD COPY --from=one x y", "stage"),
    ],
)
def test_what_is_no_image_is_left_with_the_reason(line, reason):
    [skip] = taken(line)[1]
    assert isinstance(skip, Skip)
    assert skip.reason == reason


def test_a_use_before_any_stage_has_none():
    found = list(dockerfile.find(SourceFile("Dockerfile", "COPY --from=b:1 x y\nFROM a\n")))
    assert [(m.role, m.stage) for m in found if isinstance(m, Use)] == [
        ("copy", None),
        ("from", "0"),
    ]

import pytest

from bot.formats import dockerfile
from bot.formats.dockerfile.labels import pairs
from bot.model import Skip, SourceFile, Use

NAME = "org.opencontainers.image.base.name"
DIGEST = "org.opencontainers.image.base.digest"
SUM = "sha256:" + "5eed" * 16


def labels(text):
    mentions = dockerfile.find(SourceFile("Dockerfile", text))
    return [
        mention
        for mention in mentions
        if (isinstance(mention, Use) and mention.role == "label")
        or (isinstance(mention, Skip) and "base." in text.splitlines()[mention.position.line - 1])
    ]


@pytest.mark.parametrize(
    ("before", "label", "text"),
    [
        ("", f"LABEL {NAME}=a:1", "a:1"),
        ("", f'LABEL {NAME}="a:1"', "a:1"),
        ("", f"LABEL x=y '{NAME}'='a:1' z=w", "a:1"),
        ("", f"LABEL {NAME} a:1", "a:1"),
        ("", f"LABEL x=y \\\n  {NAME}=a:1", "a:1"),
        ("ENV V=1", f"LABEL {NAME}=a:$V", "a:$V"),
        ("ENV V 1", f"LABEL {NAME}=a:$V", "a:$V"),
        ("ENV V=1 W=a", f"LABEL {NAME}=$W:$V", "$W:$V"),
        ("ARG V=1", f"LABEL {NAME}=a:${{V}}", "a:${V}"),
        ("ARG G", f"LABEL {NAME}=a:$G", "a:$G"),
        ("ENV broken\nENV V=1", f"LABEL {NAME}=a:$V", "a:$V"),
    ],
)
def test_the_name_of_the_base_follows_its_from(before, label, text):
    source = f"ARG G=1\nFROM a:1\n{before}\n{label}\n"
    [use] = labels(source)
    assert (str(use.image), use.text, use.carries) == ("a:1", text, "tag")
    assert use.follows.of(source) == "a:1"


def test_the_digest_of_the_base_is_that_of_its_image():
    source = f"FROM a:1 AS x\nFROM x\nLABEL {DIGEST}={SUM}\n"
    [use] = labels(source)
    assert (str(use.image), use.carries, use.stage) == (f"a:1@{SUM}", "digest", "1")
    assert [piece.text for piece in use.pieces] == [SUM]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (f"FROM a:1\nLABEL {NAME}=b:1\n", "invalid-reference"),
        (f"FROM a:1\nLABEL {NAME}=A:1\n", "invalid-reference"),
        (f"FROM a:1\nLABEL {NAME}='a:$V'\n", "variable-not-expanded"),
        (f"FROM a:1\nLABEL {NAME}=a:${{\n", "invalid-reference"),
        (f"FROM a:1\nLABEL {DIGEST}=x\n", "invalid-reference"),
        (f"FROM a:1\nLABEL {NAME}=a:$V\n", "variable-without-default"),
        (f"ARG V=1\nFROM a:$V\nLABEL {NAME}=a:$V\n", "variable-without-default"),
        (f"FROM a:1\nLABEL {NAME}={{{{x}}}}\n", "template"),
        (f"FROM scratch\nLABEL {NAME}=a:1\n", "scratch"),
        (f"FROM a 1\nLABEL {NAME}=a:1\n", "unparsable"),
    ],
)
def test_a_label_that_cannot_follow_says_why(source, reason):
    assert [skip.reason for skip in labels(source) if skip.position.line > 1] == [reason]


@pytest.mark.parametrize(
    "source",
    [
        f"LABEL {NAME}=a:1\nFROM a:1\n",
        f"FROM a:1\nLABEL {NAME}=\n",
        f"FROM a:1\nLABEL x.{NAME}=a:1\n",
        f"FROM a:1\nONBUILD LABEL {NAME}=a:1\n",
        f"FROM a:1\nENV {NAME}=a:1\n",
    ],
)
def test_no_label_of_a_base(source):
    assert not [mention for mention in labels(source) if mention.reason != "unparsable"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a=b", [("a", "b")]),
        ("a=b c=d=e", [("a", "b"), ("c", "d=e")]),
        ("a b c", [("a", "b c")]),
        ("a='b c' d=\"e f\"", [("a", "'b c'"), ("d", '"e f"')]),
        (r"a=b\ c", [("a", r"b\ c")]),
        ("a=", [("a", "")]),
    ],
)
def test_pairs_are_divided_as_buildkit_divides_them(text, expected):
    found = pairs(text, 0, "\\")
    assert [(text[a:b], text[c:d]) for (a, b), (c, d) in found] == expected


@pytest.mark.parametrize("text", ["a", "a=b c", "a "])
def test_pairs_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r"needs a name|has no"):
        pairs(text, 0, "\\")

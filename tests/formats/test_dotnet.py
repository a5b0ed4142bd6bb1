"""What samples of .NET cannot say: what is written, and where a digest would be passed over."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import dotnet
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16
PROJECT = "<Project><PropertyGroup>{}{}</PropertyGroup></Project>"
IMAGE = "<ContainerBaseImage>{}</ContainerBaseImage>"
TEN = "<TargetFramework>net10.0</TargetFramework>"


def found(text):
    return list(dotnet.find(SourceFile("a.csproj", text)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((TEN, "a/b:1"), (TEN, f"a/b:2@{DIGEST}")),
        (("<TargetFramework>net9.0</TargetFramework>", "a/b:1"), None),
        (("", "a/b:1"), ("", "a/b:2")),
        (("", f"a/b:1@sha256:{'0' * 64}"), ("", f"a/b:2@{DIGEST}")),
        (
            (TEN + "<V Condition=\"'$(v)' == ''\">1</V>", "a/b:$(V)"),
            (TEN + "<V Condition=\"'$(v)' == ''\">2</V>", f"a/b:$(V)@{DIGEST}"),
        ),
    ],
)
def test_a_bump_writes_a_digest_where_the_sdk_is_sure_to_take_it(before, after):
    text = PROJECT.format(before[0], IMAGE.format(before[1]))
    wanted = after or (before[0], "a/b:2")
    (use,) = found(text)
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    text = rewrite(text, edits_for(use, new))
    assert text == PROJECT.format(wanted[0], IMAGE.format(wanted[1]))
    assert [str(again.image) for again in found(text)] == [str(new)]


def test_the_condition_of_a_base_is_told():
    group = "<Project><PropertyGroup Condition=\"'$(C)'  ==\n'AOT'\">{}</PropertyGroup></Project>"
    (use,) = found(group.format(IMAGE.format("a/b:1")))
    assert use.stage == "'$(C)' == 'AOT'"


def test_projects_are_known_by_their_endings():
    names = ["a.csproj", "x/B.FSPROJ", "Directory.Build.props", "a.pubxml", "a.xml", "csproj"]
    assert [dotnet.matches(name) for name in names] == [True] * 4 + [False] * 2

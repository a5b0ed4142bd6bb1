"""What samples of Jib cannot say: what is written, and which releases take a digest."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import jib
from bot.formats.jib.bases import NO_DIGEST_BEFORE_2_2
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16
POM = (
    "<project><properties>{}</properties><plugin><artifactId>jib-maven-plugin</artifactId>"
    "<version>{}</version><configuration><from><image>{}</image></from></configuration></plugin>"
    "</project>"
)
SPRING = (
    "<project><plugin><artifactId>spring-boot-maven-plugin</artifactId><configuration>"
    "<image><name>x:1</name><builder>{}</builder></image></configuration></plugin></project>"
)


def found(path, text):
    return list(jib.find(SourceFile(path, text)))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("pom.xml", POM.format("", "3.4", "a/b:1"), POM.format("", "3.4", f"a/b:2@{DIGEST}")),
        ("pom.xml", POM.format("", "2.1.0", "a/b:1"), POM.format("", "2.1.0", "a/b:2")),
        ("pom.xml", SPRING.format("a/b:1"), SPRING.format(f"a/b:2@{DIGEST}")),
        ("pom.xml", POM.format("", "${j}", "a/b:1"), POM.format("", "${j}", f"a/b:2@{DIGEST}")),
        (
            "pom.xml",
            POM.format("<j>2.1</j><v>1</v>", "${j}", "a/b:${v}"),
            POM.format("<j>2.1</j><v>2</v>", "${j}", "a/b:${v}"),
        ),
        (
            "pom.xml",
            POM.format("<v>1</v>", "3", "a/b:${v}"),
            POM.format("<v>2</v>", "3", f"a/b:${{v}}@{DIGEST}"),
        ),
        (
            "pom.xml",
            POM.format("<i>a/b:1</i>", "3", "${i}"),
            POM.format(f"<i>a/b:2@{DIGEST}</i>", "3", "${i}"),
        ),
        (
            "build.gradle",
            "jib { from { image = 'a/b:1' } }",
            f"jib {{ from {{ image = 'a/b:2@{DIGEST}' }} }}",
        ),
        (
            "build.gradle.kts",
            'val v = "1"\njib.from.image = "a/b:$v"',
            f'val v = "2"\njib.from.image = "a/b:$v@{DIGEST}"',
        ),
        (
            "a.gradle",
            'def b = "a/b:1"\njib.from.image = b',
            f'def b = "a/b:2@{DIGEST}"\njib.from.image = b',
        ),
    ],
)
def test_a_bump_changes_the_reference_where_it_is_spelled(path, before, after):
    (use,) = found(path, before)
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    text = rewrite(before, edits_for(use, new))
    assert text == after
    assert [str(again.image) for again in found(path, text)] == [str(new)]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("id 'com.google.cloud.tools.jib' version '2.1.0'", NO_DIGEST_BEFORE_2_2),
        ('id("com.google.cloud.tools.jib") version "1.8.0"', NO_DIGEST_BEFORE_2_2),
        ('id("com.google.cloud.tools.jib") version "2.2.0"', None),
        ('id("com.google.cloud.tools.jib") version libs.jib', None),
        ("apply plugin: 'com.google.cloud.tools.jib'", None),
    ],
)
def test_a_digest_beside_a_tag_wants_a_release_that_takes_both(said, wanted):
    (use,) = found("build.gradle", said + "\njib.from.image = 'a/b:1'")
    assert use.no_digest == wanted


@pytest.mark.parametrize(
    "text", ["jib { " * 5_000 + "image", "jib.from.image", "image", "image =" * 2_000, "'" * 9_999]
)
def test_code_without_an_end_is_read_to_the_end_of_the_file(text):
    assert len(found("build.gradle", text)) <= 1


def test_what_nobody_would_write_is_told_and_not_read_on():
    file = SourceFile("build.gradle", "jib { from { image = 'n:1' } }\n" + ";" * 160_000)
    (skip,) = jib.find(file)
    assert skip.reason == "unparsable"
    assert "more than" in skip.detail

"""
Jib: the image that a Java program is put on, told in Maven's and Gradle's files; and in Maven's
the images that Spring Boot's plugin builds with.

Where an image may be named is told in `docs/formats/jib.md`; the sources of the rules are
https://github.com/GoogleContainerTools/jib (`jib-maven-plugin`, `jib-gradle-plugin`).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "jib"

_GRADLE = (".gradle", ".gradle.kts")


def matches(path: str) -> bool:
    """Whether a file is a model of Maven's by its name, or a script of Gradle's."""
    return path.endswith(_GRADLE) or (
        path.endswith(".xml") and path.rpartition("/")[2].lower().endswith("pom.xml")
    )


def claims(file: SourceFile) -> bool:
    """Whether the file says `jib`, or is Maven's and says Spring Boot's, and names an image."""
    spring = file.path.endswith(".xml") and "spring-boot-maven-plugin" in file.text
    return (spring or "jib" in file.text) and "image" in file.text


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    if file.path.endswith(".xml"):
        from bot.formats.jib import maven

        return maven.mentions(file, NAME)
    from bot.formats.jib import gradle

    return gradle.mentions(file, NAME)

"""Kinds of file that a configuration describes, tried on its own sample as it is read."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.config.said import FileGlob, complaint
from bot.config.wanted import Said
from bot.formats import KINDS
from bot.formats.own import OwnFormat, tokens
from bot.image import ImageRef
from bot.model import FilePattern, SourceFile, Use


def _line(line: str) -> str:
    try:
        tokens(line)
    except ValueError as error:
        raise complaint(str(error)) from error
    return line


def _name(name: str) -> str:
    if name in KINDS:
        raise complaint("basewatch has a format of that name already")
    return name


def _image(image: str) -> str:
    try:
        named = ImageRef.parse(image)
    except ValueError as error:
        raise complaint(str(error)) from error
    if named.tag or named.digest:
        raise complaint("write the name alone; tag and digest stand in the files")
    return image


Name = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40), AfterValidator(_name)
]
Line = Annotated[
    str, StringConstraints(pattern=r"^[^\r\n]+$", max_length=200), AfterValidator(_line)
]
Image = Annotated[str, StringConstraints(max_length=250), AfterValidator(_image)]


class PatternConfig(Said):
    """Files whose lines name images in a way of their own."""

    model_config = ConfigDict(title="Pattern")

    name: Name = Field(
        description="What reports call this kind of file.",
        examples=["versions"],
    )
    files: tuple[FileGlob, ...] = Field(
        min_length=1,
        max_length=20,
        description="Which files, as in a `.gitignore`.",
        examples=[["versions.env", "*.pkr.hcl"]],
    )
    lines: tuple[Line, ...] = Field(
        min_length=1,
        max_length=20,
        description="How a line names an image: `{image}`, or `{name}`, `{tag}` and `{digest}`,"
        " among what stands for itself; `*` stands for anything.",
        examples=[["BASE_IMAGE={image}"]],
    )
    image: Image | None = Field(
        default=None,
        description="The image's name, where lines have no more than its tag or digest.",
        examples=["registry.example.org/team/base"],
    )
    sample: str = Field(
        max_length=4000,
        description="Some lines of such a file, on which the patterns are tried.",
        examples=["BASE_IMAGE=debian:12"],
    )
    finds: tuple[str, ...] = Field(
        min_length=1,
        max_length=100,
        description="The images that are to be found in the sample, in order.",
        examples=[["debian:12"]],
    )

    @model_validator(mode="after")
    def _finds_what_it_is_to(self) -> PatternConfig:
        for number, line in enumerate(self.lines):
            fields = {token.kind for token in tokens(line)}
            if not fields & {"image", "name"} and not self.image:
                raise complaint(
                    "it has no {image} or {name}, so it takes `image`", ("lines", number)
                )
        found = OwnFormat(self.pattern()).find(SourceFile("sample", self.sample))
        images = [str(one.image) for one in found if isinstance(one, Use)]
        if images != [*self.finds]:
            told = ", ".join(images) or "nothing"
            raise complaint(f"the sample has {told} by these patterns", ("finds",))
        return self

    def pattern(self) -> FilePattern:
        """What it says, as the finding takes it."""
        return FilePattern(self.name, self.files, self.lines, self.image or "")

"""
What a template of docker-pkg's builds on.

It is read as the Dockerfile that it becomes, so far as that is known: a variable that the template
sets or the configuration gives is put in, `{{ "x" | image_tag }}` is left to docker-pkg.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from bot.formats import dockerfile
from bot.formats.docker_pkg.jinja import Given, Rendered, asked, named, rendered, variables
from bot.formats.telling import Left
from bot.formats.yaml_spans import lines_of
from bot.image import ImageRef
from bot.model import Mention, Piece, Skip, SourceFile, Span, Use

NAME = "docker-pkg"

_IMAGE_TAG = "image_tag"


class Around(Protocol):
    """What the files around a template tell of it."""

    @property
    def values(self) -> Mapping[str, str]:
        """What the configuration gives variables."""

    def tagged(self, name: str) -> Left:
        """What `{{ "name" | image_tag }}` stands for."""

    def built(self, image: ImageRef) -> str | None:
        """Why an image is not pulled as it is named, as a clause: it is built from this tree."""


class Alone:
    """A template of which nothing else is known."""

    values: Mapping[str, str] = {}

    def tagged(self, name: str) -> Left:
        """The tag stands elsewhere, wherever that is."""
        why = f"docker-pkg puts in the tag that {name} has in its changelog or in `base_images`"
        return Left("elsewhere", why)

    def built(self, _image: ImageRef) -> str | None:
        """Nothing is known to be built here."""
        return None


_ALONE = Alone()


class Named(NamedTuple):
    """What a `FROM` or a `from` names, by `image_tag` or spelled out, and what is told of it."""

    tagged: str | None
    image: ImageRef | None
    mention: Mention


def mentions(file: SourceFile, around: Around = _ALONE) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; placed in the template as it is written."""
    return (found.mention for found in references(file, around))


def references(file: SourceFile, around: Around = _ALONE) -> Iterator[Named]:
    """The mentions of a template, each with what it names."""
    teller = _Teller(file, around)
    found = [teller.told(mention) for mention in dockerfile.find(teller.inner)]
    if refused := teller.refused():
        # What BuildKit makes of the rest does not matter then.
        found = [each for each in found if not _is_refusal(each.mention)]
        found.append(Named(None, None, refused))
    return iter(sorted(found, key=_place))


def _place(found: Named) -> Span:
    return found.mention.span


def known_in(file: SourceFile, around: Around) -> dict[str, Given]:
    """What the variables of a template stand for; its own go before the configuration's."""
    given = {name: Given(value) for name, value in around.values.items()}
    return given | variables(file.text)


def _is_refusal(mention: Mention) -> bool:
    return isinstance(mention, Skip) and mention.reason == "unparsable"


class _Teller:
    """Tells of one template what its Dockerfile says."""

    def __init__(self, file: SourceFile, around: Around) -> None:
        self.file, self.around = file, around
        self.set = variables(file.text)
        self.rendered: Rendered = rendered(file.text, known_in(file, around))
        self.inner = SourceFile(file.path, self.rendered.text)

    def told(self, mention: Mention) -> Named:
        """What a mention of the Dockerfile is in the template."""
        span = self.rendered.span(mention.span)
        text = span.of(self.file.text)
        position = lines_of(self.file.text).position(span.start)
        if isinstance(mention, Skip):
            name = self._tagged(text) if mention.reason == "template" else None
            told = self.around.tagged(name) if name else self._left(mention, text)
            return Named(name, None, Skip(self.file.path, NAME, span, position, text, *told))
        pieces = tuple(p for piece in mention.pieces for p in self.rendered.pieces(piece))
        if left := self._not_pulled(mention, pieces):
            skip = Skip(self.file.path, NAME, span, position, text, *left)
            return Named(None, mention.image, skip)
        follows = mention.follows and self.rendered.span(mention.follows)
        use = mention._replace(
            format=NAME, span=span, text=text, position=position, pieces=pieces, follows=follows
        )
        return Named(None, use.image, self._with_digest_spot(use))

    def refused(self) -> Skip | None:
        """What Jinja would complain of, so that nothing is built."""
        at = self.rendered.broken
        if at is None:
            return None
        span, position = Span(at, at + 2), lines_of(self.file.text).position(at)
        why = f"Jinja finds no end of what begins on line {position.line}"
        return Skip(
            self.file.path, NAME, span, position, span.of(self.file.text), "unparsable", why
        )

    # ------------------------------------------------------------ what is left alone

    def _left(self, skip: Skip, text: str) -> Left:
        if skip.reason == "template" and "registry" in asked(text) - self.around.values.keys():
            return Left("template", "docker-pkg's configuration says what `registry` is")
        return Left(skip.reason, skip.detail)

    def _tagged(self, text: str) -> str | None:
        """The name that `image_tag` is given for a tag, and nothing is done with it after that."""
        words, is_variable, filters = named(text) or ("", False, ())
        given = self.set.get(words) if is_variable else Given(words)
        return given.text if filters == (_IMAGE_TAG,) and given else None

    def _not_pulled(self, use: Use, pieces: tuple[Piece, ...]) -> Left | None:
        given = {piece.variable for piece in pieces}
        if len(given) == 1 and (name := pieces[0].variable) in self.around.values:
            return Left("elsewhere", f"{name} is a key of the configuration, which names the image")
        why = self.around.built(use.image)
        return Left("built", why) if why else None

    # ------------------------------------------------------------ digests

    def _with_digest_spot(self, use: Use) -> Use:
        if use.digest_at is None:
            return use
        if name := self._names_image(use):
            why = f"{name} names the image, and a digest would be wrong for any other"
            return use._replace(digest_at=None, no_digest=why)
        return use._replace(digest_at=self.rendered.end(use.digest_at))

    def _names_image(self, use: Use) -> str | None:
        """The variable of Jinja's that holds some of the last part of the image's name."""
        first, at = use.image.name.rfind("/") + 1, 0
        for piece in use.pieces:
            end = at + len(piece.text)
            jinjas = piece.variable in self.set or piece.variable in self.around.values
            if jinjas and at < len(use.image.name) and end > first:
                return piece.variable
            at = end
        return None

"""The places of a Jenkinsfile where an image may be named, whatever they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from bot.formats.code_spans import Token
from bot.formats.jenkinsfile.registries import Home, Registries
from bot.formats.telling import Left, Place, Style, Value
from bot.formats.yaml_spans import Scalar, target
from bot.model import Piece, Span

# `docker { image '…' }` and `containerTemplate(image: '…')`, as the plugins have them.
_WITH_IMAGE = {
    "docker",
    "dockerContainer",
    "containerTemplate",
    "withDockerContainer",
    "dockerNode",
    "dockerTemplate",
}
_OF_IMAGE_ALONE = {"withDockerContainer", "dockerNode"}
_OPENING, _CLOSING = "{([", "})]"
_POD_IMAGE = re.compile(
    r"^[ \t]*(?:-[ \t]+)?image:[ \t]*(?P<quote>[\"']?)(?P<said>[^\s\"'#]+)(?P=quote)"
    r"[ \t]*(?:\r?$|#)",
    re.MULTILINE,
)

GROOVY = Style(
    re.compile(r"\$(?:\{\s{0,9}(?P<name>[A-Za-z_][\w.]*)\s{0,9}\}|(?P<bare>[A-Za-z_]\w*))"),
    "is not given one fixed text here",
)
_HOST = re.compile(r"[^/$.:]*+[.:][^/$]*+/|localhost/")
_MOST_OF_POD = 1000
_LITERAL = Left("variable-not-expanded", "Groovy expands nothing between single quotes")
_COMPUTED = Left("variable-not-expanded", "it is put together when the pipeline runs")
_ESCAPED = Left("invalid-reference", "it has an escape in it")
_BUILT = Left("built", "this pipeline builds it")


def values(code: Sequence[Token]) -> dict[str, Value]:
    """What the names stand for that are given one text and nothing else."""
    givings: Counter[str] = Counter()
    found: dict[str, Value] = {}
    for at, token in enumerate(code):
        if token.kind == "word" and _says(code, at + 1, "=") and not _says(code, at + 2, "="):
            givings[token.said] += 1
            if _is_text(code, at + 2) and not _goes_on(code, at + 3):
                text = code[at + 2]
                if "\\" not in text.said and not (text.quotes == "'" and "$" in text.said):
                    found[token.said] = (Piece(text.said, text.span, token.said),)
    once = {name: value for name, value in found.items() if givings[name] == 1}
    return once | {f"env.{name}": value for name, value in once.items()}


def places(code: Sequence[Token], known: Mapping[str, Value]) -> Iterator[Place]:
    """Every place, in the order of the text. `code` is without comments; `known` its `values`."""
    registries = Registries(code, known)
    built = {code[at].said for at in _arguments(code) if _calls(code, at, "docker", "build")}
    openers: list[str] = []
    for at, token in enumerate(code):
        registries.see(at)
        if token.kind == "sign" and token.said in _OPENING:
            openers.append(_opener(code, at))
            registries.open(token.said)
        elif token.kind == "sign" and token.said in _CLOSING:
            del openers[-1:]
            registries.close()
        elif token.kind == "text" and _is_pod(code, at):
            yield from _of_pod(token)
        elif token.kind == "text" and _calls(code, at, "docker", "build"):
            yield replace(_place(code, at), left=_BUILT)
        elif token.kind in ("text", "word") and _is_image(code, at, openers):
            place = _of_registry(_place(code, at), registries.of(at, "".join(openers[-1:])))
            made = token.said in built or _is_pushed(code, at)
            yield replace(place, left=_BUILT) if made else place


def _of_registry(place: Place, home: Home) -> Place:
    """The place of an image whose registry is said elsewhere, if its name has none."""
    said = target(place.node)
    if not home or place.left or (isinstance(said, Scalar) and _HOST.match(said.value)):
        return place
    if isinstance(home, Left):
        return replace(place, left=home)
    return replace(place, parts=(home, place.node))


def _arguments(code: Sequence[Token]) -> Iterator[int]:
    return (at for at, token in enumerate(code) if token.kind == "text")


def _is_image(code: Sequence[Token], at: int, openers: Sequence[str]) -> bool:
    inside = openers[-1] if openers else ""
    if _calls(code, at, "docker", "image"):
        return True
    if _says(code, at - 1, "image") or (_says(code, at - 1, ":") and _says(code, at - 2, "image")):
        return inside in _WITH_IMAGE
    if code[at].kind == "word":
        return False
    if _says(code, at - 1, "docker"):
        return inside == "agent"
    opened = _says(code, at - 1, "(") and inside in _OF_IMAGE_ALONE
    return opened or any(_says(code, at - 1, name) for name in _OF_IMAGE_ALONE)


def _place(code: Sequence[Token], at: int) -> Place:
    """A text, or a word that is given one elsewhere in the file."""
    token = code[at]
    left: Left | None = None
    if token.kind == "word":
        return _named(code, at)
    if _goes_on(code, at + 1):
        left = _COMPUTED
    elif "\\" in token.said:
        left = _ESCAPED
    elif "$" in token.said and token.quotes[0] == "'":
        left = _LITERAL
    return Place("image", _scalar(token.said, token.span), left=left)


def _named(code: Sequence[Token], at: int) -> Place:
    """A name, or one of the environment's: `IMAGE`, `env.IMAGE`."""
    name, span = code[at].said, code[at].span
    if name == "env" and _says(code, at + 1, ".") and at + 2 < len(code):
        at += 2
        name, span = f"env.{code[at].said}", Span(span.start, code[at].span.end)
    computed = _goes_on(code, at + 1) or _says(code, at + 1, "(") or _says(code, at + 1, "[")
    scalar = Scalar("${" + name + "}", span, tag="str")
    return Place("image", scalar, left=_COMPUTED if computed else None)


def _of_pod(token: Token) -> Iterator[Place]:
    """The images of a pod that is written down as YAML within the pipeline."""
    for match in islice(_POD_IMAGE.finditer(token.said), _MOST_OF_POD):
        start, end = (token.span.start + offset for offset in match.span("said"))
        left = _LITERAL if "$" in match["said"] and token.quotes[0] == "'" else None
        yield Place("image", _scalar(match["said"], Span(start, end)), left=left)


def _scalar(said: str, span: Span) -> Scalar:
    return Scalar(said, span, tag="str")


def _calls(code: Sequence[Token], at: int, owner: str, method: str) -> bool:
    """Whether a token is the first argument of `owner.method(`, or of `owner.method `."""
    before = at - 2 if _says(code, at - 1, "(") else at - 1
    return (
        _says(code, before, method)
        and _says(code, before - 1, ".")
        and _says(code, before - 2, owner)
    )


def _opener(code: Sequence[Token], at: int) -> str:
    """The word that a bracket belongs to; of `docker(…) {` and the like it is none."""
    return code[at - 1].said if at and code[at - 1].kind == "word" else ""


def _is_pushed(code: Sequence[Token], at: int) -> bool:
    """`docker.image('a:1').push()`: nobody pushes what has been pulled, nor by a digest."""
    said = (_says(code, at + 1, ")"), _says(code, at + 2, "."))
    return all(said) and (_says(code, at + 3, "push") or _says(code, at + 3, "tag"))


def _is_pod(code: Sequence[Token], at: int) -> bool:
    return _says(code, at - 1, "yaml") or (_says(code, at - 1, ":") and _says(code, at - 2, "yaml"))


def _goes_on(code: Sequence[Token], at: int) -> bool:
    """Whether something is done to the text before this token."""
    return _says(code, at, "+") or _says(code, at, ".")


def _is_text(code: Sequence[Token], at: int) -> bool:
    return at < len(code) and code[at].kind == "text"


def _says(code: Sequence[Token], at: int, said: str) -> bool:
    return 0 <= at < len(code) and code[at].said == said and code[at].kind != "text"

"""
The configurations of docker-pkg: which trees are whose, and the images these are built upon.

`img_with_tag.split(":")` of docker-pkg's `dockerfile.py` takes a name and a tag and passes over
anything with another colon, so no digest may be written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.formats.docker_pkg.names import folder_of, may_configure
from bot.formats.telling import Place, reading_of
from bot.formats.telling import mentions as told
from bot.formats.yaml_spans import Fields, Node, Scalar, TooMuchError, target
from bot.image import ImageRef
from bot.model import Beside, Mention, SourceFile

NAME = "docker-pkg"

NO_DIGEST = "docker-pkg divides this into a name and a tag at its one colon, and would not find it"
BASE_IMAGES, SEED_IMAGE = "base_images", "seed_image"


def mentions(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip of a configuration, in the order of its text."""
    return told(file, NAME, _places)


def _places(document: Node, fields: Fields) -> Iterator[Place]:
    for field in fields.of(document):
        if field.name == BASE_IMAGES:
            for item in fields.items(field.value):
                yield Place("base", item, no_digest=NO_DIGEST)
        elif field.name == SEED_IMAGE:
            yield Place("base", field.value, field.key, no_digest=NO_DIGEST)


def values(file: SourceFile) -> dict[str, str]:
    """The keys of a configuration that have a text for a value; nothing where it is no YAML."""
    reading = reading_of(file.text)
    found: dict[str, str] = {}
    try:
        for field in Fields().of(reading.documents[0]) if reading.documents else ():
            said = target(field.value)
            if isinstance(said, Scalar):
                found[field.name] = said.value
    except TooMuchError:
        return {}
    return found


def bases(file: SourceFile) -> tuple[str, ...]:
    """The base images of a configuration, as they are spelled."""
    reading, fields = reading_of(file.text), Fields()
    try:
        found = [p.node for d in reading.documents[:1] for p in _places(d, fields)]
    except TooMuchError:
        return ()
    return tuple(said.value for node in found if isinstance(said := target(node), Scalar))


class Config(NamedTuple):
    """What a configuration gives to its tree, and the images it says the tree is built on."""

    path: str = ""
    values: Mapping[str, str] = {}
    bases: tuple[ImageRef, ...] = ()

    def full(self, name: str) -> str:
        """The name of an image, with what goes before it."""
        before = (self.values.get("registry"), self.values.get("namespace"))
        return "/".join([*filter(None, before), name])


_NONE = Config()


def configs_in(beside: Beside) -> dict[str, Config]:
    """The configurations among these files, by path."""
    found: dict[str, Config] = {}
    for path, file in beside.files.items():
        if path.lower().endswith((".yaml", ".yml")) and may_configure(file.text):
            spelled = map(reference, bases(file))
            known = tuple(base for base in spelled if base and base.tag and not base.digest)
            found[path] = Config(path, values(file), known)
    return found


def config_of(tree: str, known: Mapping[str, Config]) -> Config:
    """
    The configuration of a tree: `config-NAME.yaml` for the tree of that name, else the nearest of
    the general ones, else the only one that there is.
    """
    name = tree.rpartition("/")[2]
    own = [p for p in known if name and f"-{name}." in p.rpartition("/")[2]]
    general = [p for p in known if "-" not in p.rpartition("/")[2].replace("docker-pkg", "")]
    only = [*known] if len(known) == 1 else []
    above = [p for p in own or general or only if _is_above(folder_of(p), tree)]
    return known.get(max(above, key=lambda path: (path.count("/"), path), default=""), _NONE)


def _is_above(folder: str, tree: str) -> bool:
    return not folder or f"{tree}/".startswith(f"{folder}/")


def reference(text: str) -> ImageRef | None:
    """The image that a text names; `None` where it names none."""
    try:
        return ImageRef.parse(text)
    except ValueError:
        return None

"""
The trees of a repository: images by name, and what each of them is built on.

An image is a folder with a template and a changelog. Its name and version are those of the newest
block of the changelog, whatever the folder is called. What it is built on stands in `FROM`,
`--from` and `from=` of the template, and nowhere else: `control` may say something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.formats.docker_pkg import controls
from bot.formats.docker_pkg.changelogs import Block, Changelog, read
from bot.formats.docker_pkg.configs import Config, config_of, configs_in, reference
from bot.formats.docker_pkg.names import (
    CHANGELOG,
    CONTROL,
    TEMPLATE,
    folder_of,
    within,
)
from bot.formats.docker_pkg.templates import Alone, Named, references
from bot.formats.telling import Left
from bot.image import ImageRef, Repository
from bot.model import Beside, SourceFile

_CIRCLES = 50


class Image(NamedTuple):
    """An image; `tree` is the folder that docker-pkg is given, `full` all of its name."""

    folder: str
    tree: str
    name: str
    version: str
    full: str
    log: Changelog
    template: SourceFile
    control: SourceFile | None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What its changelog says of it under its present name, newest first."""
        return tuple(block for block in self.log.blocks if block.name == self.name)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that it had under its present name, newest first."""
        return tuple(block.version for block in self.blocks)


class Parent(NamedTuple):
    """What an image is built on: another one, or what stands elsewhere; and who says so."""

    image: Image | None
    base: ImageRef | None
    named: Named


class Trees:
    """The images of a repository, and who is built on whom."""

    def __init__(self, beside: Beside) -> None:
        self.configs = configs_in(beside)
        self.images: tuple[Image, ...] = tuple(self._images(beside))
        self.at = {image.folder: image for image in self.images}
        self.unread = tuple(self._unread(beside))
        self._local = {(image.tree, image.name): image for image in self.images}
        self._parents: dict[str, tuple[Parent, ...]] = {}
        self._children: dict[str, tuple[Image, ...]] | None = None
        self._published: dict[Repository, Image] | None = None
        self._ordered: tuple[tuple[Image, ...], tuple[Image, ...]] | None = None
        self._full: dict[Repository, Image] = {}
        for image in self.images:
            if repository := _repository(image.full):
                self._full.setdefault(repository, image)

    def config(self, tree: str) -> Config:
        """The configuration of a tree, as its name and place tell."""
        return config_of(tree, self.configs)

    def local(self, tree: str, name: str) -> Image | None:
        """The image of a tree that `image_tag` finds by a name."""
        return self._local.get((tree, name))

    def spelled(self, image: ImageRef) -> Image | None:
        """The image here that a reference follows: one that names a version follows none."""
        if image.digest or image.effective_tag != "latest":
            return None
        return self._full.get(image.repository)

    @property
    def published(self) -> Mapping[Repository, Image]:
        """
        The images here, by the names that they are published under.

        Where no configuration says which registry that is, what is called `golang` here may well
        be another image than that of Docker Hub.
        """
        if self._published is None:
            there = {tree for tree, _ in self._local if self.config(tree).values.get("registry")}
            full = self._full.items()
            self._published = {name: image for name, image in full if image.tree in there}
        return self._published

    def base(self, tree: str, name: str) -> ImageRef | None:
        """The base image of a tree's configuration that `image_tag` finds by a name."""
        config = self.config(tree)
        full = _repository(config.full(name))
        return next((base for base in config.bases if base.repository == full), None)

    def parents(self, image: Image) -> tuple[Parent, ...]:
        """What an image is built on, in the order of its template; never itself."""
        if image.folder not in self._parents:
            self._parents[image.folder] = tuple(self._parents_in(image))
        return self._parents[image.folder]

    def used(self, image: Image) -> tuple[str, ...]:
        """The images of its own tree that an image is built on, by whatever spelling, each once."""
        found = (parent.image for parent in self.parents(image) if parent.image)
        return tuple(dict.fromkeys(each.name for each in found if each.tree == image.tree))

    def _parents_in(self, image: Image) -> Iterator[Parent]:
        for found in references(image.template, Around(self, image.tree)):
            here = base = None
            if found.tagged is not None:
                here = self.local(image.tree, found.tagged)
                base = None if here else self.base(image.tree, found.tagged)
            elif found.image is not None:
                here = self.spelled(found.image)
                base = None if here else found.image
            if here != image and (here or base):
                yield Parent(here, base, found)

    def children(self, image: Image) -> tuple[Image, ...]:
        """The images that are built right on another, by folder."""
        if self._children is None:
            found: defaultdict[str, dict[str, Image]] = defaultdict(dict)
            for child in self.images:
                for folder in self._folders(child):
                    found[folder][child.folder] = child
            self._children = {folder: tuple(some.values()) for folder, some in found.items()}
        return self._children.get(image.folder, ())

    def ordered(self) -> tuple[Image, ...]:
        """Every image behind those it is built on; what goes in circles comes last, by folder."""
        if self._ordered is None:
            first = self._behind_their_parents()
            done = {image.folder for image in first}
            self._ordered = first, tuple(i for i in self.images if i.folder not in done)
        return (*self._ordered[0], *self._ordered[1])

    def _in_no_order(self) -> tuple[Image, ...]:
        self.ordered()
        assert self._ordered is not None
        return self._ordered[1]

    def _behind_their_parents(self) -> tuple[Image, ...]:
        waits = {image.folder: self._folders(image) for image in self.images}
        order: list[Image] = []
        ready = [image for image in self.images if not waits[image.folder]]
        while ready:
            image = ready.pop(0)
            order.append(image)
            for child in self.children(image):
                waits[child.folder].discard(image.folder)
                if not waits[child.folder]:
                    ready.append(child)
        return tuple(order)

    def in_circles(self) -> Iterator[Image]:
        """The images that are built on themselves, through others; so many, and no more."""
        for image in self._in_no_order()[:_CIRCLES]:
            if image.folder in {each.folder for each in self.descendants(self.children(image))}:
                yield image

    def descendants(self, some: Iterable[Image]) -> frozenset[Image]:
        """These images, and all that are built on them."""
        found: dict[str, Image] = {}
        ahead = list(some)
        while ahead:
            image = ahead.pop()
            if image.folder not in found:
                found[image.folder] = image
                ahead += self.children(image)
        return frozenset(found.values())

    def _folders(self, image: Image) -> set[str]:
        return {parent.image.folder for parent in self.parents(image) if parent.image}

    def _images(self, beside: Beside) -> Iterator[Image]:
        folders = (folder_of(path) for path in beside.files if path.endswith(TEMPLATE))
        for folder in sorted(folders):
            file = beside.files.get(within(folder, CHANGELOG))
            log = file and read(file)
            if not log:
                continue
            tree, newest = _tree_of(folder), log.blocks[0]
            yield Image(
                folder,
                tree,
                newest.name,
                newest.version,
                self.config(tree).full(newest.name),
                log,
                beside.files[within(folder, TEMPLATE)],
                beside.files.get(within(folder, CONTROL)),
            )

    def _unread(self, beside: Beside) -> Iterator[SourceFile]:
        for path, file in beside.files.items():
            if path.rpartition("/")[2] == CHANGELOG and folder_of(path) not in self.at:
                yield file


@dataclass(frozen=True, slots=True)
class Around(Alone):
    """What its trees tell of a template."""

    trees: Trees
    tree: str

    @property
    def values(self) -> Mapping[str, str]:  # type: ignore[override]
        """What the configuration gives variables."""
        return self.trees.config(self.tree).values

    def tagged(self, name: str) -> Left:
        """An image of the same tree, a base image, or what docker-pkg does not find."""
        config = self.trees.config(self.tree)
        if image := self.trees.local(self.tree, name):
            return Left("built", f"{name} is built in {image.folder or 'this folder'}")
        if base := self.trees.base(self.tree, name):
            return Left("elsewhere", f"{config.path} names it, as {base}")
        if config.path:
            why = f"neither this tree nor {config.path} has {name}, so docker-pkg would stop here"
            return Left("drift", why)
        return Alone.tagged(self, name)

    def built(self, image: ImageRef) -> str | None:
        """Why an image is not pulled as it is named: it is built in one of the trees."""
        found = self.trees.spelled(image)
        return f"{found.name} is built in {found.folder or 'this folder'}" if found else None


@lru_cache(maxsize=8)
def trees_of(beside: Beside) -> Trees:
    """The trees that these files make; read once for each set of files."""
    return Trees(beside)


def _tree_of(folder: str) -> str:
    """The folder that docker-pkg is given: the topmost, unless images lie at the top."""
    return folder.partition("/")[0] if "/" in folder else ""


def _repository(name: str) -> Repository | None:
    found = reference(name)
    return found.repository if found else None


__all__ = ["Around", "Config", "Image", "Parent", "Trees", "controls", "trees_of"]

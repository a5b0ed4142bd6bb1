"""What is told of files within docker-pkg's trees, and which files that takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.formats.docker_pkg import configs, controls
from bot.formats.docker_pkg.names import (
    CHANGELOG,
    CONFIG_ENDINGS,
    CONTROL,
    TEMPLATE,
    folder_of,
    is_config,
    within,
)
from bot.formats.docker_pkg.records import recorded
from bot.formats.docker_pkg.templates import mentions
from bot.formats.docker_pkg.trees import Around, Image, Trees, trees_of
from bot.model import Beside, Mention, Position, Skip, SkipReason, SourceFile, Span

NAME = "docker-pkg"

_CONFIGS = 40
"""Configurations that are read at most."""
_CONFIG = re.compile(r"(?>[\w.-]*?(?:config|docker-pkg))[\w.-]*\.ya?ml", re.IGNORECASE)


def wanted(templates: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """Templates that have a changelog beside them, all that is beside those, and configurations."""
    every = frozenset(there)
    folders = [folder_of(path) for path in templates if path.rpartition("/")[2] == TEMPLATE]
    folders = [folder for folder in folders if within(folder, CHANGELOG) in every]
    if not folders:
        return ()
    names = (TEMPLATE, CHANGELOG, CONTROL)
    found = [within(folder, name) for folder in folders for name in names]
    above = {above for folder in folders for above in _above(folder)}
    said = [
        path
        for path in sorted(every)
        if folder_of(path) in above and _CONFIG.fullmatch(path.rpartition("/")[2])
    ]
    return (*(path for path in found if path in every), *said[:_CONFIGS])


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = folder_of(folder)
        yield folder
    yield ""


def is_within(path: str, beside: Beside) -> bool:
    """Whether a file is a template of an image, or a configuration of these trees."""
    if path not in beside.files:
        return False
    if path.endswith(TEMPLATE):
        return folder_of(path) in trees_of(beside).at
    return path.lower().endswith(CONFIG_ENDINGS) and is_config(beside.files[path].text)


def told(file: SourceFile, beside: Beside) -> Iterable[Mention]:
    """Every use and skip of a file, with what its trees tell of it."""
    trees = trees_of(beside)
    if file.path.endswith(TEMPLATE):
        image = trees.at.get(folder_of(file.path))
        return mentions(file, Around(trees, image.tree)) if image else mentions(file)
    return recorded(configs.mentions(file), file.path, trees)


def drift(beside: Beside) -> Iterator[Skip]:
    """
    Where `control` says something else than the template, so that docker-pkg builds in a wrong
    order or stops; changelogs that cannot be read; images that are built on each other.
    """
    trees = trees_of(beside)
    for file in trees.unread:
        yield _skip(file, Span(0, 0), "unparsable", "no version of an image begins in it")
    yield from _not_read(beside)
    for image in trees.images:
        yield from _drift(image, trees)
    for image in trees.in_circles():
        why = f"{image.name} is built on an image that is built on it"
        yield _skip(image.template, Span(0, 0), "drift", why)


def _not_read(beside: Beside) -> Iterator[Skip]:
    """Changelogs that there are, or their templates would not be here, and that are too large."""
    for path in beside.files:
        log = within(folder_of(path), CHANGELOG)
        if path.rpartition("/")[2] == TEMPLATE and log not in beside.files:
            why = "cannot be read, so nothing is known of the image; it may be too large"
            yield Skip(log, NAME, Span(0, 0), Position(1, 1), "", "unreadable", why)


def _drift(image: Image, trees: Trees) -> Iterator[Skip]:
    if image.control is None:
        return
    used = {parent.image.name: parent for parent in trees.parents(image) if parent.image}
    said = list(controls.dependencies(image.control))
    for name, span in said:
        if trees.local(image.tree, name) is None:
            why = f"no image of {image.tree or 'this tree'} is called {name}; docker-pkg stops here"
            yield _skip(image.control, span, "drift", why)
        elif name not in used:
            yield _skip(image.control, span, "drift", f"the template does not use {name}")
    for name, parent in used.items():
        is_local = trees.local(image.tree, name) is not None
        if is_local and parent.named.tagged and name not in {each.name for each in said}:
            why = f"the template uses {name}, which this does not name; it may be built too early"
            yield _skip(image.control, Span(0, 0), "drift", why)


def _skip(file: SourceFile, span: Span, reason: SkipReason, why: str) -> Skip:
    position = file.position(span.start) if span.start else Position(1, 1)
    return Skip(file.path, NAME, span, position, span.of(file.text), reason, why)

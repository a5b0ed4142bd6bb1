"""Which files of its repository a GitLab CI file includes, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.formats.feeding import within
from bot.formats.telling import along, reading_of, text_at
from bot.formats.yaml_spans import Collection, Fields, Node, Scalar, TooMuchError, target
from bot.model import SourceFile

_MOST = 150
"""https://docs.gitlab.com/administration/settings/continuous_integration/#maximum-includes"""
_ENDINGS = (".yml", ".yaml")  # GitLab takes no others
_PLACES = ("include", "*.trigger.include")
_HERE = {"$CI_PROJECT_PATH", "${CI_PROJECT_PATH}"}
_COMPONENT = re.compile(
    r"\$\{?CI_SERVER_(?:FQDN|HOST)\}?/\$\{?CI_PROJECT_PATH\}?/(?P<name>[^@$\s]{1,200})@"
)
_FORMS = 8  # that a pattern with several `**` within names of folders is written out in


def included(file: SourceFile) -> tuple[str, ...]:
    """
    The paths that it includes, from the top of the repository, as `bot.policy.covered` takes them.

    Those of child pipelines (`trigger`) are among them; what other projects and hosts have is not.
    """
    fields = Fields()
    try:
        found = [
            form
            for document in reading_of(file.text).documents
            for item in items(fields, document)
            for form in paths(fields, item)
        ]
    except TooMuchError:
        return ()
    return tuple(dict.fromkeys(found))[:_MOST]


def items(fields: Fields, document: Node) -> Iterator[Node]:
    """What a document includes, one by one, however it is listed."""
    for place in _PLACES:
        for spot in along(fields, document, place):
            yield from _listed(fields, spot.node)


def paths(fields: Fields, item: Node) -> list[str]:
    """The paths that are meant by one item, none if it is of elsewhere."""
    return [form for path in _paths(fields, item) for form in _forms(path)]


def _listed(fields: Fields, node: Node) -> Iterator[Node]:
    said = target(node)
    if isinstance(said, Collection) and said.kind == "sequence":
        yield from fields.items(said)
    else:
        yield node


def _paths(fields: Fields, item: Node) -> Iterator[str]:
    """What one item names: a text, or what is called local, of this project, or a component."""
    said = target(item)
    if isinstance(said, Scalar):
        yield said.value
        return
    if local := text_at(fields, item, "local"):
        yield local
    if text_at(fields, item, "project") in _HERE:
        for spot in along(fields, item, "file"):
            for node in fields.items(spot.node):
                named = target(node)
                yield named.value if isinstance(named, Scalar) else ""
    if component := _COMPONENT.match(text_at(fields, item, "component")):
        name = component["name"]
        yield from (f"templates/{name}.yml", f"templates/{name}/template.yml")


def _forms(path: str) -> list[str]:
    """
    The patterns that a path is: here `**` is any characters, where a pattern has it for folders.

    The rule is GitLab's: https://docs.gitlab.com/ci/yaml/#includelocal, "wildcard paths".
    """
    inner = within("", path.lstrip("/"))
    if not inner or not inner.endswith(_ENDINGS) or "?" in inner:
        return []
    forms = [""]
    for number, part in enumerate(inner.split("/")):
        before, deep, after = part.partition("**")
        ways = [part]
        if deep:
            ways = [f"{before}*{after}", f"{before}*/**/*{after}"]
        if part == "**":
            ways = ["*/**"]
        forms = [f"{form}/{way}" if number else way for form in forms for way in ways]
        if len(forms) > _FORMS:
            return []
    return forms

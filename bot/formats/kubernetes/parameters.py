"""The parameters of Tekton's tasks and OpenShift's templates, with their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.formats.telling import Style, Value, along
from bot.formats.yaml_spans import Fields, Node, Scalar, is_null, target
from bot.model import Piece, Span

STYLE = Style(
    re.compile(
        r"\$(?:\((?:inputs\.)?params\.(?P<name>[A-Za-z_][\w.-]*)\)|\{\{?(?P<bare>[A-Za-z_]\w*)\}\}?)"
    ),
    "is given its value by whoever runs it",
)
"""`$(params.NAME)` of Tekton, `${NAME}` and `${{NAME}}` of OpenShift's templates."""


def values(document: Node, fields: Fields) -> Mapping[str, Value]:
    """What each parameter that a document declares stands for, where that may be any text."""
    found: dict[str, Value] = {}
    for path, key in (("spec.params.*", "default"), ("parameters.*", "value")):
        for spot in along(fields, document, path):
            said = {field.name: target(field.value) for field in fields.of(spot.node)}
            name, default = said.get("name"), said.get(key)
            if "enum" in said:
                continue  # Tekton refuses a default that it does not list
            if isinstance(name, Scalar) and isinstance(default, Scalar) and not is_null(default):
                found[name.value] = tuple(_spelled(name.value, default))
    return found


def _spelled(name: str, default: Scalar) -> Iterator[Piece]:
    """A default's characters; without a span where the quotes around them are no plain quotes."""
    inside = len(default.style) if default.style in {"'", '"', ""} else 0
    span = Span(default.span.start + inside, default.span.end - inside)
    as_is = span.end - span.start == len(default.value) and default.style not in {"|", ">"}
    yield Piece(default.value, span if as_is else None, name)

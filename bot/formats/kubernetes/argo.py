"""
Parameters of Argo Workflows: what a workflow, its templates and their steps say they stand for.

https://argo-workflows.readthedocs.io/en/latest/walk-through/parameters/. A template's inputs are
its own; what a step hands to a template of its document goes before the template's default.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.formats.telling import (
    Left,
    Place,
    Style,
    Value,
    along,
    expanded,
    text_at,
    value_of,
)
from bot.formats.yaml_spans import Collection, Fields, Node, Scalar, target

STYLE = Style(
    re.compile(
        r"\{\{[ \t]*(?P<placeholder>(?:workflow|inputs)\.parameters\.[A-Za-z0-9_][\w-]*)[ \t]*\}\}"
    ),
    "is given its value by what runs it",
    sign="{{",
)
"""`{{workflow.parameters.NAME}}` and `{{inputs.parameters.NAME}}`; no other words of Argo's."""

BY_STEPS = Left("elsewhere", "the steps that run this template say what stands here")
_GROUP = "argoproj.io/"
_KINDS = {"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"}
_SPECS = ("spec", "spec.workflowSpec")  # of a CronWorkflow
_STEPS = ("steps.*.*", "dag.tasks.*")
_WORKFLOW, _INPUT = "workflow.parameters.", "inputs.parameters."


@dataclass(frozen=True, slots=True)
class _Handed:
    """What a step says of one input of the template that it runs; `others` has all that it says."""

    said: Node
    others: Mapping[str, Value]


@dataclass(slots=True, eq=False)
class _Template:
    """A template: its inputs' defaults, and by input what the steps say that run it."""

    node: Collection
    inputs: dict[str, Value]
    handed: dict[str, list[_Handed]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)


def is_workflow(document: Node, fields: Fields) -> bool:
    """Whether a document has templates of Argo Workflows."""
    version, kind = (text_at(fields, document, name) for name in ("apiVersion", "kind"))
    return version.startswith(_GROUP) and kind in _KINDS


class Workflow:
    """One document; `values` are what its workflow's own parameters stand for."""

    def __init__(self, text: str, document: Node, fields: Fields) -> None:
        self._text = text
        self._fields = fields
        self.values: dict[str, Value] = {}
        self._templates: list[_Template] = []
        self._inner: list[_Template] = []
        for path in _SPECS:
            for spec in along(fields, document, path):
                self._read(spec.node)
        for found in (self._templates, self._inner):
            found.sort(key=_start)

    def placed(self, place: Place) -> Iterator[Place]:
        """A place with the values of its template; before it, those that steps hand to it."""
        template = _around(self._inner, place.node) or _around(self._templates, place.node)
        if template is None:
            yield place
            return
        values = ChainMap(template.inputs, self.values)
        names = _names(place.node)
        for name in sorted(names & template.handed.keys()):
            template.told.add(name)
            for handed in template.handed.pop(name):
                theirs = ChainMap(dict(handed.others), *values.maps)
                yield replace(place, node=handed.said, key=None, parts=(place.node,), values=theirs)
        if names & template.told and any(name not in values for name in names):
            place = replace(place, left=BY_STEPS)
        yield replace(place, values=values)

    # ------------------------------------------------------------ reading

    def _read(self, spec: Node) -> None:
        own = dict(self._parameters(spec, "arguments.parameters.*", _WORKFLOW, "value"))
        self.values |= {name: value for name, (_, value) in own.items()}
        named: dict[str, _Template] = {}
        for spot in along(self._fields, spec, "templates.*"):
            if template := self._template(spot.node):
                self._templates.append(template)
                named.setdefault(text_at(self._fields, spot.node, "name"), template)
        if entry := named.get(text_at(self._fields, spec, "entrypoint")):
            # What is said for all of the workflow is handed to the template that it begins with.
            entry.inputs |= {_INPUT + name[len(_WORKFLOW) :]: own[name][1] for name in own}
        for template in named.values():
            self._steps(template, named)

    def _template(self, node: Node) -> _Template | None:
        said = target(node)
        if not isinstance(said, Collection):
            return None
        inputs = self._parameters(node, "inputs.parameters.*", _INPUT, "value", "default")
        return _Template(said, {name: value for name, (_, value) in inputs})

    def _steps(self, caller: _Template, named: Mapping[str, _Template]) -> None:
        values = ChainMap(caller.inputs, self.values)
        for path in _STEPS:
            for step in along(self._fields, caller.node, path):
                for spot in along(self._fields, step.node, "inline"):
                    if inner := self._template(spot.node):
                        self._inner.append(inner)
                if callee := named.get(text_at(self._fields, step.node, "template")):
                    self._hand(callee, step.node, values)

    def _hand(self, callee: _Template, step: Node, values: Mapping[str, Value]) -> None:
        nodes: dict[str, Node] = {}
        known: dict[str, Value] = {}
        for name, (node, value) in self._parameters(
            step, "arguments.parameters.*", _INPUT, "value"
        ):
            pieces = expanded(value, STYLE, values)
            if not isinstance(pieces, Left):
                nodes[name], known[name] = node, pieces
        for name, node in nodes.items():
            callee.handed.setdefault(name, []).append(_Handed(node, known))

    def _parameters(
        self, node: Node, path: str, prefix: str, *keys: str
    ) -> Iterator[tuple[str, tuple[Node, Value]]]:
        """The parameters that may be any text: where each value stands, and how it is spelled."""
        for spot in along(self._fields, node, path):
            said = {one.name: one.value for one in self._fields.of(spot.node)}
            name = target(said["name"]) if "name" in said else None
            given = next((said[key] for key in keys if key in said), None)
            if isinstance(name, Scalar) and given and "enum" not in said:
                value = value_of(self._text, given, prefix + name.value)
                if value:
                    yield prefix + name.value, (given, value)


def _start(template: _Template) -> int:
    return template.node.start


def _around(templates: Sequence[_Template], node: Node) -> _Template | None:
    """The template that a node is in; they are sorted, and none is in another."""
    at = bisect_right(templates, node.start, key=_start) - 1
    found = templates[at] if at >= 0 else None
    return found if found and node.start < found.node.end else None


def _names(node: Node) -> set[str]:
    said = target(node)
    text = said.value if isinstance(said, Scalar) else ""
    return {STYLE.named(match) for match in STYLE.pattern.finditer(text)}

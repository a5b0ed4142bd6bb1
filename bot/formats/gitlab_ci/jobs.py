"""The jobs of a GitLab CI file, what they extend, and what variables stand for in each."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.formats.gitlab_ci.inputs import STYLE, Inputs
from bot.formats.telling import Value, everywhere, value_of
from bot.formats.yaml_spans import Collection, Field, Fields, Node, Scalar, target
from bot.model import Piece

GLOBAL = ""
"""What is said for all jobs is told as if by a job without a name."""

NO_INPUTS = Inputs()
_FOR_ALL = {"image", "services", "variables"}
_KEYWORDS = {*_FOR_ALL, "include", "stages", "workflow", "spec", "cache"}
_LINEAGE = 50  # GitLab allows eleven levels: https://docs.gitlab.com/ci/yaml/#extends
_REFERENCES = 10  # https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags
_NAMES = 20

# The prefix of images that GitLab fetches from Docker Hub, and keeps
# (https://docs.gitlab.com/user/packages/dependency_proxy/).
_FROM_HUB = (Piece("docker.io", None),)
_PREDEFINED: dict[str, Value] = {
    "CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX": _FROM_HUB,
    "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX": _FROM_HUB,
}


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A job (a hidden one, `default`, or the top level): its fields, its variables and parents."""

    name: str
    fields: Mapping[str, Field]
    variables: Mapping[str, Field]
    values: dict[str, Value]
    parents: Sequence[str]


class Pipeline:
    """One document of a file; `text` is all of the file's."""

    def __init__(
        self, document: Node, fields: Fields, text: str, inputs: Inputs = NO_INPUTS
    ) -> None:
        self.fields = fields
        self.text = text
        self.inputs = inputs
        self.document = document
        tops = {field.name: field for field in fields.of(document) if not field.is_merge}
        everyone = {name: field for name, field in tops.items() if name in _FOR_ALL}
        self.jobs = {GLOBAL: self._job(GLOBAL, everyone)}
        for name, field in tops.items():
            if name not in _KEYWORDS:
                self.jobs[name] = self._job(name, {f.name: f for f in fields.of(field.value)})

    def lineage(self, job: Job) -> Iterator[Job]:
        """The job and those that it extends, the one that decides first."""
        seen: set[str] = set()
        ahead = [job.name]
        while ahead and len(seen) < _LINEAGE:
            name = ahead.pop()
            if name in self.jobs and name not in seen:
                seen.add(name)
                yield self.jobs[name]
                ahead += self.jobs[name].parents

    def values(self, job: Job) -> Mapping[str, Value]:
        """What variables stand for in a job."""
        said = [one.values for one in self.lineage(job) if one.name != GLOBAL]
        given, shared = dict(self.inputs.values), dict(self.inputs.shared)
        return ChainMap(*said, given, self.jobs[GLOBAL].values, shared, _PREDEFINED)

    def names(self, node: Node, job: Job) -> set[str]:
        """The names of the variables that a text has, and of those within their values."""
        said = target(node)
        ahead = [said.value] if isinstance(said, Scalar) else []
        values = self.values(job)
        found: set[str] = set()
        while ahead and len(found) < _NAMES:
            for match in STYLE.pattern.finditer(ahead.pop()):
                name = STYLE.named(match)
                if name and name not in found:
                    found.add(name)
                    ahead += [piece.text for piece in values.get(name, ())]
        return found

    def wholes(self, node: Node, job: Job) -> set[str]:
        """The names of the variables that are all that a text says, one by way of the other."""
        said = target(node)
        text = said.value if isinstance(said, Scalar) else ""
        values = self.values(job)
        found: set[str] = set()
        while match := STYLE.pattern.fullmatch(text):
            name = STYLE.named(match)
            if name in found:
                break
            found.add(name)
            text = "".join(piece.text for piece in values.get(name, ()))
        return found

    @cached_property
    def givings(self) -> Counter[str]:
        """How often each variable is given a value: for all, for jobs, by rules, in a matrix."""
        counts: Counter[str] = Counter()
        for field in everywhere(self.fields, self.document):
            if field.name in ("variables", "matrix"):
                for node in (field.value, *self._listed(field.value)):
                    counts.update(one.name for one in self.fields.own(node))
        return counts

    def followed(self, node: Node) -> Node | None:
        """What a `!reference [job, key]` stands for; `None` where this file does not say."""
        found: Node | None = node
        for _ in range(_REFERENCES):
            if found is None or not self._is_reference(found):
                return found
            found = self._at(list(self.fields.items(found)))
        return None

    def _is_reference(self, node: Node) -> bool:
        said = target(node)
        return isinstance(said, Collection) and self.text.startswith("!reference", said.start)

    def _at(self, names: Sequence[Node]) -> Node | None:
        at: Node | None = self.document
        for name in names:
            said = target(name)
            if at is None or not isinstance(said, Scalar):
                return None
            values = (field.value for field in self.fields.of(at) if field.name == said.value)
            at = next(values, None)
        return at

    def _listed(self, node: Node) -> Iterator[Node]:
        said = target(node)
        if isinstance(said, Collection) and said.kind == "sequence":
            yield from self.fields.items(node)

    def _job(self, name: str, fields: Mapping[str, Field]) -> Job:
        variables = self._variables(fields)
        parents = [target(item) for item in self._items(fields.get("extends"))]
        return Job(
            name,
            fields,
            variables,
            dict(self._values(variables)),
            [parent.value for parent in parents if isinstance(parent, Scalar)],
        )

    def _items(self, field: Field | None) -> Iterator[Node]:
        return self.fields.items(field.value) if field else iter(())

    def _variables(self, fields: Mapping[str, Field]) -> Mapping[str, Field]:
        """The variables of a job; of one that is described, the field that says its value."""
        found: dict[str, Field] = {}
        given = self.fields.of(fields["variables"].value) if "variables" in fields else ()
        for field in given:
            said = [one for one in self.fields.of(field.value) if one.name == "value"]
            found[field.name] = said[0] if said else field
        return found

    def _values(self, variables: Mapping[str, Field]) -> Iterator[tuple[str, Value]]:
        for name, field in variables.items():
            value = value_of(self.text, field.value, name)
            if value is not None:
                yield name, value

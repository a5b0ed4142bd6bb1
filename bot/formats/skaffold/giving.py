"""What the artifacts of a Skaffold configuration give to the builds of their Dockerfiles."""

from __future__ import annotations

from collections.abc import Iterator

from bot.formats.feeding import Build, Given, place_of
from bot.formats.skaffold.pipelines import artifacts
from bot.formats.telling import Left, Spot, Teller, along, is_changed_by_yaml, reading_of
from bot.formats.yaml_spans import (
    Alias,
    Fields,
    Node,
    Scalar,
    TooMuchError,
    is_null,
    spelling,
    target,
)
from bot.model import SourceFile

_STEPS = 25_000  # far more than anyone gives to builds by hand


def found(file: SourceFile, format_: str) -> list[Build]:
    """The builds of Dockerfiles in the repository that are given arguments."""
    giving = _Giving(file, format_)
    try:
        return [*giving.builds()]
    except TooMuchError:
        return []


class _Giving:
    """Reads what one file gives to builds."""

    def __init__(self, file: SourceFile, format_: str) -> None:
        self._file = file
        self._fields = Fields(_STEPS)
        self._reading = reading_of(file.text)
        self._teller = Teller(file, format_, self._reading)

    def builds(self) -> Iterator[Build]:
        """The builds of all artifacts; Skaffold looks for a Dockerfile within the context."""
        for document in self._reading.documents:
            for artifact in artifacts(document, self._fields):
                for builder in ("docker", "kaniko"):
                    given = self._given(artifact.node, builder)
                    context = self._words(artifact.node, "context", ".")
                    name = self._words(artifact.node, f"{builder}.dockerfile", "Dockerfile")
                    path = place_of(self._file.path, context, name)
                    if given and path is not None:
                        stop = self._words(artifact.node, f"{builder}.target", "")
                        known = stop if "{{" not in stop else ""
                        yield Build(path, given, target=known or None)

    def _words(self, artifact: Node, path: str, default: str) -> str:
        for spot in along(self._fields, artifact, path):
            said = target(spot.node)
            if isinstance(said, Scalar) and not is_null(said):
                return said.value
        return default

    def _given(self, artifact: Node, builder: str) -> dict[str, Given]:
        """The arguments that have a value, and not one that Skaffold fills in."""
        found: dict[str, Given] = {}
        for spot in along(self._fields, artifact, f"{builder}.buildArgs.*"):
            said = target(spot.node)
            if not spot.key or not isinstance(said, Scalar) or is_null(said):
                continue
            if "{{" not in said.value:
                found[spot.key.value] = self._value(spot, said)
        return found

    def _value(self, spot: Spot, said: Scalar) -> Given:
        spelled = spelling(self._file.text, said)
        span = spot.node.span if isinstance(spot.node, Alias) else spelled.span
        left = None
        if is_changed_by_yaml(said):
            left = Left("invalid-reference", f"{said.value} is another number to YAML; quote it")
        start = spot.key.start if spot.key else span.start
        return Given(spelled.pieces, span, self._teller.steers_beside(start, span.end), left)

"""The JSON Schemas of the two configurations, for editors and for checks in CI."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeAlias

from bot.config.models import RepositoryConfig

Which: TypeAlias = Literal["operator", "repository"]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAMES: dict[Which, str] = {
    "operator": "config.schema.json",
    "repository": "repository.schema.json",
}


def schema(which: Which) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the operator's or of a repository's configuration."""
    titles = {"operator": "Operator's configuration", "repository": "Repository's configuration"}
    from bot.config.tags import TaggedOperatorConfig, TaggedRepositoryConfig

    models = {"operator": TaggedOperatorConfig, "repository": TaggedRepositoryConfig}
    made = schema_of(models[which])
    head = {"$schema": _DIALECT, "$id": FILE_NAMES[which]}
    return {**head, **made, "title": f"basewatch: {titles[which]}"}


@lru_cache
def schema_of(model: type[RepositoryConfig]) -> dict[str, Any]:
    """What pydantic makes of a model, with the title of each option left out: it is its name."""
    made: dict[str, Any] = model.model_json_schema(ref_template="#/$defs/{model}")
    for part in (made, *made.get("$defs", {}).values()):
        for option in part.get("properties", {}).values():
            option.pop("title", None)
    return made

"""Say in words what is wrong with a configuration, and what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from pydantic_core import ErrorDetails

from bot.config.said import COMPLAINT
from bot.config.text import Plain

Schema: TypeAlias = Mapping[str, Any]
_QUOTED = re.compile(r"'([^']*)'")
_SHOWN = 60
_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_SECRETS = {"password": "password_env", "token": "token_env", "username": "username_env"}


def what_is_wrong(error: ErrorDetails) -> str:
    """One of pydantic's errors, as a phrase that follows the name of the option."""
    words = _WORDS.get(error["type"])
    if error["input"] is None and error["type"] != COMPLAINT:
        return "it is empty; give it a value or leave it out"
    return words(error) if words else _lower(error["msg"])


def unknown_key(key: str, keys: Iterable[str], elsewhere: Iterable[str]) -> str:
    """That a mapping has no such key; `elsewhere`: the keys that only the operator may use."""
    keys = tuple(keys)
    if key in elsewhere:
        return "only the operator's configuration may say this"
    if (meant := _SECRETS.get(key)) in keys:
        return f"secrets do not stand here; {meant!r} names the environment variable that has it"
    if near := _nearest(key, keys):
        return f"there is no such option; did you mean {near!r}?"
    return f"there is no such option; there are {', '.join(keys)}"


def keys_at(schema: Schema, where: Iterable[str | int]) -> tuple[str, ...]:
    """The keys that a JSON Schema of ours knows in the mapping at that place."""
    here = _resolved(schema, schema)
    for step in where:
        inner = here.get("items") if isinstance(step, int) else _entry(here, step)
        here = _resolved(schema, inner or {})
    return tuple(here.get("properties", ()))


def _entry(here: Schema, key: str) -> Schema | None:
    entry = here.get("properties", {}).get(key) or here.get("additionalProperties")
    return entry if isinstance(entry, Mapping) else None


def _resolved(schema: Schema, here: Schema) -> Schema:
    """Follow a `$ref`, and of `X or null` take X."""
    options = here.get("anyOf") or [here]
    here = next((option for option in options if option.get("type") != "null"), here)
    name = here.get("$ref", "").rpartition("/")[2]
    return schema["$defs"][name] if name else here


def _nearest(word: str, words: Iterable[str]) -> str | None:
    if len(word) > _SHOWN:
        return None
    folded = word.lower().replace("-", "_")
    return next(iter(difflib.get_close_matches(folded, list(words), 1, 0.6)), None)


def shown(value: Plain) -> str:
    """A value as it may be printed: on one line, and short."""
    text = repr(value[: 2 * _SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _one_of(error: ErrorDetails) -> str:
    value, choices = error["input"], _QUOTED.findall(str(error.get("ctx", {}).get("expected", "")))
    if isinstance(value, list | dict):
        return f"it is to be one of {', '.join(choices)}"
    near = _nearest(value, choices) if isinstance(value, str) else None
    hint = f"; did you mean {near!r}?" if near else ""
    return f"{shown(value)} is not one of {', '.join(choices)}{hint}"


def _list(error: ErrorDetails) -> str:
    value = error["input"]
    hint = (
        f", as in [{value}]"
        if isinstance(value, str) and re.fullmatch(r"[\w-]{1,30}", value)
        else ""
    )
    return f"it is to be a list{hint}"


def _truth(error: ErrorDetails) -> str:
    meant = _TRUTHS.get(str(error["input"])[:9].lower())
    return "it is to be true or false" + (f"; write {meant}" if meant else "")


def _text(error: ErrorDetails) -> str:
    quoted = isinstance(error["input"], int | float)
    return "it is to be text" + ("; put it in quotes" if quoted else "")


def _bound(words: str, name: str) -> Callable[[ErrorDetails], str]:
    return lambda error: f"it is to be {words} {error.get('ctx', {}).get(name)}"


def _too_long(error: ErrorDetails) -> str:
    return f"it has more than {error.get('ctx', {}).get('max_length')} entries"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:200]


_WORDS: Mapping[str, Callable[[ErrorDetails], str]] = {
    COMPLAINT: lambda error: error["msg"],
    "literal_error": _one_of,
    "tuple_type": _list,
    "list_type": _list,
    "missing": lambda _: "it is missing",
    "bool_type": _truth,
    "string_type": _text,
    "int_type": lambda _: "it is to be a whole number",
    "int_from_float": lambda _: "it is to be a whole number",
    "float_type": lambda _: "it is to be a number",
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
    "string_too_long": _bound("no longer than, in characters,", "max_length"),
    "string_too_short": lambda _: "it is empty; give it a value or leave it out",
    "too_short": lambda _: "it is empty; name one at least or leave it out",
    "too_long": _too_long,
    "model_type": lambda _: "it is to be a mapping, as in `key: value`",
    "dict_type": lambda _: "it is to be a mapping, as in `key: value`",
}

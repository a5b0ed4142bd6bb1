"""Plain data, as of a JSON file, read as the named tuple that it is said to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def filled(kind: type[T], plain: object) -> T:
    """
    A value of a kind, which is a named tuple; its annotations say what is in it.

    Raises `ValueError` or `TypeError` where the data does not fit. Keys that it has no field for
    are passed over, and fields that are not said have their defaults.
    """
    return cast("T", _filled(kind, plain))


def _filled(kind: Any, plain: Any) -> object:  # noqa: ANN401 -- a type, and what JSON holds
    if fill := _KINDS.get(get_origin(kind)):
        return fill(get_args(kind), plain)
    if hasattr(kind, "_fields"):
        return _tuple_of_names(kind, plain)
    if type(plain) is kind or (kind is float and type(plain) is int):
        return plain
    raise ValueError(f"{kind} was expected")


def _tuple_of_names(kind: Any, plain: Any) -> object:  # noqa: ANN401 -- as above
    said = _expected(dict, plain)
    hints = get_type_hints(kind)
    if missing := hints.keys() - kind._field_defaults - said.keys():
        raise ValueError(f"{', '.join(sorted(missing))} of {kind} are missing")
    return kind(**{name: _filled(hints[name], said[name]) for name in hints if name in said})


def _either(kinds: tuple[Any, ...], plain: object) -> object:
    """Something or nothing: there are no other unions."""
    return None if plain is None else _filled(next(k for k in kinds if k is not NoneType), plain)


def _several(kinds: tuple[Any, ...], plain: object) -> object:
    return tuple(_filled(kinds[0], each) for each in _expected(list, plain))


def _by_name(kinds: tuple[Any, ...], plain: object) -> object:
    return {name: _filled(kinds[1], each) for name, each in _expected(dict, plain).items()}


def _one_of(words: tuple[Any, ...], plain: object) -> object:
    if plain not in words:
        raise ValueError(f"one of {words} was expected")
    return plain


def _expected(kind: type[T], plain: object) -> T:
    if not isinstance(plain, kind):
        raise TypeError(f"{kind} was expected")
    return plain


_KINDS: Mapping[Any, Callable[[tuple[Any, ...], object], object]] = {
    UnionType: _either,
    Union: _either,
    tuple: _several,
    Mapping: _by_name,
    Literal: _one_of,
}

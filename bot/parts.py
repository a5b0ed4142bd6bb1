"""Packages whose parts are loaded when a name of theirs is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def names_of(package: str, parts: Mapping[str, str]) -> Callable[[str], object]:
    """
    The `__getattr__` of a package (https://peps.python.org/pep-0562/).

    `parts` says which names, divided by spaces, each module of the package is asked for. The
    answer looks in that module and remembers; it raises `AttributeError` for any other name.
    """
    homes = {name: part for part, names in parts.items() for name in names.split()}

    def found(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return found

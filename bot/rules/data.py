"""Find the bundled rules and data, in a checkout or in the wheel, and read the life cycles."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import ConfigError
from bot.lifecycle import LifeCycles, Products
from bot.lifecycle.answers import Rows, as_kept
from bot.rules.compiled import compiled
from bot.tags.rules import Rule

_LIMIT = 8 << 20
_PACKAGE = Path(__file__).parent.parent


def loader() -> Any:  # noqa: ANN401 -- a class of a library without types
    """What reads YAML as data only; the one in C is ten times as fast."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def folder() -> Path:
    """The folder of the bundled rules."""
    in_wheel = _PACKAGE / "_rules"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "rules"


@cache
def products() -> Mapping[str, Any]:
    """`lifecycle/images.yaml` as parsed: what images are made of. Raises `ConfigError`."""
    return _images(folder() / "lifecycle")


def life_cycles(
    where: Path | None = None, rules: Sequence[Rule] = (), fresh: Path | None = None
) -> LifeCycles:
    """
    What is known of ends of support: `lifecycle/` of the folder, and what `rules` say of images.

    `fresh` is a file of what `basewatch lifecycle refresh` has learned since, if there is one.
    Raises `ConfigError`.
    """
    return LifeCycles(known_products(where, fresh), rules)


@cache
def known_products(where: Path | None = None, fresh: Path | None = None) -> Products:
    """The products with their releases; see `life_cycles`."""
    lifecycle = (where or folder()) / "lifecycle"
    images, learned = _images(lifecycle), refreshed(fresh) if fresh else {}
    try:
        dates = json.loads((lifecycle / "products.json").read_bytes())
        return Products.read(images, dates, learned)
    except (OSError, KeyError, ValueError) as error:
        raise _unreadable(lifecycle, error) from error


def refreshed(file: Path) -> Mapping[str, Rows]:
    """
    What a refresh has learned of products; nothing where there was none yet.

    Raises `ConfigError` where the file is not what a refresh writes.
    """
    try:
        with file.open("rb") as opened:
            said = json.loads(opened.read(_LIMIT))  # what is larger is no JSON after the cut
        return as_kept(said.get("products") if isinstance(said, dict) else None)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"{file} cannot be read ({one_line(error)});"
            " write it anew with `basewatch lifecycle refresh`, or remove it"
        ) from error


def usable(file: Path, notice: Callable[[str], None]) -> Path | None:
    """A file that a refresh wrote; none, and `notice` is told, where it cannot be used."""
    try:
        refreshed(file)
    except ConfigError as error:
        notice(f"{error}; what is bundled is used")
        return None
    return file


def _images(lifecycle: Path) -> Mapping[str, Any]:
    ready = compiled(lifecycle.parent)
    return ready[1] if ready else read_images(lifecycle)


def read_images(lifecycle: Path) -> Mapping[str, Any]:
    """`images.yaml` of a folder, as parsed; raises `ConfigError`."""
    import yaml  # where there is nothing to parse, no parser is loaded

    try:
        text = (lifecycle / "images.yaml").read_bytes()
        read: Mapping[str, Any] = yaml.load(text, Loader=loader())  # noqa: S506  a SafeLoader
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _unreadable(lifecycle, error) from error
    return read


def _unreadable(lifecycle: Path, error: Exception) -> ConfigError:
    return ConfigError(f"{lifecycle} cannot be read: {type(error).__name__}: {one_line(error)}")


def one_line(error: Exception) -> str:
    """An error's text as one line."""
    return " ".join(str(error).split())

"""The operator's settings, validated once: as long as the file is the same, they are remembered."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from bot.config.files import operator_bytes
from bot.config.filling import filled
from bot.config.settings import Settings

if TYPE_CHECKING:
    from bot.config.models import OperatorConfig

_OFF = "off"
_OF_THE_RUN = {*Settings._fields, "platform"}
"""What an operator says that no repository's policy depends on."""
_LARGEST = 1 << 20


def operator_settings(path: str | None, folder: Path | None) -> Settings:
    """
    What the operator's file says of registries and images; the defaults where there is none.

    The last file that was well-formed is remembered in `folder`, by what is in it, and is not
    validated again: to load what validates takes longer than to compare two images that are known.
    What is remembered is believed only of this version's, and where nobody but its owner, who is
    running this, can have written it: it says which registry gets which credentials. Raises
    `ConfigError`.
    """
    if path is None:
        return Settings()
    data = operator_bytes(path)
    memory = _Memory(folder, data) if folder else None
    if memory and (known := memory.recall()):
        return known
    from bot.config.reading import operator_config_of

    said = settings_of(operator_config_of(data, path))
    if memory and said.evidence.cache != _OFF:
        memory.keep(said)
    return said


def settings_of(config: OperatorConfig) -> Settings:
    """The part of a configuration that is remembered."""
    said = config.model_dump(mode="json", include={*Settings._fields})
    ruled = bool(config.model_fields_set - _OF_THE_RUN)
    return filled(Settings, {**said, "tagged": bool(config.tags), "ruled": ruled})


def machines_own(environ: Mapping[str, str]) -> Path:
    """
    Where a user's programs remember what no other machine is to know: it outlives no start.

    Not a cache: those are carried from build to build, by who may not be who runs the next one.
    https://specifications.freedesktop.org/basedir-spec/latest/ names `XDG_RUNTIME_DIR`; without it
    it is a folder of the user's own among the temporary ones, as tmux and others have it.
    """
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute():
        return runtime / "basewatch"
    return Path(tempfile.gettempdir()) / f"basewatch-{os.geteuid()}"


class _Memory:
    """One file, of one configuration; where it cannot be used, it is as if it were not there."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self._path = folder / "settings.json"
        self._of = hashlib.sha256(b"\0".join([*map(str.encode, _readers()), data])).hexdigest()

    def recall(self) -> Settings | None:
        try:
            _check(self._path.parent.lstat())
            said = json.loads(_owned(self._path))
            return filled(Settings, said["settings"]) if said["of"] == self._of else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def keep(self, settings: Settings) -> None:
        said = json.dumps({"of": self._of, "settings": _plain(settings)})
        beside = self._path.with_name(secrets.token_hex(8))
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            _check(self._path.parent.lstat())
            try:
                beside.touch(mode=0o600, exist_ok=False)
                beside.write_text(said, "ascii")
                beside.replace(self._path)
            finally:
                beside.unlink(missing_ok=True)


def _readers() -> list[str]:
    """What else decides on the settings: the version, and in a checkout what was changed since."""
    with os.scandir(Path(__file__).parent) as files:
        changed = [file.stat().st_mtime_ns for file in files if file.name.endswith(".py")]
    return [__version__, str(max(changed, default=0))]


def _owned(path: Path) -> bytes:
    """What is in a file that is its owner's alone, who we are; raises `OSError`."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        _check(os.fstat(file.fileno()))
        return file.read(_LARGEST)


def _check(told: os.stat_result) -> None:
    if told.st_uid != os.geteuid() or told.st_mode & 0o077 or stat.S_ISLNK(told.st_mode):
        raise PermissionError("it is not ours alone")


def _plain(value: object) -> object:
    """Named tuples as mappings, so that what is kept says what each value is."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        named = getattr(value, "_asdict", None)
        return _plain(named()) if named else [_plain(each) for each in value]
    return value

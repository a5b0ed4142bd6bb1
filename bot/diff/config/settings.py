"""The settings of an image that have one value: user, entrypoint, command, folder, ports, …"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from bot.model import ConfigChange, HealthCheck, ImageConfig

_ROOT = frozenset({"", "root", "0"})
_SECOND = 10**9


def setting_changes(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    """What differs, apart from environment and labels."""
    for changes in _CHANGES:
        yield from changes(old, new)


def is_root(user: str) -> bool:
    """Whether a `USER` is the superuser; an image that names none runs as root."""
    return user.partition(":")[0].strip() in _ROOT


def _user(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    if old.user == new.user:
        return
    was, now = is_root(old.user), is_root(new.user)
    if was and now:
        meaning = "It is root as before, spelled differently."
    elif was:
        meaning = (
            f"Builds and containers on it run as {new.user} now, where they ran as root: RUN lines"
            " that install packages or write outside its home fail unless USER root stands before"
            " them."
        )
    elif now:
        meaning = (
            f"Builds and containers on it run as root now, where they ran as {old.user}, unless"
            " they name a USER themselves."
        )
    else:
        meaning = (
            f"Builds and containers on it run as {new.user} now, where they ran as {old.user}:"
            " files that belong to the one may be closed to the other."
        )
    yield ConfigChange("user", old.user or None, new.user or None, meaning, not (was and now))


def _entrypoint(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    was, now = old.entrypoint or (), new.entrypoint or ()
    if was == now:
        return
    if not was:
        meaning = f"A CMD on top of it becomes arguments of {_line(now)}; it ran as it stands."
    elif not now:
        meaning = f"A CMD on top of it runs as it stands; it was arguments of {_line(was)}."
    elif was[0] == now[0]:
        meaning = "The program that containers start is the same, with other arguments before CMD."
    else:
        meaning = f"Containers start {_line(now)} now, and a CMD on top of it is given to that."
    yield ConfigChange("entrypoint", _said(was), _said(now), meaning, serious=True)


def _command(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    was, now = old.command or (), new.command or ()
    if was == now:
        return
    if now:
        meaning = f"A container that is given no command runs {_line(now)} now."
    else:
        meaning = "A container that is given no command has none now, unless a build sets CMD."
    yield ConfigChange("command", _said(was), _said(now), meaning)


def _working_folder(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    was, now = (folder.rstrip("/") or "/" for folder in (old.working_folder, new.working_folder))
    if was != now:
        meaning = f"Relative paths of RUN, COPY and CMD begin at {now} now, where it was {was}."
        yield ConfigChange("working directory", was, now, meaning, serious=True)


def _ports(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    for port in sorted(old.ports - new.ports):
        meaning = "The image no longer says that it listens there: -P and tools that ask miss it."
        yield ConfigChange(f"port {port}", port, None, meaning, serious=True)
    for port in sorted(new.ports - old.ports):
        meaning = "The image says that it listens there now, and -P publishes it."
        yield ConfigChange(f"port {port}", None, port, meaning)


def _volumes(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    for path in sorted(old.volumes - new.volumes):
        meaning = "What containers write there is no longer kept in a volume of its own."
        yield ConfigChange(f"volume {path}", path, None, meaning)
    for path in sorted(new.volumes - old.volumes):
        meaning = "What a build on it writes there may be lost, as it is a volume now."
        yield ConfigChange(f"volume {path}", None, path, meaning, serious=True)


def _stop_signal(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    was, now = old.stop_signal or "SIGTERM", new.stop_signal or "SIGTERM"
    if was != now:
        meaning = f"Containers are asked to stop by {now} now: a program on it must know that one."
        yield ConfigChange("stop signal", was, now, meaning)


def _health_check(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    was, now = _health(old.health_check), _health(new.health_check)
    if was == now:
        return
    if now is None:
        meaning = "Containers have no health any more: who waits for a healthy one waits in vain."
    elif was is None:
        meaning = "Containers are checked for their health now, and may be found unhealthy."
    else:
        meaning = "The health of containers is checked in another way."
    yield ConfigChange("health check", was, now, meaning, serious=now is None)


def _shell(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    if (old.shell or ()) != (new.shell or ()):
        name = _line(new.shell or ()) or "the default shell"
        meaning = f"RUN, CMD and ENTRYPOINT lines in shell form are run by {name} now."
        was, now = _said(old.shell or ()), _said(new.shell or ())
        yield ConfigChange("shell", was, now, meaning, serious=True)


def _on_build(old: ImageConfig, new: ImageConfig) -> Iterator[ConfigChange]:
    if old.on_build == new.on_build:
        return
    if not old.on_build:
        meaning = "Every build on it runs these instructions first now, right after its FROM."
    elif not new.on_build:
        meaning = "Builds on it no longer run these instructions after their FROM."
    else:
        meaning = "Every build on it runs other instructions right after its FROM."
    was, now = ("\n".join(image.on_build) or None for image in (old, new))
    yield ConfigChange("ONBUILD", was, now, meaning, serious=True)


def _health(check: HealthCheck | None) -> str | None:
    if check is None or not check.test or check.test[0] == "NONE":
        return None
    times = {
        "interval": check.interval,
        "timeout": check.timeout,
        "start period": check.start_period,
    }
    words = [f"{name} {time / _SECOND:g} s" for name, time in times.items() if time]
    words += [f"{check.retries} retries"] if check.retries else []
    return ", ".join([_line(check.test), *words])


def _line(words: Sequence[str]) -> str:
    return " ".join(words)


def _said(words: Sequence[str]) -> str | None:
    return json.dumps(list(words), ensure_ascii=False) if words else None


_CHANGES: tuple[Callable[[ImageConfig, ImageConfig], Iterator[ConfigChange]], ...] = (
    _user,
    _entrypoint,
    _command,
    _working_folder,
    _ports,
    _volumes,
    _stop_signal,
    _health_check,
    _shell,
    _on_build,
)

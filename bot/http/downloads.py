"""A body of known size on its way: taken up again where it broke off, and never longer."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx

from bot.errors import HttpError

SLOWEST = 256 << 10  # bytes a second, all tries together; slower is as good as never
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")


class Download:
    """
    Hands `size` bytes to `write` as they come, each once, however many answers they take.

    `came` is how many there are; a new one may start with some that its maker had. `parts` is how
    many answers they took. With `ranges` only the rest is asked for, and a host that sends all of
    it again is listened to from there. Raises `HttpError` where an answer does not fit.
    """

    def __init__(self, size: int, write: Callable[[bytes], object], came: int = 0) -> None:
        self.size = size
        self.came = came
        self.parts = 0
        self.ranges = True
        self._write = write
        self._skip = 0
        self._until = 0.0

    @property
    def whole(self) -> bool:
        """Whether all is there."""
        return self.came >= self.size

    @property
    def wanted(self) -> str | None:
        """What to send as `Range`: the rest, where a part is there already."""
        # Without the last byte's place: a host that has fewer bytes than told would say 416.
        return f"bytes={self.came}-" if self.came and self.ranges else None

    def seconds(self, now: float) -> float:
        """How long the rest may take from now on: as the slowest host would since it was begun."""
        self._until = self._until or now + (self.size - self.came) / SLOWEST
        return max(0.0, self._until - now)

    def begin(self, response: httpx.Response) -> None:
        """Read from an answer's head what its body is."""
        told = response.headers.get("content-length", "")
        self.parts += 1
        self._skip = 0 if response.status_code == 206 else self.came
        if response.status_code == 206 and not self._continues(response):
            raise HttpError(f"{response.request.url.host} sent another part than was asked for")
        if re.fullmatch(r"[0-9]{1,18}", told) and int(told) > self.size - self.came + self._skip:
            raise self._too_long(response)

    def take(self, chunk: bytes, response: httpx.Response) -> None:
        """Hand on what is new of it."""
        old = min(self._skip, len(chunk))
        self._skip -= old
        chunk = chunk[old:]
        if self.came + len(chunk) > self.size:
            raise self._too_long(response)
        self.came += len(chunk)
        self._write(chunk)

    def _continues(self, response: httpx.Response) -> bool:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        return (
            self.wanted is not None
            and found is not None
            and int(found[1]) == self.came
            and found[3] in ("*", str(self.size))
        )

    def _too_long(self, response: httpx.Response) -> HttpError:
        host = response.request.url.host
        return HttpError(f"{host} sent more than the {self.size} bytes that there should be")

"""What a refusal of GitLab means, in one line, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.errors import PlatformError, UnsureError
from bot.git import printable

_LONGEST = 300

_REFUSED = (
    "the token is not accepted: it expired, was revoked, or is of another GitLab;"
    " give one with the scope `api`"
)
_BY_JOB = (
    "a job token may not do this: give a project or group access token with the scope `api`"
    " and the role Developer"
)
_SCOPE = "the token lacks a scope: give it `api`"
_ROLE = "whom the token belongs to may not do this: it takes at least the role Developer"
_HIDDEN = "there is no such thing, or the token may not see it"
_MOVED = "it answers that this lies elsewhere: give the present path and the address of the GitLab"


class AnswerError(PlatformError):
    """GitLab refused; `status` is HTTP's, `said` its own words."""

    def __init__(self, message: str, status: int, said: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = said


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: `about` is a project or a part of one, as people name it."""

    host: str
    about: str
    writes: bool
    by_job: bool = False

    def refusal(self, status: int, said: str) -> PlatformError:
        """The error that an answer other than success is; `said` is shown to people as it is."""
        if self.writes and status >= 500:
            return UnsureError(f"{self.where}: HTTP {status}; whether it was done is not known")
        told = f" (GitLab says: {said})" if said else ""
        return AnswerError(f"{self.where}: {self._meaning(status, said)}{told}", status, said)

    def unanswered(self, why: str, *, sent: bool) -> PlatformError:
        """The error that the lack of an answer is; `sent`: the question may have arrived."""
        if self.writes and sent:
            return UnsureError(f"{self.where}: {why}; whether it was done is not known")
        return PlatformError(f"{self.where}: {why}")

    @property
    def where(self) -> str:
        """Host and what of it, as each message begins."""
        return printable(f"{self.host}: {self.about}")[:_LONGEST]

    def _meaning(self, status: int, said: str) -> str:
        if self.by_job and status in {401, 403, 404}:
            return _BY_JOB
        if status == 403 and "insufficient_scope" in said:
            return _SCOPE
        if 300 <= status < 400:
            return _MOVED
        known = {
            401: _REFUSED,
            403: _ROLE,
            404: _HIDDEN,
            429: "it asks to be left alone for longer",
        }
        return known.get(status, f"HTTP {status}")


def words_of(message: object, secrets: Iterable[str]) -> str:
    """What GitLab says about a refusal, on one line, bounded, and without our token in it."""
    said = message.decode("utf-8", "replace") if isinstance(message, bytes) else _flat(message)
    if "<html" in said[:200].lower() or "<!doctype" in said[:200].lower():
        return ""
    for secret in secrets:
        said = said.replace(secret, "***")
    return printable(" ".join(said[: 4 * _LONGEST].split()))[:_LONGEST]


def _flat(message: object) -> str:
    """Messages are a text, a list of them, or lists by the field that they are about."""
    if isinstance(message, Mapping):
        return "; ".join(f"{field}: {_shallow(said)}" for field, said in [*message.items()][:5])
    return _shallow(message)


def _shallow(message: object) -> str:
    if isinstance(message, list):
        return ", ".join(each for each in message[:5] if isinstance(each, str))
    return message if isinstance(message, str) else ""


def of_the_network(error: OSError) -> tuple[str, bool]:
    """
    Why there was no answer, and whether the question may have arrived all the same.

    Errors are told by their names: the library that python-gitlab asks with is its own affair.
    """
    kinds = _kinds(error) | _kinds(_reason(error))
    for kind, why in _NOT_SENT.items():
        if kind in kinds:
            return why, False
    return ("it did not answer in time" if "Timeout" in kinds else "the connection was lost"), True


_NOT_SENT = {
    "SSLError": "its certificate is not believed: give the file of its authority",
    "ProxyError": "the proxy does not let it through",
    "ConnectTimeout": "it cannot be reached in time",
    "NameResolutionError": "its name is not known",
    "NewConnectionError": "it cannot be reached",
    "InvalidURL": "its address is none",
    "InvalidHeader": "the token has a character that no token has",
}


def _reason(error: OSError) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None


def _kinds(error: object) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}

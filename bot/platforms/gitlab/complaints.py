"""What a refusal of GitLab means, in one line, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.errors import PlatformError, ShutError, UnsureError
from bot.forges.silence import Silence
from bot.git import printable
from bot.hushed import hushed

_LONGEST = 300
_MOST = 100_000

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
_PROTECTED = "the branch is protected, or the role is less than Developer: protect no `basewatch/*`"
_HIDDEN = "there is no such thing, or the token may not see it"
LIMITED = "it asks to be left alone for longer: run again later, or less at once"
_LATER = "try again later"
_REFUSES = "it refuses this; look at the project"
_UNKNOWN = "whether it was done is not known: the next run looks"
_MOVED = "it answers that this lies elsewhere: give the present path and the address of the GitLab"


class AnswerError(PlatformError):
    """GitLab refused; `status` is HTTP's, `said` its own words."""

    def __init__(self, message: str, status: int, said: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = said


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What was asked: `about` is a project or a part of one, as people name it.

    `spare`: what was asked can be had in another way, so that a refusal shuts nothing.
    """

    host: str
    about: str
    writes: bool
    by_job: bool = False
    spare: bool = False

    def refusal(self, status: int, said: str) -> PlatformError:
        """The error that an answer other than success is; `said` is shown to people as it is."""
        if self.writes and status >= 500:
            return UnsureError(f"{self.where}: HTTP {status}; {_UNKNOWN}")
        meaning = self._meaning(status, said) + (f" (GitLab says: {said})" if said else "")
        # To a write it also says 401 where whom the token belongs to may not do that one thing:
        # https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
        if status == 401 and not (self.writes or self.by_job or self.spare):
            return ShutError(f"{printable(self.host)}: {meaning}")
        return AnswerError(f"{self.where}: {meaning}", status, said)

    def silence(self, silence: Silence) -> PlatformError:
        """The error that it is where nothing was answered."""
        if silence.unreached and not (self.writes and silence.sent):
            return ShutError(f"{printable(self.host)}: {silence.why}")
        once_more = silence.sent and not (silence.unreached or self.writes)
        why = f"{silence.why}: {_LATER}" if once_more else silence.why
        return self.unanswered(why, sent=silence.sent)

    def unanswered(self, why: str, *, sent: bool) -> PlatformError:
        """The error that the lack of an answer is; `sent`: the question may have arrived."""
        if self.writes and sent:
            return UnsureError(f"{self.where}: {why}; {_UNKNOWN}")
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
        if status in {400, 403} and "push into this branch" in said:
            return _PROTECTED
        if 300 <= status < 400:
            return _MOVED
        known = {
            401: _REFUSED,
            403: _ROLE,
            404: _HIDDEN,
            409: "HTTP 409: somebody changed it just now; run again",
            429: LIMITED,
        }
        passes = status == 408 or status >= 500
        return known.get(status, f"HTTP {status}: {_LATER if passes else _REFUSES}")


def words_of(message: object, secrets: Iterable[str]) -> str:
    """What GitLab says about a refusal, on one line, bounded, and without our token in it."""
    said = message.decode("utf-8", "replace") if isinstance(message, bytes) else _flat(message)
    if "<html" in said[:200].lower() or "<!doctype" in said[:200].lower():
        return ""
    said = hushed(said[:_MOST], secrets)
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

"""What a GitHub says when it does not do a thing, in words that say what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import PlatformError
from bot.forges.silence import Silence
from bot.git import printable

_LONGEST = 300
_SSO_URL = re.compile(r"url=(https://[!-~]{1,500})")
_SECONDARY = ("secondary rate limit", "abuse detection", "submitted too quickly")

_ADVICE = {
    401: "it has expired, was revoked or is of another GitHub",
    404: "there is no such thing, or the token may not see it",
    409: "look at the repository: it is empty, or somebody changed it just now",
    422: "it refuses this; look at the repository and its rules",
    410: "it is switched off for this repository",
    451: "it is closed for legal reasons",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    An answer that is no 2xx; the names of its headers are in lower case.

    `lost` is why there is none, with the status 0, and `silence` what that means where nothing
    came; `sent`: the request may have reached GitHub.
    """

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""
    sent: bool = True
    silence: Silence | None = None

    @property
    def message(self) -> str:
        """What GitHub says of it, on one line; empty for what is no JSON of its own."""
        try:
            said = json.loads(self.text) if len(self.text) <= 1_000_000 else None
        except (ValueError, RecursionError):
            return ""
        if not isinstance(said, dict):
            return ""
        told = "; ".join(filter(None, [_text(said.get("message")), *_errors_of(said)]))
        whole = told.encode("utf-8", "replace").decode()
        return printable(" ".join(whole.split()))[:_LONGEST]

    @property
    def is_limit(self) -> bool:
        """Whether it is a rate limit: then the request was not done."""
        said = self.message.lower()
        exhausted = self.headers.get("x-ratelimit-remaining") == "0"
        limited = "rate limit" in said or any(words in said for words in _SECONDARY)
        waits = "retry-after" in self.headers
        return self.status == 429 or (self.status == 403 and (exhausted or limited or waits))

    @property
    def is_outage(self) -> bool:
        """Whether GitHub could not answer: it may have done what it was asked."""
        return self.status >= 500 or bool(self.lost)

    @property
    def is_unreached(self) -> bool:
        """Whether GitHub was not reached at all."""
        return self.silence is not None and self.silence.unreached

    def sentence(self, called: str) -> str:
        """What it means and what to do about it; `called` is what people call the token."""
        said = self.lost or f"{self.status} {self.message}".strip()
        advice = self._advice(called)
        return f"{said.removesuffix('.')}: {advice}" if advice else said

    def _advice(self, called: str) -> str:
        lost = self.silence and self.silence.sent and not self.is_unreached
        if lost or self.status == 408 or self.status >= 500:
            return "try again later"
        if self.status == 401:
            return f"look at {called}: {_ADVICE[401]}"
        if self.is_limit:
            return "its rate limit is used up; run again later, or less at once"
        if self.status == 403:
            return self._forbidden(called)
        if 300 <= self.status < 400:
            return "it has moved: name it as it is called now"
        return _ADVICE.get(self.status, "")

    def _forbidden(self, called: str) -> str:
        sso = self.headers.get("x-github-sso", "")
        if sso or "saml" in self.message.lower():
            found = _SSO_URL.search(sso)
            where = f" at {found[1]}" if found else ""
            return f"authorize {called} for the organization's single sign-on{where}"
        if "archived" in self.message.lower():
            return "nothing can be written there"
        if "not permitted to create" in self.message:
            return "allow it in the settings of the repository (Actions, General)"
        needs = printable(self.headers.get("x-accepted-github-permissions", ""))[:200]
        return (
            f"{called} needs {needs}" if needs else f"give {called} the permission that is missing"
        )


class RefusedError(PlatformError):
    """GitHub answered, and did not do it; `refusal` is its answer."""

    def __init__(self, text: str, refusal: Refusal) -> None:
        super().__init__(text)
        self.refusal = refusal


def refused_by_graphql(data: Mapping[str, object]) -> Refusal | None:
    """https://spec.graphql.org/October2021/#sec-Errors: an answer may be 200 and a refusal."""
    errors = data.get("errors")
    if not isinstance(errors, list) or not errors:
        return None
    first = errors[0] if isinstance(errors[0], dict) else {}
    status = 429 if first.get("type") == "RATE_LIMITED" else 422
    return Refusal(status, json.dumps({"message": first.get("message")}))


def _errors_of(said: Mapping[str, object]) -> list[str]:
    """What is wrong with single fields: https://docs.github.com/en/rest/using-the-rest-api/."""
    errors = said.get("errors")
    return [_error(each) for each in errors[:5]] if isinstance(errors, list) else []


def _error(said: object) -> str:
    if not isinstance(said, Mapping):
        return _text(said)
    words = _text(said.get("message"))
    return words or " ".join(filter(None, (_text(said.get(name)) for name in ("field", "code"))))


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""

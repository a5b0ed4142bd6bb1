"""GitLab's APIs as the rest of this package asks it: JSON in and out, errors of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from bot.errors import PlatformError, ShutError
from bot.forges.silence import silence_of
from bot.git import Credential
from bot.platforms.gitlab.complaints import LIMITED, AnswerError, Asked, words_of
from bot.platforms.gitlab.pace import Pace
from bot.platforms.gitlab.paths import GRAPHQL
from bot.platforms.gitlab.shapes import Record, parsed, part, record, records

PER_PAGE = 100
"""https://docs.gitlab.com/api/rest/#pagination has no more."""

_LIMITS = 3  # in a row that outlast the patience, before nothing more is asked
_SILENCE = 60.0  # seconds without a byte
_AGENT = "basewatch"

Query: TypeAlias = Mapping[str, str | int]
Verb = Literal["post", "put", "delete"]


@dataclass(frozen=True, slots=True)
class Access:
    """A GitLab and what lets us in; the token is never printed."""

    url: str
    token: str = field(repr=False)
    by_job: bool = False
    authorities: Path | None = None

    @property
    def host(self) -> str:
        """Its name, with the port if it has one of its own."""
        return urlsplit(self.url).netloc

    @property
    def credential(self) -> Credential:
        """What git is to show; `ConfigError` for what is no token."""
        return Credential.basic("gitlab-ci-token" if self.by_job else "oauth2", self.token)


class Api:
    """
    Asks and tells; `about` is what messages name. Raises `PlatformError`.

    A `ShutError` for a GitLab that cannot be reached, does not take the token, or limits it for
    longer than is waited for three times in a row, and then for whatever is asked next, which is
    not sent.
    """

    def __init__(self, access: Access, pace: Pace) -> None:
        from gitlab import Gitlab as Client

        from bot.platforms.gitlab.wire import Wire

        self.access = access
        self.pace = pace
        self._shut = ""
        self._limits = {True: 0, False: 0}  # of writes, and of reads: they may be limited apart
        verify = str(access.authorities) if access.authorities else True
        self._client = Client(
            access.url,
            private_token=None if access.by_job else access.token,
            job_token=access.token if access.by_job else None,
            ssl_verify=verify,
            timeout=_SILENCE,
            user_agent=_AGENT,
            keep_base_url=True,
            backend=Wire,
            pace=pace,
        )

    def one(self, path: str, about: str, query: Query | None = None) -> Record:
        """The object at a path."""
        asked = self._asked(about, writes=False)
        with self.located(about):
            return record(parsed(self._answer(asked, "get", path, query=query)[0]))

    def listed(self, path: str, about: str, query: Query, pages: int) -> Iterator[Record]:
        """
        The objects of a list, page by page.

        Raises `PlatformError` where there are more than so many `pages`.
        """
        for page in range(1, pages + 1):
            found, more = self.page(path, about, {**query, "page": page})
            yield from found
            if not more:
                return
        raise PlatformError(f"{self.access.host}: {about}: there is more than can be looked at")

    def page(self, path: str, about: str, query: Query) -> tuple[list[Record], bool]:
        """One page of a list, and whether there is another."""
        asked = self._asked(about, writes=False)
        query = {"per_page": PER_PAGE, **query}
        with self.located(about):
            content, headers = self._answer(asked, "get", path, query=query)
            found = records(parsed(content))
        following = headers.get("X-Next-Page")
        # Where it is not said, a whole page makes it likely that there is another.
        return found, len(found) >= PER_PAGE if following is None else bool(following.strip())

    def there(self, path: str, about: str, query: Query) -> bool:
        """Whether there is something at a path."""
        try:
            self._answer(self._asked(about, writes=False), "head", path, query=query)
        except AnswerError as error:
            if error.status == 404:
                return False
            raise
        return True

    def answered(self, question: str, about: str, given: Record) -> Record:
        """
        The `data` that a question of GraphQL is answered with; nothing may be changed by it.

        Raises `AnswerError` where it is refused, be it in an answer that succeeds
        (https://spec.graphql.org/October2021/#sec-Errors).
        """
        asked = replace(self._asked(about, writes=False), spare=True)
        data = {"query": question, "variables": given}
        with self.located(about):
            content, _ = self._answer(asked, "post", self.access.url + GRAPHQL, data=data)
            found = record(parsed(content))
            if "errors" in found:
                raise asked.refusal(200, words_of(_first_of(found), self.access.credential.secrets))
            return part(found, "data")

    def told(self, verb: Verb, path: str, about: str, data: Record | None = None) -> Record:
        """
        What is answered to a change; an empty object where nothing is.

        Raises `UnsureError` where it may have been made.
        """
        asked = self._asked(about, writes=True)
        content, _ = self._answer(asked, verb, path, data=data)
        with self.located(about, writes=True):
            return record(parsed(content)) if content.strip() else {}

    @contextmanager
    def located(self, about: str, *, writes: bool = False) -> Iterator[None]:
        """Say of which question an answer is that makes no sense; what was to write may have."""
        asked = self._asked(about, writes=writes)
        try:
            yield
        except ShutError:
            raise
        except PlatformError as error:
            if str(error).startswith(asked.where):
                raise
            raise asked.unanswered(str(error), sent=True) from None

    def _asked(self, about: str, *, writes: bool) -> Asked:
        return Asked(self.access.host, about, writes, self.access.by_job)

    def _answer(
        self,
        asked: Asked,
        verb: str,
        path: str,
        *,
        query: Query | None = None,
        data: Record | None = None,
    ) -> tuple[bytes, Mapping[str, str]]:
        with self._while_open(asked), _told_as(asked, self.access.credential.secrets):
            answer = self._client.http_request(
                verb,
                path,
                query_data=dict(query or {}),
                post_data=dict(data) if data is not None else None,
                obey_rate_limit=False,  # Wire does, within bounds
                retry_transient_errors=False,
            )
            self._limits[asked.writes] = 0
            return answer.content, answer.headers

    @contextmanager
    def _while_open(self, asked: Asked) -> Iterator[None]:
        """Ask nothing where what was answered before makes that no use."""
        if self._shut:
            raise ShutError(self._shut)
        try:
            yield
        except ShutError as error:
            self._shut = str(error)
            raise
        except AnswerError as error:
            limits = self._limits[asked.writes] + 1 if error.status == 429 else 0
            self._limits[asked.writes] = limits
            if limits < _LIMITS:
                raise
            self._shut = f"{self.access.host}: {LIMITED}"
            raise ShutError(self._shut) from error


@contextmanager
def _told_as(asked: Asked, secrets: Iterable[str]) -> Iterator[None]:
    """Have whatever goes wrong be an error of ours."""
    from gitlab.exceptions import GitlabError

    try:
        yield
    except GitlabError as error:
        said = words_of(error.error_message, secrets)
        raise asked.refusal(error.response_code or 0, said) from None
    except RecursionError:
        raise asked.unanswered(
            "answered something that is no JSON: is this the address of a GitLab?", sent=True
        ) from None
    except OSError as error:
        raise asked.silence(silence_of(error)) from None
    except PlatformError as error:
        raise asked.unanswered(str(error), sent=True) from None


def _first_of(found: Record) -> object:
    errors = found["errors"]
    first = errors[0] if isinstance(errors, list) and errors else None
    return first.get("message") if isinstance(first, dict) else None

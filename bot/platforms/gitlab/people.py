"""Who is who on a GitLab: we ourselves, those whom a name means, and what somebody may do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.platforms.gitlab.api import Api
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.shapes import Record, known_number, number, part, text

DEVELOPER = 30
"""https://docs.gitlab.com/api/access_requests/#valid-access-levels: who may push and propose."""

_USERNAME = re.compile(r"[\w.-]{1,255}")


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are: `emails` are those that GitLab may write in our commits."""

    id: int
    username: str
    name: str
    emails: frozenset[str]

    def wrote(self, name: str, email: str) -> bool:
        """
        Whether a commit of this author is ours.

        A private address is `<id>-<username>@users.noreply.<host>`
        (https://docs.gitlab.com/user/profile/#use-an-automatically-generated-private-commit-email).
        """
        email = email.lower()
        private = email.startswith(f"{self.id}-") and "@users.noreply." in email
        return private or (email in self.emails if self.emails else name == self.name)


class People:
    """Each is asked about once. Raises `PlatformError`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._me: Account | None = None
        self._ids: dict[str, int] = {}
        self._milestones: dict[tuple[str, str], int] = {}
        self._roles: dict[tuple[str, int], int] = {}

    @property
    def me(self) -> Account:
        """Whose token it is; a job's is of whoever started the pipeline."""
        if self._me is None:
            by_job = self._api.access.by_job
            found = self._api.one("/job" if by_job else "/user", "who we are")
            self._me = _account(part(found, "user") if by_job else found)
        return self._me

    def ids(self, names: Iterable[str]) -> tuple[list[int], list[str]]:
        """The ids of users, and the names that nobody active has: one request for each new one."""
        found = {name: self._id(name) for name in names}
        known = [id_ for id_ in found.values() if id_]
        return known, [name for name, id_ in found.items() if not id_]

    def milestone(self, slug: str, title: str) -> int:
        """The id of a milestone of the project or of a group around it; 0 where there is none."""
        key = (slug, title)
        if key not in self._milestones:
            query = {"title": title, "state": "active", "include_ancestors": "true"}
            page, _ = self._api.page(path_of(slug, "milestones"), slug, query)
            same = (number(each, "id") for each in page if text(each, "title") == title)
            self._milestones[key] = next(same, 0)
        return self._milestones[key]

    def role(self, slug: str, user: int) -> int:
        """What somebody is in a project, by whatever way; 0 for no member."""
        key = (slug, user)
        if key not in self._roles:
            self._roles[key] = self._role(slug, user)
        return self._roles[key]

    def _role(self, slug: str, user: int) -> int:
        try:
            found = self._api.one(path_of(slug, "members", "all", user), slug)
        except AnswerError as error:
            if error.status == 404:
                return 0
            raise
        active = text(found, "state") in {"active", ""}
        return number(found, "access_level") if active else 0

    def _id(self, name: str) -> int:
        if name not in self._ids:
            self._ids[name] = self._looked_up(name) if _USERNAME.fullmatch(name) else 0
        return self._ids[name]

    def _looked_up(self, name: str) -> int:
        page, _ = self._api.page("/users", f"the user {name}", {"username": name})
        same = (each for each in page if text(each, "username").lower() == name.lower())
        return next((number(each, "id") for each in same if text(each, "state") == "active"), 0)


def _account(found: Record) -> Account:
    emails = (text(found, name).lower() for name in ("commit_email", "email", "public_email"))
    return Account(
        known_number(found, "id"),
        text(found, "username"),
        text(found, "name"),
        frozenset(filter(None, emails)),
    )

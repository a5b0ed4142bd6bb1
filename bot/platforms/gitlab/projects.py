"""The projects of a GitLab: which there are, and what each is like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from bot.errors import PlatformError, RepoError, ShutError
from bot.forges import Listed
from bot.platforms.gitlab.api import Api, Query
from bot.platforms.gitlab.complaints import AnswerError
from bot.platforms.gitlab.paths import path_of
from bot.platforms.gitlab.people import DEVELOPER, People
from bot.platforms.gitlab.shapes import Record, flag, names, number, part, text

_PAGES = 300
_ORDER: Query = {"order_by": "id", "sort": "asc"}
_OF_GROUP: Query = {"include_subgroups": "true", "with_shared": "false"}


class Projects:
    """Lists projects. Raises `RepoError`."""

    def __init__(self, api: Api, people: People) -> None:
        self._api = api
        self._people = people
        self.without_issues: set[str] = set()
        """Those that were told of, and whose issues are switched off."""

    def named(self, slug: str) -> Listed:
        """The project at this path: one request, another where its rights are not told."""
        with self._as_a_repository(slug):
            found = self._api.one(path_of(slug), slug)
            access = _access(found)
            if access is None and not self._api.access.by_job:
                access = self._people.role(slug, self._people.me.id)
            return self._shown(found, DEVELOPER if access is None else access)

    def owned_by(self, owner: str) -> Iterator[Listed]:
        """
        All of a group and its subgroups, else of a user.

        One request for each hundred; as many again where the rights of some are not told, as those
        are that come from a group which was invited.
        """
        with self._as_a_repository(owner):
            found, path, query = self._found_of(owner)
            unclear = any(_access(each) is None for each in found)
            ours = self._with_rights(path, owner, query) if unclear else frozenset()
            for each in found:
                access = _access(each)
                known = DEVELOPER if number(each, "id") in ours else 0
                yield self._shown(each, known if access is None else access)

    def reachable(self) -> Iterator[Listed]:
        """All that we are a member of with at least the role Developer."""
        query = {"membership": "true", "min_access_level": DEVELOPER, **_ORDER}
        about = "its projects"
        with self._as_a_repository(about):
            for found in self._api.listed("/projects", about, query, _PAGES):
                yield self._shown(found, DEVELOPER)

    @contextmanager
    def _as_a_repository(self, about: str) -> Iterator[None]:
        try:
            with self._api.located(about):
                yield
        except ShutError:
            raise
        except PlatformError as error:
            raise RepoError(str(error)) from error

    def _found_of(self, owner: str) -> tuple[list[Record], str, Query]:
        name = quote(owner, safe="")
        path, query = f"/groups/{name}/projects", {**_OF_GROUP, **_ORDER}
        try:
            return list(self._api.listed(path, owner, query, _PAGES)), path, query
        except AnswerError as error:
            if error.status != 404 or "/" in owner:
                raise
        path = f"/users/{name}/projects"
        return list(self._api.listed(path, owner, _ORDER, _PAGES)), path, _ORDER

    def _with_rights(self, path: str, owner: str, query: Query) -> frozenset[int]:
        query = {**query, "min_access_level": DEVELOPER}
        found = self._api.listed(path, owner, query, _PAGES)
        return frozenset(number(each, "id") for each in found)

    def _shown(self, found: Record, access: int) -> Listed:
        slug = text(found, "path_with_namespace")
        path_of(slug)
        if _is_off(found, "issues"):
            self.without_issues.add(slug)
        gone = flag(found, "archived") or bool(text(found, "marked_for_deletion_on"))
        return Listed(
            slug=slug,
            clone=self._clone(slug, text(found, "http_url_to_repo")),
            branch="" if flag(found, "empty_repo") else text(found, "default_branch"),
            archived=gone,
            fork=bool(part(found, "forked_from_project")),
            private=text(found, "visibility") != "public",
            writable=access >= DEVELOPER,
            open_to_pulls=not _is_off(found, "merge_requests"),
            topics=frozenset(names(found, "topics") or names(found, "tag_list")),
        )

    def _clone(self, slug: str, told: str) -> str:
        """Where GitLab says, if that is its own host: our token goes there."""
        own = urlsplit(self._api.access.url)
        try:
            there = urlsplit(told)
            same = (there.scheme, there.hostname) == (own.scheme, own.hostname)
        except ValueError:
            same = False
        return told if same and "@" not in told else f"{own.geturl()}/{quote(slug)}.git"


def _access(found: Record) -> int | None:
    """Our role; None where it is not told, as by invitation of a group, or is none."""
    rights = part(found, "permissions")
    told = [part(rights, kind) for kind in ("project_access", "group_access")]
    return max((number(each, "access_level") for each in told if each), default=None)


def _is_off(found: Record, feature: str) -> bool:
    off = text(found, f"{feature}_access_level") == "disabled"
    return off or found.get(f"{feature}_enabled") is False

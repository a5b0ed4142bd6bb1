"""Builds the platform that is a forge: whose token, which repositories, where clones are kept."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.contents import cache_folder
from bot.errors import ConfigError
from bot.forges.discovery import Wanted
from bot.forges.platform import Hosted
from bot.forges.reading import WhileReached, lacking_only
from bot.forges.there import PREFIX
from bot.git import Clones, Trust
from bot.hushed import named
from bot.wiring.workspace import Heads, Workspace, workspace

if TYPE_CHECKING:
    from bot.config import PlatformConfig
    from bot.forges import Forge
    from bot.git import Credential
    from bot.model import Repo
    from bot.platforms.github import App, Token
    from bot.ports import Tree

_TOKENS = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN"}
_URLS = {"github": "https://github.com", "gitlab": "https://gitlab.com"}
_HOST_OF_API = re.compile(r"(https?://)api\.(github\.com|[\w-]+\.ghe\.com)")
_OF_JOBS = {
    "github": ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"),
    "gitlab": ("CI_SERVER_URL", "CI_PROJECT_PATH"),
}
"""What a CI job is told about where it runs: the forge, and the repository."""


def hosted(said: PlatformConfig, repos: tuple[str, ...], branch: str | None) -> Hosted:
    """The platform; `repos` and `branch` are those that the command line names."""
    url = _url(said, os.environ)
    trust = _trust(said, url)
    clones = Clones(_clones(said), trust=trust, heads=PREFIX)
    wanted = _wanted(said, repos, branch, os.environ)
    there = workspace(said.workspace, wanted.repos, os.environ)
    forge = _github(said, url) if said.kind == "github" else _gitlab(said, url)

    def tree(repo: Repo, credential: Credential | None) -> Tree:
        heads = partial(clones.heads, repo, credential)
        return _checked_out(there, repo, heads) or clones.tree(repo, credential)

    reads = lacking_only(() if branch else wanted.branches, WhileReached(tree))
    return Hosted(forge, reads, wanted, lambda: dt.datetime.now(dt.UTC))


def _checked_out(there: Workspace | None, repo: Repo, heads: Heads) -> Tree | None:
    return there.tree(repo, heads) if there else None


def _url(said: PlatformConfig, environ: Mapping[str, str]) -> str:
    of_job = environ.get(_OF_JOBS[said.kind][0])
    url = (said.url or of_job or _URLS[said.kind]).rstrip("/")
    return _web(url) if said.kind == "github" else url


def _web(url: str) -> str:
    """The address of a GitHub, also where that of its API is given, as its own pages write it."""
    return _HOST_OF_API.sub(r"\1\2", url.removesuffix("/api/v3"))


def _wanted(
    said: PlatformConfig, repos: tuple[str, ...], branch: str | None, environ: Mapping[str, str]
) -> Wanted:
    """What the command line names, else the configuration, else the CI job's own repository."""
    named = bool(said.repos or said.owners or said.all_reachable)
    own = environ.get(_OF_JOBS[said.kind][1])
    if not (repos or named or own):
        raise ConfigError(
            "no repository is named: say `repos`, `owners` or `all_reachable` in `platform`, or"
            " name one with --repo"
        )
    if any("://" in repo for repo in repos):  # not repeated: there may be a password in it
        raise ConfigError("--repo: name a repository as the forge does, `team/app`")
    only = repos or (() if named or not own else (own,))
    return Wanted(
        repos=only or said.repos,
        owners=() if only else said.owners,
        all_reachable=said.all_reachable and not only,
        exclude=said.exclude,
        topics=frozenset(said.topics),
        branches=said.branches,
        only=branch or "",
        archived=said.archived,
        forks=said.forks,
    )


def _trust(said: PlatformConfig, url: str) -> Trust:
    return Trust(_insecure(said, url), _authorities(said))


def _insecure(said: PlatformConfig, url: str) -> frozenset[str]:
    return frozenset({urlsplit(url).netloc}) if said.insecure else frozenset()


def _authorities(said: PlatformConfig) -> Path | None:
    path = said.authorities or os.environ.get("SSL_CERT_FILE")
    return Path(path).expanduser() if path else None


def _clones(said: PlatformConfig) -> Path:
    if said.clones:
        return Path(said.clones).expanduser()
    kept = cache_folder(None, os.environ)
    if kept is None:
        raise ConfigError("there is no cache directory for clones: say `clones` in `platform`")
    return kept / "clones"


def _token(said: PlatformConfig) -> tuple[str, str]:
    """The token, and the name of the variable that it was in."""
    names = [said.token_env] if said.token_env else ["BASEWATCH_TOKEN", _TOKENS[said.kind]]
    for name in names:
        if found := os.environ.get(name):
            return found, name
    where = " or ".join(named(name, "token_env") for name in names)
    raise ConfigError(f"there is no token for {said.kind}: put it into {where}")


def _secret(name: str, option: str) -> str:
    if found := os.environ.get(name):
        return found
    raise ConfigError(f"platform.app: {named(name, option)} is not set")


def _github(said: PlatformConfig, url: str) -> Forge:
    from bot.platforms.github import PUBLIC, GitHub, Manners, Site

    of_job = None if said.url else os.environ.get("GITHUB_API_URL")
    api = of_job or _api(url, PUBLIC)
    authorities = _authorities(said)
    site = Site(api, url, _insecure(said, url), str(authorities) if authorities else "")
    kept = cache_folder(None, os.environ)
    answers = kept / "answers.sqlite" if kept else None
    return GitHub(
        _who(said),
        site,
        me=said.account or "",
        merge_method=said.merge_method or "",
        manners=Manners(said.patience_seconds, said.pause_seconds, answers=answers),
    )


def _api(url: str, public: str) -> str:
    """
    Where the API of a GitHub is: of github.com, of its data residency, of an Enterprise Server.

    https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/network-details-for-ghecom
    """
    parts = urlsplit(url)
    if parts.netloc == "github.com":
        return public
    if parts.netloc.endswith(".ghe.com"):
        return f"{parts.scheme}://api.{parts.netloc}"
    return f"{url}/api/v3"


def _who(said: PlatformConfig) -> App | Token:
    from bot.platforms.github import App, Token

    if said.app:
        key = _secret(said.app.private_key_env, "private_key_env")
        return App(_secret(said.app.id_env, "id_env"), key, said.app.installation)
    token, name = _token(said)
    return Token(token, called=f"${name}")


def _gitlab(said: PlatformConfig, url: str) -> Forge:
    from bot.platforms.gitlab import GitLab

    token, name = _token(said)
    return GitLab(
        token,
        url,
        job_token=name == "CI_JOB_TOKEN",
        authorities=_authorities(said),
        patience=said.patience_seconds,
        pause=said.pause_seconds,
    )

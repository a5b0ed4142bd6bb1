"""
GitLab CI: the images that jobs run in, and the services beside them.

Where an image may be named is told in `docs/formats/gitlab-ci.md`; the syntax is that of
https://docs.gitlab.com/ci/yaml/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Given, Ties
    from bot.formats.telling import Value

NAME = "gitlab-ci"

_ENDINGS = (".yml", ".yaml")
_NAMED = ("gitlab-ci.yml", "gitlab-ci.yaml")
_FOLDERS = {".gitlab", ".gitlab-ci", "gitlab-ci", "gitlab", "ci", ".ci", "templates"}
_WORDS = ("image", "services", "BUILD_FRONTEND", "--build-arg", "include")


def matches(path: str) -> bool:
    """Whether a path ends like `.gitlab-ci.yml`, or is of a folder that such files include from."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    return path.endswith(_NAMED) or not _FOLDERS.isdisjoint(path.split("/")[:-1])


def claims(file: SourceFile) -> bool:
    """Whether the file says where images run; one that is not named so is to have jobs, too."""
    if file.kind == NAME:
        return True
    if not any(word in file.text for word in _WORDS):
        return False
    if file.path.endswith(_NAMED):
        return True
    if "script" not in file.text:
        return False
    from bot.formats.gitlab_ci.survey import has_jobs

    return has_jobs(file)


def find(file: SourceFile, values: Mapping[str, Value] | None = None) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.gitlab_ci.survey import mentions

    return mentions(file, NAME, shared=values or {})


def given(file: SourceFile, values: Mapping[str, Value]) -> Iterator[Mention]:
    """The same, where a file that includes it gives values; see `bot.formats.Includer`."""
    from bot.formats.gitlab_ci.survey import mentions

    return mentions(file, NAME, values)


def included(file: SourceFile) -> tuple[str, ...]:
    """The files of the repository that it includes; see `bot.formats.Includer`."""
    if "include" not in file.text:
        return ()
    from bot.formats.gitlab_ci.including import included as found

    return found(file)


def variables(file: SourceFile) -> Mapping[str, Given]:
    """What it says of variables for all jobs; see `bot.formats.Includer`."""
    from bot.formats.gitlab_ci.sharing import variables as found

    return found(file, NAME)


def ties(file: SourceFile) -> Ties:
    """
    Which Dockerfiles its scripts give arguments to, and which files it includes.

    See `bot.formats.feeding.Giver`.
    """
    from bot.formats.feeding import Ties

    files = tuple(path for path in included(file) if "*" not in path)
    made = (build.path for build in _builds(file))
    return Ties(tuple(dict.fromkeys((*made, *files))), shares=files)


def builds(file: SourceFile, values: Mapping[str, Value]) -> list[Build]:
    """What its scripts give to the Dockerfiles that they build, and it to what it includes."""
    if "include" not in file.text:
        return _builds(file)
    from bot.formats.gitlab_ci.sharing import handed

    return [*_builds(file), *handed(file, NAME, values)]


def _builds(file: SourceFile) -> list[Build]:
    if "--build-arg" not in file.text:
        return []
    from bot.formats.gitlab_ci.giving import builds as found

    return found(file, NAME)

"""
GitLab CI: the images that jobs run in, and the services beside them.

Where an image may be named is told in `docs/formats/gitlab-ci.md`; the syntax is that of
https://docs.gitlab.com/ci/yaml/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.model import Mention, SourceFile

if TYPE_CHECKING:
    from bot.formats.feeding import Build, Ties
    from bot.formats.telling import Value

NAME = "gitlab-ci"

_ENDINGS = (".yml", ".yaml")
_NAMED = ("gitlab-ci.yml", "gitlab-ci.yaml")
_FOLDERS = {".gitlab", ".gitlab-ci", "gitlab-ci", "gitlab", "ci", ".ci", "templates"}
_WORDS = ("image", "services", "BUILD_FRONTEND", "--build-arg")


def matches(path: str) -> bool:
    """Whether a path ends like `.gitlab-ci.yml`, or is of a folder that such files include from."""
    if path[-1:] != "l" or not path.endswith(_ENDINGS):
        return False
    return path.endswith(_NAMED) or not _FOLDERS.isdisjoint(path.split("/")[:-1])


def claims(file: SourceFile) -> bool:
    """Whether the file says where images run; one that is not named so is to have jobs, too."""
    if not any(word in file.text for word in _WORDS):
        return False
    if file.path.endswith(_NAMED):
        return True
    if "script" not in file.text:
        return False
    from bot.formats.gitlab_ci.survey import has_jobs

    return has_jobs(file)


def find(file: SourceFile, _values: Mapping[str, Value] | None = None) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.gitlab_ci.survey import mentions

    return mentions(file, NAME)


def ties(file: SourceFile) -> Ties:
    """Which Dockerfiles its scripts give arguments to; see `bot.formats.feeding.Giver`."""
    from bot.formats.feeding import Ties

    return Ties(tuple(dict.fromkeys(build.path for build in builds(file, {}))))


def builds(file: SourceFile, _values: Mapping[str, Value]) -> Iterable[Build]:
    """What its scripts give to the Dockerfiles that they build."""
    if "--build-arg" not in file.text:
        return ()
    from bot.formats.gitlab_ci.giving import builds as found

    return found(file, NAME)

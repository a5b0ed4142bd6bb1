"""What a value in a rule must look like, where a type alone cannot say it."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from bot.image import DOCKER_HUB
from bot.rules.data import products

_COMPLAINT = "said"  # what `bot.config` knows texts for the user by, in its own errors

# Parts between slashes; `**`, any number of parts, stands alone, first or last.
_PART = r"(?=[^/])(?:[^*/]|\*[^*/])*\*?"
_PARTS = rf"{_PART}(?:/{_PART})*"
_GLOB = re.compile(rf"\*\*|(?:\*\*/)?{_PARTS}|{_PARTS}/\*\*")
_STRANGE = re.compile(r"[\[\]{}!\\@\s]")
_SENTENCE = re.compile(r"[A-Z0-9`].{10,}\.")
_SLOTS = re.compile(r"\{(?:version|major|minor|tag|name)\}")
_GITHUB = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)
_GITLAB = re.compile(r"[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?(?:/[\w.-]+){2,}", re.ASCII)
_URL = re.compile(r"https://[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?(?:/[!-~]*)?", re.ASCII)
_RELEASE_NAME = re.compile(r"[\w.+/-]+", re.ASCII)
_RELEASE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


def complaint(text: str, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """An error with this text, `at` an entry of the mapping that is being checked."""
    context: dict[str, object] = {"text": text, "at": at}
    return PydanticCustomError(_COMPLAINT, "{text}", context)


def _text(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise complaint("it is to be one line, without control characters or space around it")
    return text


def _sentence(text: str) -> str:
    if not _SENTENCE.fullmatch(_text(text)):
        raise complaint("it is to be a sentence, from a capital to a full stop")
    return text


def _source(url: str) -> str:
    if not _URL.fullmatch(url) or _SLOTS.search(url):
        raise complaint("it is to be a page, as in 'https://example.org/tags'")
    return url


def _glob(pattern: str) -> str:
    if strange := _STRANGE.search(pattern):
        raise complaint(f"{strange[0]!r} has no meaning in a pattern of images")
    if ":" in pattern.rpartition("/")[2]:
        raise complaint("a pattern is of images, all their tags; write it without tag")
    if not _GLOB.fullmatch(pattern):
        raise complaint("'**' stands alone between slashes, and first or last only")
    return _whole(pattern)


def _whole(pattern: str) -> str:
    """The pattern by host and path: `node` is `docker.io/library/node`, as `docker pull` has it."""
    first, slash, _ = pattern.partition("/")
    if not slash and first != "**":
        return f"{DOCKER_HUB}/library/{pattern}"
    is_host = first == "localhost" or any(sign in first for sign in ".:*")
    return pattern if is_host else f"{DOCKER_HUB}/{pattern}"


def _product(key: str) -> str:
    known = sorted(products()["products"])
    if key not in known:
        near = difflib.get_close_matches(key[:40].lower(), known, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise complaint(f"nothing is known of such a product; {hint}")
    return key


def _release(release: str) -> str:
    if not _RELEASE.fullmatch(release):
        raise complaint("it is to be a release by its number, as in '12' or '22.04'")
    return release


def _template(text: str, shape: re.Pattern[str], example: str) -> str:
    """Check a text by what it is once each `{version}` is filled in."""
    if not shape.fullmatch(_SLOTS.sub("0", text)):
        known = "'{version}', '{major}', '{minor}', '{tag}' and '{name}'"
        raise complaint(f"write it as in {example!r}; it may have {known}")
    return text


def _github(where: str) -> str:
    return _template(where, _GITHUB, "nodejs/node")


def _gitlab(where: str) -> str:
    return _template(where, _GITLAB, "gitlab.example.org/group/project")


def _page(url: str) -> str:
    if _SLOTS.search(url.partition("://")[2].partition("/")[0]):
        raise complaint("its host is to be a name")
    return _template(url, _URL, "https://example.org/notes/{version}")


def _release_name(name: str) -> str:
    return _template(name, _RELEASE_NAME, "v{version}")


_LINE = StringConstraints(min_length=1, max_length=300)
_SHORT = StringConstraints(min_length=1, max_length=200)
Text: TypeAlias = Annotated[str, _SHORT, AfterValidator(_text)]
Sentence: TypeAlias = Annotated[str, _LINE, AfterValidator(_sentence)]
Source: TypeAlias = Annotated[str, _LINE, AfterValidator(_source)]
Glob: TypeAlias = Annotated[str, _SHORT, AfterValidator(_glob)]
Product: TypeAlias = Annotated[str, _SHORT, AfterValidator(_product)]
Release: TypeAlias = Annotated[str, _SHORT, AfterValidator(_release)]
Github: TypeAlias = Annotated[str, _SHORT, AfterValidator(_github)]
Gitlab: TypeAlias = Annotated[str, _SHORT, AfterValidator(_gitlab)]
Page: TypeAlias = Annotated[str, _LINE, AfterValidator(_page)]
ReleaseName: TypeAlias = Annotated[str, _SHORT, AfterValidator(_release_name)]

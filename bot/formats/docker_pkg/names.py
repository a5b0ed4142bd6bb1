"""Which files are docker-pkg's, by their names and by a look at what they say."""

from __future__ import annotations

import re

from bot.model import SourceFile

TEMPLATE = "Dockerfile.template"
CHANGELOG, CONTROL = "changelog", "control"
CONFIG_ENDINGS = (".yaml", ".yml")

_FILTERS = r"image_tag|apt_install|apt_remove|upstream_version|add_user|uid"
_OWN = re.compile(
    rf"\{{\{{-?\s*registry\b|\{{\{{[^{{}}\n]{{0,400}}\|\s*(?:{_FILTERS})\b"
    rf"|^[^{{}}\n]{{0,400}}\|\s*(?:{_FILTERS})\s*-?\}}\}}",
    re.MULTILINE,
)
_CONFIG = re.compile(r"^\ufeff?[\"']?(?:base_images|seed_image)[\"']?[ \t]*:", re.MULTILINE)
_KEYS = re.compile(
    r"^\ufeff?[\"']?(?:registry|namespace|base_images|seed_image|scan_workers|known_uid_mappings"
    r"|force_numeric_user|apt_only_proxy|fallback_author|update_id|verify_command)[\"']?[ \t]*:",
    re.MULTILINE,
)
_FEWEST_KEYS = 2


def is_template(file: SourceFile) -> bool:
    """Whether a template asks for what docker-pkg's filters or its `registry` put in."""
    return "{{" in file.text and bool(_OWN.search(file.text))


def is_config(text: str) -> bool:
    """Whether a text is a configuration that names base images, by its keys."""
    if "base_images" not in text and "seed_image" not in text:
        return False
    return bool(_CONFIG.search(text)) and may_configure(text)


def may_configure(text: str) -> bool:
    """Whether a text has enough of docker-pkg's keys, at the top, to be a configuration of it."""
    found = set()
    for match in _KEYS.finditer(text):
        found.add(match[0].strip("\"' \t:"))
        if len(found) == _FEWEST_KEYS:
            return True
    return False


def folder_of(path: str) -> str:
    """The folder that a path lies in; empty for the top."""
    return path.rpartition("/")[0]


def within(folder: str, name: str) -> str:
    """The path of a name within a folder."""
    return f"{folder}/{name}" if folder else name

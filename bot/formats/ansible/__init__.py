"""
Ansible: the images that tasks run and pull, those that variables name, and Molecule's platforms.

Where an image may be named is told in `docs/formats/ansible.md`. A `Containerfile` of a role, also
`Containerfile.j2`, is a Dockerfile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Mention, SourceFile

NAME = "ansible"

_ENDINGS = (".yaml", ".yml")
_MODULES = ("docker_container", "docker_image", "docker_swarm_service", "podman_", "definition")
_VARIABLES = re.compile(
    r"(?:^|/)(?:(?:group_vars|host_vars)/.+|roles/[^/]+/(?:defaults|vars)/.+|(?:defaults|vars)/main\.ya?ml)"
)
_SAYS_IMAGE = re.compile(
    r"^\ufeff?[ \t]*[\w.-]*image[\w.-]*[\"']?[ \t]*:", re.MULTILINE | re.IGNORECASE
)


def matches(path: str) -> bool:
    """Whether a file of this path may be one: any YAML."""
    # Most paths end otherwise, and this is asked of every one.
    return path[-1:] in ("l", "L") and path.lower().endswith(_ENDINGS)


def claims(file: SourceFile) -> bool:
    """
    Whether the file has a task that runs or pulls an image; lies where Ansible and its roles keep
    variables, and has one that is called an image; or is Molecule's and has platforms.
    """
    if "image" not in file.text:
        return False
    if has_variables(file.path):
        return bool(_SAYS_IMAGE.search(file.text))
    if not is_molecule(file.path) and not any(module in file.text for module in _MODULES):
        return False
    # Most YAML is none of Ansible's: the library that reads it is not loaded for it.
    from bot.formats.ansible.survey import has_places

    return has_places(file)


def find(file: SourceFile) -> Iterator[Mention]:
    """Every use and skip, in the order of the text; see `Format`."""
    from bot.formats.ansible.survey import mentions

    return mentions(file, NAME)


def has_variables(path: str) -> bool:
    """Whether a file of this path has variables: of an inventory, or of a role."""
    return bool(_VARIABLES.search(path))


def is_molecule(path: str) -> bool:
    """Whether a file of this path is a scenario of Molecule's."""
    return path.rpartition("/")[2] in ("molecule.yml", "molecule.yaml")

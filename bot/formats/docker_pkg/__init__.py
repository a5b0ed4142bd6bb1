"""
docker-pkg: trees of images, each a folder with a `Dockerfile.template` and a Debian changelog.

What is read and written is told in `docs/formats/docker-pkg.md`; the source of the rules is
https://gitlab.wikimedia.org/repos/releng/docker-pkg (`docker_pkg/image.py`, `dockerfile.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.formats.docker_pkg.names import CONFIG_ENDINGS, TEMPLATE, is_config, is_template
from bot.model import Mention, SourceFile

NAME = "docker-pkg"


def matches(path: str) -> bool:
    """Whether a file of this path may be a template of docker-pkg's, or a configuration of it."""
    return path.endswith(TEMPLATE) or path[-5:].lower().endswith(CONFIG_ENDINGS)


def claims(file: SourceFile) -> bool:
    """
    Whether a template asks for something that only docker-pkg puts in, or a YAML file is a
    configuration of docker-pkg that names images.
    """
    if file.path.endswith(TEMPLATE):
        return is_template(file)
    return is_config(file.text)


def find(file: SourceFile) -> Iterable[Mention]:
    """Every use and skip, in the order of the text; see `Format`. Other files are not looked at."""
    if file.path.endswith(TEMPLATE):
        from bot.formats.docker_pkg.templates import mentions

        return mentions(file)
    from bot.formats.docker_pkg.configs import mentions as configured

    return configured(file)

"""
The `FROM` images as dockerfile-parse reads them, for texts that it is known to read right.

An independent reader whose word is asked for before a file is written. What it gets wrong, and how
often, is told in `docs/formats/dockerfile.md`; on such a text it is not asked.
"""

from __future__ import annotations

import re
from io import BytesIO

_BEYOND = re.compile(
    r"\A\ufeff"  # a byte order mark belongs to the first keyword for it
    r"|<<"  # it reads here-documents as instructions
    r"|[^\x00-\x7f]"  # bytes that are not UTF-8 make it raise
    r"|(?i:^[ \t]*\#[ \t]*(?:escape|check)[ \t]*=)"  # it honours directives in other places
    r"|`"
    r"|\\[ \t\r]*\n[ \t\r]*(?:\#|\n|\Z)"  # comments and empty lines within an instruction
    r"|\\\\"  # an escape that is escaped does not continue a line
    r"|^[ \t]*\\[ \t\r]*$|\\[ \t\r]*\Z"
    r"|\$\{\w*[^\w}]|\$[^\w{]"  # it knows no `${X:-d}`, `${X%p}`, …
    r"|[\v\f\x1c-\x1f\x85]|\r[^\n]"  # other ideas of white space and line ends
    r"|(?i:^[ \t]*ARG[ \t]+(?:[^=\s]+[ \t\r]*$|.*[\$\\'\"\#]|.*[ \t]\S))"  # unset, nested, quoted
    r"|(?i:^[ \t]*FROM[ \t].*[\"'\\\#])",
    re.MULTILINE,
)
_FROM = re.compile(r"^[ \t]*FROM[ \t]+\S", re.IGNORECASE | re.MULTILINE)


def parents(text: str) -> tuple[str, ...] | None:
    """
    What each `FROM` names, stages and `scratch` too; `None` where this reader is not to be asked.

    Reads from memory and writes nothing.
    """
    if _BEYOND.search(text) or not _FROM.search(text):
        return None
    from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]

    parser = DockerfileParser(fileobj=BytesIO(text.encode()), cache_content=False)
    return tuple(str(image) for image in parser.parent_images)

"""How a comment for this bot is written in the language of a file."""

from __future__ import annotations

_SLASHES = ("jenkinsfile", ".groovy", ".gradle", ".kts", "devcontainer.json")
_TAGS = (".xml", "proj", ".props", ".targets", ".pubxml")


def remark(path: str, said: str) -> str | None:
    """A comment in a file of this path; `None` where the file can have none."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(_SLASHES) or name.startswith("jenkinsfile"):
        return f"// {said}"
    if name.endswith(_TAGS):
        return f"<!-- {said} -->"
    return None if name.endswith(".json") else f"# {said}"

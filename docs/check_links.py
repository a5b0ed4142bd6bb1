"""Check that every relative link and anchor in the project's pages leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
_FENCE = re.compile(r"^(?P<marks>`{3,}|~{3,}).*?^(?P=marks)[`~]*\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(
    r"\]\(<?(?P<target>[^()\s<>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s+(?P<named>\S+)",
    re.MULTILINE,
)
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def pages(root: Path) -> list[Path]:
    """Every Markdown page that git has or would take; what tests keep is no page."""
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [root / name for name in sorted(set(found)) if name and not name.startswith("tests/")]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives headings: lower case, hyphens, numbered when repeated."""
    found: dict[str, int] = {}
    for heading in _HEADING.finditer(_FENCE.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["text"]).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {
        slug if not n else f"{slug}-{n}" for slug, last in found.items() for n in range(last + 1)
    }


def links(text: str) -> Iterator[str]:
    """The targets of a page's links that lead to files here; those in code are no links."""
    prose = _CODE.sub("", _FENCE.sub("", text))
    for match in _LINK.finditer(prose):
        target = match["target"] or match["named"]
        if not _ELSEWHERE.match(target):
            yield unquote(target)


def complaints(page: Path) -> Iterator[str]:
    """One line for each link of a page that leads nowhere."""
    for link in links(page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8")):
            yield f"{link}: there is no such heading"


def main() -> int:
    """Print what is broken; the exit code says whether anything is."""
    every = pages(ROOT)
    broken = [f"{page.relative_to(ROOT)}: {words}" for page in every for words in complaints(page)]
    for line in broken:
        print(line, file=sys.stderr)
    print(f"{len(every)} pages, {len(broken)} broken links")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

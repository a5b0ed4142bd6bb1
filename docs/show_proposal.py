"""Write into the README the proposal that the demo prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = (
    "<!-- Made by `make docs` from the demo; do not edit. -->\n\n",
    "\n\n<!-- Until here. -->",
)


def quoted(printed: str) -> str:
    """The proposal in what the demo prints, as a quotation; it is always the same day there."""
    body = printed[printed.index("\n# Bump ") :].partition("\n<!-- basewatch")[0]
    return "\n".join(f"> {line}".rstrip() for line in body.strip().splitlines())


def with_proposal(page: str, proposal: str) -> str:
    """The page with this proposal in place of the one it shows."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{proposal}{END}{rest.partition(END)[2]}"


def main() -> int:
    """Run the demo, and write what it printed."""
    demo = [sys.executable, "-m", "bot", "demo"]
    printed = subprocess.run(demo, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    page = README.read_text("utf-8")
    told = with_proposal(page, quoted(printed))
    if told != page:
        README.write_text(told, "utf-8")
        print(README.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())

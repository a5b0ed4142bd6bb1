"""Write the schemas of the configurations as the code has them; CI fails where they have gone stale."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.config.schemas import FILE_NAMES, schema  # noqa: E402 -- the checkout, wherever this runs


def main() -> None:
    """Write each file anew."""
    for which, name in FILE_NAMES.items():
        path = ROOT / "docs" / "schemas" / name
        path.write_text(json.dumps(schema(which), indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"{path.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main()

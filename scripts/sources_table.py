"""Write publisher, landing page and licence of every source from config/sources into the README's table of sources.

What is taken from a source stays as it was written by hand; a source without a row gets one.

    python scripts/sources_table.py [--check]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HEADER = "| source | publisher | what is taken | licence |\n|---|---|---|---|\n"
_TABLE = re.compile(r"(?<=## The data\n\n)(?:\|.*\n)+")


def table(current: str) -> str:
    """Return the table as config has it, with the third column of the current one."""
    from config import catalogue

    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in current.splitlines()[2:]]
    taken = {row[0].strip("`"): row[2] for row in rows}
    sources = catalogue.load().sources
    order = [name for name in taken if name in sources] + [name for name in sources if name not in taken]
    lines = []
    for source in (sources[name] for name in order):
        terms = "each its own" if source.licence.id == "LicenseRef-various" else source.licence.id
        what = taken.get(source.id, source.title.en)
        publisher = f"[{source.publisher.en}]({source.landing_page})"
        lines.append(f"| `{source.id}` | {publisher} | {what} | [{terms}]({source.licence.url}) |\n")
    return HEADER + "".join(lines)


def main() -> int:
    """Rewrite the README, or with --check tell whether it is as it should be."""
    file = ROOT / "README.md"
    before = file.read_text(encoding="utf-8")
    after = _TABLE.sub(lambda found: table(found[0]), before)
    if "--check" in sys.argv[1:]:
        return int(before != after)
    file.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

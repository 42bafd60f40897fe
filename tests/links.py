"""Links of pages to lines of code: where a name is defined, and links that are to follow it.

`python -m tests.links` (`make links`) points every such link of docs/ to the line where its name is
now.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TO_CODE = re.compile(r"\[`(\w+)`\]\(([\w./-]+\.py)#L(\d+)\)")


def line_of(module: Path, name: str) -> int | None:
    """The line, from 1, where a module defines a function, class or constant; None if nowhere."""
    constant = rf"(?:[\w, ]*, )?{name}(?:, [\w, ]*)?(?:: [^=]+)? = "
    defined = re.compile(rf"(?:def|class) {name}\b|{constant}")
    for number, line in enumerate(module.read_text().splitlines(), start=1):
        if defined.match(line):
            return number
    return None


def mended(page: Path) -> str:
    """The text of a page with its links to code as they should be. Raises ValueError for names
    that are nowhere."""

    def link(found: re.Match[str]) -> str:
        name, target, _ = found.groups()
        line = line_of(page.parent / target, name)
        if line is None:
            raise ValueError(f"{page.name}: {target} defines no {name}")
        return f"[`{name}`]({target}#L{line})"

    return TO_CODE.sub(link, page.read_text())


def main() -> None:
    """Mend every page of docs/."""
    for page in sorted((ROOT / "docs").rglob("*.md")):
        text = mended(page)
        if text != page.read_text():
            page.write_text(text)
            print(f"mended {page.relative_to(ROOT)}")  # noqa: T201


if __name__ == "__main__":
    main()

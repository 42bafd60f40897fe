"""Links lead somewhere, and so does what code, tests and pages name as their reason."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.links import line_of

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs/contract.md"
SCORING = ROOT / "videos/scoring.py"
DECISIONS = {int(path.name[:4]): path for path in (ROOT / "docs/decisions").glob("[0-9]*.md")}

_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]*)(?:#([^)\s]+))?\)")
# As comments name a page or a section of it: `docs/contract.md#r31`.
_PAGE = re.compile(r"(?<![\w/.-])(docs/[\w/.-]*?\.md)(?:#([\w-]+))?")
_RULE = re.compile(r"\bR[0-9]{2}\b")
_DECISION = re.compile(r"\bdecision ([0-9]{1,4})\b")
_MODULE = re.compile(r"`(\w+/[\w/]+\.py)\b")
# How pages were called that are not in the repository.
_ELSEWHERE = re.compile(r"\b(?:CONTRACT|DESIGN)(?:\.md| [0-9.]+)|\bD[0-9]{2}\b")


def leading_nowhere(path: Path, text: str) -> list[str]:
    """What `text`, the contents of the file `path`, names that is not there."""
    missing = [found[0] for found in _ELSEWHERE.finditer(text)]
    missing += [
        found[0] for found in _PAGE.finditer(text) if not is_there(ROOT / found[1], found[2])
    ]
    missing += [rule for rule in _RULE.findall(text) if not is_there(RULES, rule.lower())]
    missing += [found[0] for found in _DECISION.finditer(text) if int(found[1]) not in DECISIONS]
    if path.suffix == ".md":
        page = without_examples(text)
        missing += [found[0] for found in _LINK.finditer(page) if not leads(path, text, found)]
        missing += [name for name in _MODULE.findall(page) if not (ROOT / name).is_file()]
    return missing


def leads(path: Path, text: str, link: re.Match[str]) -> bool:
    """Whether a link of a page leads to what its words say; elsewhere on the web is not asked."""
    words, target, anchor = link.groups()
    if ":" in target:
        return True
    if not target:
        return anchor in anchors(text)
    found = (path.parent / target).resolve()
    named = _DECISION.fullmatch(words)
    if found.suffix == ".py" and anchor:
        return found.is_file() and anchor == f"L{line_of(found, words.strip('`'))}"
    return is_there(found, anchor) and (not named or found == DECISIONS.get(int(named[1])))


def is_there(path: Path, anchor: str | None) -> bool:
    """Whether there is such a file or folder and, on a page, such an anchor."""
    if not path.exists():
        return False
    return not anchor or path.suffix != ".md" or anchor in anchors_of(path)


@cache
def anchors_of(page: Path) -> frozenset[str]:
    """The anchors of a page."""
    return frozenset(anchors(page.read_text()))


def anchors(text: str) -> list[str]:
    """The anchors that GitHub gives the headings of a page, and those that it names itself."""
    found = re.findall(r'<a id="([^"]+)"></a>', text)
    times: Counter[str] = Counter()
    for heading in re.findall(r"(?m)^#{1,6} +(.+)$", without_examples(text)):
        shown = _LINK.sub(r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        found.append(f"{slug}-{times[slug]}" if times[slug] else slug)
        times[slug] += 1
    return found


def without_examples(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"(?ms)^ *```.*?^ *```", "", text)


def files() -> list[Path]:
    """The texts of the repository, new ones as well."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    found = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()]


def test_nothing_in_the_repository_leads_nowhere():
    missing = {
        str(path.relative_to(ROOT)): found
        for path in files()
        if path != Path(__file__) and (found := leading_nowhere(path, path.read_text()))
    }
    assert missing == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("votes/sql.py", "# A vote is repeatable (D31)."),
        ("votes/sql.py", '"""The bursts (DESIGN 10)."""'),
        ("docs/new.md", "as CONTRACT 7.6 says"),
        ("docs/new.md", "see CONTRACT.md"),
        ("votes/sql.py", "# A vote is repeatable (docs/contract.md#r99)."),
        ("votes/sql.py", "# A vote is repeatable (R99)."),
        ("votes/sql.py", "# See docs/nowhere.md."),
        ("deploy/nginx/start", "# See docs/scoring.md#nowhere"),
        ("docs/new.md", "[nowhere](nowhere.md)"),
        ("docs/new.md", "[nowhere](scoring.md#nowhere)"),
        ("docs/new.md", "# Here\n\n[there](#there)"),
        ("docs/new.md", "[decision 99](decisions/)"),
        ("docs/new.md", "[decision 0013](decisions/0014-clearing-a-channel.md)"),
        ("docs/decisions/new.md", "[scoring](scoring.md)"),
        ("docs/new.md", "`votes/nowhere.py` does it"),
        ("docs/new.md", "[`score`](../videos/scoring.py#L1)"),
        ("docs/new.md", "[`nowhere`](../videos/scoring.py#L1)"),
    ],
)
def test_an_invented_reference_is_found(name, text):
    assert leading_nowhere(ROOT / name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("votes/sql.py", "# A vote is repeatable (docs/contract.md#r31)."),
        ("docs/new.md", "[why](decisions/0013-names-and-ties.md), [votes](contract.md#r31)"),
        ("docs/new.md", "[decision 13](decisions/0013-names-and-ties.md)"),
        ("docs/new.md", "# Here\n\n[here](#here)"),
        ("docs/new.md", "[elsewhere](https://example.org/docs/nowhere.md#nowhere)"),
        ("docs/new.md", "```sh\necho '[nowhere](nowhere.md)'\n```"),
        ("docs/decisions/new.md", "[scoring](../scoring.md#trust)"),
        ("docs/new.md", f"[`score`](../videos/scoring.py#L{line_of(SCORING, 'score')})"),
    ],
)
def test_a_true_reference_is_none_of_them(name, text):
    assert leading_nowhere(ROOT / name, text) == []


def test_anchors_are_those_that_github_makes():
    page = (
        '# `make run`, and 2 [links](x.md)\n\n## A/B\n## A/B\n```sh\n# none\n```\n<a id="r31"></a>'
    )
    assert anchors(page) == ["r31", "make-run-and-2-links", "ab", "ab-1"]

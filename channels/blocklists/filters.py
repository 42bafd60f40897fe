"""Filter lists of ad blockers: rules that hide the cards of exactly one channel on YouTube."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress

from channels.blocklists import keys
from channels.blocklists.entries import Entry, Read, Reads, Refused, rejected
from channels.blocklists.keys import Keys
from channels.blocklists.selectors import A_STYLE, hides
from channels.blocklists.text import LINE_MAX, Text

NO_COSMETIC = "a rule about requests or sources, not about what a page shows"
EXCEPTION = "an exception rule, which blocks nothing"
CANCELLED = "taken back by an exception rule of this list"
OTHER_SITE = "a rule for other sites"
EVERY_SITE = "a rule for all sites, not for YouTube"
A_SCRIPT = "a script, which hides nothing"
COMMENTED = "commented out"
SWITCHED_OFF = "in a block that !#if switches off"
CONDITIONAL = "in a block of an !#if that may not hold"
INCLUDED = "an included file, which is not read"
TOO_LONG = f"longer than {LINE_MAX} characters"

_HEADER = re.compile(r"\[\s*(?!true\b|false\b|null\b)[A-Za-z]")
_COSMETIC = re.compile(
    r"(?P<sites>[^\s#\"'/|^$()\[\]]*)#(?P<exception>@?)(?P<kind>\?|\$\??|%)?#(?P<body>#?[^#\s].*)"
)
_NETWORK = re.compile(r"(?:@@)?\|\|\S")
_DIRECTIVE = re.compile(r"!#\s*(if|else|endif|include)\b\s*(.*)")
_HOLDS = {"true": "", "!false": "", "false": SWITCHED_OFF, "!true": SWITCHED_OFF}
_ELSE = {"": SWITCHED_OFF, SWITCHED_OFF: "", CONDITIONAL: CONDITIONAL}
_HREF = re.compile(r"""href\s*[*^$~|]?=\s*(?:"([^"]*)"|'([^']*)'|([^\s\]"']+))""")
_KEY_IN_HREF = re.compile(rf"(?:@|%40)[^/?#&\s]+|(?<![\w@-]){keys.ID}(?![\w-])")
_HOSTS = ("www.youtube.com", "m.youtube.com", "music.youtube.com")
_GOES_ON, _GONE_ON = " \\", "    "


def is_header(start: str) -> bool:
    """Whether a file that begins so says that it is a filter list, and is no JSON."""
    return _HEADER.match(start) is not None


def is_rule(line: str) -> bool:
    """Whether a line can hardly be anything but a rule."""
    rule = line.strip()
    found = _COSMETIC.match(rule)
    return bool(_NETWORK.match(rule) or (found and ("." in found["sites"] or "href" in rule)))


def read(text: Text) -> Reads:
    """Each line; a rule that goes on over several lines is one."""
    spared = _exceptions(text)
    blocks: list[tuple[str, str]] = []
    for number, line, lines in _rules(text):
        rule = line.strip()
        directive = _DIRECTIVE.match(rule)
        if not rule:
            yield Read(number)
        elif directive:
            yield _directive(number, directive, blocks)
        elif rule[0] == "!" or is_header(rule) or (rule[0] == "#" and not _COSMETIC.match(rule)):
            is_rule = "href" in rule and _COSMETIC.match(rule.lstrip("!# "))
            left_out = [rejected(number, rule, COMMENTED)] if is_rule else []
            yield Read(number, rejects=left_out, comment=True, lines=lines)
        elif why := _why(blocks) or (TOO_LONG if len(line) > LINE_MAX else ""):
            yield Read(number, rejects=[rejected(number, rule, why)], lines=lines)
        else:
            yield _rule(number, rule, spared, lines=lines)


def _rules(text: Text) -> Iterator[tuple[int, str, int]]:
    """The rules, the numbers of their first lines, and how many lines they take."""
    begun: tuple[int, str, int] | None = None
    for number, line in text.lines():
        if begun and line.startswith(_GONE_ON):
            first, rule, lines = begun
            rule = (rule.removesuffix(_GOES_ON) + line.strip())[: LINE_MAX + 1]
            begun = (first, rule, lines + 1)
        else:
            if begun:
                yield begun
            begun = (number, line, 1)
        if not line.endswith(_GOES_ON):
            yield begun
            begun = None
    if begun:
        yield begun


def _why(blocks: list[tuple[str, str]]) -> str:
    """Why rules may not hold here; empty if they do."""
    outside, own = blocks[-1] if blocks else ("", "")
    return outside or own


def _directive(number: int, directive: re.Match[str], blocks: list[tuple[str, str]]) -> Read:
    """Keep, for each open block, why rules may not hold outside of it and by itself.

    Only the innermost one is read for each rule: a list may open any number of them.
    """
    name, given = directive.groups()
    if name == "include":
        return Read(number, rejects=[rejected(number, directive[0], INCLUDED)])
    if name == "if":
        blocks.append((_why(blocks), _HOLDS.get(given.replace(" ", ""), CONDITIONAL)))
    elif blocks:
        outside, last = blocks.pop()
        if name == "else":
            blocks.append((outside, _ELSE[last]))
    return Read(number, comment=True)


def _exceptions(text: Text) -> frozenset[Keys]:
    """The channels that exception rules name, wherever in the list."""
    found: set[Keys] = set()
    for _, rule, _ in _rules(text):
        given = _COSMETIC.match(rule.strip()) if "#@" in rule else None
        if given and given["exception"] and _why_not_here(given["sites"]) in ("", EVERY_SITE):
            for href in _HREF.finditer(given["body"]):
                for key in _KEY_IN_HREF.findall("".join(filter(None, href.groups()))):
                    with suppress(Refused):
                        found.add(keys.channel(key))
    return frozenset(found)


def _rule(number: int, rule: str, spared: Collection[Keys], *, lines: int) -> Read:
    given = _COSMETIC.match(rule)
    why = _why_not(given) if given else NO_COSMETIC
    if why or not given:
        return Read(number, rejects=[rejected(number, rule, why)], lines=lines)
    found = hides(given["body"])
    left_out = [rejected(number, shown, reason) for shown, reason in found.left_out]
    entries: list[Entry] = []
    for key in dict.fromkeys(found.channels):
        if key in spared:
            left_out.append(rejected(number, rule, CANCELLED))
        else:
            entries.append(Entry(*key, None, number))
    return Read(number, entries, left_out, lines=lines)


def _why_not(given: re.Match[str]) -> str:
    """Why a cosmetic rule does not hide anything on YouTube; empty if it does."""
    body, kind = given["body"], given["kind"] or ""
    if given["exception"]:
        return EXCEPTION
    if body.startswith("^"):
        return NO_COSMETIC
    if kind == "%" or body.startswith(("+js(", "script:")):
        return A_SCRIPT
    return A_STYLE if "$" in kind else _why_not_here(given["sites"])


def _why_not_here(sites: str) -> str:
    """Why a rule for these sites does not hold on YouTube; empty if it does."""
    names = [name.strip().lower() for name in sites.split(",")]
    without = [name[1:] for name in names if name.startswith("~")]
    hosts = [host for host in _HOSTS if not any(_covers(name, host) for name in without)]
    named = [name for name in names if name and not name.startswith("~")]
    if not hosts:
        return OTHER_SITE
    if not named or "*" in named:
        return EVERY_SITE
    return "" if any(_covers(name, host) for name in named for host in hosts) else OTHER_SITE


def _covers(site: str, host: str) -> bool:
    if site.endswith(".*"):
        site = site.removesuffix("*") + "com"
    return host == site or host.endswith(f".{site}")

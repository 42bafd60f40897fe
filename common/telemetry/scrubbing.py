"""Taking addresses, ids and user agents out of text that others wrote. Pure."""

from __future__ import annotations

import ipaddress
import re

# Wire ids, public ids and full hashes all are at least as long as this.
_HEX = re.compile(r"\b[0-9A-Fa-f]{32,}\b")
_AGENT = re.compile(r"Mozilla/[^\"'\n]*")
# What PostgreSQL adds to an error quotes the row.
_DETAIL = re.compile(r"(DETAIL: ).*")
# Where a service listens or finds its parts on its own machine; nobody's address.
_OURS = frozenset(map(ipaddress.ip_address, ("0.0.0.0", "127.0.0.1", "::", "::1")))  # noqa: S104
_PERHAPS_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(?!\w)"
)


def scrub(text: str, *, ours: str = "") -> str:
    """`text` without any address but `ours`, long hex id, user agent or quoted row."""

    def hide(match: re.Match[str]) -> str:
        found = match[0].rstrip(".:") if match[0].count(":") < 2 else match[0].rstrip(".")
        try:
            address = ipaddress.ip_address(found)
        except ValueError:
            return match[0]
        if address in _OURS or found == ours:
            return match[0]
        return "[address]" + match[0][len(found) :]

    text = _DETAIL.sub(r"\1[left out]", _AGENT.sub("[user agent]", _HEX.sub("[id]", text)))
    return _PERHAPS_ADDRESS.sub(hide, text)

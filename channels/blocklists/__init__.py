"""Lists of channels in the formats they come in, recognised by content. Pure."""

from __future__ import annotations

from channels.blocklists.entries import Entry, Reject, Tally, UnreadableList, printable, stronger
from channels.blocklists.reading import ParsedList, Reading, open_list, parse

__all__ = [
    "Entry",
    "ParsedList",
    "Reading",
    "Reject",
    "Tally",
    "UnreadableList",
    "open_list",
    "parse",
    "printable",
    "stronger",
]

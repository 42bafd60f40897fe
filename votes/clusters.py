"""Which accounts vote together. Pure functions on pairs of accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

RARE_VOTES = 30
TOGETHER_MINUTES = 10
WINDOW_DAYS = 30
SHARED_VIDEOS = 5
SHARED_SHARE = 0.5
MIN_MEMBERS = 3
DENSITY = 0.5


def votes_together(*, shared: int, votes_a: int, votes_b: int) -> bool:
    """Whether two accounts are linked.

    They voted on `shared` rare videos on the same side within minutes, which must be at least 5
    videos and half of the rare videos of the one with more of them: two people who follow the
    same channel share some videos, not most of all they vote on.
    """
    return shared >= SHARED_VIDEOS and shared >= SHARED_SHARE * max(votes_a, votes_b)


def dense_groups(links: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """Groups of 3 or more in which everybody is linked to at least half of the others.

    Connected parts of the graph, from which members linked to too few are dropped until the
    rest is dense: a chain of acquaintances is not a group. Sorted by their smallest member;
    the order of the links does not matter.
    """
    graph: dict[str, set[str]] = defaultdict(set)
    for a, b in links:
        if a != b:
            graph[a].add(b)
            graph[b].add(a)
    found: list[frozenset[str]] = []
    waiting = _parts(graph, set(graph))
    while waiting:
        part = waiting.pop()
        if len(part) < MIN_MEMBERS:
            continue
        degree = {member: len(graph[member] & part) for member in part}
        least = min(degree.values())
        if least >= DENSITY * (len(part) - 1):
            found.append(frozenset(part))
            continue
        kept = {member for member in part if degree[member] > least}
        waiting.extend(_parts(graph, kept))
    return sorted(found, key=min)


def _parts(graph: dict[str, set[str]], members: set[str]) -> list[set[str]]:
    """The connected parts of the graph's restriction to `members`."""
    left, parts = set(members), []
    while left:
        part, edge = set(), {left.pop()}
        while edge:
            part |= edge
            edge = set().union(*(graph[member] & left for member in edge))
            left -= edge
        parts.append(part)
    return parts

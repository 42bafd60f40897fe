"""The nightly search for accounts that vote together; it bans nobody."""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import Any

from django.db import connection, transaction

from common.db import rows
from common.locks import Lock, wait_for_transaction_lock
from votes import services, sql
from votes.clusters import dense_groups, votes_together
from votes.models import Case, Cluster, Membership, TargetType, Voter

SEARCH_TIMEOUT = "9min"  # it reads a month of votes, and holds no lock meanwhile


@transaction.atomic
def find_clusters() -> int:
    """Write down who votes together, one voice from now on, with a case each; how many groups.

    A group that shares members with a standing cluster joins it, so that it grows instead of
    being found anew. What a moderator dissolved is not found again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [SEARCH_TIMEOUT])
    links = {
        (a, b): shared
        for a, b, shared, votes_a, votes_b in rows(sql.CO_VOTES)
        if votes_together(shared=shared, votes_a=votes_a, votes_b=votes_b)
    }
    groups = dense_groups(links)
    if not groups:
        return 0
    wait_for_transaction_lock(Lock.PIPELINE)  # it updates voters, too
    members = Voter.objects.filter(pk__in=frozenset().union(*groups))
    standing = {pk: key for pk, key in members.values_list("pk", "cluster") if key}
    evidence: dict[str, dict[str, Any]] = {}
    for group in groups:
        key = _cluster_of(group, standing)
        joining = sorted(member for member in group if member not in standing)
        if joining:
            Membership.objects.bulk_create(
                [Membership(cluster_id=key, voter_id=member) for member in joining],
                ignore_conflicts=True,
            )
            services.set_cluster(joining, key)
            shared = [links[pair] for pair in links if group.issuperset(pair)]
            evidence[key] = {
                "members": len(group),
                "links": len(shared),
                "sharedVideos": {"least": min(shared), "most": max(shared)},
            }
    services.open_cases(Case.Kind.CLUSTER, TargetType.CLUSTER, evidence)
    return len(groups)


def _cluster_of(group: frozenset[str], standing: dict[str, str]) -> str:
    """The standing cluster with most of the group's members, or a new one."""
    shares: dict[str, int] = defaultdict(int)
    for member in group & standing.keys():
        shares[standing[member]] += 1
    if shares:
        return max(shares, key=lambda key: (shares[key], key))
    return Cluster.objects.create(key=secrets.token_hex(16)).key

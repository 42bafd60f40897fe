"""Accounts that vote together: the nightly search, and what moderators say; it bans nobody."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from common.db import rows
from common.locks import Lock, wait_for_transaction_lock
from votes import sql
from votes.clusters import dense_groups, votes_together
from votes.models import Case, Cluster, Decision, Membership, TargetType, Voter
from votes.moderation import cases
from votes.moderation.actions import RULES, fits
from votes.observations import facts as observations
from votes.reports import facts as reports

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
            set_cluster(joining, key)
            shared = [links[pair] for pair in links if group.issuperset(pair)]
            evidence[key] = {
                "members": len(group),
                "links": len(shared),
                "sharedVideos": {"least": min(shared), "most": max(shared)},
            }
    cases.open_cases(Case.Kind.CLUSTER, TargetType.CLUSTER, evidence)
    return len(groups)


def _cluster_of(group: frozenset[str], standing: dict[str, str]) -> str:
    """The standing cluster with most of the group's members, or a new one."""
    shares: dict[str, int] = defaultdict(int)
    for member in group & standing.keys():
        shares[standing[member]] += 1
    if shares:
        return max(shares, key=lambda key: (shares[key], key))
    return Cluster.objects.create(key=secrets.token_hex(16)).key


@transaction.atomic
def decide_cluster(
    *, actor: str, action: str, key: str, reason: str, reverses: Decision | None = None
) -> Decision:
    """Say that accounts do vote together, or do not; what they voted on is scored again.

    The nightly job keeps to it. Raises `ValueError` for other actions, `Cluster.DoesNotExist`.
    """
    if not fits(action, TargetType.CLUSTER, "state"):
        raise ValueError(f"{action} is not a decision about a cluster")
    _, state = RULES[action].sets
    wait_for_transaction_lock(Lock.PIPELINE)  # it updates voters, too
    cluster = Cluster.objects.select_for_update().get(pk=key)
    decision = Decision.objects.create(
        actor=actor,
        action=action,
        target_type=TargetType.CLUSTER,
        target_id=key,
        reason=reason,
        before={"state": cluster.state},
        after={"state": state},
        reverses=reverses,
    )
    Cluster.objects.filter(pk=key).update(state=state)
    if state == Cluster.State.DISSOLVED:
        set_cluster(Voter.objects.filter(cluster=key).values_list("pk", flat=True), None)
    else:
        free = Voter.objects.filter(memberships__cluster=key, cluster=None)
        set_cluster(free.values_list("pk", flat=True), key)
    cases.settle(decision, [key])
    return decision


def set_cluster(voter_ids: Iterable[str], key: str | None) -> None:
    """Make voters one voice, or voices of their own; under the pipeline's lock."""
    voters = sorted(voter_ids)
    with connection.cursor() as cursor:
        cursor.execute(sql.SET_CLUSTER, {"voters": voters, "cluster": key})
    observations.mark_voters(voters)
    reports.mark_voters(voters)

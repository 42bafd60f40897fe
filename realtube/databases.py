"""The connections to PostgreSQL: what each session is like, with and without a pooler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SESSION = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    # Compiling statements costs the many short ones more than the few long ones gain, and planning
    # one that is kept prepared anew for each value takes four times as long as running it.
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""What every session has set."""

DURABLE = {"synchronous_commit": "on"}
"""A vote is acknowledged only once it is on disk, whatever the server's default; not in tests."""

READ_ONLY = {"default_transaction_read_only": "on"}
"""A copy that has become a primary takes no writes either from whoever takes it for a copy."""


def configure(
    database: Mapping[str, Any],
    direct: Mapping[str, Any],
    replica: Mapping[str, Any],
    *,
    pooler: str,
    pool_size: int,
    testing: bool,
) -> dict[str, dict[str, Any]]:
    """Django's `DATABASES`.

    Args:
        database: what DATABASE_URL says.
        direct: the way around the pooler; without a host there is none.
        replica: a copy to read from, without a pooler; without a host there is none.
        pooler: `transaction` when `database` is one that works by transactions, else `none`.
        pool_size: connections that a web process keeps; 0 in any other process.
        testing: whether speed matters more than what a crash would lose.
    """
    around = bool(pooler != "none" and direct["HOST"] and not pool_size)
    chosen = direct if around else database
    through_pooler = pooler != "none" and not around
    session = SESSION if testing else SESSION | DURABLE
    options = _options(chosen, session={} if through_pooler else session)
    if through_pooler:
        # The next transaction is another connection's.
        options["prepare_threshold"] = None
    if pool_size:
        # While PostgreSQL is away a request gives up its thread soon. Attempts to connect double
        # their pauses; given up early, they begin anew with the next request, however long it was
        # away.
        options["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 2,
            "reconnect_timeout": 2,
        }
    found = {
        "default": {
            **chosen,
            "CONN_MAX_AGE": 0 if pool_size else 60,
            "CONN_HEALTH_CHECKS": True,
            # What is read bit by bit outside a transaction would end with the first bit.
            "DISABLE_SERVER_SIDE_CURSORS": through_pooler,
            "OPTIONS": options,
        }
    }
    if replica["HOST"]:
        found["replica"] = {
            **replica,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": _options(replica, session=SESSION | READ_ONLY),
        }
    return found


def _options(chosen: Mapping[str, Any], *, session: Mapping[str, str]) -> dict[str, Any]:
    """Options of psycopg for connections whose sessions have these settings from the start."""
    options: dict[str, Any] = {
        "connect_timeout": 3,
        "application_name": "realtube",
        # Statements are kept prepared where that is asked for (common.db.prepared_rows), which
        # psycopg only does with any threshold at all.
        "prepare_threshold": 1_000_000,
        **chosen["OPTIONS"],
    }
    if session:
        given = [f"-c {name}={value}" for name, value in session.items()]
        options["options"] = " ".join([*given, *filter(None, [options.get("options")])])
    return options

"""What sessions are like, with a pooler and without; where several servers are named."""

from __future__ import annotations

import pytest

from realtube import databases, env

POOLER = "postgresql://me:secret%2F@127.0.0.1:6432/realtube"
DIRECT = "postgresql://me:secret%2F@127.0.0.1:5000/realtube"


@pytest.fixture
def read(monkeypatch):
    def url(value):
        monkeypatch.setenv("ANY_URL", value)
        return env.database_url("ANY_URL", help="")

    yield url
    env.REGISTRY.pop("ANY_URL", None)


def default(read, *, pooler="none", pool_size=0, url=POOLER, direct=""):
    made = databases.configure(
        read(url), read(direct), read(""), pooler=pooler, pool_size=pool_size, testing=False
    )
    return made["default"]


def test_a_url_may_name_several_servers(read):
    one = "postgresql://me:a@10.0.0.1:5432,b.example:5433/realtube?target_session_attrs=read-write"
    found = read(one)
    assert (found["HOST"], found["PORT"]) == ("10.0.0.1,b.example", "5432,5433")
    assert found["OPTIONS"] == {"target_session_attrs": "read-write"}
    assert read(POOLER)["PASSWORD"] == "secret/"
    assert read("postgresql://me@[::1]:5432/realtube")["HOST"] == "::1"


def test_without_a_pooler_a_session_is_told_what_it_needs(read):
    made = default(read)
    assert "synchronous_commit=on" in made["OPTIONS"]["options"]
    assert made["OPTIONS"]["prepare_threshold"]
    assert not made["DISABLE_SERVER_SIDE_CURSORS"]


def test_through_a_pooler_nothing_outlives_a_transaction(read):
    made = default(read, pooler="transaction")
    assert "options" not in made["OPTIONS"]  # PgBouncer refuses sessions that bring settings
    assert made["OPTIONS"]["prepare_threshold"] is None
    assert made["DISABLE_SERVER_SIDE_CURSORS"]


def test_commands_and_workers_go_around_the_pooler(read):
    given = {"pooler": "transaction", "direct": DIRECT}
    assert default(read, **given)["PORT"] == "5000"
    assert not default(read, **given)["DISABLE_SERVER_SIDE_CURSORS"]
    web = default(read, **given, pool_size=18)
    assert (web["PORT"], web["DISABLE_SERVER_SIDE_CURSORS"]) == ("6432", True)

"""What a process of ours reads where, on a real copy: run by test_cluster.py, says it as JSON."""

from __future__ import annotations

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
django.setup()

import psycopg  # noqa: E402 - the settings come first
from allauth.mfa.models import Authenticator  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from common import replica  # noqa: E402
from common.db import rows  # noqa: E402
from sync.export import exports  # noqa: E402
from votes.models import Voter  # noqa: E402

COPIES = os.environ["COPIES"].split()
"""Superuser's URLs of the copies."""


def copies(statement: str) -> None:
    """Run a statement on each copy."""
    for url in COPIES:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def written() -> None:
    """Commit something, as the site does every few seconds."""
    rows("SELECT pg_current_xact_id()")


def where() -> str:
    """The address of the server that answers a read."""
    return str(rows("SELECT host(inet_server_addr())")[0][0])


def read() -> str:
    """Where it is answered, in a block that may be some seconds old."""
    written()
    time.sleep(replica.ASK_EVERY_S)
    replica.forget()
    with replica.reading():
        return where()


def of_raw_statements() -> dict[str, str]:
    """Where statements are answered."""
    found = {"as ever": where(), "fresh": read()}
    with replica.reading():
        Voter.objects.create(public_id="a" * 32)
        found["after a write"] = where()
    copies("SELECT pg_wal_replay_pause()")
    time.sleep(3)  # without a commit, as Patroni ends the pause when it sees it
    replica.forget()
    with replica.reading():
        found["behind"] = where()
    copies("SELECT pg_wal_replay_resume()")
    time.sleep(1)
    found["fresh again"] = read()
    return found


def of_the_desk() -> dict[str, bool]:
    """Whether lists show what came after the copies stood still: to others, and to who wrote."""
    user = User.objects.create_superuser("admin")
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    desk = Client(headers={"X-Forwarded-Proto": "https"})
    desk.force_login(user)
    name = ""

    def shown() -> bool:
        answer = desk.get("/admin/votes/voter/", secure=True)
        assert answer.status_code == 200, answer.content[:500]
        return name[:8].encode() in answer.content

    read()
    desk.get("/admin/votes/voter/", secure=True)  # the first takes a second
    others = True
    for digit in "bcdef":  # Patroni ends the pause by itself, maybe at once
        copies("SELECT pg_wal_replay_pause()")
        name = digit * 32
        Voter.objects.create(public_id=name)
        others = shown()
        if not others:
            break
    found = {"others": others}
    desk.post("/admin/votes/voter/", {"action": ""}, secure=True)
    found["who wrote"] = shown()
    copies("SELECT pg_wal_replay_resume()")
    return found


def main() -> None:
    """Say everything."""
    call_command("migrate", verbosity=0)
    found: dict[str, object] = {}
    if sys.argv[1] == "desk":
        found = {**of_the_desk()}
    else:
        found = {**of_raw_statements()}
        manifest = exports.export(("sql",))
        assert manifest
        found["export"] = manifest["rows"]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
